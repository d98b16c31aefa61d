"""Addenda of a completed session over REST. The rules stand in `addenda`."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.openapi import list_response, read_errors, write_errors
from sessions_app.completion import addenda
from sessions_app.completion.schemas import AddendumRequest, AddendumResponse, represent_addendum

TAGS = ["sessions"]


class SessionAddenda(ApiView):
    """`/sessions/{id}/addenda`"""

    @extend_schema(
        operation_id="list_addenda",
        summary="List what was added to a completed session, oldest first",
        description="Open to whoever may read the session.",
        tags=TAGS,
        responses={200: list_response(AddendumResponse), **read_errors()},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(
            [represent_addendum(one) for one in addenda.list_addenda(user=caller(request), pk=pk)]
        )

    @extend_schema(
        operation_id="add_addendum",
        summary="Add to a completed session",
        description="Its notes stay as they were; the addendum stands beside them, signed and "
        "timed, here and in every export. While the session is open it is 400. The same text "
        "sent twice in a row is one addendum.",
        tags=TAGS,
        request=AddendumRequest,
        responses={
            201: OpenApiResponse(AddendumResponse, description="The addendum."),
            **write_errors(),
        },
    )
    def post(self, request: Request, pk: UUID) -> Response:
        text = self.body(AddendumRequest).text
        addendum = addenda.add_addendum(user=caller(request), pk=pk, text=text)
        return Response(represent_addendum(addendum), status=201)
