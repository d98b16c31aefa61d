"""Who is meant by what people type to sign in ([I6])."""

import unicodedata

from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from accounts_app.addresses.queries import confirmed_addresses
from accounts_app.models import User

# A sign-in name, or an address of mail, is no longer; anything longer is nobody.
MAX_NAME = 254


def normalize_name(text: str) -> str:
    """Return a name as it is looked up and counted: one spelling, small letters."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def find_user(text: str) -> User | None:
    """Return the active user whom `text` names; None where there is none, or more than one.

    The sign-in name comes first (`ana@northwind`; an operator's is the user name), then an address
    of mail that its owner has confirmed, then one that nobody has confirmed, then the user name
    alone. Each counts where it exists once: nobody can take a name away from somebody else by
    choosing their address as a user name.
    """
    name = normalize_name(text)
    if not name or len(name) > MAX_NAME or "\x00" in name:
        return None
    # Both queries are made for any name: how long it takes says nothing about who exists.
    confirmed = set(confirmed_addresses().filter(email=name).values_list("user_id", flat=True))
    is_meant = Q(sign_in_name=name) | Q(pk__in=confirmed)
    is_meant |= Q(Exact(Lower("username"), name)) | Q(Exact(Lower("email"), name))
    people = list(
        User.objects.filter(is_meant, is_active=True).select_related("account").order_by("pk")
    )
    ways = (
        [user for user in people if user.sign_in_name == name],
        [user for user in people if user.pk in confirmed],
        [user for user in people if user.email.lower() == name],
        [user for user in people if user.username.lower() == name],
    )
    meant = next(filter(None, ways), [])
    return meant[0] if len(meant) == 1 else None
