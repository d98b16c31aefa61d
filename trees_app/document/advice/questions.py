"""Advice on questions: answers that are missing, and rounds that nobody gets out of."""

import re
from collections.abc import Iterator

from trees_app.document.advice.flow import Advice, Answer, Flow

MIN_ANSWERS = 3  # two answers such as Yes and No are complete
OTHER = re.compile(
    r"^(?:no\b|not\b|noth|none|some|other|another|any|still|cannot|can.t|nobody|unknown|neither"
    r"|all others|never|without)"
    r"|\b(?:another|anything|else|other|others|unknown|unsure|not sure|nobody knows|not known"
    r"|none of|something|neither|don.t know|unclear|everyone|everybody)\b",
    re.IGNORECASE,
)
SUCCESS = re.compile(
    r"^(?:yes\b|it works|works|working|fixed|solved|resolved|succe|healthy|ok\b|done\b|all good"
    r"|clean\b|reachable|connected|back\b|passed)",
    re.IGNORECASE,
)


def no_other_answer(flow: Flow) -> Iterator[Advice]:
    """Yield questions on which an engineer may find none of the answers true."""
    for node_id, node in flow.of_type("question"):
        labels = [option["label"].strip() for option in node.get("options") or []]
        if len(labels) >= MIN_ANSWERS and not any(OTHER.search(label) for label in labels):
            yield Advice(
                node_id,
                "no_other_answer",
                "No answer is for the case that none of these is true, such as “Something else” "
                "or “Not known”.",
            )


def no_way_out(flow: Flow) -> Iterator[Advice]:
    """Yield loops that one leaves only when it has worked: whoever it doesn't help goes round."""
    for loop in flow.loops():
        exits = [answer for answer in _exits(flow, loop) if not _is_success(flow, answer)]
        actions_out = [
            target
            for node_id in loop
            if flow.nodes[node_id]["type"] == "action"
            for target in flow.edges[node_id]
            if target not in loop and not _is_resolved(flow, target)
        ]
        if not exits and not actions_out:
            first = next(node_id for node_id in flow.nodes if node_id in loop)
            asked = next(
                (n for n in flow.nodes if n in loop and flow.nodes[n]["type"] == "question"), first
            )
            yield Advice(
                asked,
                "no_way_out",
                "The only way out of this round is that it worked: add an answer for “the same "
                "after two rounds”, with an end of its own.",
            )


def _exits(flow: Flow, loop: set[str]) -> Iterator[Answer]:
    for answer in flow.answers:
        if answer.node in loop and answer.target not in loop:
            yield answer


def _is_success(flow: Flow, answer: Answer) -> bool:
    return bool(SUCCESS.search(answer.label)) or _is_resolved(flow, answer.target)


def _is_resolved(flow: Flow, node_id: str) -> bool:
    node = flow.nodes.get(node_id, {"type": ""})
    return node["type"] == "solution" and node.get("outcome") == "resolved"


RULES = (no_other_answer, no_way_out)
