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
    ways = {step.id: step.branches for step in build_outline(structure())}
    assert [(way.label, way.target, way.goes_back) for way in ways["replies"]] == [
        ("Yes", "reset-profile", False),
        ("No, try again", "ping", True),
        ("No, still nothing", "outage", True),
    ]
    assert [(way.label, way.target_title) for way in ways["ping"]] == [
        ("", "Did the gateway reply?")
    ]
    assert ways["outage"] == ()


@pytest.mark.parametrize("start", ["", None, "gone"])
def test_a_draft_without_a_start_is_empty(start):
    assert build_outline({**structure(), "start": start}) == []
    assert build_outline(empty_structure()) == []


def test_dangling_answers_of_a_draft_are_kept():
    draft = structure()
    del draft["nodes"]["outage"]
    draft["nodes"]["ping"]["next"] = None
    ways = {step.id: step.branches for step in build_outline(draft)}
    assert [(way.target, way.target_title, way.target_number) for way in ways["scope"]][1] == (
        "",
        "outage",
        None,
    )
    assert [(way.target, way.target_title) for way in ways["ping"]] == [("", "")]


def test_bare_nodes_have_their_id_for_a_title():
    bare = {"start": "a", "nodes": {"a": {"type": "question"}}}
    assert [(step.title, step.branches) for step in build_outline(bare)] == [("a", ())]
