"""Files of a session as the API takes and answers them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from resolutionflow.web.dates import iso_utc
from resolutionflow.web.parameters import parameter
from resolutionflow.web.schemas import (
    DateTime,
    JsonSchema,
    RequestModel,
    ResponseModel,
    Uuid,
    refuse,
)
from sessions_app import limits
from sessions_app.models import Attachment


def _check_position(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    if not is_number or not 1 <= int(text) <= limits.DECISIONS:
        raise refuse("Send the number of a recorded step.")
    return int(text)


POSITION: JsonSchema = {"type": "integer", "minimum": 1, "maximum": limits.DECISIONS}


class UploadRequest(RequestModel):
    """The fields of the form that gives a file to a step, beside the file."""

    position: Annotated[int, parameter(_check_position, POSITION)] | None = None


#: The whole form, for OpenAPI: a file is no JSON.
UPLOAD_FORM: JsonSchema = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "position": {**POSITION, "description": "A recorded step; left out, the current one."},
    },
    "required": ["file"],
}


class FileResponse(ResponseModel):
    """A file of a session. `url` answers it to who may read the session, with a key too."""

    id: UUID
    name: str
    url: str
    content_type: str = Field(description="Found from the bytes, not the name.")
    size: int = Field(description="In bytes.")
    sha256: str
    node_id: str = Field(description="The step that it was given to.")
    created_at: DateTime
    created_by_id: Uuid | None
    created_by_name: str


def represent_file(file: Attachment) -> dict[str, Any]:
    """Return the file as it is answered."""
    by = file.created_by
    return {
        "id": str(file.pk),
        "name": file.name,
        "url": file.url,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "node_id": file.node_id,
        "created_at": iso_utc(file.created_at),
        "created_by_id": file.created_by_id,
        "created_by_name": by.display_name if by else "",
    }
