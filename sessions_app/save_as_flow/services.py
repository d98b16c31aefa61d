"""Saving the path of a session as a flow of its own ([S9])."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts_app.models import Account, User
from resolutionflow.web.dates import zone_of
from resolutionflow.web.errors import Invalid
from resolutionflow.web.text import shorten
from sessions_app.models import Session
from sessions_app.permissions import lock_session
from sessions_app.save_as_flow.linear_tree import path_structure
from trees_app.models import Tree
from trees_app.services import create_copy

NO_STEP_MESSAGE = "No step of this session has been recorded yet, so there is nothing to save."
MAX_NAME = 255


def save_as_tree(
    *,
    user: User,
    pk: Any,
    tree_name: str = "",
    description: str | None = None,
    status: str = Tree.Status.DRAFT,
) -> Tree:
    """Make a new tree of the path, forked from the original with its lineage.

    A blank name and a description left out (`None`) are made of the session's flow, ticket and
    date. Raises `PermissionDenied` for anyone but the owner, `Invalid` for a session without a
    recorded step, `LimitReached` when the account may own no more flows, `NotPublishable` with
    every problem when it is to be published and can't be; then nothing is saved.
    """
    if status not in Tree.Status.values:
        raise Invalid({"status": f"Choose one of {', '.join(Tree.Status.values)}."})
    with transaction.atomic():
        # Locked, so that the steps and what they refer to are of one moment.
        work_session = lock_session(user, pk)
        if work_session.user_id != user.pk:
            raise PermissionDenied("Only its owner may save a session as a flow.")
        if not work_session.decision_count:
            raise Invalid({"decisions": NO_STEP_MESSAGE})
        # Locked, so that two who save at once make two names.
        account = Account.objects.select_for_update().get(pk=work_session.account_id)
        snapshot = work_session.tree_snapshot
        if description is None:
            description = default_description(work_session, account)
        tree = create_copy(
            user=user,
            account_id=work_session.account_id,
            parent=work_session.tree,
            values={
                "name": tree_name.strip() or unused_name(work_session),
                "description": description,
                "category": snapshot.get("category") or "",
                "tree_type": snapshot.get("tree_type") or Tree.Type.TROUBLESHOOTING,
                "visibility": _visibility(user, work_session.tree),
                "structure": path_structure(work_session),
                "intake_form": work_session.intake_form,
            },
            reason=_fork_reason(work_session),
        )
        if status == Tree.Status.PUBLISHED:
            tree.publish(by=user)
    return tree


def unused_name(work_session: Session) -> str:
    """Return the name of the new flow when the user gives none: its flow and ticket, and a number
    where the account has that name already. Never the client: a flow is shared.
    """
    ticket = work_session.ticket_number
    ending = f" (ticket {shorten(ticket, 100)})" if ticket else " (from a session)"
    base = shorten(work_session.tree_name, MAX_NAME - len(ending) - len(" 99999"))
    first = f"{base}{ending}"
    flows = Tree.objects.filter(account_id=work_session.account_id, name__istartswith=first)
    taken = {name.casefold() for name in flows.values_list("name", flat=True)}
    number, name = 1, first
    while name.casefold() in taken:
        number += 1
        name = f"{first} {number}"
    return name


def default_description(work_session: Session, account: Account) -> str:
    """Return the description of the new flow when the user gives none."""
    began = work_session.started_at or work_session.created_at
    day = began.astimezone(zone_of(account.time_zone)).date()
    return f"Saved from troubleshooting session on {day:%Y-%m-%d}"


def _fork_reason(work_session: Session) -> str:
    ticket = work_session.ticket_number
    return f"Saved from a session of ticket {ticket}" if ticket else "Saved from a session"


def _visibility(user: User, parent: Tree | None) -> str:
    """Return a visibility no wider than the original's, whose steps are in the new flow.

    What an engineer makes is theirs alone, until an author or admin shares it.
    """
    if not user.may_write_trees:
        return Tree.Visibility.PRIVATE
    if parent is None or parent.account_id != user.account_id or parent.is_public:
        return Tree.Visibility.ACCOUNT
    if parent.visibility == Tree.Visibility.TEAM and parent.team_id != user.team_id:
        return Tree.Visibility.PRIVATE
    return parent.visibility
