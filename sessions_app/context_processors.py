"""What every page's template may use of sessions."""

from django.http import HttpRequest
from django.urls import reverse


def sidebar(request: HttpRequest) -> dict[str, str]:
    """Return the address of the sidebar's list, which loads after the page so that no
    page waits.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.account_id is None:
        return {}
    return {"sidebar_url": reverse("session-sidebar")}
