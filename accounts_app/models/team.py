"""The teams of an account."""

from typing import Any

from django.db import models, transaction

from accounts_app.models.account import Account
from accounts_app.models.audit_entry import ObjectType
from accounts_app.models.audited import AuditedModel, AuditedQuerySet
from resolutionflow.uuid_model import UUIDModel


class TeamQuerySet(AuditedQuerySet["Team"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete teams, after their people were taken out of them: which the audit log has."""
        with transaction.atomic():
            for team in self:
                team.users.update(team=None)
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Team(AuditedModel, UUIDModel):
    """Some people of an account who share flows and prepared sessions."""

    audited_as = ObjectType.TEAM
    audited_fields = ("name", "account")

    # Without an index of its own: others begin with it.
    account = models.ForeignKey(Account, models.CASCADE, related_name="teams", db_index=False)
    name = models.CharField(max_length=120)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("account", "name"), name="team_name_once_per_account"),
        )

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self.users.update(team=None)
            return super().delete(*args, **kwargs)
