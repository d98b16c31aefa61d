"""The teams of an account."""

from django.db import models

from accounts_app.models.account import Account


class Team(models.Model):
    """Some people of an account who share flows and prepared sessions."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("account", "name"), name="team_name_once_per_account"),
        )

    def __str__(self) -> str:
        return self.name
