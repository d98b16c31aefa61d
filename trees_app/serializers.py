"""What callers send about flows, and flows as the API answers them (SPEC section 4)."""

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts_app.models import User
from resolutionflow.api.base import (
    Checked,
    Flag,
    StrictSerializer,
    Text,
    checked_text,
    checked_whole,
)
from resolutionflow.web.text import unstorable_message
from trees_app.document import shape
from trees_app.models import NotPublishable, Tree, TreeVersion, format_problem

# -- input -------------------------------------------------------------------------------------


def _storable(value: Any, problems: list[shape.Problem]) -> Any:
    if problems:
        raise serializers.ValidationError([format_problem(problem) for problem in problems])
    if message := unstorable_message(value):
        raise serializers.ValidationError(message)
    return value


def structure(value: Any) -> Any:
    """A document of the shape of [T1], not necessarily publishable."""
    return _storable(value, shape.shape_problems(value))


def intake_form(value: Any) -> Any:
    """A list of variables ([T3])."""
    return _storable(value, shape.intake_problems(value))


def tags(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise serializers.ValidationError("Send a list of texts.")
    if len(value) > 30:
        raise serializers.ValidationError("At most 30 tags fit here.")
    return [checked_text(tag, max_length=50, min_length=1) for tag in value]


def team_id(value: Any) -> int | None:
    return None if value is None else checked_whole(value)


def any_value(value: Any) -> Any:
    return value


class TreeFields(StrictSerializer):
    """What can be set of a flow; documents are its working copy."""

    description = Text(max_length=5_000, required=False)
    category = Text(max_length=100, required=False)
    tags = Checked(tags, component="Tags", required=False)
    tree_type = serializers.ChoiceField(choices=Tree.Type.choices, required=False)
    visibility = serializers.ChoiceField(choices=Tree.Visibility.choices, required=False)
    team = Checked(team_id, component="TeamId", required=False, checks_null=True)
    is_public = Flag(required=False, help_text="Set by admins only.")
    is_active = Flag(required=False)
    structure = Checked(structure, component="TreeStructure", required=False)
    intake_form = Checked(intake_form, component="IntakeForm", required=False)


class TreeCreate(TreeFields):
    name = Text(min_length=1, max_length=255)


class TreeUpdate(TreeFields):
    """Only what is sent changes."""

    name = Text(min_length=1, max_length=255, required=False)


class TreeFork(StrictSerializer):
    name = Text(min_length=1, max_length=255, required=False)
    fork_reason = Text(max_length=500, required=False)


class TreeValidate(StrictSerializer):
    """Both documents may be anything: what is wrong with them is the answer."""

    structure = Checked(any_value, component="AnyValue", checks_null=True)
    intake_form = Checked(any_value, component="AnyValue", required=False, checks_null=True)


# -- answers -----------------------------------------------------------------------------------


class ProblemShape(serializers.Serializer[Any]):
    node = serializers.CharField(help_text="A node id, or empty for the flow as a whole.")
    code = serializers.CharField()
    message = serializers.CharField()


@extend_schema_serializer(component_name="TreeCheck")
class TreeCheckShape(serializers.Serializer[Any]):
    valid = serializers.BooleanField(help_text="Whether it could be published.")
    problems = ProblemShape(many=True)


class TreeItem(serializers.Serializer[Any]):
    """A flow in a list: all but its documents."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    tree_type = serializers.ChoiceField(choices=Tree.Type.choices)
    status = serializers.ChoiceField(choices=Tree.Status.choices)
    is_active = serializers.BooleanField()
    visibility = serializers.ChoiceField(choices=Tree.Visibility.choices)
    is_public = serializers.BooleanField()
    is_default = serializers.BooleanField()
    version = serializers.IntegerField(min_value=0)
    usage_count = serializers.IntegerField(min_value=0)
    author = serializers.IntegerField(allow_null=True)
    author_name = serializers.CharField()
    account = serializers.IntegerField(allow_null=True, help_text="Null: of another account.")
    account_name = serializers.CharField()
    team = serializers.IntegerField(allow_null=True)
    team_name = serializers.CharField()
    parent_tree = serializers.IntegerField(allow_null=True)
    parent_tree_name = serializers.CharField()
    root_tree = serializers.IntegerField(allow_null=True)
    root_tree_name = serializers.CharField()
    fork_depth = serializers.IntegerField(min_value=0)
    fork_reason = serializers.CharField()
    parent_updated_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="Tree")
class TreeShape(TreeItem):
    """One flow. Who may edit it sees the working copy, everyone else what was published."""

    structure = serializers.DictField()
    intake_form = serializers.ListField(child=serializers.DictField())


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


def _lineage(trees: list[Tree], user: User) -> Mapping[int, str]:
    """Names by id of those parents and roots that the user may see ([A1])."""
    ids = {pk for tree in trees for pk in (tree.parent_tree_id, tree.root_tree_id) if pk}
    if not ids:
        return {}
    seen = Tree.objects.visible_to(user).filter(pk__in=ids)
    return dict(seen.order_by().values_list("pk", "name"))


def _item(tree: Tree, lineage: Mapping[int, str], user: User) -> dict[str, Any]:
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
        "author": author.pk if author else None,
        "author_name": author.display_name if author else "",
        "account": tree.account_id if is_ours else None,
        "account_name": tree.account.name if is_ours else "",
        "team": team.pk if team else None,
        "team_name": team.name if team else "",
        "parent_tree": parent if parent in lineage else None,
        "parent_tree_name": lineage.get(parent or 0, ""),
        "root_tree": root if root in lineage else None,
        "root_tree_name": lineage.get(root or 0, ""),
        "fork_depth": tree.fork_depth,
        "fork_reason": tree.fork_reason if is_ours else "",
        "parent_updated_at": tree.parent_updated_at,
        "created_at": tree.created_at,
        "updated_at": tree.updated_at,
    }
