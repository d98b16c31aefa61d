"""Which addresses are confirmed, and which wait for it."""

from collections.abc import Iterable
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from accounts_app.models import User


def confirmed_addresses() -> QuerySet[EmailAddress]:
    """Return the addresses that their owners confirmed, and still have.

    One that was replaced since, by an admin say, counts for nothing.
    """
    return EmailAddress.objects.filter(verified=True).filter(email=Lower(F("user__email")))


def has_confirmed_address(user: User) -> bool:
    return confirmed_addresses().filter(user=user).exists()


def users_with_confirmed_address(users: Iterable[User]) -> set[UUID]:
    """Return the ids of those among `users` whose address is confirmed."""
    return set(confirmed_addresses().filter(user__in=list(users)).values_list("user_id", flat=True))


def pending_address(user: User) -> str:
    """Return the address that `user` asked for and has not confirmed yet; "" for none."""
    waiting = EmailAddress.objects.filter(user=user, verified=False).exclude(
        email=user.email.lower()
    )
    return waiting.values_list("email", flat=True).order_by("-pk").first() or ""
