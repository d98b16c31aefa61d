"""Links that set a new password once."""

from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from accounts_app.addresses.queries import confirmed_addresses
from accounts_app.models import User


def make_reset_link(user: User, site: str) -> str:
    """Return an address below `site` where `user` sets a new password.

    It is good for `PASSWORD_RESET_TIMEOUT` seconds, and ends with a new password, a new address of
    mail and the next sign-in.
    """
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return urljoin(site, path)


def users_of_address(address: str) -> list[User]:
    """Return the active users who confirmed this address of mail, and have it.

    Nobody else gets a link by mail: an address that somebody mistyped would let a stranger in.
    """
    confirmed = confirmed_addresses().filter(email=address.lower()).values("user_id")
    users = User.objects.filter(is_active=True, pk__in=confirmed)
    return list(users.select_related("account").order_by("pk"))
