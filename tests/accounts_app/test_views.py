import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import Account, ApiKey
from tests.factories import PASSWORD, UserFactory, confirm, make_completed

pytestmark = pytest.mark.django_db
SETTINGS = "/settings"
ACCOUNT = "/settings/account"
SHORTCUTS = "/settings/shortcuts"
PROFILE = {"first_name": "Bea", "last_name": "Novak", "time_zone": ""}
POLICY = {"name": "Contoso IT", "time_zone": "Asia/Tokyo", "close_idle_after_days": 3}


@pytest.fixture(autouse=True)
def settings_address():
    assert reverse("settings") == SETTINGS


def sign_in(client, user, password=PASSWORD, **more):
    return client.post(reverse("login"), {"username": user.username, "password": password, **more})


def test_signing_in_and_out(client, engineer):
    assert sign_in(client, engineer)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get(reverse("login"))["Location"] == "/"
    client.post(reverse("logout"))
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("password", ["wrong", "", "\x00"])
def test_a_wrong_password_reveals_nothing(client, engineer, password):
    response = sign_in(client, engineer, password)
    assert response.status_code == 200
    assert client.get("/").status_code == 302


def test_who_was_deactivated_does_not_sign_in(client):
    user = UserFactory(is_active=False)
    assert sign_in(client, user).status_code == 200
    assert client.get("/").status_code == 302


def test_signing_in_goes_on_to_the_page_but_never_off_the_site(engineer):
    assert sign_in(Client(), engineer, next="/sessions")["Location"] == "/sessions"
    assert sign_in(Client(), engineer, next="//evil.example/")["Location"] == "/"


def test_the_password_is_changed(page, engineer):
    client = page(engineer)
    sent = {
        "old_password": PASSWORD,
        "new_password1": "a new one 2",
        "new_password2": "a new one 2",
    }
    response = client.post(reverse("password_change"), sent)
    assert (response.status_code, response["Location"]) == (302, SETTINGS)
    assert sign_in(Client(), engineer, "a new one 2").status_code == 302


def test_the_profile_is_saved(page, engineer):
    response = confirm(page(engineer)).post(SETTINGS, {**PROFILE, "time_zone": "Asia/Tokyo"})
    assert response.status_code == 303
    engineer.refresh_from_db()
    assert (engineer.display_name, engineer.time_zone) == ("Bea Novak", "Asia/Tokyo")


@pytest.mark.parametrize("wrong", [{"time_zone": "Berlin"}, {"time_zone": "America"}])
def test_a_wrong_profile_is_shown_again(page, engineer, wrong):
    response = page(engineer).post(SETTINGS, {**PROFILE, **wrong})
    assert response.status_code == 422
    assert next(iter(wrong.values())) in response.content.decode()
    engineer.refresh_from_db()
    assert engineer.first_name == "Ana"


def test_nobody_raises_their_own_role(page, engineer):
    page(engineer).post(SETTINGS, {**PROFILE, "role": "admin", "is_superuser": "on", "account": 9})
    before = engineer.account_id
    engineer.refresh_from_db()
    assert (engineer.role, engineer.is_superuser, engineer.account_id) == (
        "engineer",
        False,
        before,
    )


def test_an_admin_sets_the_accounts_policies(page, admin):
    sent = {**POLICY, "retention_days": 30}
    assert page(admin).post(ACCOUNT, sent).status_code == 303
    account = Account.objects.get(pk=admin.account_id)
    # The name is unique among all accounts, so an admin can't try names out ([A1]).
    assert (account.name, account.retention_days) == (admin.account.name, 30)


@pytest.mark.parametrize("wrong", [{"retention_days": 0}, {"time_zone": "Mars"}])
def test_a_wrong_policy_is_shown_again(page, admin, wrong):
    sent = {**POLICY, "retention_days": 30, **wrong}
    assert page(admin).post(ACCOUNT, sent).status_code == 422
    assert Account.objects.get(pk=admin.account_id).retention_days != 30


@pytest.mark.parametrize("who", ["engineer", "author", "viewer", "integration"])
def test_others_change_no_policy(page, who, request):
    user = request.getfixturevalue(who)
    response = page(user).post(ACCOUNT, {**POLICY, "retention_days": 1})
    assert response.status_code == 403
    assert "Only admins change" in response.content.decode()
    assert Account.objects.get(pk=user.account_id).retention_days == 90


def test_a_demoted_admin_keeps_name_and_address(page, admin):
    """The account's form, open since before, changes nothing about the one who sends it."""
    client = page(admin)
    before = (admin.first_name, admin.last_name, admin.email, admin.time_zone)
    type(admin).objects.filter(pk=admin.pk).update(role="engineer")
    sent = {**POLICY, "retention_days": 30}
    assert client.post(ACCOUNT, sent).status_code == 403
    response = client.post(SETTINGS, {**sent, "account": "1"}, follow=True)
    assert "nothing was saved" in response.content.decode()
    admin.refresh_from_db()
    assert (admin.first_name, admin.last_name, admin.email, admin.time_zone) == before


@pytest.mark.parametrize("left_out", PROFILE)
def test_a_field_that_was_not_sent_is_not_wiped(page, engineer, left_out):
    sent = {name: value for name, value in PROFILE.items() if name != left_out}
    page(engineer).post(SETTINGS, sent)
    engineer.refresh_from_db()
    assert engineer.first_name == "Ana"


@pytest.mark.parametrize(
    ("sent", "single", "keys"),
    [
        ({"single_key_shortcuts": "on", "answer_keys": "digits"}, "on", "digits"),
        ({"single_key_shortcuts": "on", "answer_keys": "alt"}, "on", "alt"),
        ({"single_key_shortcuts": "on", "answer_keys": "off"}, "on", "off"),
        ({"answer_keys": "digits"}, "off", "off"),
        ({"answer_keys": "alt"}, "off", "alt"),
        ({"answer_keys": "off"}, "off", "off"),
    ],
)
@pytest.mark.req("U4")
def test_one_chooses_which_keys_act(page, engineer, sent, single, keys):
    client = page(engineer)
    assert client.post(SHORTCUTS, sent).status_code == 303
    body = client.get(SETTINGS).content.decode()
    assert f'data-single-keys="{single}"' in body
    assert f'data-answer-keys="{keys}"' in body
    engineer.refresh_from_db()
    assert engineer.first_name == "Ana"


def test_unknown_keys_are_refused(page, engineer):
    response = page(engineer).post(SHORTCUTS, {"answer_keys": "ctrl"})
    assert response.status_code == 422
    engineer.refresh_from_db()
    assert (engineer.single_key_shortcuts, engineer.answer_keys) == (True, "digits")


def test_an_operator_without_an_account_makes_none_by_mistake(page):
    operator = UserFactory(account=None, is_superuser=True, role="admin")
    client = page(operator)
    assert client.get(SETTINGS).status_code == 200
    client.post(ACCOUNT, {**POLICY, "retention_days": 30})
    assert not Account.objects.exists()


def test_times_are_in_the_users_zone_else_the_accounts(page, account):
    """Berlin by the account, Tokyo by the user, and a change counts at once."""
    user = UserFactory(account=account)
    moment = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
    pk = make_completed(user, started_at=moment, completed_at=moment).pk
    client, address = page(user), reverse("session-detail", args=[pk])
    assert "2026-01-05 13:30:00 CET" in client.get(address).content.decode()
    client.post(SETTINGS, {**PROFILE, "time_zone": "Asia/Tokyo"})
    assert "2026-01-05 21:30:00 JST" in client.get(address).content.decode()


def test_a_zone_that_has_gone_shows_utc(page, account):
    Account.objects.update(time_zone="America")
    assert page(UserFactory(account=account)).get("/settings").status_code == 200


# -- API keys ----------------------------------------------------------------------------------


def make_key(client, **more):
    sent = {"name": "Ticket system", "scopes": ["read", "export"], **more}
    response = client.post(reverse("api-key-create"), sent)
    found = re.search(r"rf_[0-9a-f]{8}_[\w-]{43}", response.content.decode())
    return response, found and found[0]


def test_a_key_is_shown_once(page, engineer):
    client = confirm(page(engineer))
    _response, key = make_key(client, expires_in_days=30)
    assert ApiKey.objects.get(digest=ApiKey.digest_of(key)).expires_at
    again = client.get(SETTINGS).content.decode()
    assert key not in again
    assert "Ticket system" in again


@pytest.mark.req("I4")
@pytest.mark.parametrize(
    ("sent", "days"),
    [
        ({"expires_in_days": 30}, 30),
        ({"expires_in_days": ""}, 365),
        ({}, 365),
        ({"expires_in_days": 30, "never_expires": "on"}, None),
    ],
)
def test_a_key_may_what_was_checked_for_as_long_as_was_said(page, engineer, sent, days):
    client = confirm(page(engineer))
    assert 'value="365"' in client.get(SETTINGS).content.decode()
    make_key(client, **sent)
    made = ApiKey.objects.get()
    assert made.scopes == ["read", "export"]
    if days is None:
        assert made.expires_at is None
    else:
        assert round((made.expires_at - timezone.now()).total_seconds() / 86400) == days
    assert "read, export" in client.get(SETTINGS).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"expires_in_days": 0},
        {"expires_in_days": 3651},
        {"scopes": []},
        {"scopes": ["read", "admin"]},
    ],
)
def test_a_wrong_key_form_makes_none(page, engineer, wrong):
    response, _ = make_key(confirm(page(engineer)), **wrong)
    assert response.status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_stops_at_once(page, api, engineer):
    caller = api(engineer)
    assert caller.get("/api/v1/sessions").status_code == 200
    key = ApiKey.objects.get()
    response = confirm(page(engineer)).post(reverse("api-key-revoke", args=[key.pk]))
    assert response.status_code == 303
    assert caller.get("/api/v1/sessions").status_code == 401
    assert f"rf_{key.prefix}" not in page(engineer).get(SETTINGS).content.decode()


@pytest.mark.parametrize("who", ["colleague", "admin", "stranger"])
def test_nobody_revokes_anothers_key_here(page, engineer, who, request):
    made, _ = ApiKey.issue(user=engineer, name="x")
    client = confirm(page(request.getfixturevalue(who)))
    response = client.post(reverse("api-key-revoke", args=[made.pk]))
    assert response.status_code == 404
    made.refresh_from_db()
    assert made.is_usable
