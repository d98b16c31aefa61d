"""Renumbering the steps of a path, so that one can be inserted between two of them ([S17])."""

import uuid

from django.db.models import F, Q

from sessions_app.models import Session
from sessions_app.recording import discarded_branches


def shift_positions_after(work_session: Session, position: int) -> None:
    """Move the steps after `position` one place on: those of the path, and of branches after it."""
    moved = Q(discarded_branch__in=_branches_after(work_session, position))
    moved |= Q(discarded_branch__isnull=True, position__gt=position)
    work_session.all_decisions.filter(moved).update(position=F("position") + 1)


def _branches_after(work_session: Session, position: int) -> set[uuid.UUID]:
    """Return the ids of the discarded branches that begin after `position`.

    A branch that begins after a step of such a branch counts too. One that begins earlier keeps
    its numbers, since the steps that it replaces keep theirs.
    """
    rows = list(
        work_session.all_decisions.filter(discarded_branch__isnull=False)
        .order_by("position")
        .values_list("discarded_branch", "position", "node_id", "next_node")
    )
    firsts: dict[uuid.UUID, tuple[int, str]] = {}
    for discarded_branch, place, node_id, _ in rows:
        if discarded_branch is not None:
            firsts.setdefault(discarded_branch, (place, node_id))
    offered = discarded_branches.restorable_branches(work_session)
    moved = {
        discarded_branch.id for discarded_branch in offered if discarded_branch.position > position
    }
    waiting = firsts.keys() - {discarded_branch.id for discarded_branch in offered}
    while True:
        ends = [
            (place, way) for discarded_branch, place, _, way in rows if discarded_branch in moved
        ]
        found = {
            discarded_branch
            for discarded_branch in waiting - moved
            for place, way in ends
            if place + 1 == firsts[discarded_branch][0]
            and discarded_branches.path_leads_to(work_session, way, firsts[discarded_branch][1])
        }
        if not found:
            return moved
        moved |= found
