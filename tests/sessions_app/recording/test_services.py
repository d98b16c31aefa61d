"""Recording a run: every way in which a step comes, comes twice, or comes too late."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from resolutionflow.web.errors import Conflict, Invalid, StateError
from sessions_app import permissions, services
from sessions_app.completion import services as completion_services
from sessions_app.recording import custom_steps, discarded_branches, drafts
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput, text_hash
from tests.sessions_app.run_driver import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(engineer):
    return Run(engineer)


# -- answering ------------------------------------------------------------------------------------


def test_an_answer_is_recorded_and_the_run_moves_on(run):
    decision = run.answer(0, notes="One PC.", command_output="ok\n")
    assert (decision.position, decision.node_id, decision.answer) == (1, "scope", "One user")
    assert decision.question == "Is one user affected, or everyone?"
    assert (decision.notes, decision.command_output) == ("One PC.", "ok\n")
    assert decision.next_node == run.now.current_node == "ping"
    assert decision.entered_at <= decision.timestamp
    assert decision.recorded_by == run.user


def test_a_step_is_recorded_with_the_values_of_its_variables(run):
    services.set_variables(user=run.user, pk=run.pk, values={"gateway": "10.0.0.1"})
    run.answer(0)
    decision = run.answer()
    assert (decision.question, decision.answer) == ("Ping 10.0.0.1", "Done")
    assert decision.action == "Ping the gateway"


@pytest.mark.req("T1")
def test_a_loop_visits_a_node_again(run):
    """Trying again is legal; each visit is a step of its own."""
    run.answer(0)
    for _ in range(3):
        run.answer(notes="pinged")
        run.answer(1)
    assert run.path == ["scope: One user", *["ping: Done", "replies: No, try again"] * 3]
    assert run.now.current_node == "ping"
    assert drafts.draft_texts(run.now, "ping") == ("", "", "")


def test_each_step_was_entered_when_the_one_before_was_answered(run):
    first, second = run.answer(0), run.answer()
    assert second.entered_at == first.timestamp


@pytest.mark.parametrize("choice", [None, -1, 3, 10_000])
def test_a_wrong_choice_is_refused(run, choice):
    with pytest.raises(Invalid) as error:
        run.answer(choice)
    assert set(error.value.fields) == {"choice"}
    assert run.path == []


def test_a_solution_is_completed_not_answered(run):
    run.answer(1)
    with pytest.raises(Invalid):
        run.answer()
    assert run.path == ["scope: Everyone"]


@pytest.mark.req("S15")
@pytest.mark.parametrize(
    ("position", "node_id"), [(2, "scope"), (1, "ping"), (1, "gone"), (5, "replies")]
)
def test_a_step_of_another_state_is_refused_with_the_current_one(run, position, node_id):
    with pytest.raises(Conflict) as conflict:
        run.answer(0, position=position, node_id=node_id)
    assert conflict.value.current.pk == run.pk
    assert run.path == []


# -- twice ----------------------------------------------------------------------------------------


def test_a_double_click_is_one_step(run):
    step = run.input(0, notes="first")
    assert run.send(step).pk == run.send(step).pk
    assert run.path == ["scope: One user"]


def test_a_request_resent_after_its_reply_was_lost_takes_what_was_typed_last(run):
    step = run.input(0, notes="short")
    first = run.send(step)
    run.send(StepInput(**{**vars(step), "notes": "short, and more"}))
    first.refresh_from_db()
    assert first.notes == "short, and more"
    assert run.path == ["scope: One user"]


def test_a_request_resent_after_later_steps_changes_no_path(run):
    step = run.input(0)
    run.send(step)
    run.answer()
    run.send(step)
    assert run.path == ["scope: One user", "ping: Done"]
    assert run.now.current_node == "replies"


def test_two_buttons_of_one_form_do_not_both_count(run):
    step = run.input(0)
    run.send(step)
    with pytest.raises(Conflict):
        run.send(StepInput(**{**vars(step), "choice": 1}))
    assert run.path == ["scope: One user"]


@pytest.mark.req("S15")
def test_a_second_tab_is_refused(run):
    """The same step, another rendering of the form."""
    mine, other = run.input(0), run.input(1)
    run.send(mine)
    with pytest.raises(Conflict):
        run.send(other)
    assert run.path == ["scope: One user"]
    assert run.discarded_branches == []


def test_a_form_without_an_id_is_still_recorded_once(run):
    step = run.input(0, request_id=None)
    run.send(step)
    with pytest.raises(Conflict):
        run.send(step)
    assert run.path == ["scope: One user"]


# -- who and when ---------------------------------------------------------------------------------

VERBS = {
    "answer": lambda run, user: recording_services.answer(user=user, pk=run.pk, step=run.input(0)),
    "typing": lambda run, user: run.type("x", user=user),
    "scratchpad": lambda run, user: drafts.save_scratchpad(
        user=user, pk=run.pk, text="x", base_hash=text_hash("")
    ),
    "custom step": lambda run, user: custom_steps.add_before_current(
        user=user, pk=run.pk, title="x"
    ),
    "drop": lambda run, user: custom_steps.remove_custom_step(
        user=user, pk=run.pk, step_id="scope"
    ),
    "bring back": lambda run, user: discarded_branches.restore_branch(
        user=user, pk=run.pk, discarded_branch=uuid.uuid4()
    ),
}
EVERY_VERB = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())


@pytest.mark.req("A2", "A4")
@EVERY_VERB
@pytest.mark.parametrize("who", ["colleague", "author", "admin", "viewer", "integration"])
def test_nobody_else_of_the_account_writes(run, verb, who, request):
    """403."""
    with pytest.raises(PermissionDenied):
        verb(run, request.getfixturevalue(who))
    assert (run.path, run.now.drafts, run.now.scratchpad) == ([], {}, "")


@pytest.mark.req("A1")
@EVERY_VERB
def test_another_account_finds_nothing(run, verb, stranger):
    """404."""
    with pytest.raises(Http404):
        verb(run, stranger)


@pytest.mark.parametrize(
    "verb",
    [verb for name, verb in VERBS.items() if name != "scratchpad"],
    ids=[name for name in VERBS if name != "scratchpad"],
)
def test_a_completed_session_refuses(run, verb):
    completion_services.complete(user=run.user, pk=run.pk, outcome="resolved")
    with pytest.raises(StateError):
        verb(run, run.user)


@pytest.mark.req("S4")
@pytest.mark.parametrize(
    "verb",
    [VERBS[name] for name in ("answer", "typing", "scratchpad", "custom step")],
    ids=["answer", "typing", "scratchpad", "custom step"],
)
def test_the_first_write_starts_a_prepared_session(run, verb, colleague, engineer):
    """And the acting assignee becomes its owner."""
    work_session = run.now
    work_session.started_at, work_session.node_entered_at = None, None
    work_session.assigned_to = colleague
    work_session.save()
    verb(run, colleague)
    now = permissions.get_readable_session(colleague, run.pk)
    assert now.started_at is not None
    assert now.user == colleague
