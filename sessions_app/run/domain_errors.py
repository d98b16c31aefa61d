"""Turning domain errors into pages of the run, with what was typed beside the reason."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Conflict, DomainError, Invalid, NotStored, StateError
from resolutionflow.web.forms import LenientTextField
from resolutionflow.web.responses import redirect_after_post
from sessions_app import permissions
from sessions_app.run.step_presenters import SubmittedForm, current_step, shown_step
from sessions_app.run.variable_presenters import (
    FIELD_PREFIX,
    SEEN_PREFIX,
    seen_variables,
    submitted_variables,
)
from sessions_app.run.views import decision_of, render_run

View = Callable[..., HttpResponse]
STEP_ERROR_FIELDS = (
    "notes",
    "command_output",
    "choice",
    "file",
)  # fields that show their own error
CUSTOM_STEP_FIELDS = ("title", "body", "command")


def render_domain_errors(view: View) -> View:
    """Render what the services refuse: 422 with the form as it was typed (503 or 507 where a file
    can't be stored), 409 with the session as it is now and the unsaved text beside it. Where
    nothing was typed, a session that is completed leads to its page instead.
    """

    @wraps(view)
    def wrapper(request: PageRequest, pk: UUID, **kwargs: Any) -> HttpResponse:
        try:
            return _run_or_render_error(view, request, pk, **kwargs)
        except PermissionDenied as refused:
            return _render_not_permitted(request, str(refused))

    return wrapper


def _run_or_render_error(view: View, request: PageRequest, pk: UUID, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, pk, **kwargs)
    except Conflict as conflict:
        return _render_refused(request, pk, conflict)
    except Invalid as invalid:
        return _render_refused_step(request, pk, invalid)
    except NotStored as error:
        refused = Invalid({"file": error.message})
        response = _render_refused_step(request, pk, refused, status=error.status)
        response["Retry-After"] = error.retry_after
        return response
    except StateError as error:
        if not unsaved_text(request) and not _submitted_reference(request):
            return redirect_after_post(request, "session-detail", pk, error=error.message)
        return _render_refused(request, pk, error)


def _render_refused(request: PageRequest, pk: UUID, error: DomainError) -> HttpResponse:
    """Render the session as the database has it, not as the refused write had changed it."""
    work_session = permissions.get_readable_session(request.user, pk)
    step = None if work_session.is_completed else current_step(work_session)
    kept = {**unsaved_text(request), **_submitted_reference(request)}
    # Whoever was first may have renamed or completed it.
    work_session.is_list_changed = True
    return render_run(request, work_session, step, status=409, notice=error.message, kept=kept)


def submitted_text(request: PageRequest) -> dict[str, str]:
    """Return what the step's form holds, as pasted, to be shown again."""
    clean = LenientTextField().to_python
    return {
        name: clean(request.POST[name])
        for name in ("notes", "command_output", "text")
        if name in request.POST
    }


def submitted_custom_step(request: PageRequest) -> dict[str, str]:
    """Return what the form of a custom step holds, its commands as one text."""
    clean = LenientTextField().to_python
    lists = {name: request.POST.getlist(name) for name in CUSTOM_STEP_FIELDS}
    return {name: clean("\n".join(filter(None, texts))) for name, texts in lists.items()}


def _submitted_reference(request: PageRequest) -> dict[str, str]:
    """Return ticket number and client, as far as they were changed on the page."""
    return {
        name: LenientTextField().to_python(request.POST[name])
        for name in ("ticket_number", "client_name")
        if request.POST.get(name, "").strip()
        and request.POST[name] != request.POST.get(SEEN_PREFIX + name)
    }


def unsaved_text(request: PageRequest) -> dict[str, str]:
    """Return what the form holds that wasn't saved, to be copied: the texts of a step or a
    custom step, and variables.
    """
    submitted = submitted_variables(request.POST.dict())
    seen = seen_variables(request.POST.dict())
    values = {
        f"{FIELD_PREFIX}{name}": text
        for name, text in submitted.items()
        if text != seen.get(name, "")
    }
    kept = {
        **submitted_text(request),
        **submitted_custom_step(request),
        **values,
    }
    return {name: text for name, text in kept.items() if text.strip()}


def _render_refused_step(
    request: PageRequest, pk: UUID, invalid: Invalid, *, status: int = 422
) -> HttpResponse:
    work_session = permissions.get_readable_session(request.user, pk)
    request_id = request.POST.get("request_id", "")[:36]
    opened = decision_of(work_session, request.POST.get("revised_decision_id", ""))
    step = shown_step(
        work_session, opened, SubmittedForm(submitted_text(request), invalid.fields, request_id)
    )
    unsaid = [text for name, text in invalid.fields.items() if name not in STEP_ERROR_FIELDS]
    notice = " ".join(unsaid) if step else invalid.message
    return render_run(request, work_session, step, status=status, notice=notice)


def _render_not_permitted(request: PageRequest, notice: str) -> HttpResponse:
    """Render a 403 with what was typed, to be copied: the session was handed to somebody else, or
    the user's role was changed.
    """
    kept = {**unsaved_text(request), **_submitted_reference(request)}
    context = {"section": "sessions", "notice": notice, "kept": kept}
    if not request.htmx:
        return render(request, "sessions_app/not_permitted.html", context, status=403)
    response = render(request, "sessions_app/_run_notices.html", context, status=403)
    response["HX-Retarget"] = "#run-notices"
    response["HX-Reswap"] = "innerHTML show:window:top"
    response["X-Not-Permitted"] = "yes"
    return response
