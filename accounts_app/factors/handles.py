"""How addresses name a passkey: nothing in them can be counted."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.utils.crypto import constant_time_compare, salted_hmac


def handle_of(authenticator: Authenticator) -> str:
    return salted_hmac("accounts_app.passkey", str(authenticator.pk)).hexdigest()[:32]


def find_by_handle(authenticators: Iterable[Authenticator], handle: str) -> Authenticator | None:
    for authenticator in authenticators:
        if constant_time_compare(handle_of(authenticator), handle):
            return authenticator
    return None
