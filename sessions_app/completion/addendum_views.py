"""Adding to a completed session, also what somebody typed who completed it second."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.dates import display_time
from resolutionflow.web.errors import Invalid, StateError
from resolutionflow.web.forms import LenientTextField
from resolutionflow.web.responses import redirect_after_post
from sessions_app import permissions
from sessions_app.completion import addenda
from sessions_app.completion.completed_by import who_completed
from sessions_app.models import Outcome, Session


@require_POST
def add(request: PageRequest, pk: UUID) -> HttpResponse:
    """Add the text; a refused one is shown again, beside what the session says."""
    text = LenientTextField().to_python(request.POST.get("outcome_notes", ""))
    try:
        addenda.add_addendum(user=request.user, pk=pk, text=text)
    except Invalid as invalid:
        work_session = permissions.get_readable_session(request.user, pk)
        return _render(request, work_session, text, status=422, error=invalid.message)
    except StateError as error:
        return redirect_after_post(request, "session-detail", pk, error=error.message)
    return redirect_after_post(request, "session-detail", pk, toast="Added to the notes.")


def render_completed_meanwhile(
    request: PageRequest, pk: UUID, *, message: str
) -> HttpResponse | None:
    """Show what somebody typed who completed a session that was completed already, beside what it
    says. Whoever typed nothing else than that is led to it, with `message`; None for a session
    that isn't completed.
    """
    work_session = permissions.get_readable_session(request.user, pk)
    if not work_session.is_completed:
        return None
    text = _what_differs(work_session, request.POST)
    if text:
        return _render(request, work_session, text, status=409)
    return redirect_after_post(request, "session-detail", pk, error=message, shows_typed=False)


def _what_differs(work_session: Session, sent: Mapping[str, str]) -> str:
    clean = LenientTextField().to_python
    parts = []
    notes, next_steps = (clean(sent.get(name, "")) for name in ("outcome_notes", "next_steps"))
    if notes.strip() and notes.strip() != work_session.outcome_notes.strip():
        parts.append(notes.strip())
    if next_steps.strip() and next_steps.strip() != work_session.next_steps.strip():
        parts.append(f"Next steps:\n{next_steps.strip()}")
    ticket = clean(sent.get("ticket_number", "")).strip()
    if ticket and ticket != work_session.ticket_number:
        parts.append(f"Ticket number: {ticket}")
    outcome = sent.get("outcome", "")
    if parts and outcome in Outcome.values and outcome != work_session.outcome:
        parts.append(f"Outcome: {Outcome(outcome).label}")
    return "\n\n".join(parts)


def _render(
    request: PageRequest, work_session: Session, text: str, *, status: int, error: str = ""
) -> HttpResponse:
    context = {
        "section": "sessions",
        "work_session": work_session,
        "who": who_completed(work_session).name,
        "completed": display_time(work_session.completed_at),
        "outcome": work_session.get_outcome_display(),
        "text": text,
        "error": error,
    }
    return render(request, "sessions_app/completed_meanwhile.html", context, status=status)
