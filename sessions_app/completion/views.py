"""Completing a session and undoing that ([S5], [U2], [H8]).

The run page completes on a page of its own, or in place by script; a list completes in a popover,
and gets the session's card or row back (`history.list_item`). Each is a plain form first.
"""

import json
from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Conflict, DomainError, Invalid, StateError
from resolutionflow.web.forms import LenientTextField, require_valid
from resolutionflow.web.responses import redirect_after_post
from resolutionflow.web.text import shorten
from sessions_app import permissions
from sessions_app.completion import services
from sessions_app.completion.addendum_views import render_completed_meanwhile
from sessions_app.completion.forms import CompleteForm, UndoForm
from sessions_app.completion.presenters import completion_form
from sessions_app.completion.reopening import reopen_completed
from sessions_app.history.list_item import list_variant, render_list_item
from sessions_app.models import Outcome, Session
from sessions_app.run.step_presenters import current_step

# -- from the run page -------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show the form that completes a session, prefilled from its solution, or take it ([U2])."""
    if request.method != "POST":
        return _render_form(request, pk)
    try:
        data = require_valid(CompleteForm(request.POST))
        done = services.complete(
            user=request.user,
            pk=pk,
            outcome=data["outcome"],
            outcome_notes=data["outcome_notes"],
            next_steps=data["next_steps"],
            ticket_number=data["ticket_number"],
            ends_at=request.POST.get("node_id", "")[:64],
            position=data["position"],
        )
    except Conflict as conflict:
        return _render_form(
            request, pk, typed=request.POST.dict(), notice=conflict.message, status=409
        )
    except Invalid as invalid:
        return _render_form(
            request, pk, typed=request.POST.dict(), errors=invalid.fields, status=422
        )
    except StateError as error:
        shown = render_completed_meanwhile(request, pk, message=error.message)
        return shown or redirect_after_post(request, "session-detail", pk, error=error.message)
    undo = undo_url(done)
    return redirect_after_post(request, "session-detail", pk, toast="Session completed.", undo=undo)


def _render_form(
    request: PageRequest,
    pk: UUID,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    work_session = permissions.get_readable_session(request.user, pk)
    if not work_session.may_be_run_by(request.user):
        return redirect_after_post(request, "session-detail", pk)
    step = current_step(work_session)
    context = {
        "section": "sessions",
        "work_session": work_session,
        "step": step,
        "notice": notice,
        "next_position": work_session.decision_count + 1,
        "completion": completion_form(work_session, step, typed=typed, errors=errors),
    }
    return render(request, "sessions_app/complete.html", context, status=status)


# -- from a list -------------------------------------------------------------------------------


def undo_url(work_session: Session) -> str:
    """Return the address that undoes the completion that left `work_session` as it is, by POST."""
    address = reverse("session-reopen", args=[work_session.pk])
    return f"{address}?revision={work_session.revision}"


@require_POST
def close(request: PageRequest, pk: UUID) -> HttpResponse:
    """Complete a session from a list. A blank note keeps what was saved before ([S5])."""
    shape = list_variant(request)
    try:
        standing = permissions.get_writable_session(request.user, pk)
        given = require_valid(CompleteForm(request.POST))
        done = services.complete(
            user=request.user,
            pk=pk,
            outcome=given["outcome"],
            outcome_notes=given["outcome_notes"] or None,
            revision=given["revision"],
            ends_at=standing.current_node,
        )
    except (DomainError, PermissionDenied) as error:
        return _render_not_completed(request, pk, shape, error)
    text = f"Closed as {Outcome(done.outcome).label.lower()}."
    if not shape:
        return redirect_after_post(request, "session-detail", pk, toast=text, undo=undo_url(done))
    return render_list_item(request, pk, shape, text=text, kind="success", undo=undo_url(done))


def _render_not_completed(
    request: PageRequest, pk: UUID, shape: str, error: DomainError | PermissionDenied
) -> HttpResponse:
    """Say why. What can be tried again is said in the popover, which keeps the typed note."""
    message = str(error)
    if isinstance(error, PermissionDenied):
        if not shape:
            raise error
        return _with_popover_message(HttpResponse(status=403), message)
    note = LenientTextField().to_python(request.POST.get("outcome_notes", "")).strip()
    if not shape:
        if note and isinstance(error, StateError):
            shown = render_completed_meanwhile(request, pk, message=message)
            if shown is not None:
                return shown
        if isinstance(error, Conflict):
            typed = request.POST.dict()
            return _render_form(request, pk, typed=typed, notice=message, status=409)
        page = "session-complete" if isinstance(error, Invalid) else "session-detail"
        return redirect_after_post(request, page, pk, error=message)
    if isinstance(error, Invalid):
        response = HttpResponse(status=422)
        response["HX-Reswap"] = "none"
        return _with_popover_message(response, message)
    if isinstance(error, Conflict):
        return _with_popover_message(render_list_item(request, pk, shape, status=409), message)
    if note:
        message += f" Your note isn’t in it; add it on the session’s page: “{shorten(note, 2000)}”"
    return render_list_item(request, pk, shape, status=409, text=message, kind="error")


def _with_popover_message(response: HttpResponse, message: str) -> HttpResponse:
    response["HX-Trigger"] = json.dumps({"close-refused": {"message": message}})
    return response


@require_POST
def reopen(request: PageRequest, pk: UUID) -> HttpResponse:
    """Undo the completion that left the session at `?revision=`."""
    shape = list_variant(request)
    permissions.get_writable_session(request.user, pk)
    try:
        revision = require_valid(UndoForm(request.GET))["revision"]
        services.reopen(user=request.user, pk=pk, revision=revision)
    except (Conflict, Invalid, StateError) as error:
        if not shape:
            return redirect_after_post(request, "session-detail", pk, error=error.message)
        return render_list_item(request, pk, shape, status=409, text=error.message, kind="warning")
    if not shape:
        return redirect_after_post(request, "session-run", pk, toast="The session is open again.")
    return render_list_item(request, pk, shape, text="The session is open again.", kind="success")


@require_POST
def open_again(request: PageRequest, pk: UUID) -> HttpResponse:
    """Reopen a completed session from its page, and go on with it."""
    try:
        reopen_completed(user=request.user, pk=pk, seen=request.POST.get("completed_at"))
    except (Conflict, StateError) as error:
        return redirect_after_post(request, "session-detail", pk, error=error.message)
    return redirect_after_post(request, "session-run", pk, toast="The session is open again.")
