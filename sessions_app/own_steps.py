"""A step that the flow forgot, added where the engineer looks ([S17]).

At the current step it stands before it and is answered next (`custom_steps.add_custom_step`). At an
earlier step that was opened again it is recorded right after that one, and the later steps stay.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.errors import Conflict, StateError
from sessions_app import custom_steps, library, recording, shelves
from sessions_app.models import Decision, Session
from sessions_app.services import COMPLETED_MESSAGE, STALE_MESSAGE, locked
from sessions_app.titles import making


@dataclass(frozen=True)
class NewStep:
    """What is to be added; `commands` are `{label, shell, code}`."""

    title: str
    body: str
    commands: list[dict[str, str]]


def add(
    *,
    user: User,
    pk: Any,
    step: NewStep,
    after: int | None = None,
    request_id: uuid.UUID | None = None,
    keep: bool = False,
) -> tuple[Session, Decision | None]:
    """Add `step`; answer the session, and the new decision when the step was recorded at once.

    `after` is the id of the recorded step that the page showed; `keep` saves the step to the
    account's library too. The same form (`request_id`) sent twice adds and keeps one step. Raises
    `Conflict` when the opened step is no longer on the path, `Invalid` by field.
    """
    with transaction.atomic():
        work_session = locked(user, pk)
        if work_session.is_completed:
            raise StateError(COMPLETED_MESSAGE)
        step_id = custom_steps.custom_id_of(request_id)
        if work_session.node(step_id) is not None:
            return work_session, work_session.decisions.filter(node_id=step_id).first()
        if keep:
            library.add(user=user, title=step.title, body=step.body, commands=step.commands)
        opened = _opened(work_session, after) if after is not None else None
        if opened is not None and opened.position < work_session.decision_count:
            work_session.begin(user)
            return work_session, _insert(work_session, opened, step_id, step, by=user)
        work_session = custom_steps.add_custom_step(
            user=user,
            pk=pk,
            title=step.title,
            body=step.body,
            commands=step.commands,
            request_id=request_id,
        )
    return work_session, None


def _opened(work_session: Session, after: int) -> Decision:
    opened = work_session.decisions.filter(pk=after).first()
    if opened is None:
        raise Conflict(STALE_MESSAGE, work_session)
    return opened


def _insert(
    work_session: Session, opened: Decision, step_id: str, step: NewStep, *, by: User
) -> Decision:
    """Record the step as done right after `opened`; what came of it is typed at it."""
    following = work_session.decisions.get(position=opened.position + 1)
    kept = custom_steps.keep_custom_step(
        work_session,
        step_id,
        title=step.title,
        body=step.body,
        commands=step.commands,
        return_to=following.node_id,
    )
    _make_room(work_session, opened.position)
    now = timezone.now()
    decision = Decision.objects.create(
        session=work_session,
        position=opened.position + 1,
        node_id=step_id,
        question=kept["title"],
        answer=recording.DONE,
        next_node=following.node_id,
        action=recording.action_of(work_session, kept),
        entered_at=now,
        timestamp=now,
        recorded_by=by,
    )
    work_session.decision_count += 1
    named = making.after_steps(work_session, [decision])
    fields = ["custom_steps", "decision_count", *named, *work_session.touched()]
    work_session.save(update_fields=fields)
    return decision


def _make_room(work_session: Session, position: int) -> None:
    """Move what stands after `position` one place on: the path, and what was set aside from it."""
    hanging = _set_aside_after(work_session, position)
    work_session.all_decisions.filter(shelf__in=hanging).update(position=F("position") + 1)
    # A position is unique on the path at every moment, so the steps go by way of free numbers.
    far = work_session.decision_count + 1
    work_session.decisions.filter(position__gt=position).update(position=F("position") + far)
    work_session.decisions.filter(position__gt=far).update(position=F("position") - (far - 1))


def _set_aside_after(work_session: Session, position: int) -> set[uuid.UUID]:
    """The shelves that continue the path after `position`, and those that continue them in turn.

    A shelf that begins earlier keeps its own numbers: what it replaces is not what has moved.
    """
    rows = list(
        work_session.all_decisions.filter(shelf__isnull=False)
        .order_by("position")
        .values_list("shelf", "position", "node_id", "next_node")
    )
    firsts: dict[uuid.UUID, tuple[int, str]] = {}
    for shelf, place, node_id, _ in rows:
        if shelf is not None:
            firsts.setdefault(shelf, (place, node_id))
    offered = shelves.offered(work_session)
    moved = {shelf.id for shelf in offered if shelf.position > position}
    waiting = firsts.keys() - {shelf.id for shelf in offered}
    while True:
        ends = [(place, way) for shelf, place, _, way in rows if shelf in moved]
        found = {
            shelf
            for shelf in waiting - moved
            for place, way in ends
            if place + 1 == firsts[shelf][0]
            and shelves.leads_to(work_session, way, firsts[shelf][1])
        }
        if not found:
            return moved
        moved |= found
