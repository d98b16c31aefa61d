"""Create, change and delete groups as the directory says: teams of the account ([I3]).

All of it within `user_services.writing`.
"""

from django.core.exceptions import ValidationError

from accounts_app.models import Account, Team, TeamMembership
from accounts_app.scim.errors import already_taken, from_invalid_model
from accounts_app.scim.group_patch import GroupPatch
from accounts_app.scim.membership import (
    change_members,
    known_members,
    replace_members,
    settle,
)
from accounts_app.scim.queries import directory_of_team, members_of
from accounts_app.scim.resources import ScimGroup


def create_group(account: Account, sent: ScimGroup) -> Team:
    """Create a team with its members."""
    team = Team(account=account)
    _write(team, sent)
    if sent.members:
        change_members(account, team, add=_ids(account, sent))
    return team


def replace_group(account: Account, team: Team, sent: ScimGroup) -> None:
    """Make a group what was sent; one without a word of members keeps them."""
    _write(team, sent)
    if "members" in sent.model_fields_set:
        replace_members(account, team, _ids(account, sent))


def patch_group(account: Account, team: Team, patch: GroupPatch) -> None:
    """Change of a group what was sent."""
    directory = directory_of_team(team)
    state = ScimGroup(display_name=team.name, external_id=directory.external_id or None)
    if patch.rest is not None:
        patch.rest.patch(state)
        _write(team, state)
    if patch.changes:
        there = members_of([team])[team.pk]
        replace_members(account, team, patch.members_after(account, team, there))


def delete_group(account: Account, team: Team) -> None:
    """Delete a team; its people lose it, and the role that it gave. Flows of it stay."""
    members = members_of([team])[team.pk]
    TeamMembership.objects.filter(team=team).delete()
    settle(account, members, left=team)
    team.delete()


def _ids(account: Account, sent: ScimGroup) -> set:
    return known_members(account, [member.value for member in sent.members or []])


def _write(team: Team, sent: ScimGroup) -> None:
    name = sent.display_name or ""
    twins = Team.objects.filter(account=team.account, name=name).exclude(pk=team.pk)
    if twins.exists():
        raise already_taken("displayName")
    team.name = name
    directory = directory_of_team(team)
    directory.external_id = sent.external_id or ""
    try:
        team.full_clean()
        directory.full_clean(exclude=["team"])
    except ValidationError as error:
        raise from_invalid_model(error) from None
    team.save()
    directory.team = team
    directory.save()
