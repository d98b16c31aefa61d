"""What the settings show of one's own address."""

from typing import Any

from django.conf import settings

from accounts_app.addresses.forms import AddressForm
from accounts_app.addresses.queries import has_confirmed_address, pending_address
from accounts_app.models import User

ADDRESS_ID = "address-%s"


def describe_address(user: User) -> dict[str, Any]:
    """Return whether the address of `user` is confirmed, and which other one they wait for."""
    return {
        "email": user.email,
        "is_confirmed": bool(user.email) and has_confirmed_address(user),
        "pending": pending_address(user),
        "sends_mail": settings.SENDS_MAIL,
    }


def address_form(sent: Any = None) -> AddressForm:
    return AddressForm(sent, auto_id=ADDRESS_ID)
