"""Adding to a session that is completed: its notes are frozen, an addendum stands beside them."""

from typing import Any

from django.db import transaction

from accounts_app.models import User
from resolutionflow.web.errors import Invalid, StateError
from sessions_app import limits
from sessions_app.models import Action, Addendum, AuditEntry
from sessions_app.permissions import get_readable_session, lock_session

OPEN_MESSAGE = "This session is open: write it into its notes."


def list_addenda(*, user: User, pk: Any) -> list[Addendum]:
    """Return what was added to a session that the user may read, oldest first, with its authors."""
    work_session = get_readable_session(user, pk)
    return list(Addendum.objects.filter(session=work_session).select_related("author"))


def add_addendum(*, user: User, pk: Any, text: str) -> Addendum:
    """Add `text` to a completed session, signed and timed; the same text sent twice is one.

    Its owner and its assignee may. Raises `StateError` while the session is open, `Invalid` for a
    text that is blank or too long, and for one too many.
    """
    text = text.strip()
    with transaction.atomic():
        work_session = lock_session(user, pk)
        if not text:
            raise Invalid({"text": "Write what to add."})
        if len(text) > limits.NOTES:
            raise Invalid({"text": f"{len(text):,} characters; {limits.NOTES:,} fit here."})
        if not work_session.is_completed:
            raise StateError(OPEN_MESSAGE)
        there = list(Addendum.objects.filter(session=work_session))
        if there and (there[-1].author_id, there[-1].text) == (user.pk, text):
            return there[-1]
        if len(there) >= limits.ADDENDA:
            raise Invalid({"text": f"A session has room for {limits.ADDENDA} addenda."})
        addendum = Addendum.objects.create(session=work_session, author=user, text=text)
        work_session.save(update_fields=work_session.mark_modified())
        AuditEntry.objects.log_action(work_session, Action.ADDENDUM, by=user)
    return addendum
