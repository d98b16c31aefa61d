"""Every form that asks for the password again is also confirmed by a second factor, and loses
nothing that was typed in it, whichever way and in however many tries.
"""

import html
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from accounts_app.addresses.queries import pending_address
from accounts_app.models import ApiKey, BrowserSession, User
from accounts_app.scim.keys import issue_key
from tests.accounts_app.factors.codes import code_of
from tests.factories import PASSWORD, AccountFactory, UserFactory
from tests.html_forms import forms_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1", "I4")]
SECRET = generate_totp_secret()
WRONG = {"confirm_password": "not mine at all", "confirm_code": "000000"}


@pytest.fixture
def admin():
    user = UserFactory(account=AccountFactory(), role=User.Role.ADMIN, email="ana@example.com")
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def browser(admin):
    client = Client()
    client.force_login(admin)
    return client


def scim_key(user: User) -> ApiKey:
    return issue_key(user.account, name="Entra", expires_at=None, never_expires=True, seed="")[0]


def other_browser(user: User) -> BrowserSession:
    client = Client()
    client.force_login(user)
    return BrowserSession.objects.get(session_key=client.session.session_key)


def revoked(key: ApiKey) -> bool:
    key.refresh_from_db()
    return not key.is_usable


def key_form(admin: User) -> Any:
    sent = {"name": "Halo “notes” <1>", "scopes": ["read", "export"], "expires_in_days": "30"}
    return (
        reverse("api-key-create"),
        sent,
        lambda: (
            list(ApiKey.objects.values_list("name", "scopes")) == [(sent["name"], sent["scopes"])]
        ),
    )


def key_revocation(admin: User) -> Any:
    key, _ = ApiKey.issue(user=admin, name="Halo")
    return reverse("api-key-revoke", args=[key.pk]), {}, lambda: revoked(key)


def scim_key_form(admin: User) -> Any:
    sent = {"name": "Entra & Okta", "expires_in_days": "7"}
    return (
        reverse("scim-key-create"),
        sent,
        lambda: list(ApiKey.objects.values_list("name", flat=True)) == [sent["name"]],
    )


def scim_key_revocation(admin: User) -> Any:
    key = scim_key(admin)
    return reverse("scim-key-revoke", args=[key.pk]), {}, lambda: revoked(key)


def address_form(admin: User) -> Any:
    sent = {"email": "new+tag@example.com"}
    return reverse("address-change"), sent, lambda: pending_address(admin) == sent["email"]


def device_end(admin: User) -> Any:
    other = other_browser(admin)
    return (
        reverse("device-end", args=[other.device_id]),
        {},
        lambda: not BrowserSession.objects.filter(pk=other.pk).exists(),
    )


def devices_end(admin: User) -> Any:
    other = other_browser(admin)
    return (
        reverse("devices-end-others"),
        {},
        lambda: not BrowserSession.objects.filter(pk=other.pk).exists(),
    )


def admin_revocation(admin: User) -> Any:
    key, _ = ApiKey.issue(user=admin, name="Halo")
    sent = {"action": "revoke", "_selected_action": [str(key.pk)]}
    return reverse("admin:accounts_app_apikey_changelist"), sent, lambda: revoked(key)


FORMS = (
    key_form,
    key_revocation,
    scim_key_form,
    scim_key_revocation,
    address_form,
    device_end,
    devices_end,
    admin_revocation,
)
WAYS = {
    "confirm_password": lambda user: PASSWORD,
    "confirm_code": lambda user: code_of(SECRET),
    "recovery code": lambda user: (
        Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    ),
}


def confirming_form(page: Any, field: str) -> tuple[str, dict[str, list[str]]]:
    """Return the form of the page that confirms by this field, as a browser would send it."""
    return next((action, sent) for action, sent in forms_of(page) if field in sent)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_each_form_is_confirmed_and_keeps_what_was_typed(form, way, browser, admin):
    address, sent, is_done = form(admin)
    asked = browser.post(address, sent)
    assert asked.status_code == 403
    assert not is_done()
    field = "confirm_code" if way == "recovery code" else way
    action, fields = confirming_form(asked, field)
    again = browser.post(action, {**fields, field: WRONG[field]})
    assert again.status_code == 403
    assert not is_done()
    assert WRONG[field] not in html.unescape(again.content.decode())
    action, fields = confirming_form(again, field)
    assert browser.post(action, {**fields, field: WAYS[way](admin)}).status_code < 400
    assert is_done()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_who_has_no_password_is_asked_for_the_factor_alone(form, browser, admin):
    admin.set_unusable_password()
    User.objects.filter(pk=admin.pk).update(password=admin.password)
    browser.force_login(admin)
    address, sent, is_done = form(admin)
    asked = browser.post(address, sent)
    assert asked.status_code == 403
    assert "confirm_password" not in asked.content.decode()
    action, fields = confirming_form(asked, "confirm_code")
    assert browser.post(action, {**fields, "confirm_code": code_of(SECRET)}).status_code < 400
    assert is_done()


def test_guessing_codes_is_counted(browser, admin):
    address, sent, is_done = key_form(admin)
    guesses = [browser.post(address, {**sent, "confirm_code": f"{n:06}"}) for n in range(8)]
    assert [one.status_code for one in guesses] == [403] * 5 + [429] * 3
    right = browser.post(address, {**sent, "confirm_code": code_of(SECRET)})
    assert right.status_code == 429
    assert not is_done()


@pytest.mark.parametrize("junk", ["{}", "[]", "null", "x", '{"id": "x", "response": 1}'])
def test_no_junk_is_a_passkey(browser, admin, junk):
    address, sent, is_done = key_form(admin)
    assert browser.post(address, {**sent, "confirm_credential": junk}).status_code == 403
    assert not is_done()


def test_the_form_of_keys_can_be_sent_without_the_password_by_who_has_a_factor(browser, admin):
    page = browser.get(reverse("settings")).content.decode()
    field = page[page.index('id="key-confirm-password"') :].split(">")[0]
    assert "required" not in field
