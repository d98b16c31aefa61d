"""Opening a completed session again, at any time: what was noted stays, and the run goes on.

Undoing a completion within a moment restores exactly what was there (`services.reopen`); this keeps
what the end added: resolution and next steps fill in the form that completes it the next time.
"""

from typing import Any

from django.db import transaction

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, StateError
from sessions_app.completion.services import NOT_COMPLETED_MESSAGE
from sessions_app.models import Action, AuditEntry, Session
from sessions_app.permissions import STALE_MESSAGE, lock_session
from sessions_app.recording.drafts import recorded_texts

FIELDS = ("outcome", "completed_at", "exported", "decision_count", "drafts")


def reopen_completed(*, user: User, pk: Any, seen: str | None = None) -> Session:
    """Make a completed session active again; its owner and its assignee may.

    The step that it ended at becomes the current one again, with what was typed there. It counts
    as not exported: the text in the ticket says that it was over. Addenda, title, ticket and what
    keeps it from retention stay. Raises `StateError` when it is open, `Conflict` when it was
    completed anew since the completion that the page showed (`seen`, its time in ISO 8601):
    whatever else was changed is kept.
    """
    with transaction.atomic():
        work_session = lock_session(user, pk)
        if work_session.completed_at is None:
            raise StateError(NOT_COMPLETED_MESSAGE)
        if seen not in (None, work_session.completed_at.isoformat()):
            raise Conflict(STALE_MESSAGE, work_session)
        work_session.outcome = ""
        work_session.completed_at = None
        work_session.exported = False
        _take_last_step_back(work_session)
        work_session.is_list_changed = True
        work_session.save(update_fields=[*FIELDS, *work_session.mark_modified()])
        AuditEntry.objects.log_action(work_session, Action.REOPENED, by=user)
    return work_session


def _take_last_step_back(work_session: Session) -> None:
    """Make a draft of the step that completing recorded where the run stood, or it would stand in
    the notes twice the next time.
    """
    last = work_session.decisions.last()
    if last is None or last.node_id != work_session.current_node or last.next_node:
        return
    kind = (work_session.node(last.node_id) or {}).get("type")
    if last.answer and kind not in ("solution", "custom"):
        return  # An answer that was given there, of a loop or by a caller.
    notes, command_output, text = recorded_texts(work_session, last)
    typed = {
        "notes": notes,
        "command_output": command_output,
        "text": text,
        "attachments": last.attachments,
    }
    work_session.drafts[last.node_id] = {name: value for name, value in typed.items() if value}
    work_session.decision_count -= 1
    last.delete()
