"""Files of a session over REST: listing them and giving one to a step."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView, checked_whole
from resolutionflow.api.schema import failures, reading, writing
from resolutionflow.web.errors import Invalid
from sessions_app import limits, permissions
from sessions_app.api.representation import iso, represent
from sessions_app.attachments import services
from sessions_app.attachments.services import StepRef
from sessions_app.models import Attachment

TAGS = ["sessions"]


@extend_schema_serializer(component_name="File")
class FileShape(serializers.Serializer[Any]):
    """A file of a session. `url` answers it to who may read the session, with a key too."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    content_type = serializers.CharField(help_text="Found from the bytes, not the name.")
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    node_id = serializers.CharField(help_text="The step that it was given to.")
    created_at = serializers.DateTimeField()
    created_by = serializers.IntegerField(allow_null=True)
    created_by_name = serializers.CharField()


def file_answer(file: Attachment) -> dict[str, Any]:
    """The file in an answer."""
    by = file.created_by
    return {
        "id": str(file.pk),
        "name": file.name,
        "url": file.url,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "node_id": file.node_id,
        "created_at": iso(file.created_at),
        "created_by": file.created_by_id,
        "created_by_name": by.display_name if by else "",
    }


UPLOAD = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "position": {
            "type": "integer",
            "minimum": 1,
            "maximum": limits.DECISIONS,
            "description": "A recorded step; left out, the current one.",
        },
    },
    "required": ["file"],
}


class SessionAttachments(ApiView):
    """`/sessions/{id}/attachments`"""

    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    def represent(self, work_session: Any) -> dict[str, Any]:
        """The session in the answer to a file for a step that isn't there any more."""
        return represent(work_session)

    @extend_schema(
        operation_id="list_attachments",
        summary="List the files of a session, oldest first",
        description="Open to whoever may read the session.",
        tags=TAGS,
        responses={200: FileShape(many=True), **reading()},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(
            [file_answer(file) for file in services.list_attachments(caller(request), pk)]
        )

    @extend_schema(
        operation_id="attach_file",
        summary="Give a file to a step",
        description="As `multipart/form-data`. Pictures (PNG, JPEG, GIF, WebP), PDF and plain "
        "text, told from the bytes. The same bytes at the same step are one file.",
        tags=TAGS,
        request={"multipart/form-data": UPLOAD},
        responses={201: FileShape, **writing(409), **failures(422)},
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
        return Response(file_answer(file), status=201)

    @staticmethod
    def _place(work_session: Any, position: str | None) -> StepRef | None:
        if position is None:
            return None
        try:
            number = checked_whole(int(position[:9]), highest=limits.DECISIONS)
        except (ValueError, serializers.ValidationError):
            raise Invalid({"position": "Send the number of a recorded step."}) from None
        decision = work_session.decisions.filter(position=number).first()
        if decision is None:
            raise Invalid({"position": f"The session has no step {number}."})
        return StepRef(number, decision.node_id)
