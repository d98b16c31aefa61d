"""Steps that the engineer adds to a run."""

import uuid

import pytest

from resolutionflow.web.errors import Conflict, Invalid
from sessions_app import limits, services
from sessions_app.recording import custom_steps
from tests.sessions_app.run_driver import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(engineer):
    return Run(engineer)


def test_a_custom_step_is_recorded_and_the_run_returns(run):
    run.answer(0)
    step_id = run.add("Check  the\ncable ", commands=[{"label": "", "code": "ethtool eth0"}])
    assert step_id.startswith("custom-")
    decision = run.answer(text="It was loose")
    assert (decision.question, decision.answer) == ("Check the cable", "It was loose")
    assert (decision.is_custom, decision.action) == (True, "ethtool eth0")
    assert run.now.current_node == "ping"


def test_custom_steps_nest(run):
    outer = run.add("Outer")
    run.add("Inner")
    run.answer()
    assert run.now.current_node == outer
    run.answer()
    assert run.now.current_node == "scope"


def test_custom_steps_come_back_too(run):
    run.answer(0)
    run.add("Look at the router")
    run.answer(text="Green")
    run.answer()
    run.again(1, 1)
    run.bring_back(run.discarded_branches[0])
    assert [line.split(": ")[1] for line in run.path] == ["One user", "Green", "Done"]


def test_a_custom_step_after_the_end_of_the_path(run):
    services.update(user=run.user, pk=run.pk, changes={"current_node": ""})
    run.add("One more look")
    run.answer()
    assert run.now.current_node == ""


def test_the_same_form_adds_one_step(run):
    request_id = uuid.uuid4()
    first = run.add(request_id=request_id)
    assert run.add(request_id=request_id) == first
    run.answer()
    run.add(request_id=request_id)
    assert len(run.now.custom_steps) == 1
    assert run.now.current_node == "scope"


def test_a_custom_step_is_removed_before_it_is_recorded(run):
    step_id = run.add()
    run.type("half a thought")
    custom_steps.remove_custom_step(user=run.user, pk=run.pk, step_id=step_id)
    assert (run.now.current_node, run.now.custom_steps, run.now.drafts) == ("scope", [], {})


@pytest.mark.parametrize("which", ["scope", "custom-gone", ""])
def test_only_the_custom_step_at_hand_is_removed(run, which):
    run.add()
    with pytest.raises(Conflict):
        custom_steps.remove_custom_step(user=run.user, pk=run.pk, step_id=which)
    assert len(run.now.custom_steps) == 1


def test_a_recorded_custom_step_is_not_taken_back(run):
    step_id = run.add()
    run.answer()
    with pytest.raises(Conflict):
        custom_steps.remove_custom_step(user=run.user, pk=run.pk, step_id=step_id)


@pytest.mark.parametrize("title", ["", "  \n ", "x" * (limits.CUSTOM_TITLE + 1)])
def test_a_custom_step_needs_a_title(run, title):
    with pytest.raises(Invalid) as error:
        run.add(title)
    assert set(error.value.fields) == {"title"}


def test_custom_steps_are_bounded(run):
    steps = [{"id": f"custom-{i}", "title": "x"} for i in range(limits.CUSTOM_STEPS)]
    services.update(user=run.user, pk=run.pk, changes={"custom_steps": steps})
    with pytest.raises(Invalid):
        run.add()
