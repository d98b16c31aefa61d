"""A session as a new flow, over REST ([S9]). The rules stand in `saving`."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.openapi import write_errors
from sessions_app.api.base import TAGS
from sessions_app.save_as_flow import services
from sessions_app.save_as_flow.schemas import SaveAsTreeRequest, SaveAsTreeResponse
from trees_app.models import NotPublishable, Tree
from trees_app.representation import refusal


class SaveSessionAsTree(ApiView):
    """`/sessions/{id}/save-as-tree` ([S9])"""

    @extend_schema(
        operation_id="save_session_as_tree",
        summary="Save the path taken as a new flow",
        description="Its owner only, while it is active and afterwards. The flow is linear, keeps "
        "its lineage, and holds the steps that were added. What an engineer publishes is theirs "
        "alone, until an author or admin shares it. When it can't be published, nothing is saved.",
        tags=TAGS,
        request=SaveAsTreeRequest,
        responses={
            201: OpenApiResponse(SaveAsTreeResponse, description="The flow."),
            **write_errors(402),
        },
    )
    def post(self, request: Request, pk: UUID) -> Response:
        body = self.body(SaveAsTreeRequest)
        try:
            tree = services.save_as_tree(user=caller(request), pk=pk, **body.sent())
        except NotPublishable as error:
            return Response(refusal(error), status=422)
        saved = {"tree_id": tree.pk, "tree_name": tree.name, "message": message_for(tree)}
        return Response(saved, status=201)


def message_for(tree: Tree) -> str:
    """Return what was made of the session, in a sentence."""
    kind = "draft" if tree.status == Tree.Status.DRAFT else "flow"
    return f"The session was saved as the {kind} “{tree.name}”."
