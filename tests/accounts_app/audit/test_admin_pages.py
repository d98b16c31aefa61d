"""The audit log in the admin: found by name, id, address, time and event, and taken out as CSV."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app.models import Action, AuditedObject, AuditEntry, ObjectType
from tests.admin_pages import address, make_operator, rows_of, signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "|calc", "%0A=1")


def make_entry(
    account, *, by=None, name="VPN", action=Action.CHANGED, days=0, address="", **details
):
    about = AuditedObject(ObjectType.FLOW, uuid.uuid4(), name, account and account.pk, "T-9")
    made = AuditEntry.objects.build(action, about, by=by, details=details)
    made.at, made.address = timezone.now() - timedelta(days=days), address or None
    made.save(force_insert=True)
    return made


def test_an_entry_is_found_by_name_id_address_time_and_event(account, admin):
    ana = UserFactory(account=account, username="ana.rey")
    entry = make_entry(account, by=ana, name="Router", address="203.0.113.7")
    other = make_entry(account, by=admin, action=Action.PUBLISHED, address="198.51.100.1", days=40)
    client = signed_in(admin)
    for term in ("ana.rey", "ANA", "rout", str(ana.pk), str(entry.object_id), "203.0.113.7",
                 "203.0.113.0/24"):  # fmt: skip
        found = rows_of(client, AuditEntry, f"?q={term}")
        assert entry.pk in found, term
        assert other.pk not in found, term
    since = (timezone.now() - timedelta(days=7)).strftime("%Y-%m-%d+00:00:00%%2B00:00")
    assert other.pk not in rows_of(client, AuditEntry, f"?at__gte={since}")
    assert entry.pk in rows_of(client, AuditEntry, f"?at__gte={since}")
    assert other.pk in rows_of(client, AuditEntry, "?action__exact=published")
    assert entry.pk not in rows_of(client, AuditEntry, "?action__exact=published")


@pytest.mark.parametrize("term", ["%00", "%", "_", "1.2.3.4/99", "::/0", "'", "\\", "x" * 500])
def test_any_search_is_answered(admin, term):
    rows_of(signed_in(admin), AuditEntry, f"?q={term}")


def test_the_list_shows_user_name_and_ids(account, admin):
    entry = make_entry(account, by=admin, address="203.0.113.7")
    page = signed_in(admin).get(address(AuditEntry, "changelist")).content.decode()
    for shown in (admin.username, admin.pk, entry.object_id, "203.0.113.7"):
        assert str(shown) in page


def test_an_unknown_name_is_for_operators(admin):
    entry = make_entry(None)
    assert entry.pk not in rows_of(signed_in(admin), AuditEntry)
    assert entry.pk in rows_of(signed_in(make_operator()), AuditEntry)


def download(client, *entries):
    sent = {"action": "download_csv", "_selected_action": [entry.pk for entry in entries]}
    response = client.post(address(AuditEntry, "changelist"), sent)
    assert response["Content-Type"].startswith("text/csv")
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_downloaded_name_is_no_formula(account, admin, formula):
    admin.first_name, admin.last_name = formula, ""
    entry = make_entry(account, by=admin, name=formula)
    (row,) = download(signed_in(admin), entry)
    for name in ("object_name", "display_name"):
        assert row[name].lstrip()[0] not in "=+-@|%＝＋－＠"
        assert row[name].lstrip("'").strip() == formula.strip()
    assert row["user_id"] == str(admin.pk)
    assert row["account_id"] == str(account.pk)


def test_a_download_is_logged_and_is_the_accounts_own(account, admin):
    own, foreign = make_entry(account), make_entry(UserFactory().account)
    rows = download(signed_in(admin), own, foreign)
    assert [row["object_id"] for row in rows] == [str(own.object_id)]
    entry = AuditEntry.objects.get(action=Action.EXPORTED)
    assert (entry.object_type, entry.actor_id) == (ObjectType.AUDIT, admin.pk)


def test_the_list_costs_the_same_with_many_rows(account, admin):
    client = signed_in(admin)
    make_entry(account, by=admin)
    counts = []
    for more in (0, 40):
        for number in range(more):
            make_entry(account, by=UserFactory(account=account), name=f"flow {number}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(AuditEntry, "changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, counts
