"""What was added to a session after it was completed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from resolutionflow.uuid_model import UUIDModel
from sessions_app import limits


class Addendum(UUIDModel):
    """A text added to a completed session, whose notes are frozen: signed, timed, never changed."""

    session = models.ForeignKey("sessions_app.Session", models.CASCADE, related_name="addenda")
    # Without an index: only deleting a person looks for it, and people are deactivated.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        db_index=False,
    )
    written_at = models.DateTimeField(default=timezone.now)
    text = models.TextField(max_length=limits.NOTES)

    class Meta:
        ordering = ("written_at", "pk")
        verbose_name_plural = "addenda"
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="addendum_has_text"),)

    def __str__(self) -> str:
        return f"{self.author}, {self.written_at:%Y-%m-%d %H:%M}"
