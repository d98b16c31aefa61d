"""A run that becomes tomorrow's flow: the path taken as a new linear tree ([S9])."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts_app.models import User
from resolutionflow.text import shorten
from sessions_app.models import Decision, Outcome, Session
from sessions_app.services import readable
from trees_app import document
from trees_app.models import Tree
from trees_app.services import derive

END = "end"


def path_structure(work_session: Session) -> dict[str, Any]:
    """The path as a tree document: each step once, in the order taken, ending in a solution.

    A question keeps the answer that was given; a step of one's own becomes an action; a step
    met twice in a loop stands twice under ids of its own.
    """
    decisions = list(work_session.decisions)
    ids: list[str] = []
    for number, decision in enumerate(decisions, start=1):
        ids.append(_free_id(decision, number, ids))
    nodes: dict[str, Any] = {}
    for index, (node_id, decision) in enumerate(zip(ids, decisions, strict=True)):
        following = ids[index + 1] if index + 1 < len(ids) else END
        nodes[node_id] = _node(work_session, decision, following)
    last = nodes[ids[-1]] if ids else None
    if last is None or last["type"] != "solution":
        nodes[END] = _solution(work_session)
    return {
        "schema_version": document.SCHEMA_VERSION,
        "start": ids[0] if ids else END,
        "nodes": nodes,
    }


def _free_id(decision: Decision, number: int, taken: list[str]) -> str:
    wanted = f"step-{number}" if decision.is_custom else decision.node_id[:56]
    free, copy = wanted, 2
    while free in taken or free == END:
        free = f"{wanted}-{copy}"
        copy += 1
    return free


def _node(work_session: Session, decision: Decision, following: str) -> dict[str, Any]:
    """The step as it stood in the flow, leading only where the run went."""
    known = work_session.node(decision.node_id) or {"type": "custom", "title": decision.question}
    kept = {
        key: known[key]
        for key in ("title", "body", "commands", "expected", "variables")
        if known.get(key)
    }
    kept.setdefault("title", decision.question or "Step")
    if known["type"] == "question":
        options = [{"label": decision.answer or "Continue", "next": following}]
        return {"type": "question", **kept, "options": options}
    if known["type"] == "solution" and following == END:
        return {**known}
    return {"type": "action", **kept, "next": following}


def _solution(work_session: Session) -> dict[str, Any]:
    outcome = work_session.outcome
    title = Outcome(outcome).label if outcome else "Done"
    return {
        "type": "solution",
        "title": title,
        "body": work_session.outcome_notes,
        **({"outcome": outcome} if outcome else {}),
        **({"next_steps": work_session.next_steps} if work_session.next_steps else {}),
    }


def save_as_tree(
    *,
    user: User,
    pk: Any,
    tree_name: str = "",
    description: str = "",
    status: str = Tree.Status.DRAFT,
) -> Tree:
    """Make a new tree of the path, forked from the original with its lineage.

    Raises `PermissionDenied` for anyone but the owner, `LimitReached` when the account may own no
    more flows, `NotPublishable` with every problem when it is to be published and can't be.
    """
    work_session = readable(user, pk)
    if work_session.user_id != user.pk or not user.may_run_sessions:
        raise PermissionDenied("Only its owner may save a session as a flow.")
    snapshot = work_session.tree_snapshot
    values = {
        "name": tree_name or shorten(f"{work_session.tree_name} (from a session)", 255),
        "description": description or snapshot.get("description") or "",
        "category": snapshot.get("category") or "",
        "tree_type": snapshot.get("tree_type") or Tree.Type.TROUBLESHOOTING,
        "structure": path_structure(work_session),
        "intake_form": work_session.intake_form,
    }
    with transaction.atomic():
        tree = derive(
            user=user,
            account_id=work_session.account_id,
            parent=work_session.tree,
            values=values,
            reason="Saved from a session",
        )
        if status == Tree.Status.PUBLISHED:
            tree.publish(by=user)
    return tree
