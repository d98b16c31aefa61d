"""Answering an earlier step again, and what is set aside by it."""

import uuid

import pytest
from django.http import Http404

from resolutionflow.web.errors import Conflict, StateError
from sessions_app import permissions, services
from sessions_app.completion import services as completion_services
from sessions_app.recording import discarded_branches
from tests.sessions_app.run_driver import Run

pytestmark = [pytest.mark.django_db, pytest.mark.req("U6")]


@pytest.fixture
def run(engineer):
    return Run(engineer)


def test_the_same_answer_keeps_what_follows(run):
    first = run.answer(0, notes="before")
    run.answer()
    run.again(1, 0, notes="after", command_output="more")
    first.refresh_from_db()
    assert (first.notes, first.command_output) == ("after", "more")
    assert run.path == ["scope: One user", "ping: Done"]
    assert (run.discarded_branches, run.now.current_node) == ([], "replies")


def test_another_answer_sets_the_later_steps_aside(run):
    run.answer(0)
    run.answer()
    decision = run.again(1, 1, notes="All of them.")
    assert run.path == ["scope: Everyone"]
    assert (run.now.current_node, decision.notes) == ("outage", "All of them.")
    (discarded_branch,) = run.discarded_branches
    assert (discarded_branch.position, discarded_branch.count, discarded_branch.answer) == (
        1,
        2,
        "One user",
    )


def test_another_answer_to_the_same_node_is_another_answer(run):
    run.answer(0)
    run.answer()
    run.again(1, 2)
    assert run.path == ["scope: Not sure"]
    assert run.now.current_node == "ping"


def test_a_revision_sent_twice_is_one_revision(run):
    run.answer(0)
    run.answer()
    old = run.now.decisions.get(position=1)
    step = run.input(1, position=1, node_id="scope", revised_decision_id=old.pk)
    assert run.send(step).pk == run.send(step).pk
    assert run.path == ["scope: Everyone"]
    assert len(run.discarded_branches) == 1


def test_a_revision_of_a_step_that_left_the_path_is_refused(run):
    run.answer(0)
    old = run.now.decisions.get(position=1)
    run.again(1, 1)
    with pytest.raises(Conflict):
        run.answer(2, position=1, node_id="scope", revised_decision_id=old.pk)
    assert run.path == ["scope: Everyone"]


def test_the_notes_of_an_action_change_alone(run):
    """An answer that came by the API, which the page's form doesn't show, stays."""
    run.answer(0)
    run.answer(text="Two of four came back")
    run.again(2, notes="Packet loss.")
    assert run.path == ["scope: One user", "ping: Two of four came back"]
    assert run.now.decisions.get(position=2).notes == "Packet loss."


def test_what_was_set_aside_comes_back(run):
    run.answer(0)
    run.answer(notes="pinged")
    run.again(1, 1)
    run.bring_back(run.discarded_branches[0])
    assert run.path == ["scope: One user", "ping: Done"]
    assert run.now.current_node == "replies"
    assert run.now.decisions.get(position=2).notes == "pinged"
    (other,) = run.discarded_branches
    assert (other.answer, other.count) == ("Everyone", 1)


def test_there_and_back_for_ever(run):
    run.answer(0)
    run.answer()
    run.again(1, 1)
    for answer in ("One user", "Everyone") * 3:
        run.bring_back(run.discarded_branches[0])
        assert run.path[0] == f"scope: {answer}"
        assert len(run.discarded_branches) == 1


def two_discarded_branches(run):
    """Steps 3 and then 1 answered anew: the first belongs on a path that is discarded too."""
    run.answer(0)
    run.answer()
    run.answer(1)
    run.again(3, 2)
    run.again(1, 1)
    assert run.path == ["scope: Everyone"]


def test_a_nested_branch_is_restorable_once_its_path_is_back(run):
    """Only steps that fit where the path ends now are offered; the others are kept."""
    two_discarded_branches(run)
    (outer,) = run.discarded_branches
    assert (outer.position, outer.count) == (1, 3)
    run.bring_back(outer)
    assert run.path == ["scope: One user", "ping: Done", "replies: No, still nothing"]
    inner = next(
        discarded_branch
        for discarded_branch in run.discarded_branches
        if discarded_branch.position == 3
    )
    run.bring_back(inner)
    assert run.path == ["scope: One user", "ping: Done", "replies: No, try again"]
    assert run.now.current_node == "ping"


def test_a_branch_is_never_restored_on_a_path_that_does_not_lead_there(run):
    run.answer(0)
    run.answer()
    (ping,) = run.now.decisions.filter(position=2)
    run.answer(1)
    run.answer()  # ping again
    inner_of = run.again(3, 2)  # now at the outage; set aside: replies, ping
    inner = run.discarded_branches[0]
    assert inner_of.next_node == "outage"
    run.again(1, 1)  # all of it aside: the path ends at the outage after one step
    run.add("Look at the status page")
    run.answer()
    run.add("Call the provider")
    assert len(run.path) == 2
    assert inner.id not in {discarded_branch.id for discarded_branch in run.discarded_branches}
    with pytest.raises(Conflict):
        run.bring_back(inner)
    assert run.path[0] == "scope: Everyone"
    assert ping.node_id == "ping"


def test_an_unknown_branch_is_refused(run):
    with pytest.raises(Conflict):
        discarded_branches.restore_branch(user=run.user, pk=run.pk, discarded_branch=uuid.uuid4())


def test_nothing_comes_back_once_completed(run):
    run.answer(0)
    run.again(1, 1)
    (discarded_branch,) = run.discarded_branches
    completion_services.complete(user=run.user, pk=run.pk, outcome="resolved")
    assert run.discarded_branches == []
    with pytest.raises(StateError):
        run.bring_back(discarded_branch)


def test_what_was_set_aside_goes_with_the_session(run):
    run.answer(0)
    run.again(1, 1)
    services.delete(user=run.user, pk=run.pk)
    with pytest.raises(Http404):
        permissions.get_readable_session(run.user, run.pk)
