import pytest

from tests.factories import structure
from trees_app.document.shape import empty_structure
from trees_app.outline import build_outline


def test_every_reachable_step_once_nearest_first():
    steps = build_outline(structure())
    assert [(step.number, step.id, step.depth) for step in steps] == [
        (1, "scope", 0),
        (2, "ping", 1),
        (3, "outage", 1),
        (4, "replies", 2),
        (5, "reset-profile", 3),
    ]
    assert steps[2].outcome == "escalated"
    assert steps[1].command_count == 1
    assert steps[1].kind == "action"


def test_where_each_answer_leads():
    branches = {step.id: step.branches for step in build_outline(structure())}
    assert [(branch.label, branch.target, branch.goes_back) for branch in branches["replies"]] == [
        ("Yes", "reset-profile", False),
        ("No, try again", "ping", True),
        ("No, still nothing", "outage", True),
    ]
    assert [(branch.label, branch.target_title) for branch in branches["ping"]] == [
        ("", "Did the gateway reply?")
    ]
    assert branches["outage"] == ()


@pytest.mark.parametrize("start", ["", None, "gone"])
def test_a_draft_without_a_start_is_empty(start):
    assert build_outline({**structure(), "start": start}) == []
    assert build_outline(empty_structure()) == []


def test_dangling_answers_of_a_draft_are_kept():
    draft = structure()
    del draft["nodes"]["outage"]
    draft["nodes"]["ping"]["next"] = None
    branches = {step.id: step.branches for step in build_outline(draft)}
    assert [
        (branch.target, branch.target_title, branch.target_number) for branch in branches["scope"]
    ][1] == (
        "",
        "outage",
        None,
    )
    assert [(branch.target, branch.target_title) for branch in branches["ping"]] == [("", "")]


def test_bare_nodes_have_their_id_for_a_title():
    bare = {"start": "a", "nodes": {"a": {"type": "question"}}}
    assert [(step.title, step.branches) for step in build_outline(bare)] == [("a", ())]
