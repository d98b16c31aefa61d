"""Advice on a flow ([F4]): what often goes wrong at a service desk, though it may be published.

A rule is a function of a `Flow` that yields what it found; a module holds the rules of one subject,
and `RULES` collects them. No rule can know everything, so advice never blocks; what does is in
`check`.
"""

from typing import Any

from trees_app.document.advice import commands, endings, questions
from trees_app.document.advice.flow import Advice, Flow
from trees_app.document.shape import intake_problems, shape_problems

__all__ = ["RULES", "Advice", "find_advice"]

RULES = (*commands.RULES, *questions.RULES, *endings.RULES)


def find_advice(structure: Any, intake_form: Any) -> list[Advice]:
    """Return the advice on a flow, in the order of its nodes; none while its shape is wrong."""
    if shape_problems(structure) or intake_problems(intake_form):
        return []
    flow = Flow(structure["nodes"], structure.get("start") or "", intake_form)
    found = [advice for rule in RULES for advice in rule(flow)]
    places = {node_id: place for place, node_id in enumerate(flow.nodes)}
    return sorted(dict.fromkeys(found), key=lambda advice: places[advice.node])
