"""Background tasks that send letters. What they are given names rows; no secret is among it."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts_app.mail import letters
from accounts_app.mail.sending import send_letter
from accounts_app.models import Invitation, User
from accounts_app.people.services import invitation_link

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.task(name="accounts.send_invitation", queue="mail", retry=RETRY)
def send_invitation(invitation_id: str, site: str) -> None:
    """Mail the link of an invitation that is still open."""
    rows = Invitation.objects.select_related("account", "team", "invited_by", "user")
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is not None and invitation.is_open:
        letter = letters.invitation(invitation, link=invitation_link(invitation.mailed_token, site))
        send_letter(letter, to=invitation.email)


@app.task(name="accounts.send_notice", queue="mail", retry=RETRY)
def send_notice(kind: str, user_id: str, to: str, facts: dict[str, str]) -> None:
    """Mail a notice about somebody's own account to the address that they had."""
    user = User.objects.select_related("account").filter(pk=user_id).first()
    if user is not None:
        send_letter(letters.notice(kind, user, facts), to=to)
