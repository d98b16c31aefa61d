"""Flows as the API answers them (SPEC section 4)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from accounts_app.models import User
from resolutionflow.web.dates import iso_utc
from trees_app.models import NotPublishable, Tree, TreeVersion


def items(trees: Iterable[Tree], *, user: User) -> list[dict[str, Any]]:
    """The trees as a list shows them; one query for lineage, none per row.

    Load them with `select_related("author", "account", "team")`.
    """
    trees = list(trees)
    lineage = _lineage(trees, user)
    return [_item(tree, lineage, user) for tree in trees]


def whole(tree: Tree, *, user: User, shown: "Tree | TreeVersion") -> dict[str, Any]:
    """The tree with the documents of `shown`: itself, or what was published of it."""
    documents = {"structure": shown.structure, "intake_form": shown.intake_form}
    return items([tree], user=user)[0] | {"version": shown.version} | documents


def refusal(error: NotPublishable) -> dict[str, Any]:
    """The body of a 422: every problem of a flow that can't be published."""
    found = [{"field": "structure", **problem.as_dict()} for problem in error.problems]
    return {"detail": found}


def _lineage(trees: list[Tree], user: User) -> Mapping[UUID, str]:
    """Names by id of those parents and roots that the user may see ([A1])."""
    ids = {pk for tree in trees for pk in (tree.parent_tree_id, tree.root_tree_id) if pk}
    if not ids:
        return {}
    seen = Tree.objects.visible_to(user).filter(pk__in=ids)
    return dict(seen.order_by().values_list("pk", "name"))


def _item(tree: Tree, lineage: Mapping[UUID, str], user: User) -> dict[str, Any]:
    is_ours = user.is_superuser or tree.account_id == user.account_id
    author, team = (tree.author, tree.team) if is_ours else (None, None)
    parent, root = tree.parent_tree_id, tree.root_tree_id
    return {
        "id": tree.pk,
        "name": tree.name,
        "description": tree.description,
        "category": tree.category,
        "tags": tree.tags,
        "tree_type": tree.tree_type,
        "status": tree.status,
        "is_active": tree.is_active,
        "visibility": tree.visibility,
        "is_public": tree.is_public,
        "is_default": tree.is_default,
        "version": tree.version,
        "usage_count": tree.usage_count if tree.account_id == user.account_id else 0,
        "author_id": author.pk if author else None,
        "author_name": author.display_name if author else "",
        "account_id": tree.account_id if is_ours else None,
        "account_name": tree.account.name if is_ours else "",
        "team_id": team.pk if team else None,
        "team_name": team.name if team else "",
        "parent_tree_id": parent if parent in lineage else None,
        "parent_tree_name": lineage.get(parent, "") if parent else "",
        "root_tree_id": root if root in lineage else None,
        "root_tree_name": lineage.get(root, "") if root else "",
        "fork_depth": tree.fork_depth,
        "fork_reason": tree.fork_reason if is_ours else "",
        "parent_updated_at": iso_utc(tree.parent_updated_at),
        "created_at": iso_utc(tree.created_at),
        "updated_at": iso_utc(tree.updated_at),
    }
