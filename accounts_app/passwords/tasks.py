"""The background task of lost passwords."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts_app.audit_events import log_user_event
from accounts_app.mail import letters
from accounts_app.mail.sending import send_letter
from accounts_app.models import Action
from accounts_app.passwords.reset_links import make_reset_link, users_of_address

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.task(name="accounts.send_reset_links", queue="mail", retry=RETRY)
def send_reset_links(address: str, site: str) -> None:
    """Mail a link to each user with this address; nothing to an address that nobody has."""
    for user in users_of_address(address):
        log_user_event(Action.PASSWORD_RESET_REQUESTED, user=user)
        send_letter(letters.reset_password(user, link=make_reset_link(user, site)), to=address)
