"""Which nodes of a document lead where."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


def loops_in(edges: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """Return the largest sets of ids that can all be reached from each other, in linear time.

    Kosaraju's algorithm: whoever is finished last in one walk begins the next, against the edges.
    """
    backwards: dict[str, list[str]] = defaultdict(list)
    for source, targets in edges.items():
        for target in targets:
            backwards[target].append(source)
    seen: set[str] = set()
    loops = []
    for start in reversed(_finished(edges)):
        loop: set[str] = set()
        waiting = [start]
        while waiting:
            node_id = waiting.pop()
            if node_id not in seen and node_id in edges:
                seen.add(node_id)
                loop.add(node_id)
                waiting.extend(backwards[node_id])
        if len(loop) > 1 or any(node_id in edges[node_id] for node_id in loop):
            loops.append(loop)
    return loops


def _finished(edges: Mapping[str, Sequence[str]]) -> list[str]:
    """Return every id after all that can be reached from it first."""
    found: list[str] = []
    seen: set[str] = set()
    for first in edges:
        waiting = [(first, iter(edges[first]))] if first not in seen else []
        seen.add(first)
        while waiting:
            node_id, targets = waiting[-1]
            target = next((one for one in targets if one in edges and one not in seen), None)
            if target is None:
                found.append(node_id)
                waiting.pop()
            else:
                seen.add(target)
                waiting.append((target, iter(edges[target])))
    return found
