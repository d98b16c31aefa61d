"""What the directory of an account keeps here by SCIM ([I3]), beside users and teams themselves."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts_app.models.account import Account
from accounts_app.models.team import Team
from resolutionflow.uuid_model import UUIDModel


class ProvisionedRole(models.TextChoices):
    """Roles that a directory may give, from the one that may most to the one that may least."""

    ADMIN = "admin", "Admin"
    AUTHOR = "author", "Author"
    ENGINEER = "engineer", "Engineer"
    VIEWER = "viewer", "Viewer"


class Provisioning(UUIDModel):
    """How an account is provisioned by its directory."""

    # Nobody gets more than this without a group that says so.
    FIRST_ROLES = (ProvisionedRole.ENGINEER, ProvisionedRole.VIEWER)

    account = models.OneToOneField(Account, models.CASCADE, related_name="provisioning")
    first_role = models.CharField(
        "role of new users",
        max_length=12,
        choices=[(role.value, role.label) for role in FIRST_ROLES],
        default=ProvisionedRole.ENGINEER,
        help_text="For users whom no group gives another role.",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(first_role__in=("engineer", "viewer")),
                name="provisioning_first_role_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"Provisioning of {self.account}"


class ProvisionedUser(models.Model):
    """What the directory says of a user and no page of the product needs."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="provisioned"
    )
    external_id = models.CharField("id in the directory", max_length=255, blank=True)
    attributes = models.JSONField(
        default=dict, help_text="`displayName` and `emails`, as the directory sent them."
    )
    has_role_of_groups = models.BooleanField(
        default=False, help_text="Whether the role comes from groups, and ends with them."
    )
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the directory deleted the user."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (models.Index(fields=("external_id",), name="provisioned_user_external_id"),)

    def __str__(self) -> str:
        return str(self.user)


class ProvisionedTeam(models.Model):
    """What the directory, and the account's table of groups, say of a team."""

    NO_ROLE = ""
    ROLES: ClassVar = [(NO_ROLE, "No role"), *ProvisionedRole.choices]

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="provisioned")
    external_id = models.CharField("id in the directory", max_length=255, blank=True)
    role = models.CharField(
        max_length=12,
        choices=ROLES,
        default=NO_ROLE,
        blank=True,
        help_text="The role that the members of the group get.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=("", "admin", "author", "engineer", "viewer")),
                name="provisioned_team_role_is_known",
            ),
        )

    def __str__(self) -> str:
        return str(self.team)


class TeamMembership(UUIDModel):
    """A member of a group of the directory. A user has one team, but may be in several groups."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="team_memberships"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("team", "user"), name="team_membership_once"),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
