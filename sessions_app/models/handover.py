"""Who handed a session to whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from resolutionflow.uuid_model import UUIDModel
from sessions_app import limits


class Handover(UUIDModel):
    """A session that changed hands while it ran: who gave it to whom, with what words."""

    session = models.ForeignKey("sessions_app.Session", models.CASCADE, related_name="handovers")
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sessions_handed_over"
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sessions_taken_over"
    )
    note = models.TextField(blank=True, max_length=limits.HANDOVER_NOTE)
    step_count = models.PositiveIntegerField(help_text="Steps on the path at that moment.")
    handed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("handed_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(from_user=models.F("to_user")), name="handover_is_to_somebody_else"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_user} to {self.to_user}"
