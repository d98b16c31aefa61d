"""Create, change and deactivate users as the directory says ([I3]); all of it within `writing`."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from scim2_models import InvalidValueException, PatchOp

from accounts_app.addresses.services import drop_pending
from accounts_app.models import Account, ProvisionedUser, User
from accounts_app.scim.errors import already_taken, from_invalid_model
from accounts_app.scim.membership import first_role_of, require_other_admin, settle
from accounts_app.scim.queries import (
    as_users,
    directory_of_user,
    main_email,
)
from accounts_app.scim.resources import ScimUser

MAX_EMAILS = 20


@contextmanager
def writing(account_id: UUID) -> Iterator[Account]:
    """Within, in one transaction, nobody else provisions this account.

    So what a call has read, as the version that it names or who the last admin is, stays true.
    """
    with transaction.atomic():
        yield Account.objects.select_for_update(no_key=True).get(pk=account_id)


def create_user(account: Account, sent: ScimUser) -> User:
    """Create a user; they sign in by single sign-on, or with a password that they set by mail."""
    user = User(account=account, role=first_role_of(account), is_active=sent.active is not False)
    user.set_unusable_password()
    _write(user, sent, is_new=True)
    return user


def replace_user(user: User, sent: ScimUser) -> None:
    """Make a user what was sent. What it doesn't say of `active` stays."""
    _write(user, sent)


def patch_user(user: User, patch: PatchOp[ScimUser]) -> None:
    [state] = as_users([user], "")
    patch.patch(state)
    _write(user, state)


def remove_user(account: Account, user: User) -> None:
    """Deactivate a user whom the directory has deleted; their sessions and flows stay.

    The directory doesn't see them again. Their name is free for somebody else.
    """
    _set_active(user, False)
    directory = directory_of_user(user)
    directory.removed_at = timezone.now()
    directory.save()
    user.team_memberships.all().delete()
    settle(account, [user.pk], left=user.team)


# -- writing -----------------------------------------------------------------------------------


def _write(user: User, sent: ScimUser, *, is_new: bool = False) -> None:
    name = sent.user_name or ""
    if name.casefold() != user.username.casefold():
        _free_name(user, name)
    directory = directory_of_user(user)
    user.username = name
    user.first_name = (sent.name and sent.name.given_name) or ""
    user.last_name = (sent.name and sent.name.family_name) or ""
    emails = [email for email in sent.emails or [] if email.value]
    if len(emails) > MAX_EMAILS:
        raise InvalidValueException(detail=f"emails: at most {MAX_EMAILS} of them are kept.")
    main, email_before = main_email(emails), user.email
    user.email = (main and main.value) or ""
    directory.external_id = sent.external_id or ""
    directory.attributes = {
        "displayName": sent.display_name,
        "emails": [email.model_dump(exclude_none=True) for email in emails],
    }
    if sent.active is None:
        directory.attributes["active"] = None
    _save(user, directory)
    if user.email != email_before:
        drop_pending(user)  # the directory's word is newer
    if not is_new and sent.active is not None:
        _set_active(user, sent.active)


def _save(user: User, directory: ProvisionedUser) -> None:
    try:
        user.full_clean(exclude=["password"])
        directory.full_clean(exclude=["user"])
    except ValidationError as error:
        raise from_invalid_model(error) from None
    if user._state.adding:
        user.save()
    else:
        user.save(update_fields=["username", "first_name", "last_name", "email"])
    directory.user = user
    directory.save()


def _free_name(user: User, name: str) -> None:
    """Make sure that nobody else of the account has this name; who has left gives it up."""
    others = User.objects.filter(account=user.account, username__iexact=name).exclude(pk=user.pk)
    for other in others.select_related("provisioned"):
        if directory_of_user(other).removed_at is None:
            raise already_taken("userName")
        other.username = f"{other.username[:130]}.former-{other.pk.hex[:8]}"
        other.save(update_fields=["username"])


def _set_active(user: User, active: bool) -> None:
    """Switch a user on or off. Switched off, they are signed out everywhere, and keys end."""
    if user.is_active == active:
        return
    if not active and user.account:
        require_other_admin(user.account, [user.pk])
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        user.browser_sessions.all().delete()
