"""Ending a session ([S5], [H8]), and taking the end back for a moment.

Closing keeps in `Session.undo_state` what it changes, so that an undo puts back exactly what
was there. It can be used as long as nothing happened since: every write of a session clears it
(`Session.mark_modified`), and an export of a completed session is noted on it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, Invalid, StateError
from sessions_app import limits
from sessions_app.models import Action, AuditEntry, Decision, Outcome, Session, State
from sessions_app.permissions import STALE_MESSAGE, lock_session
from sessions_app.titles.assign import title_at_end
from trees_app.variables import fill

# How long a closed session can be opened again, by the server's clock. A page offers it for ten
# seconds, longer while somebody points at the offer or the network is slow.
UNDO_SECONDS = 60
UNDO_CLEARED_WITHIN = timedelta(days=30)
TOO_LATE = "This session was closed more than a minute ago, so it stays closed."
CHANGED = "Something was done with this session since it was closed, so it stays closed."
EXPORTED = "This session was exported since it was closed, so it stays closed."
OPEN_ALREADY = "This session is open."

# What closing may change and an undo puts back, beside the outcome and the time of the end, which
# an active session doesn't have. Whatever else `complete` comes to change belongs here.
UNDOABLE_FIELDS = (
    "outcome_notes",
    "next_steps",
    "drafts",
    "decision_count",
    "current_node",
    "title",
    "title_by_person",
)


def complete(
    *,
    user: User,
    pk: Any,
    outcome: str,
    outcome_notes: str | None = None,
    next_steps: str | None = None,
    revision: int | None = None,
    ends_at: str = "",
) -> Session:
    """Complete an active session ([S5]); a note left out (`None`) keeps what was saved.

    What is typed at the current step becomes its last decision, and so does the solution that
    the run stands at (`ends_at`, its node id), so that the notes say where the run ended.
    Raises `Conflict` when `revision` is given and the session has moved on, `StateError` when it
    doesn't run.
    """
    if outcome not in Outcome.values:
        raise Invalid({"outcome": f"Choose one of {', '.join(Outcome.values)}."})
    with transaction.atomic():
        work_session = lock_session(user, pk)
        _require_closable(work_session, revision)
        before = {name: getattr(work_session, name) for name in UNDOABLE_FIELDS}
        before_activity = work_session.last_activity_at

        last = record_last_step(work_session, ends_at, by=user)
        work_session.outcome = outcome
        for name, text in (("outcome_notes", outcome_notes), ("next_steps", next_steps)):
            if text is not None:
                setattr(work_session, name, text)
        title_at_end(work_session)

        # Only what differs is written, and only that is put back: a title that is made between
        # the end and its undo stays.
        changed = {name: old for name, old in before.items() if getattr(work_session, name) != old}
        touched = work_session.mark_modified()
        work_session.completed_at = work_session.last_activity_at
        work_session.undo_state = {
            "fields": changed,
            "last_activity_at": before_activity.isoformat(),
            "decision": last.pk if last else None,
        }
        fields = {"outcome", "completed_at", "undo_state", *changed, *touched}
        work_session.save(update_fields=sorted(fields))
        AuditEntry.objects.log_action(work_session, Action.COMPLETED, by=user, outcome=outcome)
    return work_session


def _require_closable(work_session: Session, revision: int | None) -> None:
    # How it stands before whether the caller has seen it: "completed" says more than "changed".
    if work_session.state == State.COMPLETED:
        raise StateError("This session is completed already.")
    if work_session.state == State.PREPARED:
        raise StateError("This session hasn't been started yet.")
    if revision is not None and revision != work_session.revision:
        raise Conflict(STALE_MESSAGE, work_session)


def reopen(*, user: User, pk: Any, revision: int) -> Session:
    """Undo the closing that left the session at `revision`: it is active again, exactly as before.

    Only its revision differs, which goes on rising so that no two states share an `ETag`. For who
    may write it, within `UNDO_SECONDS`, and only if nothing happened since: else `StateError`, or
    `Conflict` when another revision was closed since.
    """
    with transaction.atomic():
        work_session = lock_session(user, pk)
        _require_undoable(work_session, revision)
        kept = work_session.undo_state or {}
        if kept["decision"] is not None:
            work_session.all_decisions.filter(pk=kept["decision"]).delete()
        for name, value in kept["fields"].items():
            setattr(work_session, name, value)
        work_session.outcome = ""
        work_session.completed_at = None
        touched = work_session.mark_modified()
        work_session.last_activity_at = datetime.fromisoformat(kept["last_activity_at"])
        work_session.save(
            update_fields=sorted({"outcome", "completed_at", *kept["fields"], *touched})
        )
        AuditEntry.objects.log_action(work_session, Action.REOPENED, by=user)
    return work_session


def _require_undoable(work_session: Session, revision: int) -> None:
    if work_session.completed_at is None:
        raise StateError(OPEN_ALREADY)
    if work_session.exported:
        raise StateError(EXPORTED)
    if work_session.undo_state is None:
        raise StateError(CHANGED)
    if work_session.revision != revision:
        raise Conflict(STALE_MESSAGE, work_session)
    if timezone.now() - work_session.completed_at > timedelta(seconds=UNDO_SECONDS):
        raise StateError(TOO_LATE)


def clear_expired_undo(before: datetime, *, within: timedelta = UNDO_CLEARED_WITHIN) -> int:
    """Clear what undoing would need of sessions that were closed before `before`; how many.

    Never reaches those that can still be undone, nor those that were closed longer than `within`
    before that: a job that runs regularly needn't read the whole history.
    """
    before = min(before, timezone.now() - timedelta(seconds=UNDO_SECONDS))
    return Session.objects.filter(
        completed_at__lt=before, completed_at__gte=before - within, undo_state__isnull=False
    ).update(undo_state=None)


def record_last_step(work_session: Session, ends_at: str, *, by: User | None) -> Decision | None:
    """Make what is typed at the current step, or the solution it stands at, the last decision.

    The one rule for what is typed when a session ends, whoever or whatever ends it.
    """
    node_id = work_session.current_node
    draft = work_session.drafts.get(node_id) or {}
    typed = any(draft.get(name) for name in ("notes", "command_output", "text", "attachments"))
    node = work_session.node(node_id) if node_id else None
    if node is None or not (typed or (ends_at == node_id and node["type"] == "solution")):
        return None
    work_session.decision_count += 1
    last = Decision.objects.create(
        session=work_session,
        position=work_session.decision_count,
        node_id=node_id,
        question=fill(node.get("title") or "", work_session.session_variables)[: limits.LINE],
        answer=draft.get("text") or "",
        notes=draft.get("notes") or "",
        command_output=draft.get("command_output") or "",
        attachments=work_session.draft_attachments(node_id),
        entered_at=work_session.node_entered_at,
        recorded_by=by,
    )
    work_session.drafts = {}
    return last
