"""Saving the path of a session as a flow of its own ([S9])."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts_app.models import User
from resolutionflow.web.errors import Invalid, StateError
from resolutionflow.web.text import shorten
from sessions_app.models import Session, State
from sessions_app.permissions import lock_session
from sessions_app.save_as_flow.linear_tree import path_structure
from trees_app.models import Tree
from trees_app.services import create_copy


def save_as_tree(
    *,
    user: User,
    pk: Any,
    tree_name: str = "",
    description: str | None = None,
    status: str = Tree.Status.DRAFT,
) -> Tree:
    """Make a new tree of the path, forked from the original with its lineage.

    A blank name is made from the flow's; a description left out (`None`) is the flow's. Raises
    `PermissionDenied` for anyone but the owner, `StateError` for a session that was never
    started, `LimitReached` when the account may own no more flows, `NotPublishable` with every
    problem when it is to be published and can't be; then nothing is saved.
    """
    if status not in Tree.Status.values:
        raise Invalid({"status": f"Choose one of {', '.join(Tree.Status.values)}."})
    with transaction.atomic():
        # Locked, so that the steps and what they refer to are of one moment.
        work_session = lock_session(user, pk)
        if work_session.user_id != user.pk:
            raise PermissionDenied("Only its owner may save a session as a flow.")
        if work_session.state == State.PREPARED:
            raise StateError("This session hasn't been started yet, so it has no steps to save.")
        snapshot = work_session.tree_snapshot
        if description is None:
            description = snapshot.get("description") or ""
        tree = create_copy(
            user=user,
            account_id=work_session.account_id,
            parent=work_session.tree,
            values={
                "name": tree_name.strip() or default_name(work_session),
                "description": description,
                "category": snapshot.get("category") or "",
                "tree_type": snapshot.get("tree_type") or Tree.Type.TROUBLESHOOTING,
                "visibility": _visibility(user, work_session.tree),
                "structure": path_structure(work_session),
                "intake_form": work_session.intake_form,
            },
            reason="Saved from a session",
        )
        if status == Tree.Status.PUBLISHED:
            tree.publish(by=user)
    return tree


def default_name(work_session: Session) -> str:
    """Return the name of the new flow when the user gives none."""
    ending = " (from a session)"
    return f"{shorten(work_session.tree_name, 255 - len(ending))}{ending}"


def _visibility(user: User, parent: Tree | None) -> str:
    """Return a visibility no wider than the original's, whose steps are in the new flow."""
    if parent is None or parent.account_id != user.account_id or parent.is_public:
        return Tree.Visibility.ACCOUNT
    if parent.visibility == Tree.Visibility.TEAM and parent.team_id != user.team_id:
        return Tree.Visibility.PRIVATE
    return parent.visibility
