"""What callers send about flows, and what they get back (SPEC section 4)."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import ConfigDict, Field, PlainValidator, WrapValidator
from pydantic import ValidationError as ModelError
from pydantic_core import InitErrorDetails

from resolutionflow.web.errors import MAX_PROBLEMS, Invalid
from resolutionflow.web.pagination import PageParams
from resolutionflow.web.parameters import SearchText, choice_parameter
from resolutionflow.web.schemas import (
    DateTime,
    Flag,
    Items,
    OneOf,
    RequestModel,
    ResponseModel,
    Text,
    Uuid,
    refuse,
)
from resolutionflow.web.text import unstorable_message
from resolutionflow.web.validation_messages import sentence_of
from trees_app.document.shape import (
    IntakeVariable,
    Problem,
    TreeStructure,
    intake_problems,
    shape_problems,
)
from trees_app.models import Tree, format_problem

TypeName = Annotated[str, OneOf(Tree.Type.values)]
StatusName = Annotated[str, OneOf(Tree.Status.values)]
VisibilityName = Annotated[str, OneOf(Tree.Visibility.values)]


# -- documents ---------------------------------------------------------------------------------


def _checked_by(problems_of: Callable[[Any], list[Problem]]) -> Callable[[Any], Any]:
    """Return a validator that refuses a document with every problem of its shape."""

    def check(document: Any) -> Any:
        if problems := problems_of(document):
            raise _all_of(problems)
        if message := unstorable_message(document):
            raise refuse(message)
        return document

    return check


def _all_of(problems: list[Problem]) -> ModelError:
    # One more than are shown, so that the number of the others is told.
    messages = [format_problem(problem) for problem in problems[:MAX_PROBLEMS]]
    if others := len(problems) - len(messages):
        messages.append(f"{others:,} more problems were found.")
    return ModelError.from_exception_data(
        "document", [InitErrorDetails(type=refuse(message), input=None) for message in messages]
    )


#: A document of the shape of [T1], not necessarily publishable.
Structure = Annotated[
    dict[str, Any],
    PlainValidator(_checked_by(shape_problems), json_schema_input_type=TreeStructure),
]
#: A list of variables ([T3]), each name once.
IntakeForm = Annotated[
    list[dict[str, Any]],
    PlainValidator(_checked_by(intake_problems), json_schema_input_type=list[IntakeVariable]),
]


# -- requests ----------------------------------------------------------------------------------

TreeName = Annotated[str, Text(255, not_blank=True)]


def _check_tags(value: Any, check: Callable[[Any], list[str]]) -> list[str]:
    """Say what is wrong with a tag of the list as a whole, which forms show as one field."""
    try:
        return check(value)
    except ModelError as error:
        raise refuse(sentence_of(error.errors(include_url=False)[0])) from None


Tags = Annotated[
    list[Annotated[str, Text(50, not_blank=True)]], Items(30), WrapValidator(_check_tags)
]


class TreeFields(RequestModel):
    """What can be set of a flow; documents are its working copy."""

    description: Annotated[str, Text(5_000)] | None = None
    category: Annotated[str, Text(100)] | None = None
    tags: Tags | None = None
    tree_type: TypeName | None = None
    visibility: VisibilityName | None = None
    team_id: Uuid | None = Field(None, description="Null: of no team.")
    is_public: Flag | None = Field(None, description="Set by admins only.")
    is_active: Flag | None = None
    structure: Structure | None = None
    intake_form: IntakeForm | None = None

    def sent(self) -> dict[str, Any]:
        """Return what was sent by name; a team that is null says something: no team."""
        values = super().sent()
        if "team_id" in self.model_fields_set:
            values["team_id"] = self.team_id
        return values


class TreeCreateRequest(TreeFields):
    """A new draft."""

    name: TreeName


class TreeUpdateRequest(TreeFields):
    """Only what is sent changes."""

    name: TreeName | None = None


class TreeForkRequest(RequestModel):
    """A name left out is that of the flow."""

    name: TreeName | None = None
    fork_reason: Annotated[str, Text(500)] | None = None


class TreeValidateRequest(RequestModel):
    """A flow as creating and importing take it, or the fields of a structure alone. The documents
    may be anything: what is wrong with them is the answer.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["structure"]}, {"required": ["nodes"]}]}
    )

    structure: Any = Field(None, description="Any JSON. Needed, unless its fields stand alone.")
    intake_form: Any = Field(None, description="Any JSON.")
    schema_version: Any = Field(None, description="Of a structure that stands alone.")
    start: Any = Field(None, description="Of a structure that stands alone.")
    nodes: Any = Field(None, description="Of a structure that stands alone.")
    name: Any = Field(None, description="Not looked at, like all that follows.")
    description: Any = None
    category: Any = None
    tags: Any = None
    tree_type: Any = None
    visibility: Any = None
    team_id: Any = None
    is_public: Any = None
    is_active: Any = None

    def documents(self) -> tuple[Any, Any]:
        """Return the structure and the variables that were sent; raise `Invalid` without any.

        Beside a structure, the fields of one that stands alone are not looked at.
        """
        intake_form = [] if self.intake_form is None else self.intake_form
        if "structure" in self.model_fields_set:
            return self.structure, intake_form
        if "nodes" not in self.model_fields_set:
            raise Invalid({"structure": "This field is required."})
        alone = self.model_fields_set & {"schema_version", "start", "nodes"}
        return {name: getattr(self, name) for name in alone}, intake_form


class TreeListParams(PageParams):
    """What `GET /trees` may be asked for."""

    q: SearchText = Field(
        "", description="Name, category, description or a tag contains this, in any case."
    )
    tree_type: Annotated[str, choice_parameter(Tree.Type.values)] | None = Field(
        None, description="Of this type."
    )
    status: Annotated[str, choice_parameter(Tree.Status.values)] | None = Field(
        None, description="In this state."
    )
    category: SearchText = Field("", description="Of exactly this category.")


# -- responses ---------------------------------------------------------------------------------


class ProblemResponse(ResponseModel):
    """One thing that keeps a flow from being published, or a line of advice."""

    node: str = Field(description="A node id, or empty for the flow as a whole.")
    code: str
    message: str


class TreeCheckResponse(ResponseModel):
    """Every problem, as publishing would find it."""

    valid: bool = Field(description="Whether it could be published.")
    problems: list[ProblemResponse]
    advice: list[ProblemResponse] = Field(description="What is likely to go wrong.")


class TreeItem(ResponseModel):
    """A flow in a list: all but its documents."""

    id: Uuid
    name: str
    description: str
    category: str
    tags: list[str]
    tree_type: TypeName
    status: StatusName
    is_active: bool
    visibility: VisibilityName
    is_public: bool
    is_default: bool
    version: int = Field(ge=0)
    usage_count: int = Field(ge=0)
    author_id: Uuid | None
    author_name: str
    account_id: Uuid | None = Field(description="Null: of another account.")
    account_name: str
    team_id: Uuid | None
    team_name: str
    parent_tree_id: Uuid | None
    parent_tree_name: str
    root_tree_id: Uuid | None
    root_tree_name: str
    fork_depth: int = Field(ge=0)
    fork_reason: str
    parent_updated_at: DateTime | None
    created_at: DateTime
    updated_at: DateTime


class TreeResponse(TreeItem):
    """One flow. Who may edit it sees the working copy, everyone else what was published."""

    structure: dict[str, Any]
    intake_form: list[dict[str, Any]]


class TreeConflictResponse(ResponseModel):
    """The write was made against an older state; `current` is the state now."""

    detail: str
    current: TreeResponse
