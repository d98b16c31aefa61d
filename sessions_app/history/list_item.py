"""One session of a list, rendered again after something was done with it.

The list sends as `shape` how it shows a session; the response is that card or row as the database
has it now, with a toast beside it.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from accounts_app.http import PageRequest
from resolutionflow.web.responses import trigger_sessions_changed
from sessions_app import permissions
from sessions_app.history.cards import Card, build_cards, with_handovers
from sessions_app.models import Session

SHAPES = {"card": "sessions_app/_session_card.html", "row": "sessions_app/_session_row.html"}


def list_variant(request: PageRequest, *, also: Iterable[str] = ()) -> str:
    """Return how the requesting list shows a session: “card”, “row”, one of `also`, or ""."""
    shape = request.POST.get("shape", request.GET.get("shape", ""))
    return shape if request.htmx and shape in (*SHAPES, *also) else ""


def render_list_item(
    request: PageRequest, pk: UUID, shape: str, *, status: int = 200, **toast: Any
) -> HttpResponse:
    """Render the session's card or row as it is now, and a toast where there is a `text`."""
    context = {
        "card": list_card(request, pk, shape),
        "template": SHAPES[shape],
        "shape": shape,
        "words": (),  # nothing is searched for here
        **toast,
    }
    response = render(request, "sessions_app/_session_list_item.html", context, status=status)
    return trigger_sessions_changed(response) if toast else response


def list_card(request: PageRequest, pk: UUID, shape: str) -> Card:
    permissions.get_readable_session(request.user, pk)
    is_card = shape == "card"
    rows = Session.objects.filter(pk=pk)
    found = build_cards(rows, viewer=request.user, with_step=is_card, with_people=is_card)
    return with_handovers(found, viewer=request.user)[0]
