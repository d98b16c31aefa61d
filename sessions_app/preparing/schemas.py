"""What callers send to prepare sessions, and what a batch answers."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from resolutionflow.web.schemas import (
    Items,
    RequestModel,
    ResponseModel,
    Text,
    Uuid,
)
from sessions_app import limits
from sessions_app.api.schemas import SessionItem, SessionStartRequest
from sessions_app.batches.services import LABEL_PATTERN, MAX_LABEL, MAX_TARGETS


class SessionPrepareRequest(SessionStartRequest):
    """A session that waits, for the caller or for somebody of the same team."""

    assigned_to_id: Uuid | None = None


class BatchTarget(RequestModel):
    """One target of a batch; how long a label may be is for the service to say."""

    label: Annotated[str, Text(limits.LINE)] = Field(
        description=f"1 to {MAX_LABEL} characters, without the space around.",
        json_schema_extra={"pattern": LABEL_PATTERN},
    )


class BatchRequest(RequestModel):
    """One session for each target of a maintenance flow."""

    tree_id: Uuid
    targets: Annotated[list[BatchTarget], Items(MAX_TARGETS, min_items=1)]


class BatchResponse(ResponseModel):
    """The sessions of a batch, in the order of its targets."""

    batch_id: UUID
    count: int = Field(ge=1, le=MAX_TARGETS)
    sessions: list[SessionItem] = Field(description="In the order of the targets.")
