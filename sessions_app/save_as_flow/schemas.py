"""What callers send to save a session as a flow, and what they get back ([S9])."""

from typing import Annotated

from resolutionflow.web.schemas import OneOf, RequestModel, ResponseModel, Text, Uuid
from trees_app.models import Tree


class SaveAsTreeRequest(RequestModel):
    """A name left out is made of flow and ticket, a description left out says from which day."""

    tree_name: Annotated[str, Text(255, not_blank=True)] | None = None
    description: Annotated[str, Text(5_000)] | None = None
    status: Annotated[str, OneOf(Tree.Status.values)]


class SaveAsTreeResponse(ResponseModel):
    """The flow that was made."""

    tree_id: Uuid
    tree_name: str
    message: str
