"""The flows that ship with the product: fit to be run as they stand."""

import json
import re

import pytest

from resolutionflow.web.text import unstorable_message
from sessions_app.limits import LINE
from tests.factories import make_session
from trees_app.document.check import publish_problems
from trees_app.document.nodes import node_targets, node_variables
from trees_app.importing.json_import import (
    STARTER_FLOWS,
    import_flow,
    load_starter_flows,
    read_flow,
)
from trees_app.models import Tree
from trees_app.variables import PLACEHOLDER

pytestmark = pytest.mark.req("T2")

FILES = sorted(STARTER_FLOWS.glob("*.json"))
FLOWS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FILES}
POWERSHELL = {"powershell", "exchange-online", "graph"}
SHELLS = {"powershell", "cmd", "bash", "sh", "sql", "text", "exchange-online", "graph", ""}
EVERY_FLOW = pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS.keys())


def nodes_of(flow):
    return flow["structure"]["nodes"]


@EVERY_FLOW
def test_it_passes_the_full_check(flow):
    assert publish_problems(flow["structure"], flow["intake_form"]) == []
    assert unstorable_message(flow) == ""
    assert 10 <= len(nodes_of(flow)) <= 45


@EVERY_FLOW
def test_every_variable_is_declared_and_used(flow):
    declared = {field["name"] for field in flow["intake_form"]}
    used = {name for node in nodes_of(flow).values() for name in node_variables(node)}
    assert used == declared
    assert all(field.get("label") for field in flow["intake_form"])


@EVERY_FLOW
def test_its_commands_name_a_shell_and_are_not_empty(flow):
    for node in nodes_of(flow).values():
        for command in node.get("commands") or []:
            assert command.get("shell", "") in SHELLS
            assert command["code"].strip()
            assert command.get("label")


def outside_strings(code):
    """PowerShell without what stands inside its string literals; comments don't hold quotes here.

    Enough for our own commands: no here-strings, and no `$( )` with double quotes in a string.
    """
    return re.sub(r"""'(?:[^']|'')*'|"(?:[^"`]|""|`.)*\"""", "''", code, flags=re.DOTALL)


@EVERY_FLOW
def test_a_value_in_powershell_is_quoted_by_its_filter(flow):
    """A name such as O'Brien can't end a string: `ps` stands outside of quotes, and only what a
    type keeps harmless (a host, a number) stands without it."""
    types = {field["name"]: field.get("type", "text") for field in flow["intake_form"]}
    for node in nodes_of(flow).values():
        for command in node.get("commands") or []:
            found = PLACEHOLDER.findall(command["code"])
            if command["shell"] in POWERSHELL:
                bare = [name for name, asked in found if not asked]
                assert {types[name] for name in bare} <= {"host", "number"}
                quoted = [pair for pair in found if pair[1]]
                left = PLACEHOLDER.findall(outside_strings(command["code"]))
                assert [pair for pair in left if pair[1]] == quoted
                assert {asked for _, asked in quoted} <= {"ps"}
            else:
                assert {asked for _, asked in found} <= {"", command["shell"]}


@EVERY_FLOW
def test_it_can_end_in_more_than_one_way(flow):
    solutions = [node for node in nodes_of(flow).values() if node["type"] == "solution"]
    assert len({node.get("outcome") for node in solutions} - {None, ""}) >= 2
    assert all(node.get("outcome") for node in solutions)


@EVERY_FLOW
def test_every_option_leads_on_to_a_solution(flow):
    """Walk from the start through each option of each question, then the shortest way out."""
    nodes = nodes_of(flow)
    distance = {node_id: 0 for node_id, node in nodes.items() if node["type"] == "solution"}
    while True:
        further = {
            node_id: 1 + min(distance[to] for to in node_targets(node) if to in distance)
            for node_id, node in nodes.items()
            if node_id not in distance and any(to in distance for to in node_targets(node))
        }
        if not further:
            break
        distance |= further
    for node in nodes.values():
        assert len(node["title"]) <= LINE
        for target in node_targets(node):
            assert distance[target] < 40


def test_the_flows_of_the_issue_are_there():
    """Eleven named troubleshooting flows or more, two procedural, one maintenance."""
    types = [flow["tree_type"] for flow in FLOWS.values()]
    assert types.count("troubleshooting") >= 11
    assert types.count("procedural") >= 2
    assert types.count("maintenance") >= 1
    assert len({flow["name"] for flow in FLOWS.values()}) == len(FLOWS)
    assert all(flow["description"] and flow["category"] and flow["tags"] for flow in FLOWS.values())


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES[:3], ids=lambda path: path.stem)
def test_it_runs_from_the_first_step_to_a_solution(path, engineer):
    """Answering the last option of each question, as a run records it."""
    from sessions_app.recording import services as recording_services

    tree = import_flow(read_flow(path.read_bytes()), account=engineer.account)
    work_session = make_session(engineer, tree=tree)
    for position in range(1, 60):
        node = work_session.node(work_session.current_node)
        if node["type"] == "solution":
            break
        # Take each option in turn, so that a loop is left again.
        choice = (position - 1) % len(node["options"]) if node["type"] == "question" else None
        step = recording_services.StepInput(
            position=position, node_id=work_session.current_node, choice=choice
        )
        work_session, _ = recording_services.answer(user=engineer, pk=work_session.pk, step=step)
    assert work_session.node(work_session.current_node)["type"] == "solution"
    assert work_session.decision_count == work_session.decisions.count() > 0


@pytest.mark.django_db
def test_loading_twice_gives_each_flow_once(account):
    assert len(load_starter_flows(account)) == len(FILES)
    assert load_starter_flows(account) == []
    trees = Tree.objects.filter(account=account)
    assert trees.startable().filter(is_default=True, version=1).count() == len(FILES)
