"""What an open page asks every few seconds: was a session handed to whoever looks at it?

Two queries, of which one is the sign-in, and an empty answer nearly always. It asks with
`X-Background`, as nobody who is there asked.
"""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from accounts_app.http import PageRequest
from sessions_app.handover.queries import list_received

#: A hand-over carries the time at which it began, and is seen when it is committed.
OVERLAP = timedelta(seconds=30)
MAX_AGE = timedelta(days=1)
AFTER_HEADER = "X-News-After"
USER_HEADER = "X-News-User"


@require_safe
def news(request: PageRequest) -> HttpResponse:
    """Return a notice for each session handed over since `?after=`, the time of the answer before;
    204 for none. The page shows each once.
    """
    now = timezone.now()
    found = list(list_received(request.user, after=_after(request) - OVERLAP))
    if found:
        lines = [
            {
                "id": handover.pk,
                "session_id": handover.session_id,
                "giver": handover.from_user.display_name,
                "name": str(handover.session),
                "about": "".join(
                    f", {text}"
                    for text in (handover.session.client_name, handover.session.ticket_number)
                    if text
                ),
            }
            for handover in found
        ]
        response = render(request, "sessions_app/_handover_news.html", {"handovers": lines})
    else:
        response = HttpResponse(status=204)
    response[AFTER_HEADER] = now.isoformat()
    response[USER_HEADER] = str(request.user.pk)
    response["Cache-Control"] = "no-store"
    return response


def _after(request: PageRequest) -> datetime:
    now = timezone.now()
    try:
        after = parse_datetime(request.GET.get("after", ""))
    except ValueError:
        after = None
    if after is None or timezone.is_naive(after):
        return now
    return min(max(after, now - MAX_AGE), now)
