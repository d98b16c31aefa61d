"""Discarding a session that was begun by mistake, before anything is noted in it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, StateError
from sessions_app.completion.typed_steps import TYPED_FIELDS
from sessions_app.models import Action, AuditEntry, Session, State
from sessions_app.permissions import COMPLETED_MESSAGE, STALE_MESSAGE, lock_session

NOT_STARTED_MESSAGE = "This session hasn't been started."
NOT_BLANK_MESSAGE = (
    "Something is noted in this session. Complete it as Cancelled to keep that, or delete it."
)


def discard(*, user: User, pk: Any, revision: int | None = None) -> Session | None:
    """Undo the start of a session in which nothing was noted; only its owner may.

    A session that was prepared, or belongs to a batch, is *Not started* again, and is returned.
    Any other is deleted. The flow counts one use less; the audit log keeps who discarded what, and
    when it was started. Raises `StateError` for one that doesn't run or that something is noted
    in, `Conflict` when it was changed since `revision`.
    """
    with transaction.atomic():
        work_session = lock_session(user, pk)
        if work_session.user_id != user.pk:
            raise PermissionDenied("Only its owner may discard a session.")
        if work_session.is_completed:
            raise StateError(COMPLETED_MESSAGE)
        if work_session.state == State.PREPARED:
            raise StateError(NOT_STARTED_MESSAGE)
        if revision not in (None, work_session.revision):
            raise Conflict(STALE_MESSAGE, work_session)
        if not is_blank(work_session):
            raise StateError(NOT_BLANK_MESSAGE)
        was_prepared = was_prepared_before(work_session)
        started_at = work_session.started_at
        AuditEntry.objects.log_action(
            work_session,
            Action.DISCARDED,
            by=user,
            started_at=started_at.isoformat() if started_at else "",
            is_kept=was_prepared,
        )
        if work_session.tree is not None:
            work_session.tree.count_use(-1)
        if not was_prepared:
            work_session.delete()
            return None
        work_session.started_at = work_session.node_entered_at = None
        work_session.drafts = {}
        if work_session.prepared_by is not None:
            work_session.user = work_session.prepared_by
        work_session.save(update_fields=["drafts", *work_session.mark_modified()])
        return work_session


def was_prepared_before(work_session: Session) -> bool:
    """Return whether the session waited for somebody before it was started."""
    return work_session.prepared_by_id is not None or work_session.batch_id is not None


def is_blank(work_session: Session) -> bool:
    """Return whether nothing was noted in a session since it was started.

    What a prepared one was made with (values, ticket, client) was not noted then.
    """
    texts: list[str | None] = [
        work_session.scratchpad,
        work_session.outcome_notes,
        work_session.next_steps,
    ]
    if not was_prepared_before(work_session):
        texts += work_session.session_variables.values()
    texts += [
        draft.get(name)
        for draft in work_session.drafts.values()
        if isinstance(draft, dict)
        for name in TYPED_FIELDS
    ]
    return not (
        any(texts)
        or work_session.custom_steps
        or work_session.title_by_person
        or work_session.pinned
        or work_session.all_decisions.exists()
        or work_session.files.exists()
        or work_session.handovers.exists()
        or work_session.addenda.exists()
    )
