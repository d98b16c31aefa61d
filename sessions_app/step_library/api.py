"""The step library over REST: [S17]. The rules stand in `library`."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.pagination import numbered_page
from resolutionflow.api.schema import failures, paging, query, text_schema, writing
from resolutionflow.web.errors import Invalid
from resolutionflow.web.text import unstorable_message
from sessions_app.step_library import schemas as serializers
from sessions_app.step_library import services

TAGS = ["steps"]
LONGEST_QUERY = 255
ONE = OpenApiResponse(serializers.StepShape, description="The step.")


class StepList(ApiView):
    """`/steps` ([S17])"""

    @extend_schema(
        operation_id="list_steps",
        summary="List the account's reusable steps, by title",
        tags=TAGS,
        parameters=[
            query("q", text_schema(LONGEST_QUERY), "Title or body contains this, in any case."),
            *paging(cursor=False),
        ],
        responses={200: serializers.StepShape(many=True), **failures(422)},
    )
    def get(self, request: Request) -> Response:
        steps = services.search_library(caller(request), asked_text(request)).select_related(
            "author"
        )
        rows, headers = numbered_page(request, steps)
        return Response([serializers.item(step) for step in rows], headers=headers)

    @extend_schema(
        operation_id="add_step",
        summary="Add a step to the library",
        description="Open to those who run sessions.",
        tags=TAGS,
        request=serializers.StepCreate,
        responses={201: ONE, **writing()},
    )
    def post(self, request: Request) -> Response:
        step = services.add_library_step(user=caller(request), **self.body(serializers.StepCreate))
        return Response(serializers.item(step), status=201)


def asked_text(request: Request) -> str:
    """What `q` asks for; raises `Invalid` for text that can't be looked for."""
    text = request.query_params.get("q", "")
    if len(text) > LONGEST_QUERY:
        raise Invalid({"q": f"At most {LONGEST_QUERY} characters fit here."})
    if message := unstorable_message(text):
        raise Invalid({"q": message})
    return text
