"""An authenticator app, recovery codes, and confirming before either changes."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as project_settings
from django.test import Client

from tests.accounts_app.factors.codes import code_of, give_app, recovery_codes_of
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]
SECURITY = "/settings/security"
CONFIRM = "/settings/confirm"
SECOND = "/sign-in/second"


def sign_in(user, **more):
    client = Client()
    sent = {"username": user.username, "password": PASSWORD, **more}
    return client, client.post("/sign-in", sent)


def confirm(client, password=PASSWORD):
    return client.post(CONFIRM, {"password": password})


def test_an_app_is_added_with_its_first_code(page, engineer):
    client = page(engineer)
    asked = client.get(f"{SECURITY}/app")
    assert asked["Location"].startswith(CONFIRM)
    assert "That isn’t your password." in confirm(client, "wrong").content.decode()
    confirm(client)
    shown = client.get(f"{SECURITY}/app").content.decode()
    secret = re.search(r'id="totp-secret">(\w+)<', shown)[1]
    assert "data:image/svg+xml;base64," in shown
    wrong = client.post(f"{SECURITY}/app", {"code": "000000"})
    assert "That didn’t match." in wrong.content.decode()
    added = client.post(f"{SECURITY}/app", {"code": code_of(secret)})
    assert added["Location"] == f"{SECURITY}/codes"
    codes = client.get(f"{SECURITY}/codes").content.decode()
    assert all(code in codes for code in recovery_codes_of(engineer))
    assert "10 left" in client.get(SECURITY).content.decode()


def test_the_second_step_asks_for_it_each_time(engineer):
    secret = give_app(engineer)
    client, first = sign_in(engineer, next="/sessions")
    assert first["Location"] == SECOND
    assert client.get("/")["Location"].startswith("/sign-in")
    assert "authenticator app" in client.get(SECOND).content.decode()
    assert client.post(SECOND, {"code": "000000"}).status_code == 200
    assert client.post(SECOND, {"code": code_of(secret)})["Location"] == "/sessions"
    assert client.get("/sessions").status_code == 200
    # The same code isn't taken twice.
    other, _ = sign_in(engineer)
    assert other.post(SECOND, {"code": code_of(secret)}).status_code == 200
    assert other.post(SECOND, {"code": code_of(secret, later=1)}).status_code == 302


def test_guessing_codes_is_slowed_down(engineer):
    secret = give_app(engineer)
    client, _ = sign_in(engineer)
    said = [client.post(SECOND, {"code": f"{n:06}"}).content.decode() for n in range(7)]
    assert "That didn’t match." in said[4]
    assert "tried too often" in said[5]
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 200


def test_a_recovery_code_works_once(engineer):
    give_app(engineer)
    code = recovery_codes_of(engineer)[3]
    client, _ = sign_in(engineer)
    assert client.post(SECOND, {"code": code}).status_code == 302
    other, _ = sign_in(engineer)
    assert other.post(SECOND, {"code": code}).status_code == 200
    assert len(recovery_codes_of(engineer)) == 9


def test_the_second_step_can_be_left(engineer):
    give_app(engineer)
    client, _ = sign_in(engineer)
    assert client.get("/sign-in")["Location"] == SECOND
    client.post("/sign-out")
    assert client.get("/sign-in").status_code == 200


def test_an_app_is_removed_after_confirming(page, engineer):
    give_app(engineer)
    client = page(engineer)
    assert client.get(f"{SECURITY}/app/remove")["Location"].startswith(CONFIRM)
    confirm(client)
    assert client.get(f"{SECURITY}/app/remove").status_code == 200
    assert client.post(f"{SECURITY}/app/remove")["Location"] == SECURITY
    assert not Authenticator.objects.filter(user=engineer).exists()


def test_new_recovery_codes_end_the_old_ones(page, engineer):
    give_app(engineer)
    old = recovery_codes_of(engineer)
    client = page(engineer)
    confirm(client)
    assert client.post(f"{SECURITY}/codes/new").status_code == 302
    assert not set(old) & set(recovery_codes_of(engineer))
    download = client.get(f"{SECURITY}/codes/download")
    assert recovery_codes_of(engineer)[0] in download.content.decode()
    assert "no-store" in download["Cache-Control"]


def test_secrets_are_encrypted_in_the_database(engineer, settings):
    secret = give_app(engineer)
    kept = [str(row.data) for row in Authenticator.objects.all()]
    assert not any(secret in text for text in kept)
    row = Authenticator.objects.get(type="totp").wrap()
    settings.SECRET_KEY_FALLBACKS = [project_settings.SECRET_KEY]
    settings.SECRET_KEY = "another one, after the key was changed"
    assert row.validate_code(code_of(secret))


def test_neither_the_admin_site_nor_another_user_sees_them(page, engineer):
    give_app(engineer)
    operator = type(engineer).objects.create(username="root", is_superuser=True, role="admin")
    for path in ("mfa/authenticator/", "account/emailaddress/", "usersessions/usersession/"):
        assert page(operator).get(f"/admin/{path}").status_code == 404


MALFORMED = ("{}", "[]", "null", "x", '{"id": "x", "response": 1}', '{"id": [], "rawId": {}}')


@pytest.mark.parametrize("sent", MALFORMED)
def test_what_is_no_answer_of_a_passkey_is_refused_kindly(page, engineer, sent):
    """At the sign-in, at its second step, where one is added, and where one confirms."""
    give_app(engineer)
    credential, visitor = {"credential": sent}, Client()
    visitor.get("/sign-in/passkey")
    assert visitor.post("/sign-in/passkey", credential).status_code in (200, 302)
    visitor.post("/sign-in", {"username": engineer.username, "password": PASSWORD})
    assert visitor.post("/sign-in/second", credential).status_code == 200
    client = page(engineer)
    client.get("/settings/confirm/passkey")
    assert client.post("/settings/confirm/passkey", credential).status_code in (200, 302)
    confirm(client)
    client.get(f"{SECURITY}/passkeys/new")
    added = client.post(f"{SECURITY}/passkeys/new", {**credential, "name": "x"})
    assert added.status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()
