"""Flows over REST. The rules stand in `services` and on the model."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.errors import etag
from resolutionflow.api.openapi import (
    errors,
    list_parameters,
    list_response,
    read_errors,
    response_header,
    write_errors,
)
from resolutionflow.api.pagination import numbered_page
from resolutionflow.api.scopes import Scope
from trees_app import representation, schemas, services
from trees_app.document.advice import find_advice
from trees_app.document.check import publish_problems
from trees_app.models import NotPublishable, Tree, TreeQuerySet

TAGS = ["flows"]
ONE = OpenApiResponse(schemas.TreeResponse, description="The flow.")
TAG_HEADER = response_header("ETag", "The state, for `If-Match`.", on=(200, 201, 412))
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` of the state that this write was made against; another one is 412.",
)
STALE = {
    412: OpenApiResponse(
        schemas.TreeConflictResponse, description="The flow was changed in the meantime."
    )
}


def narrowed(trees: TreeQuerySet, params: schemas.TreeListParams) -> TreeQuerySet:
    """Return the trees that fit the filters of a request."""
    if params.q:
        trees = trees.search(params.q)
    for name in ("tree_type", "status", "category"):
        if value := getattr(params, name):
            trees = trees.filter(**{name: value})
    return trees


def with_names(trees: "QuerySet[Tree]") -> "QuerySet[Tree]":
    return trees.select_related("author", "account", "team")


class TreeView(ApiView):
    """What the calls about one flow share."""

    def answer(self, request: Request, tree: Tree, *, status: int = 200) -> Response:
        body, tag = self._state_of(request, tree)
        return Response(body, status=status, headers={"ETag": tag})

    def current_state(self, tree: Tree) -> tuple[dict[str, Any], str] | None:
        """Return how the flow stands, and its entity tag, for the answer to a stale write."""
        now = Tree.objects.filter(pk=tree.pk).first()
        return self._state_of(self.request, now) if now is not None else None

    def _state_of(self, request: Request, tree: Tree) -> tuple[dict[str, Any], str]:
        shown = tree if services.may_edit(caller(request), tree) else tree.published_content()
        body = representation.whole(tree, user=caller(request), shown=shown)
        return body, etag(services.revision_of(tree))


class TreeList(TreeView):
    """`/trees`"""

    @extend_schema(
        operation_id="list_trees",
        summary="List the flows that the caller sees, by name",
        description="Drafts are listed for those who may edit them. Documents are left out.",
        tags=TAGS,
        parameters=list_parameters(schemas.TreeListParams),
        responses={200: list_response(schemas.TreeItem), **errors(422)},
    )
    def get(self, request: Request) -> Response:
        params = self.query(schemas.TreeListParams)
        trees = narrowed(Tree.objects.visible_to(caller(request)), params)
        listed = with_names(trees.without_documents()).order_by("name", "pk")
        rows, headers = numbered_page(request, params, listed)
        return Response(representation.items(rows, user=caller(request)), headers=headers)

    @extend_schema(
        operation_id="create_tree",
        summary="Create a draft",
        description="Documents need only be of the right shape; publishing checks them in full.",
        tags=TAGS,
        request=schemas.TreeCreateRequest,
        responses={201: ONE, **write_errors(402)},
    )
    def post(self, request: Request) -> Response:
        values = self.body(schemas.TreeCreateRequest).sent()
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
        parameters=[TAG_HEADER],
        responses={200: ONE, **read_errors()},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return self.answer(request, services.get_readable_tree(caller(request), pk))

    @extend_schema(
        operation_id="replace_tree_fields",
        summary="Change what is sent of the working copy",
        description="The same as PATCH. Sessions run what was published, not the working copy.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=schemas.TreeUpdateRequest,
        responses={200: ONE, **write_errors(), **STALE},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        return self._update(request, pk)

    @extend_schema(
        operation_id="update_tree",
        summary="Change what is sent of the working copy",
        description="Sessions run what was published, not the working copy.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=schemas.TreeUpdateRequest,
        responses={200: ONE, **write_errors(), **STALE},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        return self._update(request, pk)

    @extend_schema(
        operation_id="delete_tree",
        summary="Delete a draft",
        description="409 for a flow that was published or run: it is switched off instead.",
        tags=TAGS,
        parameters=[IF_MATCH],
        responses={
            204: OpenApiResponse(description="Deleted."),
            **read_errors(409),
            **STALE,
        },
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        if_match = request.headers.get("If-Match")
        services.delete_draft(user=caller(request), pk=pk, if_match=if_match)
        return Response(status=204)

    def _update(self, request: Request, pk: UUID) -> Response:
        values = self.body(schemas.TreeUpdateRequest).sent()
        tree = services.update_tree(
            user=caller(request), pk=pk, values=values, if_match=request.headers.get("If-Match")
        )
        return self.answer(request, tree)


class PublishTree(TreeView):
    """`/trees/{id}/publish`"""

    @extend_schema(
        operation_id="publish_tree",
        summary="Publish the working copy as the next version",
        description="Answers every problem at once when it can't be published.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=None,
        responses={200: ONE, **read_errors(422), **STALE},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        try:
            tree = services.publish_tree(
                user=caller(request), pk=pk, if_match=request.headers.get("If-Match")
            )
        except NotPublishable as error:
            return Response(representation.refusal(error), status=422)
        return self.answer(request, tree)


class ForkTree(TreeView):
    """`/trees/{id}/fork`"""

    @extend_schema(
        operation_id="fork_tree",
        summary="Make a draft of one's own from a flow",
        description="From what the caller sees of it; the lineage is kept.",
        tags=TAGS,
        request=schemas.TreeForkRequest,
        responses={201: ONE, **write_errors(402)},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        body = self.body(schemas.TreeForkRequest)
        tree = services.fork_tree(
            user=caller(request),
            pk=pk,
            name=body.name,
            reason=body.fork_reason or "",
        )
        return self.answer(request, tree, status=201)


class ValidateTree(ApiView):
    """`/trees/validate`"""

    scopes: ClassVar = {"POST": Scope.READ}

    @extend_schema(
        operation_id="validate_tree",
        summary="Check whether documents could be published, without saving them",
        description="Every problem at once, as publishing would find it, and advice, which blocks "
        "nothing.",
        tags=TAGS,
        request=schemas.TreeValidateRequest,
        responses={200: schemas.TreeCheckResponse, **errors(400, 413, 415, 422)},
    )
    def post(self, request: Request) -> Response:
        body = self.body(schemas.TreeValidateRequest)
        structure, intake_form = body.documents()
        problems = publish_problems(structure, intake_form)
        found = [problem.as_dict() for problem in problems]
        advice = [line.as_dict() for line in find_advice(structure, intake_form)]
        return Response({"valid": not found, "problems": found, "advice": advice})
