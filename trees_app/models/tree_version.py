"""What was published of a tree."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class TreeVersion(models.Model):
    """One publication of a tree, never changed afterwards."""

    tree = models.ForeignKey("trees_app.Tree", models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    structure = models.JSONField()
    intake_form = models.JSONField(default=list)
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
