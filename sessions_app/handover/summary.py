"""What the next engineer must know of a run, derived from its path alone. Pure.

Three lists: what is ruled out, what is left to try, and what nobody confirmed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sessions_app.recording.services import DONE
from trees_app.document.nodes import node_variables
from trees_app.variables import fill


@dataclass(frozen=True)
class PathStep:
    """A recorded step. `has_evidence`: it carries notes, command output or a file;
    `is_carried_over`: its answer is from an earlier session.
    """

    node_id: str
    question: str
    answer: str
    has_evidence: bool = False
    is_carried_over: bool = False


@dataclass(frozen=True)
class RuledOut:
    """An answered question: the fault lies elsewhere than the other answers would have led."""

    question: str
    answer: str


@dataclass(frozen=True)
class UntriedBranch:
    """Answers of a question that nobody has followed yet; `is_current` for the current step."""

    question: str
    options: tuple[str, ...]
    is_current: bool = False


@dataclass(frozen=True)
class HandoverSummary:
    """What was ruled out, what is untried, and what was not confirmed (whole sentences)."""

    ruled_out: tuple[RuledOut, ...]
    untried: tuple[UntriedBranch, ...]
    unconfirmed: tuple[str, ...]


@dataclass(frozen=True)
class SummaryInput:
    """A run as plain data: the snapshot's nodes and intake form, the custom steps, the values."""

    nodes: Mapping[str, Mapping[str, Any]]
    intake_form: Sequence[Mapping[str, Any]]
    custom_steps: Sequence[Mapping[str, Any]]
    values: Mapping[str, str]
    current_node: str
    path: Sequence[PathStep]

    def node(self, node_id: str) -> Mapping[str, Any]:
        """Return the node or custom step with this id; an empty mapping when there is none."""
        for step in self.custom_steps:
            if step["id"] == node_id:
                return {**step, "type": "custom", "next": step.get("return_to") or ""}
        return self.nodes.get(node_id) or {}

    def fill(self, text: str) -> str:
        return fill(text, self.values)


def summarise(run: SummaryInput) -> HandoverSummary:
    """Return what to say to whoever takes the run over."""
    return HandoverSummary(
        ruled_out=tuple(_ruled_out_answers(run)),
        untried=tuple(_untried_branches(run)),
        unconfirmed=(*_unconfirmed(run), *_blank_variables(run)),
    )


def _ruled_out_answers(run: SummaryInput) -> Iterator[RuledOut]:
    """Yield the questions with their answers in the order of the path; of a loop the
    last answer.
    """
    last: dict[str, RuledOut] = {}
    for step in run.path:
        if step.answer and run.node(step.node_id).get("type") == "question":
            last.pop(step.node_id, None)
            last[step.node_id] = RuledOut(step.question, step.answer)
    yield from last.values()


def _untried_branches(run: SummaryInput) -> Iterator[UntriedBranch]:
    """Yield the answers of the current question, then the branches not taken, the nearest first."""
    here = run.node(run.current_node)
    been = {step.node_id for step in run.path} | {run.current_node}
    given: dict[str, set[str]] = {}
    for step in run.path:
        given.setdefault(step.node_id, set()).add(step.answer)
    if here.get("type") == "question":
        tried = given.get(run.current_node, set())
        labels = [run.fill(option["label"]) for option in here.get("options") or []]
        if fresh := tuple(label for label in labels if label not in tried):
            yield UntriedBranch(run.fill(here.get("title") or ""), fresh, is_current=True)
    elif here:
        yield UntriedBranch(run.fill(here.get("title") or ""), (), is_current=True)
    seen = {run.current_node}
    for step in reversed(run.path):
        node = run.node(step.node_id)
        if step.node_id in seen or node.get("type") != "question":
            continue
        seen.add(step.node_id)
        # A branch that leads where the run has been is no other way.
        fresh = tuple(
            label
            for option in node.get("options") or []
            if (label := run.fill(option["label"])) not in given[step.node_id]
            and option.get("next") not in been
        )
        if fresh:
            yield UntriedBranch(step.question, fresh)


def _unconfirmed(run: SummaryInput) -> Iterator[str]:
    """Yield a sentence for each action that is done without evidence, custom step without an
    answer, and answer that was carried over.
    """
    for number, step in enumerate(run.path, start=1):
        if step.is_carried_over:
            yield f"Step {number}, “{step.question}”: carried over, not tested again."
            continue
        if step.has_evidence or step.answer not in ("", DONE):
            continue
        kind = run.node(step.node_id).get("type")
        if kind == "action":
            yield f"Step {number}, “{step.question}”: marked done, with no notes and no output."
        elif kind == "custom":
            yield f"Step {number}, “{step.question}”: a custom step without a result."


def _blank_variables(run: SummaryInput) -> Iterator[str]:
    """Yield one sentence about the variables without a value that the current or a later step
    needs.
    """
    declared = {field["name"]: field for field in run.intake_form}
    blank: dict[str, str] = {}
    waiting, been = [run.current_node], {run.current_node}
    while waiting:
        node = run.node(waiting.pop(0))
        for name in node_variables(dict(node)) if node else ():
            if name in declared and not run.values.get(name):
                blank.setdefault(name, declared[name].get("label") or name)
        following = [option.get("next") for option in node.get("options") or []]
        for node_id in (*following, node.get("next")):
            if node_id and node_id not in been:
                been.add(node_id)
                waiting.append(node_id)
    if blank:
        yield f"Still blank, and needed further on: {', '.join(blank.values())}."
