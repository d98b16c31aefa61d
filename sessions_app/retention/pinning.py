"""Pinning a session: retention never deletes it ([H6])."""

from typing import Any

from django.db import transaction
from django.http import Http404

from accounts_app.models import User
from resolutionflow.web.dates import display_time
from sessions_app.models import Action, AuditEntry, Session
from sessions_app.permissions import permission_error


def may_pin(work_session: Session, user: User) -> bool:
    """Return whether `user` may pin: who may write the session, and the admins of its account."""
    return work_session.may_be_written_by(user) or (
        user.is_account_admin and user.account_id == work_session.account_id
    )


def pin_reason(work_session: Session) -> str:
    """Return who pinned a session and when, from the audit log; "" when it doesn't say.

    A session that was restored from an archive is pinned too, or the next night would delete it
    again.
    """
    kept = (Action.PINNED, Action.RESTORED)
    entries = AuditEntry.objects.filter(object_id=work_session.pk, action__in=kept)
    entry = entries.filter(account_id=work_session.account_id).order_by("at").last()
    moment = display_time(entry.at) if entry else None
    if entry is None or moment is None:
        return ""
    if entry.action == Action.RESTORED:
        return f"It came back from an archive {moment.text}."
    return f"By {entry.actor_name}, {moment.text}."


def set_pinned(*, user: User, pk: Any, pinned: bool) -> Session:
    """Pin the session, or unpin it; doing it twice is no error.

    It is a mark for the policy, not a change of the record: neither its revision nor the time of
    its last activity changes, and what can be undone still can.
    """
    with transaction.atomic():
        work_session = (
            Session.objects.in_account_of(user)
            .select_for_update(of=("self",))
            .without_documents()
            .filter(pk=pk)
            .first()
        )
        if work_session is None:
            raise Http404("There is no such session.")
        if not may_pin(work_session, user):
            message = "Only its owner, its assignee or an admin may say how long it is kept."
            raise permission_error(work_session, user, message)
        if work_session.pinned != pinned:
            work_session.pinned = pinned
            work_session.save(update_fields=["pinned"])
            action = Action.PINNED if pinned else Action.UNPINNED
            AuditEntry.objects.log_action(work_session, action, by=user)
    return work_session
