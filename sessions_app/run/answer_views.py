"""Answering a step, and restoring steps that another answer had discarded."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Invalid
from resolutionflow.web.forms import uuid_or_none
from resolutionflow.web.responses import redirect_after_post
from sessions_app.completion.presenters import completion_form
from sessions_app.models import Decision, Session
from sessions_app.recording import discarded_branches
from sessions_app.recording import services as recording_services
from sessions_app.run.domain_errors import render_domain_errors
from sessions_app.run.evidence_presenters import step_evidence
from sessions_app.run.forms import StepForm
from sessions_app.run.path_presenters import path_item
from sessions_app.run.step_presenters import ShownStep, current_step, with_hints
from sessions_app.run.views import render_after_write, render_run, with_list_event
from sessions_app.suggestions.reuse_answer import reuse_answer


@require_POST
@render_domain_errors
def answer(request: PageRequest, pk: UUID) -> HttpResponse:
    """Record the step and show the next one ([U1]), in one request."""
    form = StepForm(request.POST)
    step = form.step()
    record = reuse_answer if form.is_reused else recording_services.answer
    work_session, decision = record(user=request.user, pk=pk, step=step)
    if not request.htmx:
        return redirect_after_post(request, "session-run", pk)
    following = current_step(work_session)
    if step.revised_decision_id is not None or following is None:
        return render_run(request, work_session, following)
    return _next_step(request, work_session, decision, following)


def _next_step(
    request: PageRequest, work_session: Session, decision: Decision, following: ShownStep
) -> HttpResponse:
    """Render the next step and the new line of the path: one query at most, for the hints."""
    hinted = with_hints(work_session, following)
    if hinted and hinted.kind == "question":
        evidence = step_evidence(work_session, decision, decision.command_output)
        hinted = replace(hinted, evidence=evidence)
    context = {
        "work_session": work_session,
        "step": hinted,
        "item": path_item(work_session, decision),
        "completion": completion_form(work_session, following),
        "next_position": work_session.decision_count + 1,
    }
    response = render(request, "sessions_app/_next_step.html", context)
    return with_list_event(response, work_session)


@require_POST
@render_domain_errors
def restore_branch(request: PageRequest, pk: UUID) -> HttpResponse:
    """Restore discarded steps ([U6])."""
    discarded_branch = uuid_or_none(request.POST.get("discarded_branch", ""))
    if discarded_branch is None:
        raise Invalid({"discarded_branch": "Choose which steps to bring back."})
    return render_after_write(
        request,
        discarded_branches.restore_branch(
            user=request.user, pk=pk, discarded_branch=discarded_branch
        ),
    )
