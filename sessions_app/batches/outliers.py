"""The targets of a batch whose answers differ from those of most of the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sessions_app.models import Decision
from trees_app.variables import fill


@dataclass(frozen=True)
class OutlierAnswer:
    """A step that this target answered differently from most of those that answered it."""

    question: str
    answer: str
    majority: str


def majority_answers(answers: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return, by step, what more than half of the targets answered, where not all answered the
    same.

    `answers` has one mapping a target, from step to answer. A tie has no majority answer.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for target in answers:
        for step, answer in target.items():
            counts[step][answer] += 1
    majority = {}
    for step, counter in counts.items():
        answer, times = counter.most_common(1)[0]
        if len(counter) > 1 and 2 * times > counter.total():
            majority[step] = answer
    return majority


def outlier_answers(
    rows: Sequence[Mapping[str, Any]], nodes: Mapping[str, Any]
) -> dict[UUID, tuple[OutlierAnswer, ...]]:
    """Return, by session, the answers that differ. Where a loop asks twice, the last
    answer counts.
    """
    values = {row["id"]: row["session_variables"] for row in rows}
    questions = [node_id for node_id, node in nodes.items() if node["type"] == "question"]
    recorded = Decision.objects.filter(
        session__in=list(values), discarded_branch=None, is_off_flow=False, node_id__in=questions
    ).order_by("session_id", "position")
    answers: dict[UUID, dict[str, str]] = defaultdict(dict)
    said: dict[tuple[UUID, str], tuple[str, str]] = {}
    for pk, node_id, question, answer in recorded.values_list(
        "session_id", "node_id", "question", "answer"
    ):
        answers[pk][node_id] = _option_label(nodes[node_id], answer, values[pk])
        said[pk, node_id] = (question, answer)
    majority = majority_answers(answers.values())
    return {
        pk: tuple(
            OutlierAnswer(*said[pk, node_id], majority=fill(majority[node_id], values[pk]))
            for node_id, answer in target.items()
            if node_id in majority and answer != majority[node_id]
        )
        for pk, target in answers.items()
    }


def _option_label(node: Mapping[str, Any], answer: str, values: Mapping[str, str]) -> str:
    """Return the flow's own label for a recorded answer: its variables differ from target to
    target.
    """
    labels = [option["label"] for option in node.get("options") or []]
    return next((label for label in labels if fill(label, values) == answer), answer)
