"""The steps of the library as the API answers them, and how they are looked for ([S17])."""

from typing import Any

from pydantic import Field

from resolutionflow.web.dates import iso_utc
from resolutionflow.web.pagination import PageParams
from resolutionflow.web.parameters import SearchText
from resolutionflow.web.schemas import DateTime, ResponseModel, Uuid
from sessions_app.api.schemas import CommandResponse
from sessions_app.models import LibraryStep


class StepListParams(PageParams):
    """What `GET /steps` may be asked for."""

    q: SearchText = Field("", description="Title or body contains this, in any case.")


class LibraryStepResponse(ResponseModel):
    """A step that all of the account may use."""

    id: Uuid
    title: str
    body: str
    commands: list[CommandResponse]
    author_id: Uuid | None = Field(description="Null once the user is deleted.")
    author_name: str
    created_at: DateTime


def item(step: LibraryStep) -> dict[str, Any]:
    """The step as answered; load it with its author."""
    return {
        "id": step.pk,
        "title": step.title,
        "body": step.body,
        "commands": step.commands,
        "author_id": step.author_id,
        "author_name": step.author.display_name if step.author else "",
        "created_at": iso_utc(step.created_at),
    }
