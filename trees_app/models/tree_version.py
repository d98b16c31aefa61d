"""What was published of a tree."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from resolutionflow.uuid_model import UUIDModel
from trees_app.models.snapshot import Snapshot


class TreeVersion(UUIDModel):
    """One publication of a tree, never changed afterwards."""

    # Without an index of its own: others begin with it.
    tree = models.ForeignKey(
        "trees_app.Tree", models.CASCADE, related_name="versions", db_index=False
    )
    version = models.PositiveIntegerField()
    # RESTRICT, not PROTECT: whoever deletes an account deletes both.
    snapshot = models.ForeignKey(Snapshot, models.RESTRICT, related_name="versions")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "published version"
        ordering = ("-version",)
        constraints = (
            models.UniqueConstraint(fields=("tree", "version"), name="tree_version_once"),
        )

    def __str__(self) -> str:
        return f"version {self.version}"

    @property
    def structure(self) -> dict[str, Any]:
        return Snapshot.objects.read(self.snapshot_id)["structure"]

    @property
    def intake_form(self) -> list[dict[str, Any]]:
        return Snapshot.objects.read(self.snapshot_id)["intake_form"]
