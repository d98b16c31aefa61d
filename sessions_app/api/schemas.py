"""What callers send about sessions, and what they get back."""

from collections.abc import Mapping
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from resolutionflow.web.pagination import PageParams
from resolutionflow.web.parameters import parameter
from resolutionflow.web.schemas import (
    Checked,
    DateTime,
    OneOf,
    RequestModel,
    ResponseModel,
    Text,
    Uuid,
    refuse,
    text_schema,
)
from sessions_app import limits
from sessions_app.history.cursor import CURSOR_PATTERN, SessionCursor
from sessions_app.history.filtersets import SessionFilters
from sessions_app.models import Outcome, State
from sessions_app.schemas import CustomSteps, Decisions, NodeIdOrNone, Note
from trees_app.variables import NAME

# What a list leaves out unless it is asked for.
EXPANDABLE = ("tree_snapshot", "decisions", "custom_steps")
OutcomeName = Annotated[str, OneOf(Outcome.values)]
StateName = Annotated[str, OneOf(State.values)]


# -- requests ----------------------------------------------------------------------------------


def _check_variables(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refuse("Send an object of values by name.")
    if len(value) > limits.VARIABLES:
        raise refuse(f"{len(value):,} values; at most {limits.VARIABLES:,} fit here.")
    return value


#: Values by name; the service checks each, since it knows the flow's form.
Variables = Annotated[
    dict[str, Any],
    Checked(
        _check_variables,
        {
            "type": "object",
            "maxProperties": limits.VARIABLES,
            "propertyNames": {"pattern": f"^{NAME}$"},
            "additionalProperties": {
                "anyOf": [text_schema(limits.VARIABLE), {"type": ["number", "null"]}]
            },
            "description": "Values by name. What the flow declares is checked by its type.",
        },
    ),
]
TicketNumber = Annotated[str, Text(limits.TICKET)]
ClientName = Annotated[str, Text(limits.CLIENT)]
Scratchpad = Annotated[str, Text(limits.SCRATCHPAD)]


class SessionStartRequest(RequestModel):
    """A new session of a flow."""

    tree_id: Uuid
    ticket_number: TicketNumber | None = None
    client_name: ClientName | None = None
    session_variables: Variables | None = None


class SessionUpdateRequest(RequestModel):
    """Only what is sent changes. `decisions` and `custom_steps` are sent whole."""

    decisions: Decisions | None = None
    custom_steps: CustomSteps | None = None
    scratchpad: Scratchpad | None = None
    next_steps: Note | None = None
    outcome_notes: Note | None = None
    ticket_number: TicketNumber | None = None
    client_name: ClientName | None = None
    current_node: NodeIdOrNone | None = None

    def sent(self) -> dict[str, Any]:
        """Return what was sent by name, without nulls; the custom steps as they are kept."""
        lists = {"decisions", "custom_steps"}
        changes = self.model_dump(exclude=lists, exclude_unset=True, exclude_none=True)
        if self.decisions is not None:
            changes["decisions"] = [
                {name: value for name, value in decision.items() if value is not None}
                for decision in self.decisions
            ]
        if self.custom_steps is not None:
            changes["custom_steps"] = [step.stored() for step in self.custom_steps]
        return changes


class SessionCompleteRequest(RequestModel):
    """A note that is left out keeps what was saved before."""

    outcome: OutcomeName
    outcome_notes: Note | None = None
    next_steps: Note | None = None


class ScratchpadRequest(RequestModel):
    scratchpad: Scratchpad


class VariablesRequest(RequestModel):
    """Merged into what is there; "" or null empties a variable."""

    variables: Variables


class ReferenceRequest(RequestModel):
    """What ties a session to the ticket system; what is left out stays."""

    ticket_number: TicketNumber | None = None
    client_name: ClientName | None = None


class TitleRequest(RequestModel):
    title: Annotated[str, Text(limits.TITLE, not_blank=True)]


# -- parameters of the list --------------------------------------------------------------------


def _check_cursor(text: Any) -> SessionCursor:
    try:
        return SessionCursor.decode(text)
    except (TypeError, ValueError):
        raise refuse(
            "Follow the Link header of the page before; this is no cursor of this list."
        ) from None


def _check_expansions(texts: Any) -> frozenset[str]:
    names = {name.strip() for text in texts for name in text.split(",")} - {""}
    if unknown := names.difference(EXPANDABLE):
        raise refuse(f"“{min(unknown)[:40]}” can't be expanded; use {', '.join(EXPANDABLE)}.")
    return frozenset(names)


class SessionListParams(SessionFilters, PageParams):
    """The filters of `GET /sessions`, its paging, and what else each item holds."""

    expand: Annotated[
        frozenset[str],
        Checked(
            _check_expansions,
            {"type": "array", "items": {"type": "string", "enum": list(EXPANDABLE)}},
        ),
    ] = Field(
        frozenset(),
        description="What else each item holds; repeated, or as one list with commas.",
    )
    cursor: (
        Annotated[
            SessionCursor, parameter(_check_cursor, {"type": "string", "pattern": CURSOR_PATTERN})
        ]
        | None
    ) = Field(
        None,
        description="From the `Link` header of the page before: the fast way through a long list.",
    )

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Self:
        """Return the checked parameters; `expand` may be repeated."""
        lists = {"expand": query.getlist("expand")} if "expand" in query else {}  # type: ignore[attr-defined]
        return super().read({**dict(query.items()), **lists})


# -- responses ---------------------------------------------------------------------------------


class AttachmentLink(ResponseModel):
    """A file or a link of a step."""

    name: str
    url: str


class CommandResponse(ResponseModel):
    """A command of a step; `label` and `shell` may be empty."""

    label: str
    shell: str
    code: str


class DecisionResponse(ResponseModel):
    """One recorded step of the path."""

    position: int = Field(ge=1)
    node_id: str
    question: str
    answer: str
    action: str
    notes: str
    command_output: str
    timestamp: DateTime = Field(description="When it was answered.")
    entered_at: DateTime | None = Field(description="When it was first shown.")
    attachments: list[AttachmentLink]
    carried_over_from: DateTime | None = Field(
        description="When the answer was given in an earlier session of this client, if it was "
        "taken from there and not asked again. Read-only: sent back, it changes nothing."
    )
    edited_at: DateTime | None = Field(
        description="When the recorded step was last changed; null if never. Read-only."
    )
    edited_by_name: str = Field(description="Who changed it then, else empty. Read-only.")


class CustomStepResponse(ResponseModel):
    """A step that the engineer added."""

    id: str
    title: str
    body: str
    commands: list[CommandResponse]
    return_to: str = Field(description="The node at which the run went on.")


class SessionFields(ResponseModel):
    """What every answer about a session holds."""

    id: UUID
    tree_id: Uuid | None = Field(description="Null once the flow is deleted.")
    tree_name: str = Field(description="Of the snapshot.")
    user_id: Uuid = Field(description="The owner.")
    user_name: str
    assigned_to_id: Uuid | None
    assigned_to_name: str
    prepared_by_id: Uuid | None
    prepared_by_name: str
    ticket_number: str
    client_name: str
    title: str
    scratchpad: str
    session_variables: dict[str, str]
    outcome: Annotated[str, OneOf(("", *Outcome.values))]
    outcome_notes: str
    next_steps: str
    exported: bool
    target_label: str
    current_node: str
    decision_count: int = Field(ge=0)
    started_at: DateTime | None = Field(description="Null while it is prepared.")
    completed_at: DateTime | None
    last_activity_at: DateTime
    batch_id: UUID | None
    status: StateName
    is_active: bool = Field(description="Active and touched lately; else idle or over.")


class SessionItem(SessionFields):
    """A session in a list. `tree_snapshot`, `custom_steps`, `decisions` only with `expand`."""

    tree_snapshot: dict[str, Any] | None = None
    decisions: list[DecisionResponse] | None = None
    custom_steps: list[CustomStepResponse] | None = None
    path_taken: list[str] | None = None
    variable_problems: list["VariableProblem"] | None = Field(
        None, description="With `tree_snapshot`."
    )


class SessionResponse(SessionFields):
    """One session, whole. The `ETag` of the answer is its revision."""

    tree_snapshot: dict[str, Any] = Field(description="The flow as it was frozen at the start.")
    decisions: list[DecisionResponse] = Field(description="The path taken, in order.")
    custom_steps: list[CustomStepResponse]
    path_taken: list[str] = Field(description="The node ids of the decisions.")
    variable_problems: list["VariableProblem"] = Field(
        description="Values that don't fit their type: kept, shown as text, in no command."
    )


class VariableProblem(ResponseModel):
    """A value that doesn't fit the type that the flow declares."""

    name: str
    message: str


class ConflictResponse(ResponseModel):
    """The write was made against an older state; `current` is the state now."""

    detail: str
    current: SessionResponse
