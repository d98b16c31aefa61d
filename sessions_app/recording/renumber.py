"""Making room on the path for a step between two that are recorded ([S17])."""

import uuid

from django.db.models import F

from sessions_app.models import Session
from sessions_app.recording import discarded_branches


def make_room(work_session: Session, position: int) -> None:
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
    offered = discarded_branches.offered(work_session)
    moved = {shelf.id for shelf in offered if shelf.position > position}
    waiting = firsts.keys() - {shelf.id for shelf in offered}
    while True:
        ends = [(place, way) for shelf, place, _, way in rows if shelf in moved]
        found = {
            shelf
            for shelf in waiting - moved
            for place, way in ends
            if place + 1 == firsts[shelf][0]
            and discarded_branches.leads_to(work_session, way, firsts[shelf][1])
        }
        if not found:
            return moved
        moved |= found
