"""What the calls about one session share: the answer, and how a change is checked and made."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from accounts_app.models import User
from resolutionflow.api.base import ApiView, StrictSerializer, etag
from resolutionflow.api.schema import answer_header, writing
from sessions_app.api import serializers
from sessions_app.api.preconditions import as_seen
from sessions_app.api.representation import represent
from sessions_app.models import Session

TAGS = ["sessions"]
TAG_HEADER = answer_header("ETag", "The revision, for `If-Match`.", on=(200, 201, 409))
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` of the state that this write was made against; another one is 409.",
)
ONE = OpenApiResponse(serializers.SessionShape, description="The session.")

Given = dict[str, Any]
Change = Callable[[Any, User, UUID, Given], Session]
Call = Callable[[Any, Request, UUID], Response]


class SessionView(ApiView):
    """What the calls about one session share."""

    def represent(self, work_session: Session) -> dict[str, Any]:
        """The session in an answer, also in the one to a stale write."""
        return represent(work_session)

    def answer(self, work_session: Session, *, status: int = 200) -> Response:
        headers = {"ETag": etag(work_session.revision)}
        return Response(self.represent(work_session), status=status, headers=headers)


def changing(
    body: type[StrictSerializer], operation_id: str, summary: str, description: str
) -> Callable[[Change], Call]:
    """Make a call of a method that changes a session ([S15]), and describe it.

    The method gets the caller, the session's id and what was sent, checked by `body`; it answers
    the session as it is then.
    """

    def made(change: Change) -> Call:
        @extend_schema(
            operation_id=operation_id,
            summary=summary,
            description=description,
            tags=TAGS,
            parameters=[IF_MATCH, TAG_HEADER],
            request=body,
            responses={200: ONE, **writing(409)},
        )
        def call(view: SessionView, request: Request, pk: UUID) -> Response:
            given = view.body(body)
            with as_seen(request, pk):
                work_session = change(view, caller(request), pk, given)
            return view.answer(work_session)

        return call

    return made


def as_sent(fields: dict[str, str]) -> dict[str, str]:
    """Problems by the names of the calls that begin a session: a service knows `variables`."""
    return {
        f"session_{name}" if name.startswith("variables") else name: message
        for name, message in fields.items()
    }
