"""The check before publishing ([T2]): everything that keeps a flow from being published."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from trees_app.document.command_check import command_problems, free_text_names
from trees_app.document.graph import edges_of, reachable_from, reversed_edges
from trees_app.document.nodes import node_targets, node_texts, node_variables
from trees_app.document.shape import Problem, intake_problems, shape_problems
from trees_app.shell_quoting import QUOTES
from trees_app.variables import unknown_filters_in

MAX_NODES = 1_000
MAX_BYTES = 512 * 1024


def publish_problems(structure: Any, intake_form: Any) -> list[Problem]:
    """Return every problem that keeps a tree from being published."""
    problems = shape_problems(structure) + intake_problems(intake_form)
    if any(problem.code != "bad_outcome" for problem in problems):
        return problems
    # An outcome is read by nothing that follows, so a wrong one hides no other problem.
    return problems + list(_full_check(structure, intake_form))


def _full_check(structure: dict[str, Any], intake_form: list[dict[str, Any]]) -> Iterator[Problem]:
    nodes: dict[str, dict[str, Any]] = structure["nodes"]
    if len(nodes) > MAX_NODES:
        yield Problem("", "too_many_nodes", f"{len(nodes):,} nodes; a flow may have {MAX_NODES:,}.")
    size = len(json.dumps(structure, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        yield Problem(
            "", "too_large", f"{size / 1024:,.0f} KiB; a flow may have {MAX_BYTES // 1024} KiB."
        )
    start = structure.get("start") or ""
    if start not in nodes:
        message = (
            f"The flow starts at “{start}”, which isn't there."
            if start
            else "The flow has no first step."
        )
        yield Problem("", "no_start", message)
    reachable = reachable_from([start], edges_of(nodes))
    ending = reachable_from(_solutions(nodes), reversed_edges(nodes))
    declared = {field["name"] for field in intake_form}
    free_text = free_text_names(intake_form)
    for node_id, node in nodes.items():
        yield from _node_problems(node_id, node, nodes, declared)
        yield from command_problems(node_id, node, free_text)
        if start in nodes and node_id not in reachable:
            yield Problem(node_id, "unreachable", "No answer leads to this step.")
        if node_id not in ending:
            yield Problem(node_id, "no_solution", "No solution can be reached from this step.")


def _node_problems(
    node_id: str, node: dict[str, Any], nodes: dict[str, Any], declared: set[str]
) -> Iterator[Problem]:
    if not (node.get("title") or "").strip():
        yield Problem(node_id, "blank_title", "This step needs a title.")
    if node["type"] == "question":
        yield from _option_problems(node_id, node.get("options") or [])
    for target in dict.fromkeys(node_targets(node)):
        if not target:
            yield Problem(node_id, "dangling_next", "This step leads nowhere yet.")
        elif target not in nodes:
            yield Problem(node_id, "dangling_next", f"Leads to “{target}”, which isn't there.")
    for name in node_variables(node):
        if name not in declared:
            yield Problem(
                node_id,
                "undeclared_variable",
                f"Uses the variable “{name}”, which the intake form doesn't declare.",
            )
    asked = (asked for text in node_texts(node) for asked in unknown_filters_in(text))
    for name in dict.fromkeys(asked):
        yield Problem(
            node_id,
            "unknown_filter",
            f"Asks to quote a variable for “{name}”; {', '.join(QUOTES)} are known.",
        )


def _option_problems(node_id: str, options: list[dict[str, Any]]) -> Iterator[Problem]:
    if not options:
        yield Problem(node_id, "no_options", "This question has no answers to choose from.")
    labels = [option["label"].strip() for option in options]
    if "" in labels:
        yield Problem(node_id, "blank_label", "An answer needs a label.")
    first_of = {label.casefold(): label for label in reversed(labels)}
    for label, times in Counter(label.casefold() for label in labels if label).items():
        if times > 1:
            twin = first_of[label]
            yield Problem(node_id, "twin_labels", f"“{twin}” stands here {times} times.")


def _solutions(nodes: dict[str, dict[str, Any]]) -> list[str]:
    return [node_id for node_id, node in nodes.items() if node["type"] == "solution"]
