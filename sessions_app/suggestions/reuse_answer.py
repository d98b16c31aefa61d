"""Reusing an answer that was given for the same client a short while ago ([H5]).

A fact need not be asked for twice: whether the office has two lines is the same as last week. So
the answer may be reused whatever became of that session, and the record says that it was, and from
when, until somebody answers the question again.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts_app.models import User
from resolutionflow.web.errors import Conflict
from sessions_app import permissions
from sessions_app.models import Decision, Session
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from sessions_app.suggestions.step_statistics import previous_answer

NOT_REUSABLE_MESSAGE = (
    "That answer can’t be carried over any more: the client, the values or the earlier session "
    "have changed. Answer the question here."
)


def reuse_answer(*, user: User, pk: Any, step: StepInput) -> tuple[Session, Decision]:
    """Record the step as `recording.services.answer` does, marked with the day of the earlier
    answer.

    What a page offered is looked up again, so that no caller decides where an answer is from.
    Raises `Conflict` when it can't be reused any more.
    """
    work_session = permissions.get_writable_session(user, pk)
    moment = None if work_session.is_completed else _answered_at(work_session, step)
    return recording_services.answer(user=user, pk=pk, step=replace(step, carried_over_from=moment))


def _answered_at(work_session: Session, step: StepInput) -> datetime | None:
    if step.request_id is not None and step.position <= work_session.decision_count:
        # The same form once more, such as by a double click: it says what it said.
        repeated = work_session.decisions.filter(
            position=step.position, request_id=step.request_id
        ).first()
        if repeated is not None:
            return repeated.carried_over_from
    given = previous_answer(work_session, step.node_id)
    if given is None or given.option != step.choice:
        raise Conflict(NOT_REUSABLE_MESSAGE, work_session)
    return given.at
