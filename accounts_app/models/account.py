"""One MSP: its name, time zone, limits and policies."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts_app.models.time_zone import validate_time_zone

# A hundred years; more days than that don't fit in a date.
MAX_RETENTION_DAYS = 36_500


def default_retention_days() -> int:
    return settings.SESSION_RETENTION_DAYS


class Account(models.Model):
    """One MSP. Nothing crosses accounts ([A1])."""

    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    tree_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many flows the account may own; blank is no limit."
    )
    attachment_quota_mb = models.PositiveIntegerField(
        default=1024,
        help_text="How many megabytes the files attached to its sessions may take together.",
    )
    close_idle_after_days = models.PositiveIntegerField(
        default=7,
        validators=[MinValueValidator(1)],
        help_text="Idle sessions are closed as cancelled after so many days.",
    )
    retention_days = models.PositiveIntegerField(
        default=default_retention_days,
        validators=[MinValueValidator(1)],
        help_text="Completed sessions are archived and deleted after so many days.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="account_has_name"),
            models.CheckConstraint(
                condition=Q(close_idle_after_days__gte=1, retention_days__gte=1),
                name="account_policies_are_days",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        too_long = {
            name: f"At most {MAX_RETENTION_DAYS:,} days."
            for name in ("close_idle_after_days", "retention_days")
            if (getattr(self, name) or 0) > MAX_RETENTION_DAYS
        }
        if too_long:
            raise ValidationError(too_long)
