"""The recorded steps of a session."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from resolutionflow.json_shapes import ShapedJSONField
from resolutionflow.postgresql import MAX_COUNT
from sessions_app import limits
from sessions_app.models import stored_json


class Decision(models.Model):
    """One recorded step of a session.

    The path of a session is its decisions that are not set aside, by position. A step that left
    the path because an earlier one was answered differently is set aside under a
    `discarded_branch`, from where it can be brought back until the session is completed ([U6]).
    """

    # Without an index of its own: others begin with it.
    session = models.ForeignKey(
        "sessions_app.Session", models.CASCADE, related_name="all_decisions", db_index=False
    )
    position = models.PositiveIntegerField()
    node_id = models.CharField(max_length=64)
    question = models.TextField(blank=True, max_length=limits.LINE)
    answer = models.TextField(blank=True, max_length=limits.LINE)
    next_node = models.CharField(max_length=64, blank=True, help_text="Where the answer led.")
    action = models.TextField(blank=True, max_length=limits.NOTES)
    notes = models.TextField(blank=True, max_length=limits.NOTES)
    command_output = models.TextField(blank=True, max_length=limits.COMMAND_OUTPUT)
    entered_at = models.DateTimeField(null=True, blank=True)
    timestamp = models.DateTimeField(default=timezone.now)
    attachments = ShapedJSONField(default=list, blank=True, shape=stored_json.attachments)
    carried_over_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the answer was given in an earlier session, if it was taken from there.",
    )
    is_off_flow = models.BooleanField(
        default=False,
        editable=False,
        help_text="Sent by a caller, at a node that the snapshot doesn't have.",
    )
    # Without an index: only deleting a person looks for it, and people are deactivated.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        help_text="Who changed the recorded step last.",
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    # Which rendering of the form sent it: the same one sent twice is recorded once.
    request_id = models.UUIDField(null=True, blank=True, editable=False)
    discarded_branch = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("position",)
        constraints = (
            # On the path and in each discarded branch; the one index of all that is asked of a
            # session's steps.
            models.UniqueConstraint(
                fields=("session", "position", "discarded_branch"),
                nulls_distinct=False,
                # Checked after each statement: one renumbers a whole path.
                deferrable=models.Deferrable.IMMEDIATE,
                name="decision_position_once",
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="decision_counts_from_one"),
            # So that one more always fits.
            models.CheckConstraint(
                condition=Q(position__lte=MAX_COUNT), name="decision_position_has_room"
            ),
            models.CheckConstraint(condition=~Q(node_id=""), name="decision_has_node"),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.question}"

    def clean(self) -> None:
        super().clean()
        if self.position < 1:
            raise ValidationError({"position": "Steps count from 1."})

    @property
    def is_custom(self) -> bool:
        return self.node_id.startswith("custom-")
