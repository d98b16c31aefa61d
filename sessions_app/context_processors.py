"""What every page's template may use of sessions."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone


def sidebar(request: HttpRequest) -> dict[str, str]:
    """Return the address of the sidebar's list, which loads after the page so that no
    page waits, and what the page needs to ask for hand-overs.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.account_id is None:
        return {}
    found = {"sidebar_url": reverse("session-sidebar")}
    if user.may_run_sessions and settings.HANDOVER_NEWS_SECONDS:
        # What is handed over from now on is said on the page.
        found |= {
            "news_url": reverse("handover-news"),
            "news_after": timezone.now().isoformat(),
            "news_seconds": str(settings.HANDOVER_NEWS_SECONDS),
        }
    return found
