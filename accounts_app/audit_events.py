"""Log what happens to a user beside changes of rows: signing in and out, factors, resets, links.

Changes of rows (roles, names, keys, passwords) are logged by the rows themselves
(`accounts_app.models.audited`). Whatever else happens calls `log_user_event`.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.crypto import salted_hmac

from accounts_app.addresses.queries import confirmed_addresses
from accounts_app.models import Action, AuditedObject, AuditEntry, ObjectType, User
from accounts_app.models.audit_entry import signed_in_actor
from accounts_app.sign_in.names import normalize_name

# The fields in which forms and backends of sign-in pass on what was typed.
NAME_FIELDS = ("username", "login", "email")
MAX_MATCHES = 5


def log_user_event(action: Action, *, user: User, by: User | None = None, **details: Any) -> None:
    """Write down what was done with `user`, in the transaction that does it.

    Without `by` whoever is signed in to the current request did it, or nobody: a command, a job,
    somebody who isn't signed in. `details` are facts (a method, the name of a device), never a
    password, a code, a key or a link.
    """
    AuditEntry.objects.log(action, _user_as_object(user), by=by or signed_in_actor(), **details)


def log_failed_sign_in(
    typed_name: str, *, action: Action = Action.SIGN_IN_FAILED, **details: Any
) -> None:
    """Write down that somebody who typed this name was not let in.

    A name that no user has may be a password that was typed into the wrong field, so it is not
    kept: only a mark of it, which is the same each time and can't be computed without the
    installation's `SECRET_KEY`. A name that several have is an entry for each of them; how many
    there are makes no query more or less.
    """
    about = [_user_as_object(user) for user in _users_called(typed_name)] or [
        AuditedObject(ObjectType.USER, None, f"unknown name {_mark(typed_name)}", None)
    ]
    AuditEntry.objects.bulk_create(
        AuditEntry.objects.build(action, one, by=None, details=details) for one in about
    )


def _users_called(typed_name: str) -> list[User]:
    """Return the users who may be meant, those who were deactivated too: `MAX_MATCHES` at most."""
    name = normalize_name(typed_name)
    if not name or not name.isprintable():
        name = " "  # nobody's, and it is asked for all the same: the time says nothing
    confirmed = confirmed_addresses().filter(email=name).values("user_id")
    is_meant = Q(sign_in_name=name) | Q(pk__in=confirmed)
    is_meant |= Q(Exact(Lower("username"), name)) | Q(Exact(Lower("email"), name))
    return list(User.objects.filter(is_meant).order_by("sign_in_name")[:MAX_MATCHES])


def _mark(typed_name: str) -> str:
    text = normalize_name(typed_name).encode("utf-8", "replace")
    return salted_hmac("accounts_app.audit_events", text, algorithm="sha256").hexdigest()[:8]


def _user_as_object(user: User) -> AuditedObject:
    return AuditedObject(ObjectType.USER, user.pk, user.username, user.account_id)


# -- signals of Django and of django-allauth ---------------------------------------------------


def connect_signals() -> None:
    """Log each sign-in, each sign-out and each failure, by whatever page or backend; factors,
    resets and addresses of mail. A changed password is logged by its row.
    """
    user_logged_in.connect(_log_sign_in, dispatch_uid="audit-sign-in")
    user_logged_out.connect(_log_sign_out, dispatch_uid="audit-sign-out")
    user_login_failed.connect(_log_failure, dispatch_uid="audit-sign-in-failed")
    authenticator_added.connect(_log_factor_added, dispatch_uid="audit-factor-added")
    authenticator_reset.connect(_log_factor_added, dispatch_uid="audit-factor-reset")
    authentication_failed.connect(_log_factor_failed, dispatch_uid="audit-factor-failed")
    authenticator_removed.connect(_log_factor_removed, dispatch_uid="audit-factor-removed")
    password_reset.connect(_log_password_reset, dispatch_uid="audit-password-reset")
    email_confirmed.connect(_log_email_confirmed, dispatch_uid="audit-email-confirmed")


def _log_sign_in(*, user: User, **kwargs: Any) -> None:
    log_user_event(Action.SIGNED_IN, user=user, by=user)


def _log_sign_out(*, user: User | None, **kwargs: Any) -> None:
    if user is not None:  # whoever signs out twice was nobody the second time
        log_user_event(Action.SIGNED_OUT, user=user, by=user)


def _log_failure(*, credentials: dict[str, Any], **kwargs: Any) -> None:
    typed = next((credentials[name] for name in NAME_FIELDS if credentials.get(name)), "")
    # Whoever is signed in was asked for the password again.
    is_known = signed_in_actor() is not None
    action = Action.CONFIRMATION_FAILED if is_known else Action.SIGN_IN_FAILED
    log_failed_sign_in(str(typed), action=action)


def _log_factor_added(*, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        log_user_event(Action.RECOVERY_CODES_MADE, user=user)
    else:
        log_user_event(Action.FACTOR_ADDED, user=user, method=str(authenticator.type))


def _log_factor_removed(*, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    log_user_event(Action.FACTOR_REMOVED, user=user, method=str(authenticator.type))


def _log_factor_failed(*, user: User, **kwargs: Any) -> None:
    log_user_event(Action.FACTOR_FAILED, user=user)


def _log_password_reset(*, user: User, **kwargs: Any) -> None:
    log_user_event(Action.PASSWORD_RESET, user=user, by=user, method="link")


def _log_email_confirmed(*, email_address: EmailAddress, **kwargs: Any) -> None:
    user = email_address.user
    log_user_event(Action.EMAIL_CONFIRMED, user=user, by=user, email=email_address.email)
