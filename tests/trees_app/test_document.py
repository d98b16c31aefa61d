import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import intake_form, structure
from tests.growth import count_calls, ends_soon
from trees_app.document import check, shape
from trees_app.document.check import publish_problems
from trees_app.document.nodes import node_targets, node_texts, node_variables
from trees_app.document.shape import intake_problems, shape_problems

END = {"type": "solution", "title": "Done"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def flow(start="first", **nodes):
    """Return a structure; a `_` in an id stands for `-`."""
    nodes = {name.replace("_", "-"): node for name, node in nodes.items()}
    return {"schema_version": 1, "start": start, "nodes": nodes}


def question(*answers, **more):
    options = [{"label": label, "next": target} for label, target in answers]
    return {"type": "question", "title": "Which?", "options": options, **more}


def action(target, **more):
    return {"type": "action", "title": "Do it", "next": target, **more}


def found(structure, intake=()):
    return {(problem.node, problem.code) for problem in publish_problems(structure, list(intake))}


def chain(length, **more):
    nodes = {f"n{i}": action(f"n{i + 1}", **more) for i in range(length - 1)}
    return {"schema_version": 1, "start": "n0", "nodes": {**nodes, f"n{length - 1}": END}}


@pytest.mark.req("T1")
def test_a_good_flow_with_a_loop_has_no_problem():
    """Two answers may lead to one node, and "try again" is legal."""
    assert publish_problems(structure(), intake_form()) == []
    assert found(flow(first=question(("Again", "first"), ("Done", "end")), end=END)) == set()


def test_a_new_draft_is_well_formed_and_not_publishable():
    empty = shape.empty_structure()
    assert shape_problems(empty) == []
    assert found(empty) == {("", "no_start")}


@pytest.mark.req("T2")
@pytest.mark.parametrize(
    ("structure", "problem"),
    [
        (flow(start="", first=END), ("", "no_start")),
        (flow(start="gone", first=END), ("", "no_start")),
        (flow(first=action("gone")), ("first", "dangling_next")),
        (flow(first=action("")), ("first", "dangling_next")),
        (flow(first=action(None)), ("first", "dangling_next")),
        (
            flow(first=question(("Go", "gone"), ("Done", "end")), end=END),
            ("first", "dangling_next"),
        ),
        (flow(first=END, lost=END), ("lost", "unreachable")),
        (flow(first=question()), ("first", "no_options")),
        (flow(first={"type": "question", "title": "?"}), ("first", "no_options")),
        (flow(first=question(("A", "end"), (" a ", "end")), end=END), ("first", "twin_labels")),
        (
            flow(first=question(("Straße", "end"), ("STRASSE", "end")), end=END),
            ("first", "twin_labels"),
        ),
        (flow(first=question((" ", "end")), end=END), ("first", "blank_label")),
        (flow(first=action("first")), ("first", "no_solution")),
        (flow(first=action("b"), b=action("first"), end=END), ("b", "no_solution")),
        (flow(first={**END, "title": " "}), ("first", "blank_title")),
        (flow(first={"type": "solution"}), ("first", "blank_title")),
        (flow(first={**END, "body": "See {{ host }}"}), ("first", "undeclared_variable")),
        (flow(first={**END, "variables": ["host"]}), ("first", "undeclared_variable")),
        (flow(first={**END, "next_steps": "Call {{host}}"}), ("first", "undeclared_variable")),
        (flow(first=question(("On {{ host }}", "e")), e=END), ("first", "undeclared_variable")),
        (
            flow(first=action("e", commands=[{"code": "ping {{ host }}"}]), e=END),
            ("first", "undeclared_variable"),
        ),
        (
            flow(first=action("e", commands=[{"code": "ping {{ host | cmd }}"}]), e=END),
            ("first", "undeclared_variable"),
        ),
        (
            flow(first=action("e", commands=[{"code": "ping {{ host | perl }}"}]), e=END),
            ("first", "unknown_filter"),
        ),
        (flow(first={**END, "body": "{{ host | PS }}"}), ("first", "unknown_filter")),
    ],
)
def test_each_problem_is_found(structure, problem):
    assert problem in found(structure)


@pytest.mark.req("T2")
def test_every_problem_is_returned_at_once():
    """The author mends all of it in one go."""
    broken = flow(
        start="nowhere",
        first=question(("Yes", "gone"), ("yes", "end")),
        b=action("b", title=" ", body="{{ host }}"),
        end=END,
    )
    assert found(broken) == {
        ("", "no_start"),
        ("first", "dangling_next"),
        ("first", "twin_labels"),
        ("b", "blank_title"),
        ("b", "undeclared_variable"),
        ("b", "no_solution"),
    }


def test_a_problem_is_node_code_and_message():
    for problem in publish_problems(flow(first=action("gone")), []):
        assert set(problem.as_dict()) == {"node", "code", "message"}
        assert problem.message.endswith(".")


@pytest.mark.req("T2")
def test_a_wrong_outcome_hides_no_other_problem():
    broken = flow(first=action("gone"), end={**END, "outcome": "won"})
    assert found(broken) >= {("end", "bad_outcome"), ("first", "dangling_next")}


def test_a_thousand_nodes_are_the_limit():
    assert found(chain(1_000)) == set()
    assert found(chain(1_001)) == {("", "too_many_nodes")}


@pytest.mark.req("T2")
def test_512_kib_is_the_limit():
    """In bytes of UTF-8: an umlaut counts two."""
    room = check.MAX_BYTES - len(json.dumps(flow(first={**END, "body": ""})))
    assert found(flow(first={**END, "body": "x" * room})) == set()
    assert found(flow(first={**END, "body": "x" * (room + 1)})) == {("", "too_large")}
    assert found(flow(first={**END, "body": "ü" * (room // 2 + 1)})) == {("", "too_large")}


@pytest.mark.parametrize("node_id", ["a", "0", "a-1", "a" * 64, "customer"])
def test_good_node_ids(node_id):
    assert shape_problems({"schema_version": 1, "start": "", "nodes": {node_id: END}}) == []


@pytest.mark.req("T1")
@pytest.mark.parametrize(
    "node_id", ["", "-a", "A", "a_b", "a" * 65, "custom-", "custom-x", "ä", "a\n", "a b"]
)
def test_bad_node_ids(node_id):
    problems = shape_problems({"schema_version": 1, "start": "", "nodes": {node_id: END}})
    assert [(problem.node, problem.code) for problem in problems] == [(node_id, "bad_node_id")]


@pytest.mark.parametrize(
    "node",
    [
        None,
        [],
        "end",
        {},
        {**END, "type": "custom"},
        {**END, "type": ["solution"]},
        {**END, "title": 7},
        {**END, "body": []},
        {**END, "next": {}},
        {**END, "next_steps": False},
        {**END, "outcome": "great"},
        {**END, "outcome": []},
        {**END, "outcome": 0},
        {**END, "variables": "host"},
        {**END, "variables": [1]},
        {**END, "options": {}},
        {**END, "options": ["Yes"]},
        {**END, "options": [{"next": "end"}]},
        {**END, "options": [{"label": "Yes", "next": 1}]},
        {**END, "commands": "ipconfig"},
        {**END, "commands": [{"label": "IP"}]},
        {**END, "commands": [{"code": "ipconfig", "shell": 1}]},
    ],
)
def test_nodes_of_the_wrong_shape(node):
    problems = shape_problems(flow(first=node))
    assert problems
    assert {problem.node for problem in problems} == {"first"}


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "x",
        1,
        {},
        {"schema_version": 2, "nodes": {}},
        {"schema_version": True, "nodes": {}},
        {"schema_version": 1, "nodes": []},
        {"schema_version": 1, "start": 1, "nodes": {}},
    ],
)
def test_documents_of_the_wrong_shape(value):
    assert {problem.code for problem in shape_problems(value)} == {"bad_shape"}


@pytest.mark.req("T3")
@pytest.mark.parametrize(
    "field",
    [
        None,
        "host",
        {},
        {"name": 1},
        {"name": "1st"},
        {"name": "a b"},
        {"name": "a" * 65},
        {"name": "a", "label": 1},
        {"name": "a", "help": []},
        {"name": "a", "required": "yes"},
        {"name": "a", "sensitive": 1},
        {"name": "a", "type": "colour"},
        {"name": "a", "type": ["text"]},
        {"name": "a", "type": "select"},
        {"name": "a", "type": "select", "choices": []},
        {"name": "a", "choices": [1]},
        {"name": "a", "choices": "xy"},
    ],
)
def test_variables_of_the_wrong_shape(field):
    assert {problem.code for problem in intake_problems([field])} == {"bad_intake_form"}


def test_a_variable_is_declared_once():
    assert intake_problems([{"name": "a"}, {"name": "b"}]) == []
    assert len(intake_problems([{"name": "a"}, {"name": "a"}])) == 1
    assert len(intake_problems({"a": 1})) == 1


NODE_KEYS = ("type", "title", "body", "options", "commands", "variables", "next", "outcome")
NODE = st.dictionaries(
    st.sampled_from(NODE_KEYS), st.sampled_from(["question", "action", "solution"]) | JSON
)
LIKELY = st.fixed_dictionaries(
    {"schema_version": st.just(1), "start": st.sampled_from(["a", "b", ""])},
    optional={"nodes": st.dictionaries(st.sampled_from(["a", "b", "custom-c"]), NODE | JSON)},
)


@pytest.mark.req("S16")
@given(JSON | LIKELY, JSON | st.just([]))
def test_no_json_value_raises(value, intake):
    """Whatever is sent, the check answers problems."""
    before = deepcopy((value, intake))
    publish_problems(value, intake)
    assert repr((value, intake)) == repr(before)


def test_deep_nesting_is_a_problem_not_a_crash():
    deep = "deep"
    for _ in range(50_000):
        deep = [deep]
    for value in (deep, flow(first={**END, "extra": deep})):
        assert publish_problems(value, [])
    assert publish_problems(flow(first=END), deep)


def test_a_lone_surrogate_is_measured_not_raised():
    assert found(flow(first={**END, "body": "\ud800"})) == set()


def calls(structure):
    return count_calls(lambda: publish_problems(structure, []))


def everyone_to_everyone(size):
    """Every node leads to every other: size² answers."""
    names = [f"n{i}" for i in range(size)]
    nodes = {name: question(*((to, to) for to in names)) for name in names}
    return flow(
        start="n0", **{**nodes, "n0": question(*((n, n) for n in names), ("e", "e")), "e": END}
    )


def test_the_check_is_linear():
    """A ten times longer flow takes about ten times the calls, not a hundred times."""
    assert calls(chain(5_000)) < 15 * calls(chain(500))
    assert calls(everyone_to_everyone(200)) < 6 * calls(everyone_to_everyone(100))


def test_many_twins_are_counted_in_linear_time():
    def twins(count):
        return flow(first=question(*((f"label {i // 2}", "end") for i in range(count))), end=END)

    assert calls(twins(20_000)) < 15 * calls(twins(2_000))
    with ends_soon():
        publish_problems(twins(200_000), [])


def test_parts_of_a_node():
    nodes = structure()["nodes"]
    assert node_targets(nodes["scope"]) == ["ping", "outage", "ping"]
    assert node_targets(nodes["ping"]) == ["replies"]
    assert node_targets(nodes["outage"]) == []
    assert node_variables(nodes["ping"]) == ["gateway"]
    assert node_variables(nodes["reset-profile"]) == ["contact"]
    assert "Test-Connection {{ gateway }} -Count 2" in list(node_texts(nodes["ping"]))
