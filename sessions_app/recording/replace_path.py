"""Replacing the path by a caller's list of decisions, or adding to it ([S4], [S15])."""

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from math import inf
from typing import Any

from accounts_app.models import User
from resolutionflow.web.errors import MAX_PROBLEMS, Conflict, Invalid
from sessions_app.models import Decision, Session, own_file_id
from sessions_app.recording.edits import EDIT_FIELDS, log_changed_steps, mark_edited
from sessions_app.recording.services import action_of
from trees_app.variables import fill

# What a decision in a list says, and what it means when it is left out. Its times are kept.
DECISION_BLANK: dict[str, Any] = {
    "question": "",
    "answer": "",
    "action": "",
    "notes": "",
    "command_output": "",
    "attachments": [],
}
TIMES = ("timestamp", "entered_at")
REPLACED_FIELDS = (*DECISION_BLANK, *TIMES, "next_node", "carried_over_from")
ATTACHMENTS_INDEX = REPLACED_FIELDS.index("attachments")
UNSEEN_STEPS_MESSAGE = (
    "This would change steps that are recorded. Read the session as it stands, and send its ETag "
    "as If-Match to change them."
)


def require_node(work_session: Session, node_id: str, field: str) -> None:
    """Raise `Invalid` about `field` for a node that the snapshot doesn't have.

    Custom steps and "" (no step) need none.
    """
    if node_id.startswith("custom-") or not node_id:
        return
    if work_session.node(node_id) is None:
        raise Invalid({field: f"The flow of this session has no step “{node_id}”."})


def replace_decisions(
    work_session: Session, decisions: list[dict[str, Any]], *, by: User, knows_state: bool
) -> None:
    """Make `decisions` the path, in their order; discarded branches stay as they are.

    A step that stays (same position, same node) keeps its row, and its times, which only whoever
    recorded it may set. One that is changed says by whom (`edits`).
    Only rows that differ are written: callers send the whole path for every new step.
    A step at a node that the snapshot doesn't have is taken as one off the flow. Raises `Conflict`
    when the caller doesn't show that it knows the state (`knows_state`) and a recorded step would
    change.
    """
    for index, decision in enumerate(decisions):
        position = decision.get("position", index + 1)
        if position != index + 1:
            raise Invalid(
                {f"decisions.{index}.position": f"Step {index + 1} of the list says {position}."}
            )
    _require_own_files(work_session, decisions)
    there = {row.position: row for row in work_session.decisions}
    if not knows_state and not _only_appends(work_session, there, decisions, by=by):
        raise Conflict(UNSEEN_STEPS_MESSAGE, work_session)
    step_count = len(there)
    added, changed = [], []
    sent: dict[int, Mapping[str, Any]] = {}
    for position, decision in enumerate(decisions, start=1):
        row = there.get(position)
        stays = row is not None and row.node_id == decision["node_id"]
        if row is None or not stays:
            row = Decision(session=work_session, position=position, recorded_by=by)
            row.node_id = decision["node_id"]
            row.is_off_flow = not row.is_custom and work_session.node(row.node_id) is None
            added.append(row)
            sent[position] = decision
        else:
            del there[position]
        if _update_row(work_session, row, decision, by=by) and stays:
            changed.append(row)
    moved = _preserve_history(list(there.values()), added, sent, by=by)
    _log_changes(work_session, step_count, there, added, changed, moved, by=by)
    _reattach_files(work_session, list(there.values()), added)
    Decision.objects.filter(pk__in=[row.pk for row in there.values()]).delete()
    Decision.objects.bulk_create(added, batch_size=500)
    Decision.objects.bulk_update(changed, (*REPLACED_FIELDS, *EDIT_FIELDS), batch_size=200)
    work_session.decision_count = len(decisions)


def _require_own_files(work_session: Session, decisions: list[dict[str, Any]]) -> None:
    """Raise `Invalid` for an address on this site that is no file of the session."""
    places = {
        f"decisions.{index}.attachments.{number}.url": own_file_id(item["url"])
        for index, decision in enumerate(decisions)
        for number, item in enumerate(decision.get("attachments") or ())
        if item["url"].startswith("/")
    }
    if not places:
        return
    own = set(work_session.files.values_list("pk", flat=True))
    problems = [
        (place, "The session has no file with this address.")
        for place, key in places.items()
        if key not in own
    ]
    if problems:
        raise Invalid(problems[:MAX_PROBLEMS], left_out=max(0, len(problems) - MAX_PROBLEMS))


def _only_appends(
    work_session: Session,
    there: Mapping[int, Decision],
    decisions: list[dict[str, Any]],
    *,
    by: User,
) -> bool:
    """Return whether `decisions` begin with the recorded steps as they are."""
    if len(decisions) < len(there):
        return False
    return all(
        row.node_id == decisions[position - 1]["node_id"]
        and not _would_change(work_session, row, decisions[position - 1], by=by)
        for position, row in there.items()
    )


def _would_change(
    work_session: Session, row: Decision, decision: Mapping[str, Any], *, by: User
) -> bool:
    """Return whether `decision` says something else than what is recorded.

    Uploaded files stay listed whatever is sent, and some callers drop fractions of a second.
    """
    stored = copy(row)
    _update_row(work_session, stored, decision, by=by)
    return _texts(stored) != _texts(row) or any(
        _seconds_between(getattr(stored, name), getattr(row, name)) >= 1 for name in TIMES
    )


def _seconds_between(one: datetime | None, other: datetime | None) -> float:
    if one is None or other is None:
        return 0 if one is other else inf
    return abs((one - other).total_seconds())


def _preserve_history(
    gone: list[Decision],
    added: list[Decision],
    sent: Mapping[int, Mapping[str, Any]],
    *,
    by: User,
) -> dict[int, tuple[int, bool]]:
    """Let a step that moved, as when one is inserted before it, keep who recorded it, when, and
    what it was carried over from. Return, by its position now, where it was and whether it was
    changed too.
    """
    left: dict[str, list[Decision]] = {}
    for row in sorted(gone, key=lambda row: row.position):
        left.setdefault(row.node_id, []).append(row)
    moved = {}
    for row in added:
        rows = left.get(row.node_id)
        if not rows:
            continue
        # Of several visits to a step, the one that says the same.
        was = max(rows, key=lambda was: (_texts(was) == _texts(row), was.answer == row.answer))
        rows.remove(was)
        row.recorded_by_id = was.recorded_by_id
        row.edited_by_id, row.edited_at = was.edited_by_id, was.edited_at
        _keep_times(row, was, sent[row.position], by=by)
        if was.answer == row.answer:
            row.carried_over_from, row.next_node = was.carried_over_from, was.next_node
        is_changed = _texts(was) != _texts(row)
        if is_changed:
            mark_edited(row, by=by)
        moved[row.position] = (was.position, is_changed)
    return moved


def _texts(row: Decision) -> list[Any]:
    return [getattr(row, name) for name in DECISION_BLANK]


def _keep_times(row: Decision, was: Decision, sent: Mapping[str, Any], *, by: User) -> None:
    for name in TIMES:
        if not _may_set_times(was, by) or name not in sent:
            setattr(row, name, getattr(was, name))


def _may_set_times(row: Decision, by: User) -> bool:
    """Return whether `by` may say when the step was recorded: it is new, or one of their own."""
    return row.pk is None or row.recorded_by_id == by.pk


def _log_changes(
    work_session: Session,
    step_count: int,
    gone: Mapping[int, Decision],
    added: list[Decision],
    changed: list[Decision],
    moved: Mapping[int, tuple[int, bool]],
    *,
    by: User,
) -> None:
    """Log what became of the steps that were there. New ones at the end are no change of a path."""
    # Each one is asked: it also notes who changed the step.
    again = [row.position for row in changed if mark_edited(row, by=by)]
    log_changed_steps(
        work_session,
        by=by,
        changed=[*again, *(place for place, (_, is_changed) in moved.items() if is_changed)],
        inserted=[
            row.position
            for row in added
            if row.position <= step_count and row.position not in moved
        ],
        removed=[place for place in gone if place not in {was for was, _ in moved.values()}],
    )


def _uploaded_files(listed: list[dict[str, str]]) -> list[dict[str, str]]:
    return [item for item in listed if own_file_id(item["url"])]


def _with_missing_files(
    listed: list[dict[str, str]], files: list[dict[str, str]]
) -> list[dict[str, str]]:
    there = {item["url"] for item in listed}
    return [*listed, *(item for item in files if item["url"] not in there)]


def _reattach_files(work_session: Session, gone: list[Decision], added: list[Decision]) -> None:
    """Let no uploaded file be lost with the row that listed it.

    It is listed at the row that now has the same node, else in the draft of that node. What the
    draft of a node lists is moved to the row that records it.
    """
    for row in gone:
        files = _uploaded_files(row.attachments)
        kept = {item["url"] for other in added for item in other.attachments}
        if left := [item for item in files if item["url"] not in kept]:
            there = work_session.draft_attachments(row.node_id)
            work_session.set_draft_attachments(row.node_id, _with_missing_files(there, left))
    for row in added:
        if files := work_session.draft_attachments(row.node_id):
            row.attachments = _with_missing_files(row.attachments, files)
            work_session.set_draft_attachments(row.node_id, [])


def _update_row(
    work_session: Session, row: Decision, decision: Mapping[str, Any], *, by: User
) -> bool:
    """Set on `row` what `decision` says; return whether that changed it."""
    before = [getattr(row, name) for name in REPLACED_FIELDS]
    answer_before = row.answer
    for name, blank in DECISION_BLANK.items():
        setattr(row, name, decision.get(name, blank))
    node = work_session.node(row.node_id) if row.is_custom else None
    if node is not None and "action" not in decision:
        # The details of a custom step are what was done.
        row.action = action_of(work_session, node)
    # A caller that doesn't know of uploads doesn't take them away.
    row.attachments = _with_missing_files(
        row.attachments, _uploaded_files(before[ATTACHMENTS_INDEX])
    )
    for name in TIMES:
        if name in decision and _may_set_times(row, by):
            setattr(row, name, decision[name])
    if row.pk is None or row.answer != answer_before:
        row.next_node = _next_node_of(work_session, row)
    if row.pk is not None and row.answer != answer_before:
        row.carried_over_from = None  # another answer was found here and now
    return before != [getattr(row, name) for name in REPLACED_FIELDS]


def _next_node_of(work_session: Session, row: Decision) -> str:
    """Return the node that the recorded answer leads to, "" when the flow doesn't say."""
    node = work_session.node(row.node_id) or {}
    for option in node.get("options") or []:
        if fill(option["label"], work_session.session_variables) == row.answer:
            return option.get("next") or ""
    return node.get("next") or node.get("return_to") or ""
