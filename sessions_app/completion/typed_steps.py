"""What is typed at steps that aren't recorded yet becomes steps when the session ends.

Nothing that an engineer typed is lost by completing: a note at a step before which a custom step
was added, files at one that the run has left since, the free answer of the step that it stands at.
"""

from collections.abc import Iterator

from accounts_app.models import User
from sessions_app import limits
from sessions_app.models import Decision, Session
from sessions_app.recording.services import action_of
from trees_app.variables import fill

TYPED_FIELDS = ("notes", "command_output", "text", "attachments")
UNKNOWN_STEP = "Step that is gone"


def record_typed_steps(work_session: Session, *, ends_at: str, by: User | None) -> list[Decision]:
    """Record every step at which something is typed or attached, and return their decisions.

    The current step comes last, before it the one that it was added before, and so on; before
    these what is left from steps that the run has come away from. A solution is recorded where the
    run ends at it (`ends_at`), also with nothing typed. The caller saves the session.
    """
    made = [
        _record(work_session, node_id, by=by) for node_id in _steps_to_record(work_session, ends_at)
    ]
    if made:
        work_session.drafts = {}
    return made


def _steps_to_record(work_session: Session, ends_at: str) -> Iterator[str]:
    typed = {node_id for node_id in work_session.drafts if _is_typed(work_session, node_id)}
    latest = list(_latest_first(work_session))
    # The details of a custom step that the run stands at say what was done there.
    typed |= {node_id for node_id in latest if _has_details(work_session, node_id)}
    yield from sorted(node_id for node_id in typed if node_id not in latest)
    for node_id in reversed(latest):
        node = work_session.node(node_id)
        is_end = node is not None and node["type"] == "solution" and ends_at == node_id
        if node_id in typed or (is_end and node_id == work_session.current_node):
            yield node_id


def _is_typed(work_session: Session, node_id: str) -> bool:
    draft = work_session.drafts[node_id]
    return isinstance(draft, dict) and any(draft.get(name) for name in TYPED_FIELDS)


def _has_details(work_session: Session, node_id: str) -> bool:
    node = work_session.node(node_id) or {}
    return node.get("type") == "custom" and bool((node.get("body") or "").strip())


def _latest_first(work_session: Session) -> Iterator[str]:
    """Yield the current step, then the step that it was added before, and so on."""
    node_id = work_session.current_node
    seen: set[str] = set()
    while node_id and node_id not in seen:
        seen.add(node_id)
        yield node_id
        node = work_session.node(node_id) or {}
        node_id = str(node.get("return_to") or "") if node.get("type") == "custom" else ""


def _record(work_session: Session, node_id: str, *, by: User | None) -> Decision:
    node = work_session.node(node_id)
    draft = work_session.drafts.get(node_id) or {}
    is_current = node_id == work_session.current_node
    work_session.decision_count += 1
    title = (node or {}).get("title") or ("" if node else UNKNOWN_STEP)
    return Decision.objects.create(
        session=work_session,
        position=work_session.decision_count,
        node_id=node_id,
        question=fill(title, work_session.session_variables)[: limits.LINE],
        answer=draft.get("text") or "",
        # Nobody said that the commands of a flow's step were run.
        action=action_of(work_session, node) if node and node["type"] == "custom" else "",
        notes=draft.get("notes") or "",
        command_output=draft.get("command_output") or "",
        attachments=work_session.draft_attachments(node_id),
        entered_at=work_session.node_entered_at if is_current else None,
        recorded_by=by,
    )
