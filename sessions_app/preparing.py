"""Sessions that wait to be started: one for a team mate, or one for each target of a batch."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.errors import Invalid, StateError
from sessions_app.models import Session
from sessions_app.services import snapshot_of, startable_tree
from sessions_app.variables import clean_values
from trees_app.models import Tree

MAX_TARGETS = 100
MAX_LABEL = 255
# A maintenance flow that declares this variable gets each target's label in it.
TARGET_VARIABLE = "target"


def prepare(
    *,
    user: User,
    tree: Tree,
    assigned_to_id: int | None = None,
    ticket_number: str = "",
    client_name: str = "",
    variables: Mapping[str, Any] | None = None,
) -> Session:
    """Make a session that is not started ([S10]); `tree` comes from `startable_tree`.

    Raises `Http404` for an assignee that the account doesn't have, `PermissionDenied` for one of
    another team.
    """
    assignee = _assignee(user, assigned_to_id) if assigned_to_id is not None else None
    work_session = _waiting(user, tree, variables or {})
    work_session.assigned_to = assignee
    work_session.ticket_number = ticket_number
    work_session.client_name = client_name
    work_session.save()
    return work_session


def _assignee(user: User, pk: int) -> User:
    assignee = User.objects.filter(pk=pk, account_id=user.own_account_id, is_active=True).first()
    if assignee is None:
        raise Http404("There is no such person to assign it to.")
    if assignee.pk != user.pk and assignee.team_id != user.team_id:
        raise PermissionDenied("Sessions are prepared for people of your own team.")
    if not assignee.may_run_sessions:
        raise Invalid({"assigned_to_id": f"{assignee.display_name} reads sessions only."})
    return assignee


def _waiting(user: User, tree: Tree, variables: Mapping[str, Any]) -> Session:
    """A session of the live version of `tree` that nobody has started; not saved yet."""
    live = tree.live()
    return Session(
        account_id=user.own_account_id,
        tree=tree,
        tree_name=tree.name,
        tree_snapshot=snapshot_of(tree, live),
        user=user,
        prepared_by=user,
        session_variables=clean_values(live.intake_form, variables),
        current_node=live.structure["start"],
        created_at=timezone.now(),
        last_activity_at=timezone.now(),
    )


def prepare_batch(
    *, user: User, tree_id: Any, labels: Sequence[str]
) -> tuple[uuid.UUID, list[Session]]:
    """One prepared session for each target of a maintenance flow ([S11]), all or none.

    Answers the batch's id and its sessions in the order of the labels. Raises `StateError` for a
    flow that isn't for maintenance, a draft or switched off, `PermissionDenied` for one of
    another team, `Invalid` for labels that can't be used.
    """
    labels = _clean_labels(labels)
    tree = startable_tree(user, tree_id)
    if tree.tree_type != Tree.Type.MAINTENANCE:
        raise StateError("Only maintenance flows run over a batch of targets.")
    if tree.team_id not in (None, user.team_id):
        raise PermissionDenied("This flow belongs to another team.")
    batch_id = uuid.uuid4()
    first = _waiting(user, tree, {})
    asks = {field["name"] for field in first.intake_form}
    sessions = []
    for label in labels:
        variables = {TARGET_VARIABLE: label} if TARGET_VARIABLE in asks else {}
        sessions.append(
            Session(
                account_id=first.account_id,
                tree=tree,
                tree_name=first.tree_name,
                tree_snapshot=first.tree_snapshot,
                user=user,
                prepared_by=user,
                session_variables=variables,
                current_node=first.current_node,
                created_at=first.created_at,
                last_activity_at=first.last_activity_at,
                batch_id=batch_id,
                target_label=label,
            )
        )
    with transaction.atomic():
        Session.objects.bulk_create(sessions)
    return batch_id, sessions


def _clean_labels(labels: Sequence[str]) -> list[str]:
    if not 1 <= len(labels) <= MAX_TARGETS:
        raise Invalid({"targets": f"A batch has 1 to {MAX_TARGETS} targets."})
    cleaned = [" ".join(label.split()) for label in labels]
    errors = {
        f"targets.{index}.label": f"A label has 1 to {MAX_LABEL} characters."
        for index, label in enumerate(cleaned)
        if not 1 <= len(label) <= MAX_LABEL
    }
    if errors:
        raise Invalid(errors)
    return cleaned
