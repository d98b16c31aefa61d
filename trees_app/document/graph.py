"""Which nodes of a document lead where."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from trees_app.document.nodes import node_targets


def edges_of(nodes: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return the ids that each node leads to."""
    return {node_id: node_targets(node) for node_id, node in nodes.items()}


def reversed_edges(nodes: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    edges: dict[str, list[str]] = defaultdict(list)
    for node_id, node in nodes.items():
        for target in node_targets(node):
            edges[target].append(node_id)
    return edges


def reachable_from(starts: Iterable[str], edges: dict[str, list[str]]) -> set[str]:
    """Return every id that can be reached from `starts`, themselves included."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting.extend(edges.get(node_id, ()))
    return seen
