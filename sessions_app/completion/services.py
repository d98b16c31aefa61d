"""Completing a session ([S5], [H8]), and undoing that for a moment.

What completes a session keeps in `Session.undo_state` what it changes, so that an undo restores
exactly what was there. It can be undone as long as nothing else happened: every write of a session
clears that state (`Session.mark_modified`), and an export of a completed session is recorded on it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, Invalid, StateError
from sessions_app.completion.typed_steps import record_typed_steps
from sessions_app.models import Action, AuditEntry, Outcome, Session, State
from sessions_app.permissions import STALE_MESSAGE, lock_session
from sessions_app.services import write_reference
from sessions_app.titles.assign import title_at_end

# How long completing can be undone, by the server's clock. A page offers it for ten seconds, longer
# while somebody points at the offer or the network is slow.
UNDO_SECONDS = 60
UNDO_CLEARED_WITHIN = timedelta(days=30)
TOO_LATE_MESSAGE = "This session was closed more than a minute ago, so it stays closed."
CHANGED_MESSAGE = "Something was done with this session since it was closed, so it stays closed."
EXPORTED_MESSAGE = "This session was exported since it was closed, so it stays closed."
NOT_COMPLETED_MESSAGE = "This session is open."

# What completing may change and an undo restores, beside the outcome and the time, which an active
# session doesn't have. Whatever else `complete_locked` comes to change belongs here.
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
    position: int | None = None,
    ticket_number: str = "",
) -> Session:
    """Complete an active session ([S5]); a note left out (`None`) keeps what was saved.

    A `ticket_number` that was asked for once more is set where the session has none.

    What is typed at steps that aren't recorded yet becomes decisions (`typed_steps`), and so does
    the solution that the run stands at (`ends_at`, its node id), so that the notes say where the
    run ended.
    Raises `Invalid` for an outcome that isn't one, `StateError` when it doesn't run, `Conflict`
    when the session has moved on: from `revision` if that is given, from the step `ends_at` if its
    `position` is.
    """
    if outcome not in Outcome.values:
        raise Invalid({"outcome": f"Choose one of {', '.join(Outcome.values)}."})
    with transaction.atomic():
        work_session = lock_session(user, pk)
        _require_active(work_session, revision)
        here = (work_session.decision_count + 1, work_session.current_node)
        if position is not None and (position, ends_at) != here:
            raise Conflict(STALE_MESSAGE, work_session)
        if ticket_number:
            _set_missing_ticket(work_session, ticket_number, by=user)
        complete_locked(
            work_session,
            outcome=outcome,
            outcome_notes=outcome_notes,
            next_steps=next_steps,
            ends_at=ends_at,
            by=user,
            facts={"outcome": outcome},
        )
    return work_session


def complete_locked(
    work_session: Session,
    *,
    outcome: str,
    by: User | None,
    outcome_notes: str | None = None,
    next_steps: str | None = None,
    ends_at: str = "",
    action: Action = Action.COMPLETED,
    facts: Mapping[str, Any],
) -> None:
    """Complete an active session whose row is locked: the one way in which a session ends.

    The last steps, the title and the audit log are the same whoever or whatever completes it.
    `by` is None for the policy that closes idle sessions, which nobody can undo; it is logged as
    an `action` of its own. The `facts` are the details that the log has of it.
    """
    before = {name: getattr(work_session, name) for name in UNDOABLE_FIELDS}
    before_activity = work_session.last_activity_at

    made = record_typed_steps(work_session, ends_at=ends_at, by=by)
    work_session.outcome = outcome
    for name, text in (("outcome_notes", outcome_notes), ("next_steps", next_steps)):
        if text is not None:
            setattr(work_session, name, text)
    title_at_end(work_session)

    # Only what differs is written, and only that is restored: a title that is made between the
    # end and its undo stays.
    changed = {name: old for name, old in before.items() if getattr(work_session, name) != old}
    modified = work_session.mark_modified()
    work_session.completed_at = work_session.last_activity_at
    if by is not None:
        work_session.undo_state = {
            "fields": changed,
            "last_activity_at": before_activity.isoformat(),
            "decisions": [decision.pk for decision in made],
        }
    fields = {"outcome", "completed_at", "undo_state", *changed, *modified}
    work_session.save(update_fields=sorted(fields))
    AuditEntry.objects.log_action(work_session, action, by=by, **facts)


def _set_missing_ticket(work_session: Session, ticket_number: str, *, by: User) -> None:
    if work_session.ticket_number not in ("", ticket_number):
        raise Conflict(STALE_MESSAGE, work_session)  # another one was entered elsewhere
    if changed := write_reference(work_session, {"ticket_number": ticket_number}, by=by):
        work_session.save(update_fields=changed)


def _require_active(work_session: Session, revision: int | None) -> None:
    # The state before the revision: "completed" says more than "changed".
    if work_session.state == State.COMPLETED:
        raise StateError("This session is completed already.")
    if work_session.state == State.PREPARED:
        raise StateError("This session hasn't been started yet.")
    if revision is not None and revision != work_session.revision:
        raise Conflict(STALE_MESSAGE, work_session)


def reopen(*, user: User, pk: Any, revision: int) -> Session:
    """Undo the completion that left the session at `revision`: it is active again, as before.

    Only its revision differs, which goes on rising so that no two states share an `ETag`. Raises
    `StateError` after `UNDO_SECONDS` or when something was done with the session since, `Conflict`
    when it was completed again at another revision.
    """
    with transaction.atomic():
        work_session = lock_session(user, pk)
        _require_undoable(work_session, revision)
        undo = work_session.undo_state or {}
        work_session.all_decisions.filter(pk__in=undo["decisions"]).delete()
        for name, value in undo["fields"].items():
            setattr(work_session, name, value)
        work_session.outcome = ""
        work_session.completed_at = None
        modified = work_session.mark_modified()
        work_session.last_activity_at = datetime.fromisoformat(undo["last_activity_at"])
        work_session.save(
            update_fields=sorted({"outcome", "completed_at", *undo["fields"], *modified})
        )
        AuditEntry.objects.log_action(work_session, Action.REOPENED, by=user)
    return work_session


def _require_undoable(work_session: Session, revision: int) -> None:
    if work_session.completed_at is None:
        raise StateError(NOT_COMPLETED_MESSAGE)
    if work_session.exported:
        raise StateError(EXPORTED_MESSAGE)
    if work_session.undo_state is None:
        raise StateError(CHANGED_MESSAGE)
    if work_session.revision != revision:
        raise Conflict(STALE_MESSAGE, work_session)
    if timezone.now() - work_session.completed_at > timedelta(seconds=UNDO_SECONDS):
        raise StateError(TOO_LATE_MESSAGE)


def clear_expired_undo(before: datetime, *, within: timedelta = UNDO_CLEARED_WITHIN) -> int:
    """Clear the undo state of sessions that were completed before `before`; return how many.

    Those that can still be undone are left alone, and those that were completed longer than
    `within` before that: a job that runs regularly needn't read the whole history.
    """
    before = min(before, timezone.now() - timedelta(seconds=UNDO_SECONDS))
    return Session.objects.filter(
        completed_at__lt=before, completed_at__gte=before - within, undo_state__isnull=False
    ).update(undo_state=None)
