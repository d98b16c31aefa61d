"""Advice on ends: outcomes that don't fit, and next steps that claim what nobody did."""

import re
from collections.abc import Iterator

from trees_app.document.advice.flow import Advice, Flow

SENTENCE_END = re.compile(r"\n|(?<=[.;!?])\s+")
CLAIM = re.compile(
    r"\b(?:informed|told|warned|notified|raised|handed (?:over|to)|opened|booked|arranged|isolated"
    r"|escalated|registered|updated|removed|revoked|saved|unlocked|looked up|confirmed|called)\b",
    re.IGNORECASE,
)
# What leaves it open whether it was done: a blank, a choice, a condition, an order.
OPEN = re.compile(
    r"\(|\byes ?/ ?no\b|\bto do\b|\bto check\b|: *$|_{3}|\bif\b|\bnot\b|\bno\b|\bonly\b|\bwho\b"
    r"|\bby:|\bwait|\buntil\b|\bonce\b|\bwhen\b|\bmust\b|\bshould\b|\bbe\b|\bto be\b|\?",
    re.IGNORECASE,
)
REFUSAL = re.compile(
    r"^(?:no\Z|no[,:.]? (?:it |the same|still|change|better)"
    r"|not (?:fixed|solved|yet|working|better)|still\b|nothing (?:helped|changed)"
    r"|(?:the )?same\b|(?:it )?fails?\b|does(?: not|n.t)\b)",
    re.IGNORECASE,
)


def claims(flow: Flow) -> Iterator[Advice]:
    """Yield next steps that say something was done: they end in the ticket, done or not."""
    for node_id, node in flow.of_type("solution"):
        for sentence in SENTENCE_END.split(node.get("next_steps") or ""):
            found = CLAIM.search(sentence)
            if found and not OPEN.search(sentence):
                yield Advice(
                    node_id,
                    "claims",
                    f"The next steps say “{sentence.strip()[:80]}”, whether it was done or not: "
                    "write it as something to do, or leave a blank to fill in.",
                )


def no_outcome(flow: Flow) -> Iterator[Advice]:
    """Yield ends that suggest no outcome: everybody has to choose anew."""
    for node_id, node in flow.of_type("solution"):
        if not node.get("outcome"):
            yield Advice(node_id, "no_outcome", "This end suggests no outcome.")


def unfit_outcome(flow: Flow) -> Iterator[Advice]:
    """Yield ends called resolved that an answer such as “No, the same” leads to."""
    for answer in flow.answers:
        target = flow.nodes.get(answer.target)
        if (
            target is not None
            and target["type"] == "solution"
            and target.get("outcome") == "resolved"
            and REFUSAL.search(answer.label)
        ):
            yield Advice(
                answer.target,
                "unfit_outcome",
                f"“{answer.label[:80]}” leads to this end, which suggests Resolved.",
            )


RULES = (claims, no_outcome, unfit_outcome)
