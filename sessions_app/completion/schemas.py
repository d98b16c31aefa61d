"""What callers send about a completed session, and what they get back."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from resolutionflow.web.schemas import DateTime, RequestModel, ResponseModel, Text, Uuid
from sessions_app import limits
from sessions_app.models import Addendum


class AddendumRequest(RequestModel):
    """A text that is added to a completed session."""

    text: Annotated[str, Text(limits.NOTES, not_blank=True)]


class AddendumResponse(ResponseModel):
    """A text that was added to a completed session, which never changes."""

    id: UUID
    author_id: Uuid | None = Field(description="Null once the person is deleted.")
    author_name: str
    written_at: DateTime
    text: str


def represent_addendum(addendum: Addendum) -> dict[str, object]:
    """Return the addendum as the API shows it; its author is read along."""
    author = addendum.author
    return {
        "id": addendum.pk,
        "author_id": author.pk if author else None,
        "author_name": author.display_name if author else "",
        "written_at": addendum.written_at,
        "text": addendum.text,
    }
