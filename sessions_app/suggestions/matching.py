"""Which option of a question an answer of an earlier session was.

An answer is stored as its label read at that time, with the variables filled in, so the current
label is compared with its variables filled in. A label with variables reads differently in every
session: there, an answer matches that has the label's own words around any values and led where the
option leads. A label without variables that was reworded since matches no earlier answer: under its
former words it may have meant something else, even where it led to the same node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trees_app.variables import PLACEHOLDER, fill


@dataclass(frozen=True)
class Choice:
    """An option as it is compared: its label with the variables filled in, a `LIKE` pattern where
    it has variables (else ""), and the node that it leads to.
    """

    label: str
    pattern: str
    next_node: str
    ends: bool = False


def choices(
    options: Sequence[Mapping[str, Any]], nodes: Mapping[str, Any], values: Mapping[str, str]
) -> list[Choice]:
    """Return the options of a node; `ends` marks those that lead to a solution."""
    return [
        Choice(
            label=fill(option["label"], values),
            pattern=pattern_of(option["label"]),
            next_node=option.get("next") or "",
            ends=(nodes.get(option.get("next") or "") or {}).get("type") == "solution",
        )
        for option in options
    ]


def pattern_of(label: str) -> str:
    """Return the `LIKE` pattern of a label, whatever its variables are; "" for a label
    without any.
    """
    parts, end = [], 0
    for found in PLACEHOLDER.finditer(label):
        parts += [_literal(label[end : found.start()]), "%"]
        end = found.end()
    return "".join([*parts, _literal(label[end:])]) if parts else ""


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
