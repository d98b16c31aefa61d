"""The shape of a document and of an intake form: what is needed to save them ([T1], [T3]).

Every function returns *all* problems at once, so that an author fixes them in one go.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from trees_app.variables import NAME_PATTERN

SCHEMA_VERSION = 1
MAX_DEPTH = 32  # far beyond what a flow needs; deeper JSON overflows encoders and PostgreSQL
CUSTOM_PREFIX = "custom-"
NODE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
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


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `node` is a node id, or "" for the document as a whole."""

    node: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def empty_structure() -> dict[str, Any]:
    """Return the structure of a new draft: valid in shape, not yet publishable."""
    return {"schema_version": SCHEMA_VERSION, "start": "", "nodes": {}}


def shape_problems(structure: Any) -> list[Problem]:
    """Return what keeps `structure` from being saved as a draft: wrong types and wrong ids."""
    if not isinstance(structure, dict):
        return [Problem("", "bad_shape", "The structure must be a JSON object.")]
    if _is_deep(structure):
        return [Problem("", "bad_shape", f"Nested more than {MAX_DEPTH} levels deep.")]
    return list(_document_shape(structure))


def intake_problems(intake_form: Any) -> list[Problem]:
    """Return what is wrong with the variables that a tree asks for ([T3])."""
    if not isinstance(intake_form, list):
        return [Problem("", "bad_intake_form", "The intake form must be a list of variables.")]
    if _is_deep(intake_form):
        return [Problem("", "bad_intake_form", f"Nested more than {MAX_DEPTH} levels deep.")]
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, field in enumerate(intake_form, start=1):
        problems.extend(_intake_field_problems(index, field, seen))
    return problems


def _is_deep(value: Any) -> bool:
    """Return whether `value` nests more than `MAX_DEPTH` levels; it can be any JSON value."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            part
            for item in level
            if isinstance(item, dict | list)
            for part in (item.values() if isinstance(item, dict) else item)
        ]
    return bool(level)


def _document_shape(structure: dict[str, Any]) -> Iterator[Problem]:
    if structure.get("schema_version") != SCHEMA_VERSION or isinstance(
        structure.get("schema_version"), bool
    ):
        yield Problem("", "bad_shape", f"schema_version must be {SCHEMA_VERSION}.")
    if not isinstance(structure.get("start", ""), str | None):
        yield Problem("", "bad_shape", "start must be a node id.")
    nodes = structure.get("nodes")
    if not isinstance(nodes, dict):
        yield Problem("", "bad_shape", "nodes must be an object of nodes by id.")
        return
    for node_id, node in nodes.items():
        yield from _node_shape(node_id, node)


def _node_shape(node_id: str, node: Any) -> Iterator[Problem]:
    def wrong(message: str) -> Problem:
        return Problem(node_id, "bad_shape", message)

    if not NODE_ID.fullmatch(node_id) or node_id.startswith(CUSTOM_PREFIX):
        yield Problem(
            node_id,
            "bad_node_id",
            "A node id is 1–64 characters of a–z, 0–9 and -, starts with a letter or digit, "
            f"and never with “{CUSTOM_PREFIX}”.",
        )
    if not isinstance(node, dict):
        yield wrong("A node must be an object.")
        return
    if node.get("type") not in NODE_TYPES:
        yield wrong(f"type must be one of {', '.join(NODE_TYPES)}.")
    for key in ("title", "body", "expected", "next", "next_steps"):
        if not isinstance(node.get(key), str | None):
            yield wrong(f"{key} must be text.")
    outcome = node.get("outcome")
    if outcome not in (None, "", *OUTCOMES):
        yield wrong(f"outcome must be one of {', '.join(OUTCOMES)}.")
    if not _is_list_of(node.get("variables"), str):
        yield wrong("variables must be a list of names.")
    yield from _parts_shape(node_id, node, "options", required=("label",), optional=("next",))
    yield from _parts_shape(
        node_id, node, "commands", required=("code",), optional=("label", "shell")
    )


def _parts_shape(
    node_id: str,
    node: dict[str, Any],
    key: str,
    *,
    required: tuple[str, ...],
    optional: tuple[str, ...],
) -> Iterator[Problem]:
    parts = node.get(key)
    if not _is_list_of(parts, dict):
        yield Problem(node_id, "bad_shape", f"{key} must be a list of objects.")
        return
    for part in parts or []:
        for name in required:
            if not isinstance(part.get(name), str):
                yield Problem(node_id, "bad_shape", f"Each of {key} needs {name} as text.")
        for name in optional:
            if not isinstance(part.get(name), str | None):
                yield Problem(node_id, "bad_shape", f"{name} in {key} must be text.")


def _is_list_of(value: Any, kind: type) -> bool:
    return value is None or (
        isinstance(value, list) and all(isinstance(item, kind) for item in value)
    )


def _intake_field_problems(index: int, field: Any, seen: set[str]) -> Iterator[Problem]:
    def wrong(message: str) -> Problem:
        return Problem("", "bad_intake_form", message)

    if not isinstance(field, dict):
        yield wrong(f"Variable {index} must be an object.")
        return
    name = field.get("name")
    if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
        yield wrong(
            f"Variable {index} needs a name of letters, digits and _, at most 64 characters, "
            "that doesn't start with a digit."
        )
        return
    if name in seen:
        yield wrong(f"The variable “{name}” is declared twice.")
    seen.add(name)
    for key in ("label", "help"):
        if not isinstance(field.get(key), str | None):
            yield wrong(f"{key} of “{name}” must be text.")
    for key in ("required", "sensitive"):
        if not isinstance(field.get(key), bool | None):
            yield wrong(f"{key} of “{name}” must be true or false.")
    kind = field.get("type", "text")
    if kind not in VARIABLE_TYPES:
        yield wrong(f"The type of “{name}” must be one of {', '.join(VARIABLE_TYPES)}.")
    choices = field.get("choices")
    if not _is_list_of(choices, str):
        yield wrong(f"The choices of “{name}” must be a list of texts.")
    elif kind == "select" and not choices:
        yield wrong(f"“{name}” is a select and needs choices.")
