"""Asking for another address of mail, and confirming one."""

from uuid import UUID

from allauth.account.internal.flows.email_verification import verify_email
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest

from accounts_app.models import User


def _locked(user_id: UUID) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


@transaction.atomic
def request_address(user: User, email: str) -> EmailAddress | None:
    """Wait for `user` to confirm an address, and no longer for another one that they asked for.

    The address that they have stays until then. Return None for one that is confirmed already:
    whoever asks for the address that they have wants no other one any more.
    """
    email, user = email.lower(), _locked(user.pk)
    drop_pending(user)
    if user.email:
        # django-allauth tells the address that it knows when another one takes its place.
        EmailAddress.objects.get_or_create(user=user, email=user.email.lower())
    found, _ = EmailAddress.objects.get_or_create(user=user, email=email)
    if not found.verified:
        return found
    if email == user.email.lower():
        return None
    found.verified = False  # of an earlier time: somebody else may have it by now
    found.save(update_fields=["verified"])
    return found


def drop_pending(user: User) -> None:
    """Wait for no other address than the one that `user` has: links that were sent end."""
    waiting = EmailAddress.objects.filter(user_id=user.pk, verified=False)
    waiting.exclude(email=user.email.lower()).delete()


@transaction.atomic
def confirm_address(request: HttpRequest, user: User, email: str) -> bool:
    """Confirm an address that is waited for, which makes it the user's; False if none is.

    The address before it is told, and the links that were sent for others end.
    """
    _locked(user.pk)
    waiting = EmailAddress.objects.filter(user_id=user.pk, email=email, verified=False)
    address = waiting.select_related("user__account").first()
    return address is not None and verify_email(request, address)


def confirm_by_mailed_link(user: User) -> None:
    """Note that a link which was mailed to the user's address, and nowhere else, was used."""
    EmailAddress.objects.update_or_create(
        user=user,
        email=user.email.lower(),
        defaults={"verified": True, "primary": True},
    )
