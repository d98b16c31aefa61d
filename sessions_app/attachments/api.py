"""Files of a session over REST: listing them and giving one to a step."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.openapi import list_response, read_errors, write_errors
from resolutionflow.web.errors import Invalid
from resolutionflow.web.schemas import validate
from sessions_app import permissions
from sessions_app.api.base import CONFLICT
from sessions_app.api.representation import current_state
from sessions_app.attachments import services
from sessions_app.attachments.schemas import (
    UPLOAD_FORM,
    FileResponse,
    UploadRequest,
    represent_file,
)
from sessions_app.attachments.services import StepRef

TAGS = ["sessions"]


class SessionAttachments(ApiView):
    """`/sessions/{id}/attachments`"""

    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    def current_state(self, work_session: Any) -> tuple[dict[str, Any], str] | None:
        """Return the session for the answer to a file for a step that isn't there any more."""
        return current_state(work_session.pk)

    @extend_schema(
        operation_id="list_attachments",
        summary="List the files of a session, oldest first",
        description="Open to whoever may read the session.",
        tags=TAGS,
        responses={200: list_response(FileResponse), **read_errors()},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(
            [represent_file(file) for file in services.list_attachments(caller(request), pk)]
        )

    @extend_schema(
        operation_id="attach_file",
        summary="Give a file to a step",
        description="As `multipart/form-data`. Pictures (PNG, JPEG, GIF, WebP), PDF and plain "
        "text, told from the bytes. The same bytes at the same step are one file.",
        tags=TAGS,
        request={"multipart/form-data": UPLOAD_FORM},
        responses={201: FileResponse, **write_errors(), **CONFLICT},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        work_session = permissions.get_writable_session(caller(request), pk)
        upload = request.FILES.get(services.FILE_FIELD)
        if upload is None:
            raise Invalid({services.FILE_FIELD: services.NO_FILE_MESSAGE})
        place = self._place(work_session, request.POST.get("position"))
        file = services.add_attachment(
            user=caller(request),
            pk=pk,
            name=upload.name or "",
            data=services.read_upload(upload),
            place=place,
        )
        return Response(represent_file(file), status=201)

    @staticmethod
    def _place(work_session: Any, position: str | None) -> StepRef | None:
        number = validate(UploadRequest, {"position": position}).position
        if number is None:
            return None
        decision = work_session.decisions.filter(position=number).first()
        if decision is None:
            raise Invalid({"position": f"The session has no step {number}."})
        return StepRef(number, decision.node_id)
