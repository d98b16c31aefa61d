"""The path of a run as a linear tree document."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sessions_app.models import Decision, Outcome, Session
from sessions_app.save_as_flow.option_labels import label_of
from sessions_app.save_as_flow.placeholders import (
    RestorePlaceholders,
    placeholder_restorer,
    quote_placeholders,
)
from trees_app.document import shape

END = "end"
# Leaves room for "-5000" within the 64 characters of a node id.
MAX_ID_STEM = 56
# What belongs to a node's place in the graph, or to its kind, is made anew.
REPLACED_FIELDS = ("id", "type", "options", "next", "return_to", "outcome", "next_steps")


def path_structure(work_session: Session) -> dict[str, Any]:
    """Return the path as a tree document: each step once, in the order taken, ending in a solution.

    A question keeps the answer that was given; a custom step becomes an action; a step that a loop
    met twice is there twice, under ids of its own. Discarded steps are not on the path.
    """
    decisions = list(work_session.decisions)
    restore = placeholder_restorer(work_session)
    ending = _ending(work_session, decisions, restore)
    wanted = [
        f"step-{number}" if decision.is_custom else decision.node_id
        for number, decision in enumerate(decisions, start=1)
    ]
    ids = _unique_ids([*wanted, *(node_id for node_id, _ in ending)])
    nodes: dict[str, Any] = {}
    for index, decision in enumerate(decisions):
        following = ids[index + 1] if index + 1 < len(ids) else ""
        went_to = decision.next_node or _next_flow_node(work_session, decisions[index + 1 :])
        nodes[ids[index]] = _node(work_session, decision, following, went_to, restore)
    for _, node in ending:
        nodes[ids[-1]] = node
    return {"schema_version": shape.SCHEMA_VERSION, "start": ids[0], "nodes": nodes}


def _unique_ids(wanted: Iterable[str]) -> list[str]:
    """Return the wanted ids in their order; one that is taken gets a number appended."""
    found: list[str] = []
    taken: set[str] = set()
    copies: Counter[str] = Counter()
    for node_id in wanted:
        free, stem = node_id, node_id[:MAX_ID_STEM]
        while free in taken:
            copies[stem] += 1
            free = f"{stem}-{copies[stem] + 1}"
        taken.add(free)
        found.append(free)
    return found


def _ending(
    work_session: Session, decisions: list[Decision], restore: RestorePlaceholders
) -> list[tuple[str, dict[str, Any]]]:
    """Return the solution to add, with the id that it should have; nothing when the path ends in
    one.
    """
    last = work_session.node(decisions[-1].node_id) if decisions else None
    if last is not None and last["type"] == "solution":
        return []
    here = work_session.current_node
    reached = work_session.node(here) if here else None
    if reached is not None and reached["type"] == "solution":
        return [(here, dict(reached))]
    return [(END, _solution(work_session, restore))]


def _solution(work_session: Session, restore: RestorePlaceholders) -> dict[str, Any]:
    outcome = work_session.outcome
    said = {
        "body": restore(work_session.outcome_notes),
        "outcome": outcome,
        "next_steps": restore(work_session.next_steps),
    }
    return {
        "type": "solution",
        "title": Outcome(outcome).label if outcome else "Done",
        **{name: value for name, value in said.items() if value},
    }


def _next_flow_node(work_session: Session, later: list[Decision]) -> str:
    """Return the node of the flow where the run went on, after any custom steps."""
    for decision in later:
        if not decision.is_custom and not decision.is_off_flow:
            return decision.node_id
    return work_session.current_node


def _node(
    work_session: Session,
    decision: Decision,
    following: str,
    went_to: str,
    restore: RestorePlaceholders,
) -> dict[str, Any]:
    """Return the step as the flow has it, leading only where the run went."""
    known = work_session.node(decision.node_id)
    if known is None or known["type"] == "custom":
        step = known or {"title": decision.question, "body": decision.action}
        return {"type": "action", **_custom_step_content(step, restore), "next": following}
    if known["type"] == "solution" and not following:
        return dict(known)
    kept = {name: value for name, value in known.items() if value and name not in REPLACED_FIELDS}
    if known["type"] == "question":
        label = label_of(work_session, known, decision.answer, went_to) or restore(decision.answer)
        options = [{"label": label.strip() or "Continue", "next": following}]
        return {"type": "question", **kept, "options": options}
    return {"type": "action", **kept, "next": following}


def _custom_step_content(step: dict[str, Any], restore: RestorePlaceholders) -> dict[str, Any]:
    """Return the texts of a custom step as they were typed."""
    commands = [_command(command, restore) for command in step.get("commands") or []]
    kept = {"body": restore(step.get("body") or ""), "commands": commands}
    return {
        "title": restore(step["title"]).strip() or "Step",
        **{name: value for name, value in kept.items() if value},
    }


def _command(command: dict[str, str], restore: RestorePlaceholders) -> dict[str, str]:
    """Return a command as it was typed; a placeholder that was put back gets its quotes."""
    found = {name: restore(text) for name, text in command.items()}
    if found["code"] != command["code"]:
        found["code"] = quote_placeholders(found["code"], found.get("shell") or "")
    return found
