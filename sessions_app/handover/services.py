"""Handing a session to a team mate: who may, and what moves."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, Invalid, StateError
from sessions_app import limits
from sessions_app.models import Action, AuditEntry, Handover, Session, State
from sessions_app.permissions import COMPLETED_MESSAGE, STALE_MESSAGE, lock_session
from sessions_app.preparing.services import assignable_users

NOT_STARTED_MESSAGE = "This session hasn't been started yet, so there is nothing to hand over."


def team_mates(user: User) -> QuerySet[User]:
    """Return who can take a session of `user` over: their team's people who run sessions."""
    if user.team_id is None:
        return User.objects.none()
    mates = assignable_users(user).exclude(pk=user.pk)
    return mates.order_by("first_name", "last_name", "username")


def require_may_hand_over(work_session: Session, user: User) -> None:
    """Raise unless `user` may hand this session over now: its owner, while it runs."""
    if work_session.user_id != user.pk or not user.may_run_sessions:
        raise PermissionDenied("Only its owner may hand a session over.")
    if work_session.is_completed:
        raise StateError(COMPLETED_MESSAGE)
    if work_session.state == State.PREPARED:
        raise StateError(NOT_STARTED_MESSAGE)


def hand_over(
    *, user: User, pk: Any, to: UUID | None, note: str = "", position: int | None = None
) -> Handover:
    """Make a team mate the owner; the former owner may read on, and write no more ([A2]).

    An assignment to the former owner goes to the receiver; one to somebody else stays. Raises
    `PermissionDenied` for anyone but the owner, `StateError` unless the session runs, `Invalid` for
    somebody who isn't a team mate, `Conflict` when steps were recorded since the page that had the
    next one at `position` ([S15]). An answer at the same moment is recorded before or after, whole.
    """
    note = note.strip()
    if len(note) > limits.HANDOVER_NOTE:
        raise Invalid(
            {"note": f"{len(note):,} characters; {limits.HANDOVER_NOTE:,} fit in a note."}
        )
    with transaction.atomic():
        work_session = lock_session(user, pk)
        require_may_hand_over(work_session, user)
        if position not in (None, work_session.decision_count + 1):
            raise Conflict(STALE_MESSAGE, work_session)
        receiver = team_mates(user).filter(pk=to).first() if to is not None else None
        if receiver is None:
            raise Invalid({"to": "Choose somebody of your team."})
        handover = Handover.objects.create(
            session=work_session,
            from_user=user,
            to_user=receiver,
            note=note,
            step_count=work_session.decision_count,
        )
        work_session.user = receiver
        if work_session.assigned_to_id == user.pk:
            work_session.assigned_to = receiver
        work_session.save(update_fields=["assigned_to", *work_session.mark_modified()])
        to_whom = {"to": receiver.display_name, "to_id": str(receiver.pk)}
        AuditEntry.objects.log_action(work_session, Action.HANDED_OVER, by=user, **to_whom)
    return handover
