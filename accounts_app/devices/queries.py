"""The browsers in which somebody is signed in, made ready for the page."""

from typing import Any

from accounts_app.devices.user_agents import browser_name
from accounts_app.models import BrowserSession, User
from resolutionflow.web.dates import display_time

MAX_SHOWN = 50


def list_devices(user: User, *, current: str | None) -> list[dict[str, Any]]:
    """Return where the user is signed in: this browser (with the session key `current`) first,
    then the last used ones, fifty at most.
    """
    found = BrowserSession.objects.in_use(user)
    found.sort(key=lambda session: session.session_key != current)
    return [
        {
            "id": session.device_id,
            "name": browser_name(session.user_agent),
            "address": session.address or "",
            "signed_in": display_time(session.signed_in_at),
            "last_seen": display_time(session.last_seen_at),
            "is_current": session.session_key == current,
        }
        for session in found[:MAX_SHOWN]
    ]
