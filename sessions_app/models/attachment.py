"""The files of a session."""

import re
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import Account
from resolutionflow.uuid_model import UUIDModel
from sessions_app import limits
from sessions_app.attachments.file_types import FILE_TYPES

# How the addresses of files that were uploaded here begin.
OWN_FILES = "/attachments/"
OWN_FILE = re.compile(
    rf"{OWN_FILES}([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})", re.IGNORECASE
)

# What a file is stored under (`attachments.storage.save`).
STORED_NAME = "^[A-Za-z0-9_-]{20,64}$"


def own_file_id(address: str) -> UUID | None:
    """Return the id in the address of an uploaded file; None for any other address."""
    found = OWN_FILE.fullmatch(address)
    return UUID(found[1]) if found else None


class Attachment(UUIDModel):
    """A file of a session: a screenshot or a log.

    The steps that show it list it by name and address in `Decision.attachments`, or in the
    session's drafts while the step isn't recorded. The bytes lie outside the web root under
    `stored_as`, which nobody can guess.
    """

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
            # It is sent to browsers, which may do more with others.
            models.CheckConstraint(
                condition=Q(content_type__in=[kind.content_type for kind in FILE_TYPES]),
                name="attachment_content_type_is_known",
            ),
            # It is part of a path.
            models.CheckConstraint(
                condition=Q(stored_as__regex=STORED_NAME), name="attachment_is_stored_under_token"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return reverse("attachment", args=[self.pk])

    @property
    def list_entry(self) -> dict[str, str]:
        """How a decision lists it."""
        return {"name": self.name, "url": self.url}

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
