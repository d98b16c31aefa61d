"""The audit log: who did what, when and from where, written once and never changed.

An entry outlives whatever it is about and whoever did it, so it carries their names as they were,
beside their ids, and no reference to a row. It never holds what a session says: no note, no answer,
no client, no value; nor any password or key.
"""

import json
from datetime import timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import connection, models
from django.db.models.functions import Upper
from django.utils import timezone

from resolutionflow.json_shapes import ShapedJSONField
from resolutionflow.uuid_model import UUIDModel
from resolutionflow.web.current_request import current_address, current_request

MAX_NAME = 320
ROWS_AT_ONCE = 5_000


class Action(models.TextChoices):
    # of sessions
    STARTED = "started", "Started"
    HANDED_OVER = "handed_over", "Handed over"
    COMPLETED = "completed", "Completed"
    REOPENED = "reopened", "Reopened"
    EXPORTED = "exported", "Exported"
    CLOSED_IDLE = "closed_idle", "Closed by policy"
    PURGED = "purged", "Archived and deleted by policy"
    RESTORED = "restored", "Restored"
    RENAMED = "renamed", "Renamed"
    PINNED = "pinned", "Kept"
    UNPINNED = "unpinned", "No longer kept"
    STEPS_CHANGED = "steps_changed", "Steps changed"
    ADDENDUM = "addendum", "Addendum written"
    DISCARDED = "discarded", "Discarded"
    TICKET_CHANGED = "ticket_changed", "Ticket or client changed"
    # of accounts, teams, users, keys and flows
    CREATED = "created", "Created"
    CHANGED = "changed", "Changed"
    DELETED = "deleted", "Deleted"
    PUBLISHED = "published", "Published"
    REVOKED = "revoked", "Revoked"
    # of who comes in
    SIGNED_IN = "signed_in", "Signed in"
    SIGNED_OUT = "signed_out", "Signed out"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SIGN_IN_LIMITED = "sign_in_limited", "Sign-in refused after too many attempts"
    CONFIRMED_AGAIN = "confirmed_again", "Confirmed password or factor again"
    CONFIRMATION_FAILED = "confirmation_failed", "Failed to confirm password or factor"
    BROWSER_SIGNED_OUT = "browser_signed_out", "Other browser signed out"
    FACTOR_ADDED = "factor_added", "Second factor added"
    FACTOR_REMOVED = "factor_removed", "Second factor removed"
    FACTOR_FAILED = "factor_failed", "Second factor failed"
    RECOVERY_CODES_MADE = "recovery_codes_made", "Recovery codes made"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    PASSWORD_RESET_REQUESTED = "password_reset_requested", "Password reset asked for"
    PASSWORD_RESET = "password_reset", "Password reset"
    EMAIL_CHANGED = "email_changed", "E-mail address changed"
    EMAIL_CONFIRMED = "email_confirmed", "E-mail address confirmed"
    INVITED = "invited", "Invited"
    INVITATION_ACCEPTED = "invitation_accepted", "Invitation accepted"
    LINK_MADE = "link_made", "One-time link made"
    SINGLE_SIGN_ON_LINKED = "single_sign_on_linked", "Single sign-on linked"
    SINGLE_SIGN_ON_UNLINKED = "single_sign_on_unlinked", "Single sign-on unlinked"


class ObjectType(models.TextChoices):
    SESSION = "session", "Session"
    FLOW = "flow", "Flow"
    USER = "user", "User"
    API_KEY = "api_key", "API key"
    TEAM = "team", "Team"
    ACCOUNT = "account", "Account"
    LIBRARY_STEP = "library_step", "Step of the library"
    AUDIT = "audit", "Audit log"
    INVITATION = "invitation", "Invitation"
    SINGLE_SIGN_ON = "single_sign_on", "Single sign-on"
    SCIM = "scim", "SCIM"


class Actor(Protocol):
    """Whom an entry names."""

    @property
    def pk(self) -> Any: ...
    @property
    def display_name(self) -> str: ...
    def get_username(self) -> str: ...


class AuditedSession(Protocol):
    """What the log keeps of a session."""

    pk: UUID
    account_id: UUID
    tree_name: str
    ticket_number: str


class AuditedObject(NamedTuple):
    """What something was done with, as the log names it."""

    type: ObjectType
    pk: UUID | None
    name: str
    account_id: UUID | None
    ticket_number: str = ""


def signed_in_actor() -> Any:
    """Return the user who makes the current request; None for nobody, a command or a job."""
    user = getattr(current_request(), "user", None)
    return user if user is not None and user.is_authenticated else None


# In SQL, as every export writes one: composing the statement takes longer than running it.
_WRITTEN = (
    "id",
    "account_id",
    "at",
    "action",
    "actor_id",
    "actor_username",
    "actor_name",
    "address",
    "object_type",
    "object_id",
    "object_name",
    "ticket_number",
)
_INSERT = (
    f"INSERT INTO accounts_app_auditentry ({', '.join(_WRITTEN)}, details) "  # noqa: S608
    f"VALUES ({', '.join(['%s'] * len(_WRITTEN))}, %s::jsonb)"
)


class AuditManager(models.Manager["AuditEntry"]):
    def build(
        self, action: Action, about: AuditedObject, *, by: Actor | None, details: dict[str, Any]
    ) -> "AuditEntry":
        """Return an entry that isn't saved yet, with the address of the current request."""
        return self.model(
            account_id=about.account_id,
            action=action,
            actor_id=by.pk if by else None,
            actor_username=by.get_username()[:MAX_NAME] if by else "",
            actor_name=by.display_name[:MAX_NAME] if by else "",
            address=current_address(),
            object_type=about.type,
            object_id=about.pk,
            object_name=about.name[:MAX_NAME],
            ticket_number=about.ticket_number,
            details=details,
        )

    def build_entry(
        self, work_session: AuditedSession, action: Action, *, by: Actor | None, **details: Any
    ) -> "AuditEntry":
        """Return an entry about a session, as `build` does; `by` is None for a policy or the
        command line.
        """
        return self.build(action, _as_object(work_session), by=by, details=details)

    def log_action(
        self, work_session: AuditedSession, action: Action, *, by: Actor | None, **details: Any
    ) -> None:
        """Write down what was done with a session, in the transaction that does it.

        `details` are facts about the act (an outcome, a format, counts), never text of the
        session.
        """
        self.log(action, _as_object(work_session), by=by, **details)

    def delete_old_sign_ins(self, *, days: int) -> int:
        """Delete sign-ins, sign-outs and failures of more than so many days ago; return how many.

        The table refuses it: a function of the database does it, for these actions alone, and for
        none that is younger than `audit_sql.MIN_DAYS`.
        """
        before = timezone.now() - timedelta(days=days)
        deleted = 0
        with connection.cursor() as cursor:
            while True:
                cursor.execute("SELECT accounts_app_purge_audit(%s, %s)", [before, ROWS_AT_ONCE])
                (count,) = cursor.fetchone()
                deleted += count
                if count < ROWS_AT_ONCE:
                    return deleted

    def log(
        self, action: Action, about: AuditedObject, *, by: Actor | None, **details: Any
    ) -> None:
        """Write down what was done with anything, in the transaction that does it."""
        entry = self.build(action, about, by=by, details=details)
        values = [getattr(entry, name) for name in _WRITTEN]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [*values, json.dumps(entry.details)])


def _as_object(work_session: AuditedSession) -> AuditedObject:
    return AuditedObject(
        ObjectType.SESSION,
        work_session.pk,
        work_session.tree_name,
        work_session.account_id,
        work_session.ticket_number,
    )


def _details(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class AuditEntry(UUIDModel):
    """One thing that was done. The database refuses to change or delete it.

    The account and the person are kept as ids without a constraint: the log stays as it was
    written whatever becomes of them.
    """

    account = models.ForeignKey(
        "accounts_app.Account",
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        null=True,
        help_text="None, where somebody unknown tried to sign in.",
    )
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=32, choices=Action.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        null=True,
        help_text="Nobody, where a policy, the command line or somebody not signed in did it.",
    )
    actor_username = models.CharField("user name", max_length=MAX_NAME, blank=True)
    actor_name = models.CharField("name", max_length=MAX_NAME, blank=True)
    address = models.GenericIPAddressField(null=True)
    object_type = models.CharField(max_length=32, choices=ObjectType.choices)
    object_id = models.UUIDField(null=True)
    object_name = models.CharField(max_length=MAX_NAME, blank=True)
    ticket_number = models.CharField(max_length=100, blank=True)
    details = ShapedJSONField(default=dict, shape=_details)

    objects = AuditManager()

    class Meta:
        ordering = ("-at", "-id")
        verbose_name_plural = "audit entries"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values), name="audit_action_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(object_type__in=ObjectType.values),
                name="audit_object_type_is_known",
            ),
        )
        # What it is searched by, apart from the time: each must find its rows among millions.
        indexes = (
            models.Index(fields=("account", "-at", "-id"), name="audit_account_newest"),
            models.Index(fields=("-at", "-id"), name="audit_newest"),
            models.Index(fields=("object_id", "at"), name="audit_of_object"),
            models.Index(fields=("actor", "-at"), name="audit_of_actor"),
            models.Index(fields=("address", "-at"), name="audit_from_address"),
            models.Index(
                OpClass(Upper("actor_username"), name="text_pattern_ops"), name="audit_username"
            ),
            models.Index(
                OpClass(Upper("object_name"), name="text_pattern_ops"), name="audit_object_name"
            ),
            models.Index(
                OpClass(Upper("ticket_number"), name="text_pattern_ops"), name="audit_ticket"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_name}"
