"""Changing what a running session knows: values of variables, the ticket, the client."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Invalid
from resolutionflow.web.forms import require_valid
from resolutionflow.web.responses import redirect_after_post, trigger_sessions_changed
from sessions_app import permissions, services
from sessions_app.models import Session
from sessions_app.run.autosave_views import save_typing
from sessions_app.run.domain_errors import render_domain_errors, submitted_text
from sessions_app.run.forms import ReferenceForm
from sessions_app.run.step_presenters import ShownStep, SubmittedForm, shown_step, with_hints
from sessions_app.run.variable_presenters import (
    SEEN_PREFIX,
    VariableField,
    seen_variables,
    submitted_variables,
    variable_fields,
)
from sessions_app.run.views import decision_at, render_run, with_list_event
from sessions_app.suggestions.client_history import earlier_sessions


@require_POST
@render_domain_errors
def variables(request: PageRequest, pk: UUID) -> HttpResponse:
    """Save the values of variables, typed at the step or in the panel ([T3]).

    *Skip* sends the name of one that stays blank.
    """
    typed = submitted_variables(request.POST.dict())
    skipped = request.POST.get("skip", "")
    typed.pop(skipped, None)
    if _is_inline_form(request):
        # What is typed at the step comes along and is kept.
        save_typing(request, pk)
    try:
        work_session = services.set_variables(
            user=request.user,
            pk=pk,
            values=typed,
            seen=seen_variables(request.POST.dict()),
            skipped=skipped,
        )
    except Invalid as invalid:
        return _render_refused(request, pk, typed, invalid.fields)
    if not request.htmx:
        return redirect_after_post(request, "session-run", pk)
    fields = variable_fields(work_session)
    return _render_variables(request, work_session, _step_of_form(request, work_session), fields)


def _is_inline_form(request: PageRequest) -> bool:
    """Return whether the values were typed at the step rather than in the panel beside it."""
    return "notes" in request.POST


def _render_variables(
    request: PageRequest,
    work_session: Session,
    step: ShownStep | None,
    fields: tuple[VariableField, ...],
) -> HttpResponse:
    """Render the step's text and answers alone, so that nothing moves while the engineer types."""
    asked_inline = _is_inline_form(request)
    if not asked_inline:
        fields = tuple(field for field in fields if field.field_name in request.POST)
    context = {
        "work_session": work_session,
        "step": with_hints(work_session, step),
        "variables": fields,
        "asked_inline": asked_inline,
    }
    response = render(request, "sessions_app/_variables_response.html", context)
    return with_list_event(response, work_session)


def _step_of_form(request: PageRequest, work_session: Session) -> ShownStep | None:
    """Return the step that the form belongs to, with what is typed in it."""
    opened = decision_at(work_session, request.POST.get("position", ""))
    return shown_step(work_session, opened, SubmittedForm(submitted_text(request)))


def _render_refused(
    request: PageRequest, pk: UUID, typed: Mapping[str, str], errors: Mapping[str, str]
) -> HttpResponse:
    work_session = permissions.get_readable_session(request.user, pk)
    step = _step_of_form(request, work_session)
    if step is not None and _is_inline_form(request):
        names = [item.name for item in step.variables]
        asked = variable_fields(work_session, names=names, typed=typed, errors=errors)
        step = replace(step, variables=asked)
    fields = variable_fields(work_session, typed=typed, errors=errors)
    if not request.htmx:
        return render_run(request, work_session, step, status=422, variables=fields)
    response = _render_variables(request, work_session, step, fields)
    response.status_code = 422
    return response


@require_POST
@render_domain_errors
def reference(request: PageRequest, pk: UUID) -> HttpResponse:
    """Set the ticket number and the client from the run page."""
    form = require_valid(ReferenceForm(request.POST))
    changes = {name: text for name, text in form.items() if name in request.POST}
    seen = {
        name: request.POST[SEEN_PREFIX + name]
        for name in changes
        if SEEN_PREFIX + name in request.POST
    }
    work_session = services.set_reference(
        user=request.user, pk=pk, changes=changes, seen=seen, starts=True
    )
    if not request.htmx:
        return redirect_after_post(request, "session-run", pk)
    step = with_hints(work_session, _step_of_form(request, work_session))
    context = {
        "work_session": work_session,
        "step": step,
        "earlier": earlier_sessions(work_session, request.user),
        # What the fields of this page hold, whatever was saved from elsewhere.
        "seen": changes,
    }
    response = render(request, "sessions_app/_reference_response.html", context)
    return trigger_sessions_changed(response)
