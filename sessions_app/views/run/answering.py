"""Answering a step, and bringing back what another answer had set aside."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts_app.requests import PageRequest
from resolutionflow.errors import Invalid
from resolutionflow.pages import seeother, with_sessions_changed
from sessions_app.forms import StepForm, uuid_or_none
from sessions_app.insight.carrying import carry_over
from sessions_app.models import Decision, Session
from sessions_app.path import recording, shelves
from sessions_app.run_page.ending import ending
from sessions_app.run_page.path import path_item
from sessions_app.run_page.steps import Step, current_step, with_hints
from sessions_app.views.run.page import go_on, show
from sessions_app.views.run.refusing import refusing


@require_POST
@refusing
def answer(request: PageRequest, pk: UUID) -> HttpResponse:
    """Record the step and show the next one ([U1]); one request, whatever the path's length."""
    form = StepForm(request.POST)
    step = form.step()
    record = carry_over if form.carries_over else recording.answer
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
    return go_on(request, shelves.bring_back(user=request.user, pk=pk, shelf=shelf))
