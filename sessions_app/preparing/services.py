"""Preparing sessions to be started later, by oneself or a team mate.

They count as a use of the flow when they are started, not before ([T5]).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Invalid
from sessions_app import services as session_services
from sessions_app.models import Session
from sessions_app.variable_validation import clean_values
from trees_app.models import Tree, TreeVersion


def prepare(
    *,
    user: User,
    tree: Tree,
    assigned_to_id: UUID | None = None,
    ticket_number: str = "",
    client_name: str = "",
    variables: Mapping[str, Any] | None = None,
    keep_unfit: bool = False,
) -> Session:
    """Make a session that is not started ([S10]); `tree` comes from `startable_tree`.

    Raises `Http404` for an assignee that the account doesn't have (any more), `PermissionDenied`
    for one of another team, `Invalid` for one who runs no sessions and for wrong variables.
    """
    assignee = None if assigned_to_id is None else _get_assignee(user, assigned_to_id)
    live = tree.published_content()
    with transaction.atomic():
        return Session.objects.create(
            **unstarted_fields(user, tree, live),
            assigned_to=assignee,
            ticket_number=ticket_number,
            client_name=client_name,
            session_variables=clean_values(
                live.intake_form, variables or {}, keep_unfit=keep_unfit
            ),
        )


def assignable_users(user: User) -> "QuerySet[User]":
    """Return whom `user` may prepare a session for: those of their team who run sessions, or of
    the account for a user without a team.
    """
    people = User.objects.filter(
        account_id=user.own_account_id, is_active=True, role__in=User.RUNNER_ROLES
    )
    return people if user.team_id is None else people.filter(team_id=user.team_id)


def _get_assignee(user: User, pk: UUID) -> User:
    assignee = User.objects.filter(pk=pk, account_id=user.own_account_id, is_active=True).first()
    if assignee is None:
        raise Http404("There is no such person to assign it to.")
    is_of_team = user.team_id is None or assignee.team_id == user.team_id
    if assignee.pk != user.pk and not is_of_team:
        raise PermissionDenied("Sessions are prepared for people of your own team.")
    if not assignee.may_run_sessions:
        raise Invalid({"assigned_to_id": f"{assignee.display_name} reads sessions only."})
    return assignee


def unstarted_fields(user: User, tree: Tree, live: Tree | TreeVersion) -> dict[str, Any]:
    """Return the columns of a session of `live` that nobody has started, in a transaction."""
    now = timezone.now()
    return {
        "account_id": user.own_account_id,
        "tree": tree,
        "tree_name": tree.name,
        "snapshot_id": tree.freeze(live, account_id=user.own_account_id),
        "user": user,
        "prepared_by": user,
        "current_node": session_services.first_node(live),
        "created_at": now,
        "last_activity_at": now,
    }
