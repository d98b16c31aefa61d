"""What the admin's lists are narrowed by, and where their rows lead."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts_app.models import Action, AuditEntry, Team, User
from sessions_app.models import Session
from tests.admin_pages import address, make_operator, rows_of, signed_in
from tests.factories import TeamFactory, TreeFactory, UserFactory, make_session
from trees_app.models import Tree

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def admin():
    return UserFactory(role=User.Role.ADMIN)


def test_a_range_of_days_has_both_ends(admin):
    days = [datetime(2026, 11, day, hour, tzinfo=BERLIN) for day, hour in
            ((2, 23), (3, 0), (4, 12), (5, 23), (6, 0))]  # fmt: skip
    made = [make_session(admin, started_at=day).pk for day in days]
    client = signed_in(admin)

    def found(query):
        return [made.index(pk) for pk in made if pk in rows_of(client, Session, query)]

    assert found("?started_at__gte=2026-11-03&started_at__lte=2026-11-05") == [1, 2, 3]
    assert found("?started_at__gte=2026-11-05") == [3, 4]
    assert found("?started_at__lte=2026-11-02") == [0]
    assert found("?started_at__gte=&started_at__lte=") == [0, 1, 2, 3, 4]
    assert found("?started_at__lte=2026-11-03T00:00:00%2B01:00") == [0, 1]


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "1"])
def test_what_is_no_day_is_said(admin, text):
    client = signed_in(admin)
    response = client.get(address(Session, "changelist") + f"?started_at__gte={text}")
    assert response.status_code in (302, 400)
    assert client.get(address(Session, "changelist")).status_code == 200


def test_a_day_keeps_the_other_filters_and_the_search(admin):
    url = address(Session, "changelist") + "?q=vpn&outcome__exact=resolved"
    body = signed_in(admin).get(url).content.decode()
    form = body.split('class="typed-filter"')[1].split("</form>")[0]
    assert '<input type="hidden" name="q" value="vpn">' in form
    assert '<input type="hidden" name="outcome__exact" value="resolved">' in form


def test_sessions_are_found_by_person(admin):
    zoe = UserFactory(account=admin.account, first_name="Zoë", last_name="Quist", username="zq")
    other = UserFactory(account=admin.account, first_name="Bo", last_name="Lind", username="bo")
    owned, assigned = make_session(zoe), make_session(other, assigned_to=zoe)
    make_session(other)
    client = signed_in(admin)
    for text in ("zo", "quist", "zq", "Zoë%20Qui"):
        assert rows_of(client, Session, f"?person={text}") == {owned.pk, assigned.pk}, text
    assert rows_of(client, Session, "?person=nobody") == set()


def test_nobody_of_another_account_is_found(admin):
    theirs = make_session(UserFactory(first_name="Hidden"))
    assert rows_of(signed_in(admin), Session, "?person=hidden") == set()
    assert rows_of(signed_in(make_operator()), Session, "?person=hidden") == {theirs.pk}


def test_sessions_and_their_log_are_found_by_target(admin):
    target = make_session(admin, target_label="SRV-BERLIN-07")
    make_session(admin)
    AuditEntry.objects.log_action(target, Action.STARTED, by=admin)
    theirs = make_session(UserFactory(), target_label="SRV-BERLIN-07")
    AuditEntry.objects.log_action(theirs, Action.STARTED, by=theirs.user)
    client = signed_in(admin)
    assert rows_of(client, Session, "?q=berlin-07") == {target.pk}
    logged = AuditEntry.objects.filter(object_id=target.pk).values_list("pk", flat=True)
    assert rows_of(client, AuditEntry, "?q=berlin-07") == set(logged)
    assert rows_of(client, AuditEntry, "?q=be") == set()


def test_rows_lead_to_their_pages(admin):
    team = TeamFactory(account=admin.account)
    tree = TreeFactory(author=admin, published=True)
    work_session = make_session(admin, tree=tree)
    client = signed_in(admin)
    pages = {
        Session: f"/sessions/{work_session.pk}",
        Tree: f"/flows/{tree.pk}",
        User: f"/sessions?owner={admin.pk}",
        Team: f"/sessions?team_id={team.pk}",
    }
    for model, page in pages.items():
        body = client.get(address(model, "changelist")).content.decode()
        assert f'<a href="{page}">Open</a>' in body
        assert client.get(page).status_code == 200
    operators = signed_in(make_operator()).get(address(Session, "changelist")).content.decode()
    assert ">Open</a>" not in operators


def test_the_audit_log_is_found_by_day(admin):
    work_session = make_session(admin)
    AuditEntry.objects.log_action(work_session, Action.PINNED, by=admin)
    today = timezone.localtime(timezone=BERLIN).date()
    client = signed_in(admin)
    newest = AuditEntry.objects.get(object_id=work_session.pk, action=Action.PINNED).pk
    assert newest in rows_of(client, AuditEntry, f"?at__gte={today}&at__lte={today}")
    assert rows_of(client, AuditEntry, f"?at__lte={today - timedelta(days=1)}") == set()
