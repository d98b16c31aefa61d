"""Fetching a session with permission, to be read, or with its row locked to be written ([A2],
[S15]).
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts_app.models import User
from resolutionflow.web.dates import display_time
from resolutionflow.web.errors import StateError
from sessions_app.models import Session

COMPLETED_MESSAGE = "This session is completed. It can be read and exported, not changed."
STALE_MESSAGE = "This session was changed elsewhere in the meantime. Here is how it stands now."


def get_readable_session(user: User, pk: Any) -> Session:
    """Return the session: 404 when it isn't in the account, 403 when the user may not read it."""
    work_session = Session.objects.one_in_account_of(user, pk)
    if work_session is None:
        raise Http404("There is no such session.")
    if not work_session.may_be_read_by(user):
        raise PermissionDenied("This session belongs to somebody else.")
    if work_session.user_id == user.pk:
        work_session.user = user  # nearly always, and who asks is loaded already
    use_account_of(user, work_session)
    return work_session


def use_account_of(user: User, work_session: Session) -> None:
    """Spare the read of the account ([A1]: it is the user's), which whoever asks brings along."""
    if user.account is not None:
        work_session.account = user.account


class HandedOver(PermissionDenied):
    """A write that is refused to somebody who handed the session over: whom to, and when."""


def permission_error(work_session: Session, user: User, otherwise: str) -> PermissionDenied:
    """Return the error to raise for `user`: whoever handed the session over learns to whom,
    everybody else gets the message `otherwise`.
    """
    given = work_session.handovers.filter(from_user=user).select_related("to_user").last()
    moment = display_time(given.handed_at) if given else None
    if given is None or moment is None:
        return PermissionDenied(otherwise)
    return HandedOver(
        f"You handed this session to {given.to_user.display_name} {moment.text}. It is theirs now."
    )


def lock_session(user: User, pk: Any) -> Session:
    """Return the session for writing, its row locked until the transaction ends."""
    work_session = (
        Session.objects.in_account_of(user).select_for_update(of=("self",)).filter(pk=pk).first()
    )
    if work_session is None:
        raise Http404("There is no such session.")
    if not work_session.may_be_written_by(user):
        raise permission_error(work_session, user, _why_not_written(work_session, user))
    use_account_of(user, work_session)
    return work_session


def _why_not_written(work_session: Session, user: User) -> str:
    if user.pk in (work_session.user_id, work_session.assigned_to_id):
        return f"Your role is {user.get_role_display().lower()} now, which reads and doesn't write."
    return "Only the session's owner or assignee may change it."


def get_writable_session(user: User, pk: Any) -> Session:
    """Return the session like `get_readable_session`; 403 when the user may not write it."""
    work_session = get_readable_session(user, pk)
    if not work_session.may_be_written_by(user):
        raise permission_error(work_session, user, _why_not_written(work_session, user))
    return work_session


def lock_open_session(user: User, pk: Any) -> Session:
    """Return the session like `lock_session`, not completed; this first write starts a prepared
    one.
    """
    work_session = lock_session(user, pk)
    if work_session.is_completed:
        raise StateError(COMPLETED_MESSAGE)
    work_session.start(user)
    return work_session
