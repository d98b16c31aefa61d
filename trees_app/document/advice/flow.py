"""What the rules of advice read, and what they return."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from trees_app.document.graph import edges_of, loops_in


@dataclass(frozen=True)
class Advice:
    """A line of advice on the node with this id."""

    node: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Answer:
    """An answer of a question: its label, the id of the question, and where it leads."""

    node: str
    label: str
    target: str


@dataclass(frozen=True)
class Flow:
    """A flow of the right shape, with what several rules ask of it."""

    nodes: dict[str, dict[str, Any]]
    start: str
    intake_form: Sequence[Mapping[str, Any]]

    def of_type(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for node_id, node in self.nodes.items():
            if node["type"] == kind:
                yield node_id, node

    @cached_property
    def edges(self) -> dict[str, list[str]]:
        return edges_of(self.nodes)

    @cached_property
    def answers(self) -> list[Answer]:
        return [
            Answer(node_id, option["label"].strip(), option.get("next") or "")
            for node_id, node in self.of_type("question")
            for option in node.get("options") or []
        ]

    def loops(self) -> list[set[str]]:
        """Return the largest sets of nodes that can all be reached from each other."""
        return loops_in(self.edges)
