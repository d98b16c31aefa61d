"""The audit log: who did what with a session, written once and never changed.

An entry outlives its session, so it carries what names it and no reference to its row. It never
holds what the session says: no note, no answer, no client, no value.
"""

import json
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from accounts_app.models import Account, User
from resolutionflow.json_shapes import ShapedJSONField
from resolutionflow.uuid_model import UUIDModel
from sessions_app.models import stored_json


class Action(models.TextChoices):
    STARTED = "started", "Started"
    HANDED_OVER = "handed_over", "Handed over"
    COMPLETED = "completed", "Completed"
    REOPENED = "reopened", "Reopened"
    EXPORTED = "exported", "Exported"
    DELETED = "deleted", "Deleted"
    CLOSED_IDLE = "closed_idle", "Closed by policy"
    PURGED = "purged", "Archived and deleted by policy"
    RESTORED = "restored", "Restored"
    RENAMED = "renamed", "Renamed"
    PINNED = "pinned", "Kept"
    UNPINNED = "unpinned", "No longer kept"
    STEPS_CHANGED = "steps_changed", "Steps changed"
    ADDENDUM = "addendum", "Addendum written"


class AuditedSession(Protocol):
    """What the log keeps of a session."""

    pk: UUID
    account_id: UUID
    tree_name: str
    ticket_number: str


# In SQL, as every export writes one: composing the statement takes longer than running it.
_WRITTEN = (
    "id",
    "account_id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "session_id",
    "tree_name",
    "ticket_number",
)
_INSERT = (
    f"INSERT INTO sessions_app_auditentry ({', '.join(_WRITTEN)}, details) "  # noqa: S608
    f"VALUES ({', '.join(['%s'] * len(_WRITTEN))}, %s::jsonb)"
)


class AuditManager(models.Manager["AuditEntry"]):
    def build_entry(
        self, work_session: AuditedSession, action: Action, *, by: User | None, **details: Any
    ) -> "AuditEntry":
        """Return an entry that isn't saved yet; `by` is None for a policy or the command line."""
        return self.model(
            account_id=work_session.account_id,
            action=action,
            actor=by,
            actor_name=by.display_name if by else "",
            session_id=work_session.pk,
            tree_name=work_session.tree_name,
            ticket_number=work_session.ticket_number,
            details=details,
        )

    def log_action(
        self, work_session: AuditedSession, action: Action, *, by: User | None, **details: Any
    ) -> None:
        """Write down what was done, in the transaction that does it.

        `details` are facts about the act (an outcome, a format, counts), never text of the
        session.
        """
        entry = self.build_entry(work_session, action, by=by, **details)
        values = [getattr(entry, name) for name in _WRITTEN]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [*values, json.dumps(entry.details)])


class AuditEntry(UUIDModel):
    """One thing that was done with a session. The database refuses to change or delete it.

    The account and the person are kept as ids without a constraint: the log stays as it was
    written whatever becomes of them.
    """

    account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=20, choices=Action.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        null=True,
        help_text="Nobody, where a policy or the command line did it.",
    )
    actor_name = models.CharField(max_length=320, blank=True)
    session_id = models.UUIDField()
    tree_name = models.CharField(max_length=255, blank=True)
    ticket_number = models.CharField(max_length=100, blank=True)
    details = ShapedJSONField(default=dict, shape=stored_json.details)

    objects = AuditManager()

    class Meta:
        ordering = ("-at", "-id")
        verbose_name_plural = "audit entries"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values), name="audit_action_is_known"
            ),
        )
        indexes = (
            models.Index(fields=("account", "-at", "-id"), name="audit_account_newest"),
            models.Index(fields=("session_id", "at"), name="audit_of_session"),
        )

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.tree_name}"
