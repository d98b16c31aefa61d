"""The page on which a session is handed to a team mate."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts_app.http import PageRequest
from accounts_app.submissions import creates_once
from resolutionflow.web.errors import Conflict, Invalid, StateError
from resolutionflow.web.forms import LenientTextField, number_or_none, uuid_or_none
from resolutionflow.web.responses import redirect_after_post
from sessions_app import permissions
from sessions_app.handover import notices, services
from sessions_app.handover.brief import make_brief
from sessions_app.handover.summary import summarise


@require_http_methods(["GET", "HEAD", "POST"])
@creates_once()
def hand_over(request: PageRequest, pk: UUID) -> HttpResponse:
    """Choose a team mate and leave a note, beside the summary that they will see."""
    if request.method != "POST":
        return _render_form(request, pk)
    to = request.POST.get("to", "")
    note = LenientTextField().to_python(request.POST.get("note", ""))
    seen = request.POST.get("position")
    try:
        given = services.hand_over(
            user=request.user,
            pk=pk,
            to=uuid_or_none(to),
            note=note,
            position=None if seen is None else number_or_none(seen) or 0,
        )
    except Conflict as stale:
        return _render_form(request, pk, note=note, chosen=to, notice=stale.message, status=409)
    except Invalid as invalid:
        return _render_form(request, pk, note=note, chosen=to, errors=invalid.fields, status=422)
    except StateError as error:
        return redirect_after_post(request, "session-detail", pk, error=error.message)
    name = given.to_user.display_name
    return redirect_after_post(
        request, "dashboard", toast=f"Handed to {name}. It is theirs now, and you can read on."
    )


def _render_form(
    request: PageRequest,
    pk: UUID,
    *,
    note: str = "",
    chosen: str = "",
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    work_session = permissions.get_readable_session(request.user, pk)
    try:
        services.require_may_hand_over(work_session, request.user)
    except StateError as error:
        return redirect_after_post(request, "session-detail", pk, error=error.message)
    context: dict[str, Any] = {
        "section": "sessions",
        "work_session": work_session,
        "next_position": work_session.decision_count + 1,
        "notice": notice,
        "mates": [
            {
                "id": mate.pk,
                "name": mate.display_name,
                "username": mate.username,
                "is_chosen": str(mate.pk) == chosen,
            }
            for mate in services.team_mates(request.user)
        ],
        "has_team": request.user.team_id is not None,
        "note": note,
        "errors": errors or {},
        "brief": make_brief(summarise(notices.summary_input(work_session))),
    }
    return render(request, "sessions_app/hand_over.html", context, status=status)
