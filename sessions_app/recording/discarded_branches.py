"""Steps that left the path, kept to be brought back until the session is completed ([U6])."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Conflict
from sessions_app.models import Decision, Session
from sessions_app.permissions import locked_open
from sessions_app.recording.services import save_path, set_aside_from
from sessions_app.titles.assign import title_after_change


@dataclass(frozen=True)
class Shelf:
    """Steps that left the path together: from `position` on, `count` of them."""

    id: uuid.UUID
    position: int
    count: int
    question: str
    answer: str


def offered(work_session: Session) -> list[Shelf]:
    """What can be brought back, the newest first; nothing once the session is completed.

    Steps that the path doesn't lead to just now are kept, and offered when it does again.
    """
    if work_session.is_completed:
        return []
    found: dict[uuid.UUID | None, list[Decision]] = {}
    rows = work_session.all_decisions.filter(shelf__isnull=False).only(
        "shelf", "position", "node_id", "question", "answer", "session_id"
    )
    for row in rows.order_by("-timestamp", "position"):
        found.setdefault(row.shelf, []).append(row)
    firsts = {shelf: min(steps, key=lambda row: row.position) for shelf, steps in found.items()}
    ways = _ways_to(work_session, [first.position for first in firsts.values()])
    return [
        Shelf(
            id=shelf,
            position=first.position,
            count=len(found[shelf]),
            question=first.question,
            answer=first.answer,
        )
        for shelf, first in firsts.items()
        if shelf is not None and leads_to(work_session, ways.get(first.position), first.node_id)
    ]


def _ways_to(work_session: Session, positions: list[int]) -> dict[int, str]:
    """The node that the path leads to at each of `positions` that it reaches."""
    if not positions:
        return {}
    before = work_session.decisions.filter(position__in=[position - 1 for position in positions])
    ways = {position + 1: node for position, node in before.values_list("position", "next_node")}
    return {1: work_session.structure.get("start") or "", **ways}


def leads_to(work_session: Session, way: str | None, node_id: str) -> bool:
    """Whether a path that leads to `way` (`None`: it isn't as long) can go on at `node_id`.

    An own step stands before the node it returns to; "" is a way that the flow doesn't know.
    """
    if way is None:
        return False
    passed = set()
    while node_id.startswith("custom-") and node_id != way and node_id not in passed:
        passed.add(node_id)
        step = work_session.node(node_id)
        node_id = (step.get("return_to") or way) if step else way
    return way in ("", node_id)


def bring_back(*, user: User, pk: Any, shelf: uuid.UUID) -> Session:
    """Put a shelf's steps back on the path; what took their place is set aside in turn."""
    with transaction.atomic():
        work_session = locked_open(user, pk)
        if shelf not in {found.id for found in offered(work_session)}:
            raise Conflict("Those steps can't be brought back here.", work_session)
        rows = work_session.all_decisions.filter(shelf=shelf)
        positions = list(rows.order_by("position").values_list("position", "next_node"))
        set_aside_from(work_session, positions[0][0])
        rows.update(shelf=None)
        work_session.decision_count, work_session.current_node = positions[-1]
        work_session.node_entered_at = timezone.now()
        save_path(work_session, *title_after_change(work_session))
    return work_session
