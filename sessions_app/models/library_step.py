"""The account's library of reusable steps."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from accounts_app.models import Account, AuditedModel, AuditedQuerySet, ObjectType
from resolutionflow.json_shapes import ShapedJSONField
from resolutionflow.uuid_model import UUIDModel
from sessions_app import limits
from sessions_app.models import stored_json


class LibraryStep(AuditedModel, UUIDModel):
    """A reusable step of the account's library ([S17])."""

    audited_as = ObjectType.LIBRARY_STEP
    audited_fields = ("title", "account")

    # Without an index of its own: others begin with it.
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="library_steps", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True, max_length=limits.NOTES)
    commands = ShapedJSONField(default=list, blank=True, shape=stored_json.commands)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AuditedQuerySet["LibraryStep"].as_manager()

    class Meta:
        ordering = ("title", "pk")
        constraints = (models.CheckConstraint(condition=~Q(title=""), name="step_has_title"),)
        indexes = (
            models.Index(fields=("account", "title"), name="step_account_title"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="step_title_trigram"),
        )

    def __str__(self) -> str:
        return self.title
