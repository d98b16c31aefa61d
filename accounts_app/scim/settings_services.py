"""Change how an account is provisioned, as its admin says on the settings page."""

from collections.abc import Iterable
from uuid import UUID

from accounts_app.models import ProvisionedTeam, Provisioning, Team
from accounts_app.scim.membership import settle
from accounts_app.scim.queries import members_of
from accounts_app.scim.user_services import writing


def save_roles(account_id: UUID, *, first_role: str, roles: Iterable[tuple[Team, str]]) -> None:
    """Save the role of new users and those of groups, and give them to the members at once.

    Raises `LastAdmin` if nobody would be left who may change the account.
    """
    with writing(account_id) as account:
        Provisioning.objects.update_or_create(account=account, defaults={"first_role": first_role})
        changed = list(roles)
        for team, role in changed:
            ProvisionedTeam.objects.update_or_create(team=team, defaults={"role": role})
        members = members_of(team for team, _ in changed)
        settle(account, set().union(*members.values()))
