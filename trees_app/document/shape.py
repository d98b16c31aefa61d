"""The shape of a flow's documents ([T1], [T3]): what a draft must have to be saved.

The models check the JSON and describe it in OpenAPI. Names that they don't know are kept. What is
wrong is answered as problems of nodes, in sentences that pages, commands and API show.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.json_schema import WithJsonSchema
from pydantic_core import ErrorDetails

from resolutionflow.web.schemas import NO_NUL, Bounded, OneOf, ProblemCounter, whole
from trees_app.variables import NAME, NAME_PATTERN

SCHEMA_VERSION = 1
MAX_DEPTH = 32  # far beyond what a flow needs; deeper JSON overflows encoders and PostgreSQL
MAX_SHAPE_PROBLEMS = 1_000
CUSTOM_PREFIX = "custom-"
NODE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
NODE_ID_SCHEMA = {"type": "string", "pattern": "^(?!custom-)[a-z0-9][a-z0-9-]{0,63}$"}
NODE_TYPES = ("question", "action", "solution")
OUTCOMES = (
    "resolved",
    "escalated",
    "workaround",
    "unresolved",
    "cancelled",
    "resolved_externally",
)
VARIABLE_TYPES = ("text", "number", "email", "select", "date", "host")
BAD_NODE_ID = (
    "A node id is 1–64 characters of a–z, 0–9 and -, starts with a letter or digit, "
    f"and never with “{CUSTOM_PREFIX}”."
)
BAD_NAME = (
    "needs a name of letters, digits and _, at most 64 characters, that doesn't start with a digit."
)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `node` is a node id, or "" for the document as a whole."""

    node: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


# -- models ------------------------------------------------------------------------------------


class DocumentPart(BaseModel):
    """Base of what a flow's documents are made of."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)


# PostgreSQL stores no NUL character; that is said of the document as a whole.
AnyText = Annotated[str, Field(json_schema_extra={"pattern": NO_NUL})]
NextNode = Annotated[AnyText | None, Field(description="The id of the node that follows.")]


class TreeOption(DocumentPart):
    """An answer of a question, and where it leads."""

    label: AnyText
    next: NextNode = None


class TreeCommand(DocumentPart):
    """A command of an action."""

    label: AnyText | None = None
    shell: AnyText | None = None
    code: AnyText


class TreeNode(DocumentPart):
    """One step of a flow."""

    type: Annotated[str, OneOf(NODE_TYPES)]
    title: AnyText | None = None
    body: AnyText | None = Field(None, description="Markdown.")
    expected: AnyText | None = None
    next: NextNode = None
    next_steps: AnyText | None = None
    outcome: Annotated[str, OneOf(("", *OUTCOMES))] | None = None
    variables: list[AnyText] | None = None
    options: list[Annotated[TreeOption, Bounded()]] | None = None
    commands: list[Annotated[TreeCommand, Bounded()]] | None = None


class TreeStructure(DocumentPart):
    """A flow as a graph by node id."""

    schema_version: Annotated[int, whole(SCHEMA_VERSION, SCHEMA_VERSION)]
    start: AnyText | None = None
    nodes: dict[Annotated[str, WithJsonSchema(NODE_ID_SCHEMA)], Annotated[TreeNode, Bounded()]]


class IntakeVariable(DocumentPart):
    """A variable that a flow asks for; a `select` needs `choices`."""

    name: Annotated[str, StringConstraints(pattern=f"^{NAME}$")]
    label: AnyText | None = None
    help: AnyText | None = None
    required: bool | None = None
    sensitive: bool | None = None
    type: Annotated[str, OneOf(VARIABLE_TYPES)] = "text"
    choices: list[AnyText] | None = None


def empty_structure() -> dict[str, Any]:
    """Return what a new draft starts from: valid in shape, not yet publishable."""
    return {"schema_version": SCHEMA_VERSION, "start": "", "nodes": {}}


# -- problems ----------------------------------------------------------------------------------


def shape_problems(structure: Any) -> list[Problem]:
    """Return what keeps `structure` from being saved even as a draft: wrong types, wrong ids."""
    if not isinstance(structure, dict):
        return [Problem("", "bad_shape", "The structure must be a JSON object.")]
    if _is_deep(structure):
        return [Problem("", "bad_shape", f"Nested more than {MAX_DEPTH} levels deep.")]
    counter = ProblemCounter(limit=MAX_SHAPE_PROBLEMS)
    problems = list(_bad_node_ids(structure.get("nodes")))
    try:
        TreeStructure.model_validate(structure, context=counter)
    except ValidationError as error:
        problems += dict.fromkeys(map(_structure_problem, _details(error)))
    if counter.left_out:
        message = f"{counter.left_out:,} more problems were found."
        problems.append(Problem("", "bad_shape", message))
    return problems


def intake_problems(intake_form: Any) -> list[Problem]:
    """Return what is wrong with the variables that a tree asks for ([T3])."""
    if not isinstance(intake_form, list):
        return [_bad_form("The intake form must be a list of variables.")]
    if _is_deep(intake_form):
        return [_bad_form(f"Nested more than {MAX_DEPTH} levels deep.")]
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, field in enumerate(intake_form, start=1):
        problems.extend(_field_problems(index, field, seen))
    return problems


def _is_deep(value: Any) -> bool:
    """Whether `value` nests more than `MAX_DEPTH` levels; it can be any JSON value."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            part
            for item in level
            if isinstance(item, dict | list)
            for part in (item.values() if isinstance(item, dict) else item)
        ]
    return bool(level)


def _details(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False, include_context=False, include_input=False)


def _bad_node_ids(nodes: Any) -> Iterator[Problem]:
    for node_id in nodes if isinstance(nodes, dict) else ():
        if not NODE_ID.fullmatch(node_id) or node_id.startswith(CUSTOM_PREFIX):
            yield Problem(node_id, "bad_node_id", BAD_NODE_ID)


OF_DOCUMENT = {
    "schema_version": f"schema_version must be {SCHEMA_VERSION}.",
    "start": "start must be a node id.",
    "nodes": "nodes must be an object of nodes by id.",
}
OF_NODE = {
    "type": f"type must be one of {', '.join(NODE_TYPES)}.",
    "outcome": f"outcome must be one of {', '.join(OUTCOMES)}.",
    "variables": "variables must be a list of names.",
}
REQUIRED_PARTS = {("options", "label"), ("commands", "code")}


def _structure_problem(error: ErrorDetails) -> Problem:
    place = [str(part) for part in error["loc"]]
    if len(place) == 1:
        return Problem("", "bad_shape", OF_DOCUMENT[place[0]])
    if place[2:] == ["outcome"]:
        return Problem(place[1], "bad_outcome", OF_NODE["outcome"])
    return Problem(place[1], "bad_shape", _node_message(place[2:]))


def _node_message(place: list[str]) -> str:
    """Return the sentence for a place inside of a node: a field, a part's index, its field."""
    if not place:
        return "A node must be an object."
    name = place[0]
    if name in OF_NODE:
        return OF_NODE[name]
    if name not in ("options", "commands"):
        return f"{name} must be text."
    if len(place) < 3:
        return f"{name} must be a list of objects."
    if (name, place[2]) in REQUIRED_PARTS:
        return f"Each of {name} needs {place[2]} as text."
    return f"{place[2]} in {name} must be text."


def _bad_form(message: str) -> Problem:
    return Problem("", "bad_intake_form", message)


def _field_problems(index: int, field: Any, seen: set[str]) -> Iterator[Problem]:
    if not isinstance(field, dict):
        yield _bad_form(f"Variable {index} must be an object.")
        return
    name = field.get("name")
    if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
        yield _bad_form(f"Variable {index} {BAD_NAME}")
        return
    if name in seen:
        yield _bad_form(f"The variable “{name}” is declared twice.")
    seen.add(name)
    messages = {
        "label": f"label of “{name}” must be text.",
        "help": f"help of “{name}” must be text.",
        "required": f"required of “{name}” must be true or false.",
        "sensitive": f"sensitive of “{name}” must be true or false.",
        "type": f"The type of “{name}” must be one of {', '.join(VARIABLE_TYPES)}.",
        "choices": f"The choices of “{name}” must be a list of texts.",
    }
    wrong: list[str] = []
    try:
        IntakeVariable.model_validate(field)
    except ValidationError as error:
        wrong = list(dict.fromkeys(str(detail["loc"][0]) for detail in _details(error)))
    yield from (_bad_form(messages[part]) for part in wrong)
    if field.get("type") == "select" and not field.get("choices") and "choices" not in wrong:
        yield _bad_form(f"“{name}” is a select and needs choices.")
