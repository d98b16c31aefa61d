"""Telling people what happened to their own sign-in."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts_app.mail.letters import NOTICES
from accounts_app.mail.tasks import send_notice
from accounts_app.models import User
from resolutionflow.web.client_address import client_address

MAX_BROWSER = 200


def send(request: HttpRequest, kind: str, user: User, to: str) -> None:
    """Have the worker mail a notice of `kind`, where there is an address and a mail server."""
    if not to or not settings.SENDS_MAIL or kind not in NOTICES:
        return
    facts = {
        "When": timezone.now().strftime("%Y-%m-%d %H:%M UTC"),
        "From": client_address(request) or "this machine",
        "Browser": request.headers.get("User-Agent", "unknown")[:MAX_BROWSER],
    }
    send_notice.defer(kind=kind, user_id=str(user.pk), to=to, facts=facts)
