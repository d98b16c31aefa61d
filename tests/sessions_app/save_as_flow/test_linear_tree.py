"""The path taken as a linear flow: its steps, its answers, and no secret values."""

import uuid
from copy import deepcopy

import pytest

from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.save_as_flow import linear_tree, option_labels
from tests.factories import (
    TreeFactory,
    store_snapshot,
    structure,
)
from tests.sessions_app.run_driver import Run
from trees_app.document.check import publish_problems
from trees_app.document.shape import shape_problems

pytestmark = [pytest.mark.django_db, pytest.mark.req("S9")]
SECRET = "Hunter2!"


@pytest.fixture
def run(engineer):
    return Run(engineer)


def nodes_of(run):
    """The nodes of the path in the order in which the flow leads to them, by id."""
    made = linear_tree.path_structure(run.now)
    assert shape_problems(made) == []
    assert publish_problems(made, run.now.intake_form) == []
    nodes, order = made["nodes"], [made["start"]]
    while (node := nodes[order[-1]])["type"] != "solution":
        (following,) = [node["next"]] if node["type"] == "action" else [
            option["next"] for option in node["options"]
        ]  # fmt: skip
        order.append(following)
    assert set(order) == set(nodes), "linear: one way through every step"
    assert len(order) == len(nodes)
    return {node_id: nodes[node_id] for node_id in order}


def answers(nodes):
    return [node["options"][0]["label"] for node in nodes.values() if node["type"] == "question"]


# -- the path ----------------------------------------------------------------------------------


def test_the_path_taken_is_the_flow(run):
    """Nodes come from the snapshot, with their placeholders; other answers are gone."""
    services.set_variables(
        user=run.user, pk=run.pk, values={"gateway": "gw-7", "contact": "Ana Client"}
    )
    run.answer(0)
    run.answer(text="Both lost", notes="Looked at the log", command_output="Request timed out")
    run.answer(0)
    completion_services.complete(
        user=run.user, pk=run.pk, outcome="resolved", ends_at="reset-profile"
    )
    nodes = nodes_of(run)
    original = structure()["nodes"]
    assert list(nodes) == ["scope", "ping", "replies", "reset-profile"]
    assert answers(nodes) == ["One user", "Yes"]
    assert nodes["ping"] == original["ping"]
    assert nodes["reset-profile"] == original["reset-profile"]
    assert nodes["scope"]["body"] == original["scope"]["body"]
    assert not any(word in str(nodes) for word in ("gw-7", "Ana Client", "Both lost", "timed out"))


def test_a_run_that_stands_at_a_solution_ends_in_it(run):
    """Active, or completed by a call that did not record the solution."""
    run.answer(1)
    assert list(nodes_of(run)) == ["scope", "outage"]
    assert nodes_of(run)["outage"] == structure()["nodes"]["outage"]
    completion_services.complete(
        user=run.user, pk=run.pk, outcome="escalated", outcome_notes="Sent on."
    )
    assert nodes_of(run)["outage"] == structure()["nodes"]["outage"]


def test_an_active_run_ends_where_it_stands(run):
    """The step at hand was not taken yet."""
    run.answer(0)
    nodes = nodes_of(run)
    assert list(nodes) == ["scope", "end"]
    assert nodes["end"] == {"type": "solution", "title": "Done"}


def test_a_path_without_a_solution_ends_with_how_it_ended(run):
    run.answer(0)
    completion_services.complete(
        user=run.user,
        pk=run.pk,
        outcome="workaround",
        outcome_notes="Used the phone.",
        next_steps="Order a cable.",
    )
    assert nodes_of(run)["end"] == {
        "type": "solution",
        "title": "Workaround",
        "body": "Used the phone.",
        "outcome": "workaround",
        "next_steps": "Order a cable.",
    }


def test_a_run_without_a_step_is_its_end(run):
    assert list(nodes_of(run)) == ["end"]


def test_a_question_that_was_left_unanswered_leads_on(run):
    """Completing keeps what was typed at the step at hand, which then has no answer."""
    run.type("Half a thought")
    completion_services.complete(user=run.user, pk=run.pk, outcome="cancelled")
    assert answers(nodes_of(run)) == ["Continue"]


def test_a_loop_is_laid_out(run):
    run.answer(0)
    for _ in range(3):
        run.answer()
        run.answer(1)
    run.answer()
    run.answer(0)
    nodes = nodes_of(run)
    assert list(nodes) == [
        "scope",
        *("ping", "replies", "ping-2", "replies-2", "ping-3", "replies-3", "ping-4", "replies-4"),
        "reset-profile",
    ]
    assert answers(nodes) == ["One user", *["No, try again"] * 3, "Yes"]
    assert nodes["ping-4"]["commands"] == structure()["nodes"]["ping"]["commands"]


@pytest.mark.req("U6")
def test_steps_set_aside_are_left_out(run):
    run.answer(0)
    run.answer()
    run.again(1, 1)
    assert list(nodes_of(run)) == ["scope", "outage"]


def test_custom_steps_are_in_as_typed(run):
    run.answer(0)
    commands = [{"label": "Link", "shell": "bash", "code": "ethtool {{ gateway }}"}]
    run.add("Check the cable", body="At *both* ends.", commands=commands)
    run.answer(text="It was loose")
    run.answer()
    nodes = nodes_of(run)
    assert list(nodes) == ["scope", "step-2", "ping", "end"]
    assert nodes["step-2"] == {
        "type": "action",
        "title": "Check the cable",
        "body": "At *both* ends.",
        "commands": commands,
        "next": "ping",
    }
    assert answers(nodes) == ["One user"]


def test_a_custom_step_that_was_not_taken_is_left_out(run):
    run.answer(0)
    run.add("Later")
    assert list(nodes_of(run)) == ["scope", "end"]


def test_a_custom_step_of_which_only_its_title_is_known(run):
    """Callers of the API may send a decision and no custom step."""
    own = [{"node_id": f"custom-{uuid.uuid4()}", "question": q} for q in ("Look at it", "", " ")]
    services.update(user=run.user, pk=run.pk, changes={"decisions": own})
    assert [node["title"] for node in nodes_of(run).values()] == [
        *("Look at it", "Step", "Step"),
        "Done",
    ]


def test_ids_never_clash(engineer, author):
    """A flow may have called its own steps what this makes up."""
    own = structure()
    long = "x" * 64
    for node_id in ("step-2", "end", "end-2", "ping-2", long):
        own["nodes"][node_id] = {"type": "action", "title": node_id, "next": "ping"}
    own["nodes"]["scope"]["options"] += [
        {"label": node_id, "next": node_id}
        for node_id in ("step-2", "end", "end-2", "ping-2", long)
    ]
    run = Run(engineer, tree=TreeFactory(author=author, structure=own, published=True))
    path = ["ping", "ping", "step-2", "end", "end", long, long, long, "end-2", "ping-2"]
    decisions = [{"node_id": f"custom-{uuid.uuid4()}", "question": "Own"}]
    decisions = [{"node_id": path[0]}, *decisions, *({"node_id": node} for node in path[1:])]
    services.update(user=engineer, pk=run.pk, changes={"decisions": decisions})
    made = list(nodes_of(run))
    assert len(made) == len(path) + 2
    assert made[:3] == ["ping", "step-2", "ping-2"]
    assert all(len(node_id) <= 64 for node_id in made)


def test_thousands_of_steps_at_one_node_are_distinguished_quickly(
    engineer, author, django_assert_max_num_queries
):
    run = Run(engineer)
    services.update(user=engineer, pk=run.pk, changes={"decisions": [{"node_id": "ping"}] * 5_000})
    with django_assert_max_num_queries(2):
        made = linear_tree.path_structure(Session.objects.get(pk=run.pk))
    assert len(made["nodes"]) == 5_001
    assert "ping-5000" in made["nodes"]


def test_a_solution_in_the_middle_becomes_a_step(run):
    """Only callers of the API go on from one."""
    path = [{"node_id": "scope", "answer": "Everyone"}, {"node_id": "outage"}, {"node_id": "ping"}]
    services.update(user=run.user, pk=run.pk, changes={"decisions": path})
    nodes = nodes_of(run)
    assert nodes["outage"] == {
        "type": "action",
        "title": "Escalate to the network team",
        "next": "ping",
    }


def test_other_keys_of_a_node_are_kept(engineer, author):
    own = structure()
    own["nodes"]["scope"]["media"] = {"image": "a.png"}
    run = Run(engineer, tree=TreeFactory(author=author, structure=own, published=True))
    run.answer(1)
    assert nodes_of(run)["scope"]["media"] == {"image": "a.png"}


# -- answers, back to the flow's own labels ----------------------------------------------------

LABELS = [
    ("Use {{ gateway }}", "ping"),
    ("Use {{ gateway }} again", "ping"),
    ("Call {{ contact }} at {{ gateway }}", "outage"),
    ("Type {{ passphrase }}", "reset-profile"),
    ("Plain", "outage"),
    ("Plain too", "reset-profile"),
]


@pytest.fixture
def labelled(engineer, author):
    own = structure()
    own["nodes"]["scope"]["options"] = [{"label": text, "next": to} for text, to in LABELS]
    own["nodes"]["replies"]["options"][0]["next"] = "scope"
    run = Run(engineer, tree=TreeFactory(author=author, structure=own, published=True))
    values = {"gateway": "gw-1", "contact": "Ana", "passphrase": SECRET}
    services.set_variables(user=engineer, pk=run.pk, values=values)
    return run


@pytest.mark.parametrize("choice", range(len(LABELS)))
@pytest.mark.parametrize("changed", [{}, {"gateway": "gw-2", "contact": "", "passphrase": "New"}])
def test_values_in_an_answer_are_placeholders_again(labelled, choice, changed):
    """Also when the variables have other values by now, or none."""
    labelled.answer(choice)
    services.set_variables(user=labelled.user, pk=labelled.pk, values=changed)
    nodes = nodes_of(labelled)
    assert answers(nodes)[0] == LABELS[choice][0]
    assert SECRET not in str(nodes)
    assert "gw-1" not in str(nodes)


@pytest.mark.parametrize(
    ("answer", "then", "label"),
    [
        ("Plain", "ping", "Plain"),
        ("Call Bob at gw-9", "ping", "Call {{ contact }} at {{ gateway }}"),
        ("Use gw-9 again", "ping", "Use {{ gateway }} again"),
        ("Use {{ gateway }}", "ping", "Use {{ gateway }}"),
        # In words of the caller's own, and only one way leads there.
        ("It is down", "replies", "Only way"),
        # Several ways lead there, or none: what was said stays.
        ("It is down", "ping", "It is down"),
        ("It is down", "scope", "It is down"),
        ("", "ping", "Continue"),
        (f"I typed {SECRET}", "ping", "I typed {{ passphrase }}"),
    ],
)
def test_answers_that_came_by_the_api(labelled, answer, then, label):
    own = deepcopy(labelled.now.tree_snapshot)
    own["structure"]["nodes"]["scope"]["options"].append({"label": "Only way", "next": "replies"})
    Session.objects.filter(pk=labelled.pk).update(
        snapshot_id=store_snapshot(labelled.user.account, own)
    )
    path = [{"node_id": "scope", "answer": answer}, {"node_id": then}]
    services.update(user=labelled.user, pk=labelled.pk, changes={"decisions": path})
    made = linear_tree.path_structure(labelled.now)
    assert made["nodes"]["scope"]["options"] == [
        {"label": label, "next": "scope-2" if then == "scope" else then}
    ]


def test_a_label_that_fits_anything_is_the_last_resort(engineer, author):
    own = structure()
    own["nodes"]["scope"]["options"] = [
        {"label": "{{ contact }}", "next": "ping"},
        {"label": "Nobody", "next": "outage"},
    ]
    run = Run(engineer, tree=TreeFactory(author=author, structure=own, published=True))
    for then, label in (
        ("ping", "{{ contact }}"),
        ("outage", "Nobody"),
        ("scope", "{{ contact }}"),
    ):
        path = [{"node_id": "scope", "answer": "Bob of sales"}, {"node_id": then}]
        services.update(user=engineer, pk=run.pk, changes={"decisions": path})
        made = linear_tree.path_structure(run.now)
        assert made["nodes"]["scope"]["options"][0]["label"] == label


def test_where_the_run_went_counts_past_custom_steps(labelled):
    own = deepcopy(labelled.now.tree_snapshot)
    own["structure"]["nodes"]["scope"]["options"].append({"label": "Only way", "next": "replies"})
    Session.objects.filter(pk=labelled.pk).update(
        snapshot_id=store_snapshot(labelled.user.account, own)
    )
    path = [
        {"node_id": "scope", "answer": "Down"},
        {"node_id": f"custom-{uuid.uuid4()}", "question": "Look"},
        {"node_id": "replies", "answer": "Yes"},
    ]
    services.update(user=labelled.user, pk=labelled.pk, changes={"decisions": path})
    assert answers(nodes_of(labelled))[0] == "Only way"


def test_a_label_of_many_placeholders_is_matched_in_one_pass(labelled):
    """No pattern that could try every split of a long answer."""
    assert option_labels.matches_label("{{ a }} " * 200 + "!", "x " * 1_000 + "!")
    assert not option_labels.matches_label("{{ a }} " * 200 + "!", "x " * 1_000)
    assert not option_labels.matches_label("ab{{ a }}ba", "aba")
    assert option_labels.matches_label("ab{{ a | ps }}ba", "abba")
    assert not option_labels.matches_label("Yes", "Yes")


# -- values never get into the flow ------------------------------------------------------------


def test_sensitive_values_are_never_written(run):
    """Not from custom steps, notes of the outcome, or free answers: the placeholder is there."""
    services.set_variables(
        user=run.user, pk=run.pk, values={"passphrase": SECRET, "gateway": "gw-7"}
    )
    run.add(
        f"Sign in with {SECRET}",
        body=f"Type {SECRET.upper()}, not {{{{ passphrase }}}}.",
        commands=[{"label": SECRET, "shell": "bash", "code": f"login -p '{SECRET}' gw-7"}],
    )
    run.answer(text=f"Typed {SECRET}")
    completion_services.complete(
        user=run.user,
        pk=run.pk,
        outcome="resolved",
        outcome_notes=f"The passphrase is {SECRET}",
        next_steps=f"Change {SECRET}",
    )
    nodes = nodes_of(run)
    assert SECRET.lower() not in str(nodes).lower()
    assert nodes["step-1"]["title"] == "Sign in with {{ passphrase }}"
    assert nodes["step-1"]["body"] == "Type {{ passphrase }}, not {{ passphrase }}."
    assert nodes["step-1"]["commands"] == [
        {
            "label": "{{ passphrase }}",
            "shell": "bash",
            "code": "login -p {{ passphrase | bash }} gw-7",
        }
    ]
    assert nodes["end"]["body"] == "The passphrase is {{ passphrase }}"
    assert nodes["end"]["next_steps"] == "Change {{ passphrase }}"


@pytest.mark.parametrize(
    ("value", "typed", "written"),
    [
        ("1", "Took 10 minutes, pin 1.", "Took 10 minutes, pin {{ passphrase }}."),
        ("pass", "{{ passphrase }} or pass", "{{ passphrase }} or {{ passphrase }}"),
        ("a.c+", "abc, a.c+", "abc, {{ passphrase }}"),
        ("  Ab12 ", "xab12y", "x{{ passphrase }}y"),
        ("", "Nothing to hide", "Nothing to hide"),
    ],
)
def test_how_a_sensitive_value_is_found(run, value, typed, written):
    services.set_variables(user=run.user, pk=run.pk, values={"passphrase": value})
    run.add("Look", body=typed)
    run.answer()
    assert nodes_of(run)["step-1"]["body"] == written
