"""Members of groups, and what they get by them: their team and their role ([I3]).

A directory puts people into any number of groups, the product into one team. All memberships are
kept, so that a group reads back as it was written; the team is the one that the user has already
while they are in its group, else the first by name. A group may give a role, by the table in the
settings: the one that may most counts. A role that came from groups ends with them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from scim2_models import InvalidValueException

from accounts_app.models import (
    Account,
    Action,
    AuditEntry,
    ProvisionedRole,
    ProvisionedUser,
    Provisioning,
    Team,
    TeamMembership,
    User,
)
from accounts_app.scim.errors import LastAdmin
from accounts_app.scim.filters import as_id
from accounts_app.scim.queries import members_of, provisioned_users

RANKS = {role: rank for rank, role in enumerate(ProvisionedRole.values)}


def known_members(account: Account, values: Iterable[Any]) -> set[UUID]:
    """Return the ids that are written in `values`; raise for one that no user here has.

    The same words for an id of another account: nobody learns what exists there ([A1]).
    """
    sent = {as_id(value) if isinstance(value, str) else None for value in values}
    ids = {value for value in sent if value is not None}
    known = set(provisioned_users(account.pk).filter(pk__in=ids).values_list("pk", flat=True))
    if sent - known:
        raise InvalidValueException(
            detail=f"members: {len(sent - known):,} of them are no users of this account."
        )
    return known


def change_members(
    account: Account, team: Team, *, add: Collection[UUID] = (), remove: Collection[UUID] = ()
) -> None:
    """Put users into the group of a team and take others out; call it with the account locked."""
    there = members_of([team])[team.pk]
    added, removed = set(add) - there, (set(remove) & there) - set(add)
    # Whose team it is without a group had been put there by hand; now the directory says so, too.
    TeamMembership.objects.bulk_create(
        [TeamMembership(team=team, user_id=pk) for pk in sorted(add)], ignore_conflicts=True
    )
    TeamMembership.objects.filter(team=team, user__in=removed).delete()
    settle(account, added | removed, left=team if removed else None)


def replace_members(account: Account, team: Team, members: set[UUID]) -> None:
    """Make `members` the whole group."""
    there = members_of([team])[team.pk]
    change_members(account, team, add=members - there, remove=there - members)


@dataclass(frozen=True)
class _Place:
    """The team and role that a user gets, and whether the role is that of groups."""

    team_id: UUID | None
    role: str
    has_role_of_groups: bool


def settle(account: Account, user_ids: Collection[UUID], *, left: Team | None = None) -> None:
    """Give users the team and role that their groups say; `left` is a team that some have left.

    Raises `LastAdmin` if nobody would be left who may change the account.
    """
    if not user_ids:
        return
    users = list(User.objects.filter(pk__in=user_ids).select_related("provisioned"))
    groups = _groups_by_user(user_ids)
    first_role = first_role_of(account)
    changes: dict[_Place, list[User]] = defaultdict(list)
    for user in users:
        place = _place(user, groups[user.pk], first_role, left)
        if place != _place_now(user):
            changes[place].append(user)
    demoted = [
        user.pk
        for place, changed in changes.items()
        for user in changed
        if user.role == User.Role.ADMIN != place.role
    ]
    require_other_admin(account, demoted)
    for place, changed in changes.items():
        _put(place, changed)


def _groups_by_user(user_ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Return the groups of each user by name, as team and role."""
    rows = TeamMembership.objects.filter(user__in=user_ids).order_by("team__name", "team")
    groups: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for user_id, team_id, role in rows.values_list("user", "team", "team__provisioned__role"):
        groups[user_id].append((team_id, role or ""))
    return groups


def _place_now(user: User) -> _Place:
    provisioned = getattr(user, "provisioned", None)
    return _Place(user.team_id, user.role, bool(provisioned and provisioned.has_role_of_groups))


def _place(
    user: User, groups: list[tuple[UUID, str]], first_role: str, left: Team | None
) -> _Place:
    now = _place_now(user)
    teams = [team_id for team_id, _ in groups]
    team_id = now.team_id
    if teams and team_id not in teams:
        team_id = teams[0]
    elif not teams and left is not None and team_id == left.pk:
        team_id = None
    given = sorted((role for _, role in groups if role), key=RANKS.__getitem__)
    if given:
        return _Place(team_id, given[0], True)
    return _Place(team_id, first_role if now.has_role_of_groups else now.role, False)


def _put(place: _Place, users: list[User]) -> None:
    """Give users one place, and log it: in as many queries for thousands as for one."""
    ids = [user.pk for user in users]
    teams = Team.objects.in_bulk({place.team_id, *(user.team_id for user in users)} - {None})
    entries = []
    for user in users:
        changes = {}
        if user.team_id != place.team_id:
            changes["team"] = [_team_name(teams, user.team_id), _team_name(teams, place.team_id)]
        if user.role != place.role:
            changes["role"] = [user.role, place.role]
        if changes:
            entries.append(user.audit_entry(Action.CHANGED, **changes))
    # Not the manager's own update, which logs row by row.
    models.QuerySet(User).filter(pk__in=ids).update(team=place.team_id, role=place.role)
    AuditEntry.objects.bulk_create(entries)
    rows = [ProvisionedUser(user_id=pk) for pk in ids]
    ProvisionedUser.objects.bulk_create(rows, ignore_conflicts=True)
    ProvisionedUser.objects.filter(pk__in=ids).update(
        has_role_of_groups=place.has_role_of_groups, updated_at=timezone.now()
    )


def _team_name(teams: dict[UUID, Team], pk: UUID | None) -> str | None:
    return f"{teams[pk]} ({pk})" if pk in teams else None


def first_role_of(account: Account) -> str:
    """Return the role of new users whom no group gives another."""
    found = Provisioning.objects.filter(account=account).first() or Provisioning(account=account)
    return found.first_role


def require_other_admin(account: Account, leaving: Collection[UUID]) -> None:
    """Raise `LastAdmin` if no admin of the account could sign in without those who are leaving."""
    if not leaving:
        return
    admins = User.objects.filter(account=account, role=User.Role.ADMIN, is_active=True)
    if admins.filter(pk__in=leaving).exists() and not admins.exclude(pk__in=leaving).exists():
        raise LastAdmin()
