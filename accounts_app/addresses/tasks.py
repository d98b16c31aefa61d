"""The background task of addresses that wait to be confirmed."""

from allauth.account.models import EmailAddress
from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts_app.addresses import services
from accounts_app.addresses.links import make_confirmation_link
from accounts_app.mail import letters
from accounts_app.mail.sending import send_letter
from accounts_app.models import User

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.task(name="accounts.send_confirmation", queue="mail", retry=RETRY)
def send_confirmation(user_id: str, email: str, site: str) -> None:
    """Mail the link that confirms an address, if it is waited for still."""
    waiting = EmailAddress.objects.filter(user_id=user_id, email=email, verified=False)
    address = waiting.select_related("user__account").first()
    if address is not None:
        link = make_confirmation_link(address, site)
        send_letter(letters.confirm_address(address.user, link=link), to=email)


def ask_to_confirm_address(user: User, *, site: str) -> None:
    """Have a link mailed to the address that somebody else has set for `user`.

    Another one, which `user` had asked for, is not waited for any more.
    """
    services.drop_pending(user)
    if user.email and user.is_active and settings.SENDS_MAIL:
        address = services.request_address(user, user.email)
        if address is not None:
            send_confirmation.defer(user_id=str(user.pk), email=address.email, site=site)
