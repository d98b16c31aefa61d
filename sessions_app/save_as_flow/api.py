"""A session as a new flow, over REST ([S9]). The rules stand in `saving`."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.schema import writing
from sessions_app.api.base import TAGS
from sessions_app.preparing.schemas import SaveAsTree
from sessions_app.save_as_flow import services
from trees_app.models import NotPublishable
from trees_app.serializers import TreeShape, refusal, whole


class SaveSessionAsTree(ApiView):
    """`/sessions/{id}/save-as-tree` ([S9])"""

    @extend_schema(
        operation_id="save_session_as_tree",
        summary="Save the path taken as a new flow",
        description="Its owner only, while it is active and afterwards. The flow is linear, keeps "
        "its lineage, and holds the steps that were added. When it can't be published, nothing "
        "is saved.",
        tags=TAGS,
        request=SaveAsTree,
        responses={201: OpenApiResponse(TreeShape, description="The flow."), **writing(402)},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.body(SaveAsTree)
        try:
            tree = services.save_as_tree(user=caller(request), pk=pk, **given)
        except NotPublishable as error:
            return Response(refusal(error), status=422)
        return Response(whole(tree, user=caller(request), shown=tree), status=201)
