"""Sign-ins, sign-outs and failures in the audit log."""

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.urls import reverse

from accounts_app.audit_events import log_failed_sign_in, log_user_event
from accounts_app.models import Action, AuditEntry, ObjectType
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]
ADDRESS = "203.0.113.7"


@pytest.fixture
def user(account):
    made = UserFactory(account=account, username="ana", first_name="Ana", last_name="Rey")
    made.email = "ana@northwind.example"
    made.save()
    return made


def sign_in(client, name, password=PASSWORD):
    return client.post(
        reverse("login"), {"username": name, "password": password}, REMOTE_ADDR=ADDRESS
    )


def entries(*actions):
    return list(AuditEntry.objects.filter(action__in=actions).order_by("at"))


def test_a_sign_in_and_a_sign_out_name_user_id_and_address(client, user):
    sign_in(client, "ana")
    client.post(reverse("logout"), REMOTE_ADDR=ADDRESS)
    found = entries(Action.SIGNED_IN, Action.SIGNED_OUT)
    assert [entry.action for entry in found] == [Action.SIGNED_IN, Action.SIGNED_OUT]
    for entry in found:
        assert (entry.actor_username, entry.actor_id, entry.actor_name) == (
            "ana", user.pk, "Ana Rey",
        )  # fmt: skip
        assert (entry.object_type, entry.object_id, entry.object_name) == (
            ObjectType.USER, user.pk, "ana",
        )  # fmt: skip
        assert (entry.address, entry.account_id) == (ADDRESS, user.account_id)


def test_signing_out_twice_is_one_entry(client, user):
    sign_in(client, "ana")
    for _ in range(2):
        client.post(reverse("logout"))
    assert len(entries(Action.SIGNED_OUT)) == 1


@pytest.mark.parametrize("typed", ["ana", "ANA", " ana ", "ana@northwind.example"])
def test_a_failure_names_the_user_whose_name_was_typed(client, user, typed):
    sign_in(client, typed, "wrong")
    (entry,) = entries(Action.SIGN_IN_FAILED)
    assert (entry.object_id, entry.object_name) == (user.pk, "ana")
    assert (entry.account_id, entry.address) == (user.account_id, ADDRESS)
    assert (entry.actor_id, entry.actor_username) == (None, "")


@pytest.mark.parametrize(
    "typed",
    ["Winter-2026!", "ana Winter-2026!", "ünïcode", "an", "%", "ana\x00", "\ud800", "x" * 9_000],
)
def test_a_name_that_nobody_has_is_not_kept(user, typed):
    """It may be a password that was typed into the wrong field."""
    log_failed_sign_in(typed)
    for entry in entries(Action.SIGN_IN_FAILED):
        assert (entry.object_id, entry.account_id, entry.actor_id) == (None, None, None)
        assert entry.object_name.startswith("unknown name ")
        assert len(entry.object_name) == len("unknown name 01234567")
        assert entry.details == {}


def test_the_mark_of_an_unknown_name_needs_the_secret_key(settings):
    log_failed_sign_in("Winter-2026!")
    log_failed_sign_in("Winter-2026!")
    settings.SECRET_KEY = "another"
    log_failed_sign_in("Winter-2026!")
    first, second, other = (entry.object_name for entry in entries(Action.SIGN_IN_FAILED))
    assert first == second != other


def test_a_deactivated_user_who_tries_is_named(client, user):
    user.is_active = False
    user.save()
    sign_in(client, "ana")
    (entry,) = entries(Action.SIGN_IN_FAILED)
    assert entry.object_id == user.pk
    assert not entries(Action.SIGNED_IN)


def test_no_entry_holds_the_password(client, user):
    sign_in(client, "ana", "tried-in-vain")
    sign_in(client, "ana")
    assert all(
        text not in str(row)
        for row in AuditEntry.objects.values()
        for text in ("tried-in-vain", PASSWORD, user.password)
    )


def test_whoever_is_signed_in_did_it(user, admin):
    log_user_event(Action.FACTOR_REMOVED, user=user, by=admin, method="totp")
    log_user_event(Action.PASSWORD_RESET_REQUESTED, user=user)
    removed, asked = entries(Action.FACTOR_REMOVED, Action.PASSWORD_RESET_REQUESTED)
    assert (removed.actor_id, removed.object_id, removed.details) == (
        admin.pk, user.pk, {"method": "totp"},
    )  # fmt: skip
    assert (asked.actor_id, asked.object_id) == (None, user.pk)


@pytest.mark.parametrize(
    ("signal", "kind", "action", "details"),
    [
        (authenticator_added, "totp", Action.FACTOR_ADDED, {"method": "totp"}),
        (authenticator_added, "webauthn", Action.FACTOR_ADDED, {"method": "webauthn"}),
        (authenticator_added, "recovery_codes", Action.RECOVERY_CODES_MADE, {}),
        (authenticator_reset, "recovery_codes", Action.RECOVERY_CODES_MADE, {}),
        (authenticator_removed, "totp", Action.FACTOR_REMOVED, {"method": "totp"}),
    ],
)
def test_a_factor_is_logged_without_its_secret(user, signal, kind, action, details):
    factor = Authenticator(user=user, type=kind, data={"secret": "JBSWY3DPEHPK3PXP"})
    signal.send(Authenticator, request=None, user=user, authenticator=factor)
    (entry,) = entries(action)
    assert (entry.object_id, entry.details) == (user.pk, details)
    assert "JBSWY3DP" not in str(list(AuditEntry.objects.values()))


def test_a_wrong_code_is_logged(user):
    authentication_failed.send(Authenticator, request=None, user=user, authenticator=None)
    (entry,) = entries(Action.FACTOR_FAILED)
    assert (entry.object_id, entry.actor_id) == (user.pk, None)


def test_a_reset_and_a_confirmed_address_are_logged(user):
    password_reset.send(type(user), request=None, user=user)
    owned = EmailAddress(user=user, email=user.email, verified=True)
    email_confirmed.send(EmailAddress, request=None, email_address=owned)
    reset, confirmed = entries(Action.PASSWORD_RESET, Action.EMAIL_CONFIRMED)
    assert (reset.actor_id, reset.object_id) == (user.pk, user.pk)
    assert confirmed.details == {"email": user.email}
