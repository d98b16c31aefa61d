"""A flow's documents as they are read from the database: in the shape of [T1] and [T3] always.

Every write is checked by `shape`; here nothing is refused. What SQL or an older release stored
otherwise is left out or replaced by what is empty, so that it breaks no page.
"""

from typing import Any

from resolutionflow.json_shapes import (
    Shape,
    list_of,
    one_of,
    optional,
    optional_text,
    record,
    records,
    text,
    values_of,
)
from trees_app.document.shape import (
    NODE_TYPES,
    OUTCOMES,
    SCHEMA_VERSION,
    VARIABLE_TYPES,
    empty_structure,
)
from trees_app.variables import NAME_PATTERN

_node: Shape = record(
    {"type": one_of(*NODE_TYPES, otherwise="action")},
    {
        "title": optional_text,
        "body": optional_text,
        "expected": optional_text,
        "next": optional_text,
        "next_steps": optional_text,
        "outcome": optional(one_of("", *OUTCOMES, otherwise="")),
        "variables": optional(list_of(text)),
        "options": optional(records({"label": text}, {"next": optional_text})),
        "commands": optional(
            records({"code": text}, {"label": optional_text, "shell": optional_text})
        ),
    },
)
_structure: Shape = record(
    {"nodes": values_of(_node), "schema_version": lambda value: SCHEMA_VERSION},
    {"start": optional_text},
)
_variables: Shape = records(
    {"name": text},
    {
        "label": optional_text,
        "help": optional_text,
        "type": one_of(*VARIABLE_TYPES, otherwise="text"),
        "choices": optional(list_of(text)),
        # What was to be hidden in any way is hidden.
        "required": optional(bool),
        "sensitive": optional(bool),
    },
)
_frozen: Shape = record({"name": text}, {"description": text, "category": text, "tree_type": text})


def read_structure(value: Any) -> dict[str, Any]:
    """Return the structure, an empty one for what is none."""
    return _structure(value) if isinstance(value, dict) else empty_structure()


def read_intake_form(value: Any) -> list[dict[str, Any]]:
    """Return the variables, without those that have no name that a text could use, or one that
    another had before; a select without choices is a text.
    """
    found: dict[str, dict[str, Any]] = {}
    for field in _variables(value):
        if NAME_PATTERN.fullmatch(field["name"]) and field["name"] not in found:
            is_text = field.get("type") == "select" and not field.get("choices")
            found[field["name"]] = {**field, "type": "text"} if is_text else field
    return list(found.values())


def read_frozen(value: Any) -> dict[str, Any]:
    """Return what was frozen of a flow ([T4]); a version that is no number becomes 0."""
    found = _frozen(value)
    version = found.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        found["version"] = 0
    found["structure"] = read_structure(found.get("structure"))
    found["structure"].setdefault("start", "")
    found["intake_form"] = read_intake_form(found.get("intake_form"))
    return found
