"""Custom steps: steps that the flow lacks, added where the engineer looks ([S17]), or removed.

At the current step a custom step is inserted before it and answered next. At a recorded step that
was opened again it is recorded right after that one, and the later steps stay.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, Invalid, StateError
from sessions_app import limits
from sessions_app.models import Decision, Session
from sessions_app.permissions import (
    COMPLETED_MESSAGE,
    STALE_MESSAGE,
    lock_open_session,
    lock_session,
)
from sessions_app.recording import services
from sessions_app.recording.renumber import shift_positions_after
from sessions_app.recording.services import save_progress
from sessions_app.step_library import services as step_library_services
from sessions_app.titles.assign import title_after_steps


@dataclass(frozen=True)
class CustomStepInput:
    """A custom step to add; `commands` are `{label, shell, code}`."""

    title: str
    body: str
    commands: list[dict[str, str]]


def add_custom_step(
    *,
    user: User,
    pk: Any,
    step: CustomStepInput,
    after: int | None = None,
    before: tuple[int, str] | None = None,
    request_id: uuid.UUID | None = None,
    keep: bool = False,
) -> tuple[Session, Decision | None]:
    """Add `step`; return the session, and the decision when the step was recorded at once.

    `after` is the id of the recorded step that the page showed, `before` position and node of the
    current one. `keep` saves the step to the
    account's library too. The same form (`request_id`) sent twice adds one step. Raises `Conflict`
    when the opened step is no longer on the path, or the run has moved on, `Invalid` by field.
    """
    with transaction.atomic():
        work_session = lock_session(user, pk)
        if work_session.is_completed:
            raise StateError(COMPLETED_MESSAGE)
        step_id = custom_step_id(request_id)
        if work_session.node(step_id) is not None:
            return work_session, work_session.decisions.filter(node_id=step_id).first()
        here = (work_session.decision_count + 1, work_session.current_node)
        if after is None and before is not None and before != here:
            raise Conflict(STALE_MESSAGE, work_session)
        if keep:
            step_library_services.add_library_step(
                user=user, title=step.title, body=step.body, commands=step.commands
            )
        opened = _opened_decision(work_session, after) if after is not None else None
        if opened is not None and opened.position < work_session.decision_count:
            work_session.start(user)
            return work_session, _insert_after(work_session, opened, step_id, step, by=user)
        work_session = add_before_current(
            user=user,
            pk=pk,
            title=step.title,
            body=step.body,
            commands=step.commands,
            request_id=request_id,
        )
    return work_session, None


def _opened_decision(work_session: Session, after: int) -> Decision:
    opened = work_session.decisions.filter(pk=after).first()
    if opened is None:
        raise Conflict(STALE_MESSAGE, work_session)
    return opened


def _insert_after(
    work_session: Session, opened: Decision, step_id: str, step: CustomStepInput, *, by: User
) -> Decision:
    """Record the step as done right after `opened`; its result is typed at it later."""
    following = work_session.decisions.get(position=opened.position + 1)
    kept = append_custom_step(
        work_session,
        step_id,
        title=step.title,
        body=step.body,
        commands=step.commands,
        return_to=following.node_id,
    )
    shift_positions_after(work_session, opened.position)
    now = timezone.now()
    decision = Decision.objects.create(
        session=work_session,
        position=opened.position + 1,
        node_id=step_id,
        question=kept["title"],
        answer=services.DONE,
        next_node=following.node_id,
        action=services.action_of(work_session, {**kept, "type": "custom"}),
        entered_at=now,
        timestamp=now,
        recorded_by=by,
    )
    work_session.decision_count += 1
    named = title_after_steps(work_session, [decision])
    fields = ["custom_steps", "decision_count", *named, *work_session.mark_modified()]
    work_session.save(update_fields=fields)
    return decision


def add_before_current(
    *,
    user: User,
    pk: Any,
    title: str,
    body: str = "",
    commands: list[dict[str, str]] | None = None,
    request_id: uuid.UUID | None = None,
) -> Session:
    """Insert a custom step before the current one and make it the current step.

    When it is answered, the run returns to where it was. The same form sent twice adds one step.
    """
    with transaction.atomic():
        work_session = lock_open_session(user, pk)
        step_id = custom_step_id(request_id)
        if work_session.node(step_id) is not None:
            return work_session
        append_custom_step(
            work_session,
            step_id,
            title=title,
            body=body,
            commands=commands or [],
            return_to=work_session.current_node,
        )
        work_session.current_node = step_id
        work_session.node_entered_at = timezone.now()
        save_progress(work_session, "custom_steps")
    return work_session


def custom_step_id(request_id: uuid.UUID | None) -> str:
    """Return the node id of the step that a form adds: the same one when the form is sent twice."""
    return f"custom-{request_id or uuid.uuid4()}"


def append_custom_step(
    work_session: Session,
    step_id: str,
    *,
    title: str,
    body: str,
    commands: list[dict[str, str]],
    return_to: str,
) -> dict[str, Any]:
    """Check a custom step and append it to the session's; the caller saves it."""
    title = " ".join(title.split())
    if not 1 <= len(title) <= limits.CUSTOM_TITLE:
        raise Invalid({"title": f"Give the step a title of 1 to {limits.CUSTOM_TITLE} characters."})
    if len(body) > limits.NOTES:
        raise Invalid({"body": f"At most {limits.NOTES:,} characters fit here."})
    if len(work_session.custom_steps) >= limits.CUSTOM_STEPS:
        raise Invalid({"title": f"A session has room for {limits.CUSTOM_STEPS} custom steps."})
    step = {
        "id": step_id,
        "title": title,
        "body": body,
        "commands": commands,
        "return_to": return_to,
    }
    work_session.custom_steps = [*work_session.custom_steps, step]
    return step


def remove_custom_step(*, user: User, pk: Any, step_id: str) -> Session:
    """Remove a custom step that isn't recorded yet, and return to where it was added."""
    with transaction.atomic():
        work_session = lock_open_session(user, pk)
        node = work_session.node(step_id)
        if node is None or node["type"] != "custom" or work_session.current_node != step_id:
            raise Conflict(STALE_MESSAGE, work_session)
        work_session.custom_steps = [
            step for step in work_session.custom_steps if step["id"] != step_id
        ]
        files = work_session.draft_attachments(step_id)
        work_session.drafts.pop(step_id, None)
        work_session.current_node = node.get("return_to") or ""
        if files:
            there = work_session.draft_attachments(work_session.current_node)
            work_session.set_draft_attachments(work_session.current_node, [*there, *files])
        work_session.node_entered_at = timezone.now()
        save_progress(work_session, "custom_steps")
    return work_session
