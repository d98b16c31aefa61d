"""Answering a step, and bringing back what another answer had set aside."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Invalid
from resolutionflow.web.responses import seeother, with_sessions_changed
from sessions_app.completion.presenters import ending
from sessions_app.models import Decision, Session
from sessions_app.recording import discarded_branches
from sessions_app.recording import services as recording_services
from sessions_app.run.domain_errors import refusing
from sessions_app.run.forms import StepForm, uuid_or_none
from sessions_app.run.path_presenters import path_item
from sessions_app.run.step_presenters import Step, current_step, with_hints
from sessions_app.run.views import go_on, show
from sessions_app.suggestions.reuse_answer import carry_over


@require_POST
@refusing
def answer(request: PageRequest, pk: UUID) -> HttpResponse:
    """Record the step and show the next one ([U1]); one request, whatever the path's length."""
    form = StepForm(request.POST)
    step = form.step()
    record = carry_over if form.carries_over else recording_services.answer
    work_session, decision = record(user=request.user, pk=pk, step=step)
    if not request.htmx:
        return seeother(request, "session-run", pk)
    following = current_step(work_session)
    if step.revises is not None or following is None:
        return show(request, work_session, following)
    return _next_step(request, work_session, decision, following)


def _next_step(
    request: PageRequest, work_session: Session, decision: Decision, following: Step
) -> HttpResponse:
    """The common case: the step, with at most one query for its hints, and the path's new line."""
    hinted = with_hints(work_session, following)
    context = {
        "work_session": work_session,
        "step": hinted,
        "item": path_item(work_session, decision),
        "ending": ending(work_session, following),
        "next_position": work_session.decision_count + 1,
    }
    response = render(request, "sessions_app/_next_step.html", context)
    return with_sessions_changed(response) if work_session.is_renamed else response


@require_POST
@refusing
def bring_back(request: PageRequest, pk: UUID) -> HttpResponse:
    """Put steps that were set aside back on the path ([U6])."""
    shelf = uuid_or_none(request.POST.get("shelf", ""))
    if shelf is None:
        raise Invalid({"shelf": "Choose which steps to bring back."})
    return go_on(request, discarded_branches.bring_back(user=request.user, pk=pk, shelf=shelf))
