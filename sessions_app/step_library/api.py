"""The step library over REST: [S17]. The rules stand in `library`."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.openapi import errors, list_parameters, list_response, write_errors
from resolutionflow.api.pagination import numbered_page
from sessions_app.schemas import LibraryStepRequest
from sessions_app.step_library import schemas, services

TAGS = ["steps"]
ONE = OpenApiResponse(schemas.LibraryStepResponse, description="The step.")


class StepList(ApiView):
    """`/steps`"""

    @extend_schema(
        operation_id="list_steps",
        summary="List the account's reusable steps, by title",
        tags=TAGS,
        parameters=list_parameters(schemas.StepListParams),
        responses={200: list_response(schemas.LibraryStepResponse), **errors(422)},
    )
    def get(self, request: Request) -> Response:
        params = self.query(schemas.StepListParams)
        steps = services.search_library(caller(request), params.q).select_related("author")
        rows, headers = numbered_page(request, params, steps)
        return Response([schemas.item(step) for step in rows], headers=headers)

    @extend_schema(
        operation_id="add_step",
        summary="Add a step to the library",
        description="Open to those who run sessions.",
        tags=TAGS,
        request=LibraryStepRequest,
        responses={201: ONE, **write_errors()},
    )
    def post(self, request: Request) -> Response:
        step = services.add_library_step(
            user=caller(request), **self.body(LibraryStepRequest).sent()
        )
        return Response(schemas.item(step), status=201)
