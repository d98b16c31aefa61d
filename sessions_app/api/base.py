"""What the calls about one session share: the answer, and how a change is checked and made."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from accounts_app.models import User
from resolutionflow.api.base import ApiView
from resolutionflow.api.errors import etag
from resolutionflow.api.openapi import DESCRIPTIONS, response_header, write_errors
from resolutionflow.web.schemas import RequestModel
from sessions_app.api.preconditions import if_match
from sessions_app.api.representation import current_state, represent
from sessions_app.api.schemas import ConflictResponse, SessionResponse
from sessions_app.models import Session

TAGS = ["sessions"]
TAG_HEADER = response_header("ETag", "The revision, for `If-Match`.", on=(200, 201, 409))
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` of the state that this write was made against; another one is 409.",
)
ONE = OpenApiResponse(SessionResponse, description="The session.")
CONFLICT = {409: OpenApiResponse(ConflictResponse, description=DESCRIPTIONS[409])}

Body = TypeVar("Body", bound=RequestModel)
Change = Callable[[Any, User, UUID, Body], Session]
Call = Callable[[Any, Request, UUID], Response]


class SessionView(ApiView):
    """What the calls about one session share."""

    def current_state(self, work_session: Session) -> tuple[dict[str, Any], str] | None:
        """Return how the session stands, and its entity tag, for the answer to a stale write."""
        return current_state(work_session.pk)

    def answer(self, work_session: Session, *, status: int = 200) -> Response:
        """Return the session; call it in `one_moment`, or in the transaction that wrote it, so that
        fields, steps and entity tag are of one moment.
        """
        headers = {"ETag": etag(work_session.revision)}
        return Response(represent(work_session), status=status, headers=headers)


def write_endpoint(
    model: type[Body], operation_id: str, summary: str, description: str
) -> Callable[[Change[Body]], Call]:
    """Make a call of a method that changes a session ([S15]), and describe it.

    The method gets the caller, the session's id and the checked body; it returns the session as it
    is then.
    """

    def made(change: Change[Body]) -> Call:
        @extend_schema(
            operation_id=operation_id,
            summary=summary,
            description=description,
            tags=TAGS,
            parameters=[IF_MATCH, TAG_HEADER],
            request=model,
            responses={200: ONE, **write_errors(), **CONFLICT},
        )
        def call(view: SessionView, request: Request, pk: UUID) -> Response:
            body = view.body(model)
            # The row stays locked until the answer is made of it.
            with transaction.atomic(), if_match(request, pk):
                return view.answer(change(view, caller(request), pk, body))

        return call

    return made


def rename_fields(fields: dict[str, str]) -> dict[str, str]:
    """Return problems by the names of requests: a service says `variables` where a call that
    begins a session has `session_variables`.
    """
    return {
        f"session_{name}" if name.startswith("variables") else name: message
        for name, message in fields.items()
    }
