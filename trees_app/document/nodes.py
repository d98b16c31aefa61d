"""What a node leads to, and what it mentions."""

from collections.abc import Iterator
from typing import Any

from trees_app.variables import names_in


def node_targets(node: dict[str, Any]) -> list[str]:
    """Return the node ids that `node` leads to, in the order of its options."""
    if node["type"] == "question":
        return [option.get("next") or "" for option in node.get("options") or []]
    if node["type"] == "action":
        return [node.get("next") or ""]
    return []


def node_texts(node: dict[str, Any]) -> Iterator[str]:
    """Return every text of a node in which a variable may stand."""
    for key in ("title", "body", "expected", "next_steps"):
        yield node.get(key) or ""
    for command in node.get("commands") or []:
        yield command.get("label") or ""
        yield command["code"]
    for option in node.get("options") or []:
        yield option["label"]


def node_variables(node: dict[str, Any]) -> list[str]:
    """Return the names of the variables that a node lists or mentions, each once."""
    mentioned = (name for text in node_texts(node) for name in names_in(text))
    return list(dict.fromkeys([*(node.get("variables") or []), *mentioned]))
