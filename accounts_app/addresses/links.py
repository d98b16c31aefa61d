"""Links that confirm an address, for whoever is signed in as its user."""

from urllib.parse import urljoin
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core import signing
from django.urls import reverse

SALT = "accounts_app.addresses"
DAYS = 3


def make_confirmation_link(address: EmailAddress, site: str) -> str:
    """Return an address below `site`, good for three days while `address` is waited for."""
    token = signing.dumps([address.user_id.hex, address.email], salt=SALT)
    return urljoin(site, reverse("address-confirm", kwargs={"token": token}))


def read_token(token: str) -> tuple[UUID, str] | None:
    """Return the user's id and the address of a link; None for one that is old or forged."""
    try:
        user_id, email = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    return UUID(user_id), email
