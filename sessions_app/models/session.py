"""One run of a flow.

State follows from two times: `started_at` and `completed_at`. Everything that changes a
session goes through the methods here or through `recording` and `services`, which lock its row.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts_app.models import Account, Action, AuditEntry, User
from resolutionflow.json_shapes import ShapedJSONField
from resolutionflow.postgresql import MAX_COUNT
from resolutionflow.uuid_model import UUIDModel
from sessions_app import limits
from sessions_app.models import stored_json
from sessions_app.models.decision import Decision
from sessions_app.models.outcome import Outcome
from sessions_app.models.session_queryset import (
    NEWEST_FIRST,
    BaseSessionQuerySet,
    SearchedModel,
)
from sessions_app.models.state import IN_STATE, State, is_recent, state_of
from trees_app.models import Snapshot, Tree


class SessionQuerySet(BaseSessionQuerySet["Session"]):
    """Who may see which sessions, and how they are found; pages and API start here."""


class Session(UUIDModel, SearchedModel):
    """One run of a tree against a frozen snapshot of it."""

    # Without an index of its own: others begin with it.
    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions", db_index=False)
    tree = models.ForeignKey(Tree, models.SET_NULL, related_name="sessions", null=True)
    tree_name = models.CharField(max_length=255, help_text="Of the snapshot, for lists.")
    # RESTRICT, not PROTECT: whoever deletes an account deletes both.
    snapshot = models.ForeignKey(Snapshot, models.RESTRICT, related_name="sessions")
    # Who leaves is deactivated, not deleted: an MSP's memory outlives its people.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sessions")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="assigned_sessions",
        db_index=False,
        null=True,
        blank=True,
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="prepared_sessions",
        db_index=False,
        null=True,
        blank=True,
    )
    ticket_number = models.CharField(max_length=limits.TICKET, blank=True)
    client_name = models.CharField(max_length=limits.CLIENT, blank=True)
    client_key = models.CharField(max_length=limits.CLIENT * 2, blank=True, editable=False)
    title = models.CharField(max_length=limits.TITLE, blank=True)
    title_by_person = models.BooleanField(default=False)
    search_key = models.TextField(blank=True, editable=False)
    pinned = models.BooleanField(
        default=False, help_text="Kept: the retention policy never deletes it."
    )
    scratchpad = models.TextField(blank=True, max_length=limits.SCRATCHPAD)
    session_variables = ShapedJSONField(default=dict, blank=True, shape=stored_json.variables)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    outcome_notes = models.TextField(blank=True, max_length=limits.NOTES)
    next_steps = models.TextField(blank=True, max_length=limits.NOTES)
    exported = models.BooleanField(default=False)
    batch_id = models.UUIDField(null=True, blank=True)
    target_label = models.CharField(max_length=255, blank=True)
    current_node = models.CharField(max_length=64, blank=True)
    node_entered_at = models.DateTimeField(
        null=True, blank=True, help_text="When the current step was first shown."
    )
    custom_steps = ShapedJSONField(default=list, blank=True, shape=stored_json.custom_steps)
    # What is typed at a step that isn't recorded yet, by node id.
    drafts = ShapedJSONField(default=dict, blank=True, shape=stored_json.drafts)
    # How it stood before it was closed, for as long as that can be undone ([H8]).
    undo_state = ShapedJSONField(null=True, editable=False, shape=stored_json.undo_state)
    decision_count = models.PositiveIntegerField(default=0, editable=False)
    # Rises with every write; it is the ETag, and how a stale write is noticed ([S15]).
    revision = models.PositiveIntegerField(default=1, editable=False)

    # Whether what was done just now changed what lists show: its title, or that it runs.
    is_list_changed = False

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = NEWEST_FIRST
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values),
                name="session_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, outcome="")
                | Q(completed_at__isnull=False, started_at__isnull=False) & ~Q(outcome=""),
                name="session_completed_has_start_and_outcome",
            ),
            models.CheckConstraint(
                condition=Q(exported=False) | Q(completed_at__isnull=False),
                name="session_exported_is_completed",
            ),
            # So that one more always fits.
            models.CheckConstraint(
                condition=Q(revision__lte=MAX_COUNT, decision_count__lte=MAX_COUNT),
                name="session_counts_have_room",
            ),
        )
        indexes = (
            # The owner's history, newest first; prepared sessions come last.
            models.Index(F("account"), F("user"), *NEWEST_FIRST, name="session_owner_newest"),
            # What admins and integrations list: the whole account, newest first.
            models.Index(F("account"), *NEWEST_FIRST, name="session_account_newest"),
            # Only sessions that wait for somebody else carry another assignee, hence partial.
            models.Index(
                F("account"),
                F("assigned_to"),
                *NEWEST_FIRST,
                name="session_assignee_newest",
                condition=Q(assigned_to__isnull=False),
            ),
            # Whose sessions they are when a person is deleted; few have anybody here.
            models.Index(
                fields=("assigned_to",),
                name="session_assignee",
                condition=Q(assigned_to__isnull=False),
            ),
            models.Index(
                fields=("prepared_by",),
                name="session_preparer",
                condition=Q(prepared_by__isnull=False),
            ),
            # What was tried for this client before.
            models.Index(
                F("account"),
                F("client_key"),
                F("started_at").desc(),
                name="session_client_newest",
                condition=~Q(client_key=""),
            ),
            models.Index(
                fields=("batch_id",), name="session_batch", condition=Q(batch_id__isnull=False)
            ),
            # The most recently touched active session, and what went idle.
            models.Index(
                fields=("account", "user", "-last_activity_at"),
                name="session_active_touched",
                condition=IN_STATE[State.ACTIVE],
            ),
            # Search as one types, and the partial filters of the API: one index, as every write of
            # a step pays for each.
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="session_search_trigram"),
            # What became of a flow's newest sessions ([H5]).
            models.Index(
                fields=("account", "tree", "-completed_at"),
                name="session_flow_completed",
                condition=IN_STATE[State.COMPLETED],
            ),
            # What retention deletes, the oldest first ([H6]); and what was completed lately.
            models.Index(
                fields=("account", "completed_at"),
                name="session_completed",
                condition=IN_STATE[State.COMPLETED],
            ),
        )

    def __str__(self) -> str:
        return self.title or self.tree_name

    # -- what it is ----------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return state_of(self.started_at, self.completed_at)

    @property
    def is_completed(self) -> bool:
        return self.completed_at is not None

    @property
    def is_active(self) -> bool:
        """Whether it runs and something was recorded lately; else it is idle or not running."""
        return self.state == State.ACTIVE and is_recent(self.last_activity_at, timezone.now())

    @property
    def tree_snapshot(self) -> dict[str, Any]:
        """What was frozen of the flow ([T4]): read-only, as other sessions share it."""
        return Snapshot.objects.read(self.snapshot_id)

    @property
    def structure(self) -> dict[str, Any]:
        return self.tree_snapshot["structure"]

    @property
    def intake_form(self) -> list[dict[str, Any]]:
        return self.tree_snapshot.get("intake_form") or []

    @property
    def decisions(self) -> models.QuerySet[Decision]:
        """The path taken, in order; steps that were set aside are not on it."""
        return self.all_decisions.filter(discarded_branch=None).order_by("position")

    def node(self, node_id: str) -> dict[str, Any] | None:
        """The node of the snapshot, or the custom step, with this id; `None` if there is none."""
        if node_id.startswith("custom-"):
            for step in self.custom_steps:
                if step["id"] == node_id:
                    return {**step, "type": "custom"}
            return None
        return self.structure["nodes"].get(node_id)

    def draft_attachments(self, node_id: str) -> list[dict[str, str]]:
        """The files at a step that isn't recorded yet, as a decision lists them."""
        return list((self.drafts.get(node_id) or {}).get("attachments") or [])

    def set_draft_attachments(self, node_id: str, listed: list[dict[str, str]]) -> None:
        """Have the unrecorded step list these files; saved by the caller with `drafts`."""
        self.drafts[node_id] = {**self.drafts.get(node_id, {}), "attachments": listed}

    # -- who may ([A2], [A4]) ------------------------------------------------------------------

    def may_be_read_by(self, user: User) -> bool:
        if user.account_id is None or user.account_id != self.account_id:
            return False
        if user.reads_account_sessions or user.pk in (self.user_id, self.assigned_to_id):
            return True
        # Whoever handed it over reads on.
        return self.handovers.filter(from_user=user).exists()

    def may_be_written_by(self, user: User) -> bool:
        return (
            user.account_id == self.account_id
            and user.may_run_sessions
            and user.pk in (self.user_id, self.assigned_to_id)
        )

    def may_be_run_by(self, user: User) -> bool:
        """Whether the run page is for them; anybody else who may read it reads it."""
        return not self.is_completed and self.may_be_written_by(user)

    # -- how it changes ------------------------------------------------------------------------
    # These work on a locked row (see `permissions`) and are saved by their caller.

    def write_scratchpad(self, text: str, *, by: User) -> None:
        """Replace the scratchpad, of a completed session too ([S6]); a prepared one is started."""
        self.start(by)
        self.scratchpad = text
        self.save(update_fields=["scratchpad", *self.mark_modified()])

    def start(self, by: User) -> None:
        """Start a prepared session: the acting assignee becomes its owner ([S4]), and the flow
        counts one more use ([T5]). A session that was started stays as it is.
        """
        if self.mark_started(by):
            if self.tree is not None:
                self.tree.count_use()
            AuditEntry.objects.log_action(self, Action.STARTED, by=by)

    def mark_started(self, by: User) -> bool:
        """Set on a prepared session that it is started; return whether it was prepared.

        The caller counts the use of the flow and logs it, as `start` does, for several at once.
        """
        if self.started_at is not None:
            return False
        self.started_at = self.node_entered_at = timezone.now()
        self.is_list_changed = True
        if self.assigned_to_id == by.pk:
            self.user = by
        return True

    def mark_modified(self, *, only_draft: bool = False) -> list[str]:
        """Note a write; answers the fields for `update_fields`, those of `start` among them.

        A draft is no new state: it must not make a step that is on its way look stale.
        """
        self.last_activity_at = timezone.now()
        if not only_draft:
            self.revision += 1
        fields = ["last_activity_at", "revision", "started_at", "node_entered_at", "user"]
        if self.undo_state is not None:
            # An undo would overwrite what is written now.
            self.undo_state = None
            fields.append("undo_state")
        return fields
