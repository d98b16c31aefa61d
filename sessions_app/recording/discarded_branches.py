"""Steps that left the path, which can be restored until the session is completed ([U6])."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Conflict
from sessions_app.models import Decision, Session
from sessions_app.permissions import lock_open_session
from sessions_app.recording.services import discard_from, save_progress
from sessions_app.titles.assign import title_after_change


@dataclass(frozen=True)
class DiscardedBranch:
    """Steps that left the path together: `count` of them, from `position` on."""

    id: uuid.UUID
    position: int
    count: int
    question: str
    answer: str


def restorable_branches(work_session: Session) -> list[DiscardedBranch]:
    """Return the branches that can be restored, the newest first; none once the session is
    completed.

    Branches that the path doesn't lead to at the moment are kept, and offered when it does again.
    """
    if work_session.is_completed:
        return []
    found: dict[uuid.UUID | None, list[Decision]] = {}
    rows = work_session.all_decisions.filter(discarded_branch__isnull=False).only(
        "discarded_branch", "position", "node_id", "question", "answer", "session_id"
    )
    for row in rows.order_by("-timestamp", "position"):
        found.setdefault(row.discarded_branch, []).append(row)
    firsts = {
        discarded_branch: min(steps, key=lambda row: row.position)
        for discarded_branch, steps in found.items()
    }
    ways = _next_nodes_before(work_session, [first.position for first in firsts.values()])
    return [
        DiscardedBranch(
            id=discarded_branch,
            position=first.position,
            count=len(found[discarded_branch]),
            question=first.question,
            answer=first.answer,
        )
        for discarded_branch, first in firsts.items()
        if discarded_branch is not None
        and path_leads_to(work_session, ways.get(first.position), first.node_id)
    ]


def _next_nodes_before(work_session: Session, positions: list[int]) -> dict[int, str]:
    """Return, for each of `positions` that the path reaches, the node that it leads to there."""
    if not positions:
        return {}
    before = work_session.decisions.filter(position__in=[position - 1 for position in positions])
    ways = {position + 1: node for position, node in before.values_list("position", "next_node")}
    return {1: work_session.structure.get("start") or "", **ways}


def path_leads_to(work_session: Session, next_node: str | None, node_id: str) -> bool:
    """Return whether a path that leads to `next_node` can go on at `node_id`.

    `next_node` is None where the path isn't as long, and "" where the flow doesn't say. A custom
    step stands before the node that it returns to.
    """
    if next_node is None:
        return False
    passed = set()
    while node_id.startswith("custom-") and node_id != next_node and node_id not in passed:
        passed.add(node_id)
        step = work_session.node(node_id)
        node_id = (step.get("return_to") or next_node) if step else next_node
    return next_node in ("", node_id)


def restore_branch(*, user: User, pk: Any, discarded_branch: uuid.UUID) -> Session:
    """Put the steps of a discarded branch back on the path; the steps in their place
    are discarded.
    """
    with transaction.atomic():
        work_session = lock_open_session(user, pk)
        if discarded_branch not in {found.id for found in restorable_branches(work_session)}:
            raise Conflict("Those steps can't be brought back here.", work_session)
        rows = work_session.all_decisions.filter(discarded_branch=discarded_branch)
        steps = list(rows.order_by("position").only("position", "next_node", "is_off_flow"))
        discard_from(work_session, steps[0].position)
        rows.update(discarded_branch=None)
        work_session.decision_count = steps[-1].position
        # A step off the flow leads nowhere: the run goes on where the step before it led.
        before = _next_nodes_before(work_session, [steps[0].position])
        led_to = [before.get(steps[0].position, "")]
        led_to += [step.next_node for step in steps if not step.is_off_flow]
        work_session.current_node = led_to[-1]
        work_session.node_entered_at = timezone.now()
        save_progress(work_session, *title_after_change(work_session))
    return work_session
