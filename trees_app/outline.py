"""A flow as an outline: every step once, by its distance from the start."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from trees_app.document.nodes import node_targets


@dataclass(frozen=True)
class Branch:
    """An answer and the step it leads to; `goes_back` if that is the same or an earlier step."""

    label: str
    target: str
    target_title: str
    target_number: int | None
    goes_back: bool


@dataclass(frozen=True)
class OutlineStep:
    """`number` counts from 1 in outline order; `depth` is the distance from the start."""

    id: str
    number: int
    kind: str
    title: str
    depth: int
    outcome: str
    command_count: int
    branches: tuple[Branch, ...]


def build_outline(structure: dict[str, Any]) -> list[OutlineStep]:
    """Return the steps that can be reached, nearest first, with answers that lead nowhere yet."""
    nodes: dict[str, Any] = structure.get("nodes") or {}
    depths = _depths(structure.get("start") or "", nodes)
    numbers = {node_id: number for number, node_id in enumerate(depths, start=1)}
    return [
        OutlineStep(
            id=node_id,
            number=numbers[node_id],
            kind=nodes[node_id]["type"],
            title=nodes[node_id].get("title") or node_id,
            depth=depth,
            outcome=nodes[node_id].get("outcome") or "",
            command_count=len(nodes[node_id].get("commands") or []),
            branches=tuple(_branches(node_id, nodes, numbers)),
        )
        for node_id, depth in depths.items()
    ]


def _depths(start: str, nodes: dict[str, Any]) -> dict[str, int]:
    """Return each reachable node's distance from the start, breadth first."""
    if start not in nodes:
        return {}
    depths = {start: 0}
    waiting = deque([start])
    while waiting:
        node_id = waiting.popleft()
        for target in node_targets(nodes[node_id]):
            if target in nodes and target not in depths:
                depths[target] = depths[node_id] + 1
                waiting.append(target)
    return depths


def _branches(node_id: str, nodes: dict[str, Any], numbers: dict[str, int]) -> list[Branch]:
    node = nodes[node_id]
    if node["type"] == "question":
        options = node.get("options") or []
        pairs = [(option["label"], option.get("next") or "") for option in options]
    else:
        pairs = [("", target) for target in node_targets(node)]
    return [
        Branch(
            label=label,
            target=target if target in nodes else "",
            target_title=(nodes[target].get("title") or target) if target in nodes else target,
            target_number=numbers.get(target),
            goes_back=numbers.get(target, len(numbers) + 1) <= numbers[node_id],
        )
        for label, target in pairs
    ]
