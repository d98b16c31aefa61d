"""Flows over REST. The rules stand in `services` and on the model."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.pagination import numbered_page
from resolutionflow.api.schema import failures, paging, query, reading, text_schema, writing
from resolutionflow.web.errors import Invalid
from resolutionflow.web.text import unstorable_message
from trees_app import serializers, services
from trees_app.document.check import publish_problems
from trees_app.models import NotPublishable, Tree, TreeQuerySet

TAGS = ["flows"]
ONE = OpenApiResponse(serializers.TreeShape, description="The flow.")
SOME_TEXT = text_schema(255)
CHOICES = {"tree_type": Tree.Type.values, "status": Tree.Status.values}
FILTERS = [
    query("q", SOME_TEXT, "Name, category, description or a tag contains this, in any case."),
    query("tree_type", {"type": "string", "enum": CHOICES["tree_type"]}, "Of this type."),
    query("status", {"type": "string", "enum": CHOICES["status"]}, "In this state."),
    query("category", SOME_TEXT, "Of exactly this category."),
]


def narrowed(trees: TreeQuerySet, query: Any) -> TreeQuerySet:
    """The trees that fit the filters of a request; raises `Invalid` by parameter."""
    errors: dict[str, str] = {}
    for name in ("q", "category"):
        text = query.get(name, "")
        if len(text) > 255:
            errors[name] = "At most 255 characters fit here."
        elif message := unstorable_message(text):
            errors[name] = message
    for name, known in CHOICES.items():
        if name in query and query[name] not in known:
            errors[name] = f"Choose one of {', '.join(known)}."
    if errors:
        raise Invalid(errors)
    if query.get("q"):
        trees = trees.search(query["q"])
    for name in ("tree_type", "status", "category"):
        if query.get(name):
            trees = trees.filter(**{name: query[name]})
    return trees


def with_names(trees: "QuerySet[Tree]") -> "QuerySet[Tree]":
    return trees.select_related("author", "account", "team")


class TreeView(ApiView):
    """What the calls about one flow share."""

    def answer(self, request: Request, tree: Tree, *, status: int = 200) -> Response:
        shown = tree if services.may_edit(caller(request), tree) else tree.published_content()
        body = serializers.whole(tree, user=caller(request), shown=shown)
        return Response(body, status=status)


class TreeList(TreeView):
    """`/trees`"""

    @extend_schema(
        operation_id="list_trees",
        summary="List the flows that the caller sees, by name",
        description="Drafts are listed for those who may edit them. Documents are left out.",
        tags=TAGS,
        parameters=[
            *FILTERS,
            *paging(cursor=False),
        ],
        responses={200: serializers.TreeItem(many=True), **failures(422)},
    )
    def get(self, request: Request) -> Response:
        trees = narrowed(Tree.objects.visible_to(caller(request)), request.query_params)
        listed = with_names(trees.without_documents()).order_by("name", "pk")
        rows, headers = numbered_page(request, listed)
        return Response(serializers.items(rows, user=caller(request)), headers=headers)

    @extend_schema(
        operation_id="create_tree",
        summary="Create a draft",
        description="Documents need only be of the right shape; publishing checks them in full.",
        tags=TAGS,
        request=serializers.TreeCreate,
        responses={201: ONE, **writing(402)},
    )
    def post(self, request: Request) -> Response:
        values = self.body(serializers.TreeCreate)
        return self.answer(
            request, services.create_tree(user=caller(request), values=values), status=201
        )


class TreeDetail(TreeView):
    """`/trees/{id}`"""

    @extend_schema(
        operation_id="read_tree",
        summary="Read a flow",
        description="Who may edit it sees the working copy, everyone else what was published.",
        tags=TAGS,
        responses={200: ONE, **reading()},
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(request, services.get_readable_tree(caller(request), pk))

    @extend_schema(
        operation_id="replace_tree_fields",
        summary="Change what is sent of the working copy",
        description="The same as PATCH. Sessions run what was published, not the working copy.",
        tags=TAGS,
        request=serializers.TreeUpdate,
        responses={200: ONE, **writing()},
    )
    def put(self, request: Request, pk: int) -> Response:
        return self._update(request, pk)

    @extend_schema(
        operation_id="update_tree",
        summary="Change what is sent of the working copy",
        description="Sessions run what was published, not the working copy.",
        tags=TAGS,
        request=serializers.TreeUpdate,
        responses={200: ONE, **writing()},
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self._update(request, pk)

    def _update(self, request: Request, pk: int) -> Response:
        values = self.body(serializers.TreeUpdate)
        tree = services.update_tree(user=caller(request), pk=pk, values=values)
        return self.answer(request, tree)


class PublishTree(TreeView):
    """`/trees/{id}/publish`"""

    @extend_schema(
        operation_id="publish_tree",
        summary="Publish the working copy as the next version",
        description="Answers every problem at once when it can't be published.",
        tags=TAGS,
        request=None,
        responses={200: ONE, **reading(422)},
    )
    def post(self, request: Request, pk: int) -> Response:
        tree = services.get_readable_tree(caller(request), pk)
        services.require_editor(caller(request), tree)
        try:
            tree.publish(by=caller(request))
        except NotPublishable as error:
            return Response(serializers.refusal(error), status=422)
        return self.answer(request, tree)


class ForkTree(TreeView):
    """`/trees/{id}/fork`"""

    @extend_schema(
        operation_id="fork_tree",
        summary="Make a draft of one's own from a flow",
        description="From what the caller sees of it; the lineage is kept.",
        tags=TAGS,
        request=serializers.TreeFork,
        responses={201: ONE, **writing(402)},
    )
    def post(self, request: Request, pk: int) -> Response:
        given = self.body(serializers.TreeFork)
        tree = services.fork_tree(
            user=caller(request),
            pk=pk,
            name=given.get("name"),
            reason=given.get("fork_reason", ""),
        )
        return self.answer(request, tree, status=201)


class ValidateTree(ApiView):
    """`/trees/validate`"""

    @extend_schema(
        operation_id="validate_tree",
        summary="Check whether documents could be published, without saving them",
        description="Every problem at once, as publishing would find it.",
        tags=TAGS,
        request=serializers.TreeValidate,
        responses={200: serializers.TreeCheckShape, **failures(400, 413, 415, 422)},
    )
    def post(self, request: Request) -> Response:
        given = self.body(serializers.TreeValidate)
        problems = publish_problems(given["structure"], given.get("intake_form", []))
        found = [problem.as_dict() for problem in problems]
        return Response({"valid": not found, "problems": found})
