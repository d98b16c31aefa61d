"""Who completed a session, as the audit log has it."""

from typing import NamedTuple
from uuid import UUID

from sessions_app.models import Action, AuditEntry, Session


class Completer(NamedTuple):
    """Who completed a session last; `pk` is None and `name` empty for a policy."""

    pk: UUID | None = None
    name: str = ""


def who_completed(work_session: Session) -> Completer:
    """Return who completed the session; one query."""
    found = (
        AuditEntry.objects.filter(
            object_id=work_session.pk, action__in=(Action.COMPLETED, Action.CLOSED_IDLE)
        )
        .order_by("-at", "-pk")
        .values_list("actor_id", "actor_name")
        .first()
    )
    return Completer(*found) if found else Completer()
