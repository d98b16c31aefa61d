"""The teams of an account."""

from django.db import models

from accounts_app.models.account import Account
from resolutionflow.uuid_model import UUIDModel


class Team(UUIDModel):
    """Some people of an account who share flows and prepared sessions."""

    # Without an index of its own: others begin with it.
    account = models.ForeignKey(Account, models.CASCADE, related_name="teams", db_index=False)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("account", "name"), name="team_name_once_per_account"),
        )

    def __str__(self) -> str:
        return self.name
