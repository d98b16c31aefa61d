"""An older page of the settings undoes nothing that was saved elsewhere ([S15])."""

from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts_app.models import User
from tests.factories import UserFactory
from tests.html_forms import form_to
from tests.sessions_app.threads import at_once

pytestmark = pytest.mark.req("S15")

# By the form's address: two fields of it, each with two values to choose.
FORMS = {
    "/settings": {"last_name": ("Larsen", "Lund"), "time_zone": ("Europe/Oslo", "Asia/Tokyo")},
    "/settings/account": {
        "time_zone": ("Europe/Oslo", "Asia/Tokyo"),
        "retention_days": (30, 60),
    },
    "/settings/redaction": {
        "redaction_allowed": ("10.0.0.1", "10.0.0.2"),
        "redaction_families_off": (["own"], ["email"]),
    },
    "/settings/shortcuts": {
        "answer_keys": ("alt", "off"),
        "single_key_shortcuts": ("on", ""),
    },
}
OF_ACCOUNT = ("/settings/account", "/settings/redaction")


@pytest.fixture
def tabs(admin):
    return make_tabs(admin)


def make_tabs(*people):
    """Two browsers, of one person or of two."""
    found = []
    for index in range(2):
        found.append(Client())
        found[-1].force_login(people[index % len(people)])
    return found


def forms(tabs, address):
    return [form_to(tab.get("/settings"), address) for tab in tabs]


def families():
    from resolutionflow.redaction import families

    return list(families())


def values_of(address, user, field):
    row = User.objects.get(pk=user.pk)
    return getattr(row.account if address in OF_ACCOUNT else row, field)


def value(address, field, index):
    if field == "redaction_families_off":
        return families()[index : index + 1]
    return FORMS[address][field][index]


def stored_as(field, sent):
    return sent == "on" if field == "single_key_shortcuts" else sent


@pytest.mark.django_db
@pytest.mark.parametrize("address", FORMS)
def test_two_tabs_that_change_different_fields_keep_both(tabs, admin, address):
    first, second = FORMS[address]
    if address == "/settings/shortcuts":
        User.objects.filter(pk=admin.pk).update(single_key_shortcuts=False)
    earlier, later = forms(tabs, address)
    assert tabs[0].post(address, {**earlier, first: value(address, first, 0)}).status_code == 303
    assert tabs[1].post(address, {**later, second: value(address, second, 0)}).status_code == 303
    for field in (first, second):
        wanted = stored_as(field, value(address, field, 0))
        assert values_of(address, admin, field) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("address", FORMS)
def test_a_field_that_both_changed_is_refused_with_both_values(tabs, admin, address):
    field = next(iter(FORMS[address]))
    earlier, later = forms(tabs, address)
    theirs, mine = value(address, field, 0), value(address, field, 1)
    assert tabs[0].post(address, {**earlier, field: theirs}).status_code == 303
    late = tabs[1].post(address, {**later, field: mine})
    assert late.status_code == 409
    assert values_of(address, admin, field) == theirs
    text = late.content.decode()
    assert "nothing was saved" in text
    assert "What was changed" in text
    assert form_to(late, address)[field] == [str(mine)]
    again = tabs[1].post(address, form_to(late, address))
    assert again.status_code == 303
    assert values_of(address, admin, field) == mine


@pytest.mark.django_db
def test_who_changed_the_account_is_named(admin):
    colleague = UserFactory(
        account=admin.account, role=User.Role.ADMIN, first_name="Ben", last_name="Lund"
    )
    tabs, address = make_tabs(colleague, admin), "/settings/account"
    earlier, later = forms(tabs, address)
    tabs[0].post(address, {**earlier, "retention_days": 30})
    late = tabs[1].post(address, {**later, "retention_days": 60})
    assert f"Changed by Ben Lund ({colleague.username})." in late.content.decode()


@pytest.mark.django_db
def test_a_form_that_is_shown_again_remembers_what_its_page_had_shown(tabs, admin):
    """Refused for a field of its own, it must not take the old value of another for a new one."""
    address = "/settings/account"
    earlier, later = forms(tabs, address)
    tabs[0].post(address, {**earlier, "time_zone": "Europe/Oslo"})
    refused = tabs[1].post(address, {**later, "retention_days": 0})
    assert refused.status_code == 422
    again = {**form_to(refused, address), "retention_days": 60}
    assert tabs[1].post(address, again).status_code == 303
    admin.account.refresh_from_db()
    assert (admin.account.time_zone, admin.account.retention_days) == ("Europe/Oslo", 60)


@pytest.mark.django_db
def test_trying_redaction_remembers_it_too(tabs, admin):
    address = "/settings/redaction"
    earlier, later = forms(tabs, address)
    tabs[0].post(address, {**earlier, "redaction_allowed": "10.0.0.1"})
    tried = tabs[1].post(address, {**later, "sample": "10.0.0.9", "try": "1"})
    assert tried.status_code == 200
    assert "[IP REDACTED]" in tried.content.decode()
    again = {**form_to(tried, address), "redaction_patterns": r"badge: B-\d+"}
    assert tabs[1].post(address, again).status_code == 303
    admin.account.refresh_from_db()
    assert admin.account.redaction_allowed == "10.0.0.1"
    assert admin.account.redaction_patterns == r"badge: B-\d+"


@pytest.mark.django_db
@pytest.mark.parametrize("address", FORMS)
def test_only_what_was_changed_is_written(tabs, address):
    """A demotion, or an end of the account's trial, that came meanwhile stays."""
    field = next(iter(FORMS[address]))
    form, _ = forms(tabs, address)
    with CaptureQueriesContext(connection) as captured:
        tabs[0].post(address, {**form, field: value(address, field, 0)})
    table = "account" if address in OF_ACCOUNT else "user"
    start = f'UPDATE "accounts_app_{table}" SET'
    [update] = [query["sql"] for query in captured if query["sql"].startswith(start)]
    assert update[: update.index(" WHERE ")].count('" = ') == 1
    with CaptureQueriesContext(connection) as captured:
        tabs[0].post(address, form_to(tabs[0].get("/settings"), address))
    assert not [query for query in captured if query["sql"].startswith(start)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(10))
@pytest.mark.parametrize("address", OF_ACCOUNT)
def test_two_admins_at_once_lose_nothing(address, turn):
    """Of one field one is told; of two fields both are kept."""
    admins = [UserFactory(role=User.Role.ADMIN)]
    admins.append(UserFactory(role=User.Role.ADMIN, account=admins[0].account))
    tabs = make_tabs(*admins)
    sent = forms(tabs, address)
    first, second = FORMS[address]
    fields = (first, first) if turn % 2 else (first, second)
    for index, field in enumerate(fields):
        sent[index] = {**sent[index], field: value(address, field, index)}
    together = Barrier(2)

    def save(index):
        together.wait(timeout=60)
        return tabs[index].post(address, sent[index]).status_code

    results = at_once(save, 2, workers=2)
    assert sorted(results) == ([303, 409] if turn % 2 else [303, 303])
    for index, field in enumerate(fields):
        if results[index] == 303:
            kept = values_of(address, admins[0], field)
            assert kept == value(address, field, index)
