"""Which users and groups a directory sees, and how they are written in SCIM."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from scim2_models import Meta

from accounts_app.models import ProvisionedTeam, ProvisionedUser, Team, TeamMembership, User
from accounts_app.scim.resources import (
    ScimEmail,
    ScimGroup,
    ScimMember,
    ScimName,
    ScimUser,
    ScimUserGroup,
)


def provisioned_users(account_id: UUID) -> QuerySet[User]:
    """Return the people of an account, without those whom the directory has deleted.

    Integrations are no people, and operators are nobody's to change.
    """
    name = Trim(Concat("first_name", Value(" "), "last_name", output_field=TextField()))
    sent = KeyTextTransform("displayName", "provisioned__attributes")
    shown = Coalesce(
        sent, NullIf(name, Value("", output_field=TextField())), output_field=TextField()
    )
    return (
        User.objects.filter(account_id=account_id, is_superuser=False)
        .filter(Q(provisioned=None) | Q(provisioned__removed_at=None))
        .exclude(role=User.Role.INTEGRATION)
        .annotate(shown_name=shown)
        .select_related("provisioned", "team")
    )


def provisioned_teams(account_id: UUID) -> QuerySet[Team]:
    return Team.objects.filter(account_id=account_id).select_related("provisioned")


def directory_of_user(user: User) -> ProvisionedUser:
    """Return what the directory says of a user: a row that isn't stored where it said nothing."""
    found = getattr(user, "provisioned", None)
    return found if found is not None else ProvisionedUser(user=user)


def directory_of_team(team: Team) -> ProvisionedTeam:
    found = getattr(team, "provisioned", None)
    return found if found is not None else ProvisionedTeam(team=team)


# -- users -------------------------------------------------------------------------------------


def as_users(users: Iterable[User], base: str) -> list[ScimUser]:
    """Return users in SCIM, their groups read at once; `base` is the address of the service."""
    found = list(users)
    groups = _groups_of(found)
    return [_as_user(user, groups[user.pk], base) for user in found]


def _groups_of(users: list[User]) -> dict[UUID, dict[UUID, str]]:
    groups: dict[UUID, dict[UUID, str]] = {user.pk: {} for user in users}
    rows = TeamMembership.objects.filter(user__in=users).order_by("team__name", "team")
    for user_id, team_id, name in rows.values_list("user_id", "team_id", "team__name"):
        groups[user_id][team_id] = name
    for user in users:
        if user.team is not None:
            groups[user.pk].setdefault(user.team.pk, user.team.name)
    return groups


def _as_user(user: User, groups: dict[UUID, str], base: str) -> ScimUser:
    directory = directory_of_user(user)
    resource = ScimUser(
        id=str(user.pk),
        external_id=directory.external_id or None,
        user_name=user.username,
        name=ScimName(given_name=user.first_name or None, family_name=user.last_name or None)
        if user.first_name or user.last_name
        else None,
        display_name=directory.attributes.get("displayName", user.get_full_name() or None),
        active=None if "active" in directory.attributes else user.is_active,
        emails=emails_of(user) or None,
        groups=[
            ScimUserGroup(value=str(pk), ref=f"{base}/Groups/{pk}", display=name)
            for pk, name in groups.items()
        ]
        or None,
    )
    changed = directory.updated_at or user.date_joined
    resource.meta = _meta("User", f"{base}/Users/{user.pk}", user.date_joined, changed, resource)
    return resource


def emails_of(user: User) -> list[ScimEmail]:
    """Return the addresses of a user: as the directory sent them, the main one as it is now."""
    sent = directory_of_user(user).attributes.get("emails")
    if sent is None:
        return [ScimEmail(value=user.email, type="work", primary=True)] if user.email else []
    emails = [ScimEmail(**email) for email in sent]
    main = main_email(emails)
    if main is not None:
        main.value = user.email or None
    return [email for email in emails if email.value]


def main_email(emails: list[ScimEmail]) -> ScimEmail | None:
    """Return the primary address, else the one for work, else the first."""
    for is_main in (lambda email: email.primary, lambda email: email.type == "work"):
        for email in emails:
            if is_main(email):
                return email
    return emails[0] if emails else None


# -- groups ------------------------------------------------------------------------------------


def as_groups(teams: Iterable[Team], base: str) -> list[ScimGroup]:
    """Return teams in SCIM, their members read at once."""
    found = list(teams)
    members = members_of(found)
    return [_as_group(team, members[team.pk], base) for team in found]


def members_of(teams: Iterable[Team]) -> dict[UUID, set[UUID]]:
    """Return the ids of the members of each team: those in its group, and those whose team it is.

    Who has left, or is no person, is not among them.
    """
    found = list(teams)
    members: dict[UUID, set[UUID]] = {team.pk: set() for team in found}
    people = User.objects.filter(is_superuser=False).exclude(role=User.Role.INTEGRATION)
    people = people.filter(Q(provisioned=None) | Q(provisioned__removed_at=None))
    in_group = people.filter(team_memberships__team__in=found)
    own = people.filter(team__in=found)
    for team_id, user_id in in_group.values_list("team_memberships__team", "pk").union(
        own.values_list("team", "pk")
    ):
        members[team_id].add(user_id)
    return members


def _as_group(team: Team, members: set[UUID], base: str) -> ScimGroup:
    directory = directory_of_team(team)
    resource = ScimGroup(
        id=str(team.pk),
        external_id=directory.external_id or None,
        display_name=team.name,
        members=[
            ScimMember(value=str(pk), ref=f"{base}/Users/{pk}", type="User")
            for pk in sorted(members)
        ]
        or None,
    )
    address = f"{base}/Groups/{team.pk}"
    resource.meta = _meta("Group", address, directory.created_at, directory.updated_at, resource)
    return resource


# -- versions ----------------------------------------------------------------------------------


def _meta(
    kind: str, location: str, created: datetime | None, changed: datetime | None, resource: Any
) -> Meta:
    return Meta(
        resource_type=kind,
        location=location,
        created=created,
        last_modified=changed,
        version=version_of(resource),
    )


def version_of(resource: ScimUser | ScimGroup) -> str:
    """Return the weak entity tag of what is shown: it changes exactly with that."""
    shown = resource.model_dump_json(exclude={"meta"})
    return f'W/"{hashlib.sha256(shown.encode()).hexdigest()[:24]}"'
