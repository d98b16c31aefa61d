"""Services of flows: get, create, update and fork them.

Publishing is a method of the model. Pages, API and commands call these same functions.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from accounts_app.models import Account, Team, User
from resolutionflow.api.etags import matches
from resolutionflow.web.errors import InUse, Invalid, LimitReached, PreconditionFailed
from resolutionflow.web.row_versions import save_changed, values_of
from trees_app.models import Tree, TreeVersion

FIELDS = (
    "name",
    "description",
    "category",
    "tags",
    "tree_type",
    "visibility",
    "is_active",
    "is_public",
    "structure",
    "intake_form",
)


def get_readable_tree(user: User, pk: UUID) -> Tree:
    """Return the tree for reading: 404 when it isn't in the account, 403 when it isn't shared."""
    tree = Tree.objects.visible_to(user).filter(pk=pk).first()
    if tree is not None:
        return tree
    if user.account_id and Tree.objects.filter(pk=pk, account_id=user.account_id).exists():
        raise PermissionDenied("This flow isn't shared with you.")
    raise Http404("There is no such flow.")


def may_edit(user: User, tree: Tree) -> bool:
    """Return whether `user` may change the flow ([A3])."""
    return Tree.objects.editable_by(user).filter(pk=tree.pk).exists()


def get_editable_tree(user: User, pk: UUID) -> Tree:
    """Return the tree for writing, its row locked; 404 and 403 as for reading, 403 for readers.

    Call it inside a transaction.
    """
    tree = Tree.objects.editable_by(user).select_for_update(of=("self",)).filter(pk=pk).first()
    if tree is None:
        require_editor(user, get_readable_tree(user, pk))
        raise Http404("There is no such flow.")
    return tree


def require_editor(user: User, tree: Tree) -> None:
    """Raise `PermissionDenied` unless the user may change `tree`."""
    if not may_edit(user, tree):
        raise PermissionDenied("Only the flow's author and admins may change it.")


def create_tree(*, user: User, values: Mapping[str, Any]) -> Tree:
    """Return a new draft of the user's own from `values` (of `FIELDS`, and `team_id`).

    Raises `LimitReached` when the account has as many flows as it may, `Invalid` by field, and
    `Http404` for a team that the account doesn't have.
    """
    account_id = _account_of_writer(user)
    tree = Tree(account_id=account_id, author=user, team=user.team)
    with transaction.atomic():
        require_capacity(account_id)
        _set_and_save(user, tree, values)
    return tree


def revision_of(tree: Tree) -> int:
    """Return a number that changes with every write of the flow: microseconds of its last one."""
    return int(tree.updated_at.timestamp() * 1_000_000)


def require_match(tree: Tree, if_match: str | None) -> None:
    """Raise `PreconditionFailed` when `If-Match` was sent and names another state ([S15])."""
    if if_match is not None and not matches(if_match, revision_of(tree)):
        raise PreconditionFailed(
            "This flow was changed in the meantime. Look at it as it stands now, and make your "
            "change to that.",
            tree,
        )


def update_tree(
    *, user: User, pk: UUID, values: Mapping[str, Any], if_match: str | None = None
) -> Tree:
    """Change the fields in `values` of the working copy; raises as `create_tree`, but no limit.

    With `if_match` only while the flow is as that header names it.
    """
    with transaction.atomic():
        tree = get_editable_tree(user, pk)
        require_match(tree, if_match)
        _set_and_save(user, tree, values)
    return tree


def fork_tree(*, user: User, pk: UUID, name: str | None = None, reason: str = "") -> Tree:
    """Return a draft of the user's own with what they see of a tree, and its lineage.

    Whoever may edit the tree forks the working copy, everyone else what was published last.
    """
    tree = get_readable_tree(user, pk)
    account_id = _account_of_writer(user)
    source: Tree | TreeVersion = tree if may_edit(user, tree) else tree.published_content()
    values = {
        "name": tree.name if name is None else name,
        "description": tree.description,
        "category": tree.category,
        "tags": list(tree.tags),
        "tree_type": tree.tree_type,
        "structure": source.structure,
        "intake_form": source.intake_form,
    }
    return create_copy(user=user, account_id=account_id, parent=tree, values=values, reason=reason)


def get_deletable_draft(user: User, pk: UUID) -> Tree:
    """Return a draft that may be deleted, its row locked; raise `InUse` for any other flow, and as
    `get_editable_tree`. Call it inside a transaction.
    """
    published = "This flow has been published. Switch it off instead: its versions are history."
    tree = get_editable_tree(user, pk)
    if tree.version or tree.status != Tree.Status.DRAFT:
        raise InUse(published)
    if tree.sessions.exists():
        raise InUse("Sessions have run this flow, so it stays. Switch it off instead.")
    return tree


def publish_tree(*, user: User, pk: UUID, if_match: str | None = None) -> Tree:
    """Publish the working copy, with `if_match` only while it is as that header names it.

    Raises `NotPublishable` with every problem.
    """
    with transaction.atomic():
        tree = get_editable_tree(user, pk)
        require_match(tree, if_match)
        tree.publish(by=user)
    return tree


def delete_draft(*, user: User, pk: UUID, if_match: str | None = None) -> Tree:
    """Delete a draft that was never published nor run; return what it was.

    With `if_match` only while the draft is as that header names it.
    """
    with transaction.atomic():
        tree = get_deletable_draft(user, pk)
        require_match(tree, if_match)
        Tree.objects.filter(pk=pk).delete()
    return tree


def create_copy(
    *, user: User, account_id: UUID, parent: Tree | None, values: Mapping[str, Any], reason: str
) -> Tree:
    """Return a draft of the user's own from `values`, with the lineage of `parent`, if it exists.

    Raises as `create_tree`; the caller checks the permission.
    """
    copy = Tree(account_id=account_id, author=user, team=user.team, fork_reason=reason)
    if parent is not None:
        copy.parent_tree = parent
        copy.root_tree_id = parent.root_tree_id or parent.pk
        copy.fork_depth = parent.fork_depth + 1
        copy.parent_updated_at = parent.updated_at
    with transaction.atomic():
        require_capacity(account_id)
        _set_and_save(user, copy, values)
    return copy


def _account_of_writer(user: User) -> UUID:
    """Return the id of the account that the user writes flows of; raises `PermissionDenied`."""
    if user.account_id is None or not user.may_write_trees:
        raise PermissionDenied("Authors and admins write flows; your role reads them.")
    return user.account_id


def require_capacity(account_id: UUID) -> None:
    """Raise `LimitReached` for a full account; the lock makes two who create at once queue up."""
    account = Account.objects.select_for_update().get(pk=account_id)
    if account.tree_limit is None:
        return
    count = Tree.objects.filter(account=account).count()
    if count >= account.tree_limit:
        raise LimitReached(
            f"Your account has {count} flows and may have {account.tree_limit}. "
            "Delete one, or have the limit raised."
        )


def _set_and_save(user: User, tree: Tree, values: Mapping[str, Any]) -> None:
    if values.get("is_public", tree.is_public) != tree.is_public and not user.is_account_admin:
        raise PermissionDenied("Only admins share a flow with other accounts, or end that.")
    wanted = values.get("visibility", tree.visibility)
    if wanted not in (tree.visibility, Tree.Visibility.PRIVATE) and not _may_share(user):
        raise PermissionDenied("Only authors and admins share a flow with others.")
    before = {} if tree._state.adding else values_of(tree)
    for name in FIELDS:
        if name in values:
            setattr(tree, name, values[name])
    if "team_id" in values:
        tree.team = _team(user, values["team_id"])
    try:
        tree.clean_fields(exclude=["account", "author", "team", "parent_tree", "root_tree"])
        tree.clean()
    except ValidationError as error:
        raise Invalid(
            {name: " ".join(messages) for name, messages in error.message_dict.items()}
        ) from None
    if tree._state.adding:
        tree.save()
    else:
        save_changed(tree, before)


def _may_share(user: User) -> bool:
    return user.may_write_trees or user.is_superuser


def _team(user: User, team_id: UUID | None) -> Team | None:
    if team_id is None:
        return None
    team = Team.objects.filter(pk=team_id, account=user.account).first()
    if team is None:
        raise Http404("There is no such team.")
    return team
