"""What stands beside a session: its files, who handed it to whom, the library of steps."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import Account
from sessions_app import limits

# How the addresses of files that were uploaded here begin.
OWN_FILES = "/attachments/"


class Attachment(models.Model):
    """A file of a session: a screenshot or a log.

    The steps that show it list it by name and address in `Decision.attachments`, or in the
    session's drafts while the step isn't recorded. The bytes lie outside the web root under
    `stored_as`, which nobody can guess.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of the session, again here: the quota is counted by account.
    account = models.ForeignKey(Account, models.CASCADE, related_name="attachments")
    session = models.ForeignKey("sessions_app.Session", models.CASCADE, related_name="files")
    node_id = models.CharField(max_length=64, help_text="The step that it was given to.")
    name = models.CharField(max_length=limits.FILE_NAME)
    content_type = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("created_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(size__gte=1), name="attachment_has_bytes"),
            models.CheckConstraint(condition=~Q(name=""), name="attachment_has_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return reverse("attachment", args=[self.pk])

    @property
    def listed(self) -> dict[str, str]:
        """How a decision lists it."""
        return {"name": self.name, "url": self.url}

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


class Handover(models.Model):
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


class LibraryStep(models.Model):
    """A reusable step of the account's library ([S17])."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="library_steps")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True, max_length=limits.NOTES)
    commands = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("title", "pk")
        constraints = (models.CheckConstraint(condition=~Q(title=""), name="step_has_title"),)
        indexes = (
            models.Index(fields=("account", "title"), name="step_account_title"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="step_title_trigram"),
        )

    def __str__(self) -> str:
        return self.title
