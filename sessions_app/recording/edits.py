"""Changing a recorded step: the step says who changed it and when, the audit log says which.

A step is recorded under a person's name, so that nobody may rewrite it without a trace. Changes by
the same person within a while are one entry: what is typed is saved every second.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils import timezone

from accounts_app.models import User
from sessions_app.models import Action, AuditEntry, Decision, Session

LOGGED_AGAIN_AFTER = timedelta(minutes=10)
MAX_LOGGED_POSITIONS = 100
EDIT_FIELDS = ("edited_by", "edited_at")


def mark_edited(decision: Decision, *, by: User) -> bool:
    """Set on a changed step who changed it, for the caller to save with `EDIT_FIELDS`.

    Return whether this is a change for the log, and not the same person's going on.
    """
    now = timezone.now()
    is_new = (
        decision.edited_by_id != by.pk
        or decision.edited_at is None
        or now - decision.edited_at > LOGGED_AGAIN_AFTER
    )
    decision.edited_by, decision.edited_at = by, now
    return is_new


def save_edit(
    work_session: Session, decision: Decision, fields: Iterable[str], *, by: User
) -> None:
    """Save the changed `fields` of a recorded step, with who changed it."""
    is_new = mark_edited(decision, by=by)
    decision.save(update_fields=[*fields, *EDIT_FIELDS])
    if is_new:
        log_changed_steps(work_session, by=by, changed=[decision.position])


def log_changed_steps(
    work_session: Session,
    *,
    by: User,
    changed: Sequence[int] = (),
    inserted: Sequence[int] = (),
    removed: Sequence[int] = (),
) -> None:
    """Log which steps of the path were changed or inserted, by the positions that they have now,
    and which were removed, by those that they had. Never what they say.
    """
    places = {"changed": changed, "inserted": inserted, "removed": removed}
    shown = {name: sorted(found)[:MAX_LOGGED_POSITIONS] for name, found in places.items() if found}
    counts = {
        f"{name}_count": len(found)
        for name, found in places.items()
        if len(found) > MAX_LOGGED_POSITIONS
    }
    if shown:
        AuditEntry.objects.log_action(work_session, Action.STEPS_CHANGED, by=by, **shown, **counts)
