"""Showing the run page: whole, or the part that HTMX swaps after the path has changed."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts_app.http import PageRequest
from resolutionflow.web.forms import number_or_none
from resolutionflow.web.responses import redirect_after_post, trigger_sessions_changed
from sessions_app import permissions
from sessions_app.completion.presenters import completion_form
from sessions_app.handover import notices
from sessions_app.models import Decision, Session
from sessions_app.recording import discarded_branches
from sessions_app.recording import services as recording_services
from sessions_app.run.evidence_presenters import step_evidence
from sessions_app.run.path_presenters import path_items, path_rows
from sessions_app.run.step_presenters import ShownStep, current_step, shown_step, with_hints
from sessions_app.run.variable_presenters import variable_fields
from sessions_app.suggestions.client_history import earlier_sessions


def page_context(work_session: Session, step: ShownStep | None) -> dict[str, Any]:
    """Return what the whole page needs; `_step.html` alone needs `work_session` and `step`."""
    opened = step.position if step else None
    decided_by = step.position - 1 if step and step.kind == "question" else 0
    rows: list[Any] = list(path_rows(work_session, with_output_of=decided_by))
    before = next((row for row in rows if row.position == decided_by), None)
    if step and before:
        evidence = step_evidence(work_session, before, before.output)
        step = replace(step, evidence=evidence)
    return {
        "section": "sessions",
        "work_session": work_session,
        "step": step,
        "path": path_items(work_session, rows, opened=opened),
        "discarded_branches": discarded_branches.restorable_branches(work_session),
        "variables": variable_fields(work_session),
        "scratchpad_hash": recording_services.text_hash(work_session.scratchpad),
        "completion": completion_form(work_session, step),
        "next_position": work_session.decision_count + 1,
        "request_id_of_step": str(uuid4()),
    }


def render_run(
    request: PageRequest,
    work_session: Session,
    step: ShownStep | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the page, or the part that HTMX swaps after the path has changed."""
    context = {
        **page_context(work_session, with_hints(work_session, step)),
        "handover_notice": notices.notice_for(request.user, work_session),
        "earlier": earlier_sessions(work_session, request.user),
        **more,
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "sessions_app/run.html", context, status=status)
    context["is_swap"] = True
    response = render(request, "sessions_app/_run_body.html", context, status=status)
    # Whatever part asked, the whole run is what has changed.
    response["HX-Retarget"] = "#run"
    response["HX-Reswap"] = "innerHTML show:none"
    if request.method == "POST":
        response["HX-Replace-Url"] = reverse("session-run", args=[work_session.pk])
    return with_list_event(response, work_session)


def with_list_event(response: HttpResponse, work_session: Session) -> HttpResponse:
    """Return the response, which has the sidebar reload its list when that has changed ([H1])."""
    return trigger_sessions_changed(response) if work_session.is_list_changed else response


def render_after_write(request: PageRequest, work_session: Session) -> HttpResponse:
    """Render the run where it stands after a write that moved it."""
    if not request.htmx:
        return redirect_after_post(request, "session-run", work_session.pk)
    return render_run(request, work_session, current_step(work_session))


@require_safe
def run(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show the current step, or with `?step=N` an earlier one as it was recorded."""
    work_session = permissions.get_readable_session(request.user, pk)
    if not work_session.may_be_run_by(request.user):
        return redirect_after_post(request, "session-detail", pk)
    return render_run(request, work_session, requested_step(request, work_session))


def requested_step(request: PageRequest, work_session: Session) -> ShownStep | None:
    """Return the recorded step that `?step=N` names, else the current one."""
    opened = decision_at(work_session, request.GET.get("step", ""))
    return shown_step(work_session, opened)


def decision_at(work_session: Session, position: str) -> Decision | None:
    """Return the step of the path at a position that a page sent; None if there is none."""
    number = number_or_none(position)
    if number is None:
        return None
    return work_session.decisions.filter(position=number).first()


def decision_of(work_session: Session, pk: str) -> Decision | None:
    """Return the step of the path with an id that a page sent; None if there is none."""
    number = number_or_none(pk)
    return None if number is None else work_session.decisions.filter(pk=number).first()
