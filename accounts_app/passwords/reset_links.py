"""Links that set a new password once."""

from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.urls import reverse

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
    """Return the active users with this address of mail: those who confirmed it, if any did."""
    address = address.lower()
    confirmed = EmailAddress.objects.filter(email=address, verified=True).values("user_id")
    users = User.objects.filter(is_active=True).select_related("account").order_by("pk")
    return list(users.filter(pk__in=confirmed)) or list(
        users.filter(Exact(Lower("email"), address))
    )
