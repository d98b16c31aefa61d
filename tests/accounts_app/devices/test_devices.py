"""Where somebody is signed in: listed, ended, and ended by itself when nobody is there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import Account, BrowserSession
from sessions_app.retention.tasks import cleanup
from tests.factories import PASSWORD, confirm

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1", "I5")]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


def sign_in(user, *, agent=FIREFOX, address="192.0.2.7"):
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    client.post(reverse("login"), {"username": user.username, "password": PASSWORD})
    return client


def devices(client):
    return client.get(reverse("settings")).context["devices"]


def is_signed_in(client):
    return client.get(reverse("settings")).status_code == 200


def of(client):
    return BrowserSession.objects.get(pk=client.session.session_key)


def left_alone(client, minutes):
    then = timezone.now() - timedelta(minutes=minutes)
    BrowserSession.objects.filter(pk=client.session.session_key).update(last_seen_at=then)


# -- the list ----------------------------------------------------------------------------------


def test_browsers_are_listed_this_one_first(engineer, colleague):
    sign_in(colleague)
    phone, desk = sign_in(engineer, agent=SAFARI, address="2001:db8::5"), sign_in(engineer)
    shown = [(d["name"], d["address"], d["is_current"]) for d in devices(phone)]
    assert shown == [
        ("Safari on iPhone", "2001:db8::5", True),
        ("Firefox on Windows", "192.0.2.7", False),
    ]
    assert [d["is_current"] for d in devices(desk)] == [True, False]


def test_no_key_of_a_session_is_on_the_page(engineer):
    one, other = sign_in(engineer), sign_in(engineer)
    html = one.get(reverse("settings")).content.decode()
    assert one.session.session_key not in html
    assert other.session.session_key not in html


def test_hostile_names_are_text(engineer):
    client = sign_in(engineer, agent="<b>Firefox/1</b>" + "x" * 5000)
    assert of(client).user_agent.startswith("<b>Firefox/1</b>x")
    assert b"<b>Firefox" not in client.get(reverse("settings")).content


def test_the_last_use_is_noted_once_a_minute_with_its_address(engineer):
    client = sign_in(engineer)
    before = of(client)
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/v1/schema")
    assert len(queries) == 1
    left_alone(client, 2)
    client.get("/", REMOTE_ADDR="198.51.100.9")
    after = of(client)
    assert after.last_seen_at >= before.last_seen_at
    assert (before.address, after.address) == ("192.0.2.7", "198.51.100.9")
    assert after.signed_in_at == before.signed_in_at


def test_the_list_takes_one_query_however_long(engineer):
    client = sign_in(engineer)

    def count():
        with CaptureQueriesContext(connection) as queries:
            devices(client)
        return len(queries)

    first = count()
    for _ in range(12):
        sign_in(engineer)
    assert count() == first


# -- ending ------------------------------------------------------------------------------------


def test_one_is_signed_out_at_once(engineer):
    here, there, third = sign_in(engineer), sign_in(engineer), sign_in(engineer)
    address = reverse("device-end", args=[of(there).device_id])
    assert here.post(address).status_code == 403
    assert is_signed_in(there)
    assert here.post(address, {"confirm_password": PASSWORD}).status_code == 303
    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert is_signed_in(third)
    assert here.post(address).status_code == 404


def test_all_others_are_signed_out_at_once(engineer, colleague):
    here, others, stays = sign_in(engineer), [sign_in(engineer) for _ in range(3)], None
    stays = sign_in(colleague)
    assert confirm(here).post(reverse("devices-end-others")).status_code == 303
    assert not any(map(is_signed_in, others))
    assert is_signed_in(here)
    assert is_signed_in(stays)


def test_nobody_signs_out_somebody_else(engineer, colleague, admin):
    there = sign_in(engineer)
    for user in (colleague, admin):
        client = confirm(sign_in(user))
        address = reverse("device-end", args=[of(there).device_id])
        assert client.post(address).status_code == 404
        assert client.post(reverse("device-end", args=[uuid4()])).status_code == 404
    assert is_signed_in(there)


def test_a_new_password_signs_out_all_but_the_browser_that_set_it(engineer):
    here, there = sign_in(engineer), sign_in(engineer)
    device, since = of(here).device_id, of(here).signed_in_at
    new = "another horse battery 7"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post(reverse("password_change"), sent).status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert [d["is_current"] for d in devices(here)] == [True]
    assert (of(here).device_id, of(here).signed_in_at) == (device, since)


def test_who_was_deactivated_is_signed_out_for_good(engineer):
    client = sign_in(engineer)
    type(engineer).deactivate(type(engineer).objects.filter(pk=engineer.pk))
    assert not BrowserSession.objects.filter(user=engineer).exists()
    type(engineer).objects.filter(pk=engineer.pk).update(is_active=True)
    assert not is_signed_in(client)


# -- idle --------------------------------------------------------------------------------------


@pytest.fixture
def idle_after(engineer):
    def set_policy(minutes):
        Account.objects.filter(pk=engineer.account_id).update(idle_timeout_minutes=minutes)

    return set_policy


@pytest.mark.parametrize(("alone", "stays"), [(14, True), (16, False)])
def test_who_does_nothing_is_signed_out(engineer, idle_after, alone, stays):
    client = sign_in(engineer)
    idle_after(15)
    left_alone(client, alone)
    assert is_signed_in(client) == stays


def test_nobody_is_signed_out_without_a_policy(engineer):
    client = sign_in(engineer)
    left_alone(client, 60 * 24 * 13)
    assert is_signed_in(client)


def test_an_ended_session_is_not_revived_by_another_policy(engineer, idle_after):
    client = sign_in(engineer)
    idle_after(15)
    left_alone(client, 16)
    assert not is_signed_in(client)
    idle_after(None)
    assert not is_signed_in(client)


def test_what_a_page_asks_for_by_itself_is_no_use(engineer, idle_after):
    client = sign_in(engineer)
    idle_after(15)
    left_alone(client, 10)
    then = of(client).last_seen_at
    client.get("/", headers={"X-Background": "1"})
    assert of(client).last_seen_at == then
    client.get("/")
    assert of(client).last_seen_at > then


def test_a_script_of_the_run_page_is_told_so_and_keeps_what_was_typed(engineer, idle_after):
    """401, as after signing out: the page keeps the typing and offers to sign in."""
    client = sign_in(engineer)
    idle_after(15)
    left_alone(client, 16)
    answer = client.post("/settings", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "What you typed is kept" in answer.json()["message"]


def test_the_api_by_browser_ends_too(engineer, idle_after):
    client = sign_in(engineer)
    idle_after(15)
    left_alone(client, 16)
    assert client.get("/api/v1/sessions").status_code == 401


def test_who_was_left_alone_is_not_listed_and_is_cleared_away(engineer, idle_after):
    here, there = sign_in(engineer), sign_in(engineer)
    idle_after(15)
    left_alone(there, 16)
    assert len(devices(here)) == 1
    cleanup(0)
    assert list(BrowserSession.objects.values_list("pk", flat=True)) == [here.session.session_key]


@pytest.mark.parametrize(("minutes", "status"), [("", 303), (5, 303), (4, 422), (20_161, 422)])
def test_an_admin_sets_the_policy(page, admin, minutes, status):
    sent = {"time_zone": "UTC", "close_idle_after_days": 7, "retention_days": 90}
    answer = page(admin).post(
        reverse("account-settings"), {**sent, "idle_timeout_minutes": minutes}
    )
    assert answer.status_code == status


@pytest.mark.parametrize("minutes", [0, 4, 20_161])
def test_the_database_takes_no_other_policy(engineer, minutes):
    account = engineer.account
    account.idle_timeout_minutes = minutes
    with pytest.raises(ValidationError):
        account.full_clean()
    with pytest.raises(IntegrityError):
        account.save()
