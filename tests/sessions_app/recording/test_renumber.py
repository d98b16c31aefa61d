"""A step added at an earlier one stands right after it, and the later steps stay."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from exports_app import service
from exports_app.options import ExportOptions
from resolutionflow.web.errors import Conflict, Invalid, StateError
from sessions_app import limits
from sessions_app.completion import services as completion_services
from sessions_app.models import Decision, LibraryStep
from sessions_app.recording import custom_steps, drafts
from sessions_app.step_library import services as step_library_services
from tests.sessions_app.run_driver import Run

pytestmark = [pytest.mark.django_db, pytest.mark.req("S17")]


@pytest.fixture
def run(engineer):
    """scope, ping, replies (again), ping; standing at replies."""
    run = Run(engineer)
    run.answer(0)
    run.answer()
    run.answer(1)
    run.answer()
    return run


def add(run, position=None, title="Look at the router", *, request_id=None, keep=False, **step):
    step = custom_steps.CustomStepInput(
        title=title, body=step.get("body", ""), commands=step.get("commands", [])
    )
    after = run.now.decisions.get(position=position).pk if position else None
    return custom_steps.add_custom_step(
        user=run.user, pk=run.pk, step=step, after=after, request_id=request_id, keep=keep
    )


def titles(run):
    assert run.path  # it checks the positions too
    return [row.question.split("?")[0][:20] for row in run.now.decisions]


BEFORE = [
    "Is one user affected",
    "Ping {{ gateway }}",
    "Did the gateway repl",
    "Ping {{ gateway }}",
]


@pytest.mark.parametrize("position", [1, 2, 3])
def test_it_stands_right_after_the_opened_step(run, position):
    kept = {row.pk: row.node_id for row in run.now.decisions}
    work_session, decision = add(run, position, commands=[{"label": "Ping", "code": "ping x"}])
    expected = BEFORE.copy()
    expected.insert(position, "Look at the router")
    assert titles(run) == expected
    assert (decision.position, decision.answer, decision.action) == (position + 1, "Done", "Ping")
    assert (decision.is_custom, decision.recorded_by) == (True, run.user)
    assert (work_session.decision_count, run.now.current_node) == (5, "replies")
    assert {row.pk: row.node_id for row in run.now.decisions if row.pk in kept} == kept
    following = run.now.decisions.get(position=position + 2)
    assert decision.next_node == following.node_id
    assert run.now.node(decision.node_id)["return_to"] == following.node_id


def test_what_came_of_it_is_typed_at_it(run):
    _, decision = add(run, 1)
    run.type(
        "Lamps are on.",
        revised_decision_id=decision.pk,
        position=2,
        node_id=decision.node_id,
        text="Ok",
    )
    run.again(2, notes="Lamps are on.", text="All green")
    decision.refresh_from_db()
    assert (decision.answer, decision.notes, decision.position) == ("All green", "Lamps are on.", 2)
    run.answer(0)
    assert len(titles(run)) == 6


def test_at_the_last_step_it_is_the_current_one(run):
    work_session, decision = add(run, 4)
    assert decision is None
    assert work_session.current_node.startswith("custom-")
    run.answer(text="Green")
    assert titles(run) == [*BEFORE, "Look at the router"]
    assert run.now.current_node == "replies"


def test_at_the_current_step_it_is_the_current_one(run):
    work_session, decision = add(run)
    assert decision is None and work_session.decision_count == 4
    run.answer()
    assert run.now.current_node == "replies"


def test_a_custom_step_at_hand_stays_at_hand(run):
    current = run.add("Ring the client")
    run.type("half a thought")
    add(run, 1)
    assert run.now.current_node == current
    assert drafts.draft_texts(run.now, current)[0] == "half a thought"
    run.answer(text="Rang")
    assert titles(run)[-1] == "Ring the client"
    assert run.now.current_node == "replies"


def test_several_at_one_place_stand_newest_first(run):
    add(run, 1, "First")
    add(run, 1, "Second")
    add(run, 2, "Third")
    assert titles(run)[:4] == ["Is one user affected", "Second", "Third", "First"]


@pytest.mark.parametrize("position", [1, 4])
def test_the_same_form_adds_and_keeps_one_step(run, position):
    request_id = uuid.uuid4()
    first = add(run, position, request_id=request_id, keep=True)
    again = add(run, position, request_id=request_id, keep=True)
    assert first[1] == again[1]
    assert len(run.now.custom_steps) == LibraryStep.objects.count() == 1
    assert run.now.current_node == ("replies" if position == 1 else f"custom-{request_id}")


def test_a_step_that_left_the_path_has_no_place_after_it(run):
    gone = run.now.decisions.get(position=2).pk
    run.again(1, 1)
    step = custom_steps.CustomStepInput("Look", "", [])
    for after in (gone, 2**62):
        with pytest.raises(Conflict):
            custom_steps.add_custom_step(
                user=run.user, pk=run.pk, step=step, after=after, keep=True
            )
    assert run.now.custom_steps == [] and not LibraryStep.objects.exists()


@pytest.mark.req("S15")
def test_a_page_from_before_the_step_is_refused(run):
    """The positions that it knows are other steps now."""
    stale, old = run.input(0), run.now.decisions.get(position=3)
    add(run, 1)
    with pytest.raises(Conflict):
        run.send(stale)
    with pytest.raises(Conflict):
        run.answer(1, position=3, node_id="replies", revised_decision_id=old.pk)
    assert len(titles(run)) == 5


def test_only_an_open_session_and_a_whole_step(run):
    with pytest.raises(Invalid) as refused:
        add(run, 1, " ")
    assert set(refused.value.fields) == {"title"}
    with pytest.raises(Invalid):
        add(run, 1, body="x" * (limits.NOTES + 1), keep=True)
    completion_services.complete(user=run.user, pk=run.pk, outcome="resolved")
    for position in (1, None):
        with pytest.raises(StateError):
            add(run, position)
    assert titles(run) == BEFORE and not LibraryStep.objects.exists()


@pytest.mark.req("T5")
def test_a_prepared_session_counts_one_use(run):
    work_session = run.now
    work_session.decisions.delete()
    work_session.started_at, work_session.decision_count = None, 0
    work_session.save()
    before = work_session.tree.usage_count
    add(run)
    assert run.now.started_at is not None
    assert run.now.tree.usage_count == before + 1


def test_kept_in_the_library_as_it_was_added(run):
    add(run, 1, body="Lamps.", commands=[{"label": "L", "shell": "cmd", "code": "x"}], keep=True)
    (kept,) = step_library_services.search_library(run.user, "router")
    assert (kept.title, kept.body, kept.author) == ("Look at the router", "Lamps.", run.user)
    assert kept.commands == [{"label": "L", "shell": "cmd", "code": "x"}]


def test_steps_set_aside_after_it_come_back_to_their_place(run):
    run.again(3, 2)
    assert len(run.discarded_branches) == 1
    add(run, 1)
    (discarded_branch,) = run.discarded_branches
    assert (discarded_branch.position, discarded_branch.count) == (4, 2)
    run.bring_back(discarded_branch)
    assert titles(run) == [BEFORE[0], "Look at the router", *BEFORE[1:]]


def test_steps_set_aside_right_behind_the_opened_one_come_back(run):
    run.again(3, 2)
    add(run, 2)
    run.bring_back(run.discarded_branches[0])
    assert titles(run) == [*BEFORE[:2], "Look at the router", *BEFORE[2:]]


def test_steps_set_aside_before_it_keep_their_place(run):
    run.again(1, 2)
    run.answer()
    add(run, 1)
    (discarded_branch,) = run.discarded_branches
    assert (discarded_branch.position, discarded_branch.count) == (1, 4)
    run.bring_back(discarded_branch)
    assert titles(run) == BEFORE


def test_what_hangs_on_steps_set_aside_moves_with_them(run):
    """The end is set aside from a part that is then set aside itself."""
    run.again(3, 2)
    run.again(2)
    inner = run.now.decisions.get(position=3).pk
    run.again(1, 0, notes="same")
    before = {row.pk: row.position for row in run.now.all_decisions.all()}
    add(run, 1)
    after = {row.pk: row.position for row in run.now.all_decisions.all() if row.pk in before}
    assert inner in after
    assert {pk: after[pk] - before[pk] for pk in before} == {
        pk: int(position > 1) for pk, position in before.items()
    }


def test_nested_branches_are_restored_one_after_the_other(run):
    add(run, 1, "Own")
    run.again(4, 2)
    run.answer(None) if run.now.current_node == "ping" else None
    run.bring_back(
        next(
            discarded_branch
            for discarded_branch in run.discarded_branches
            if discarded_branch.position == 4
        )
    )
    assert titles(run)[:5] == [BEFORE[0], "Own", *BEFORE[1:4]]


@pytest.mark.req("X9")
@pytest.mark.parametrize("name", ["markdown", "text", "psa", "html"])
def test_it_stands_there_in_the_exports(run, name):
    add(run, 1)
    content = service.export_session(run.now, ExportOptions(format=name)).content
    own = content.index("Look at the router")
    assert content.index("Is one user affected") < own < content.index("Did the gateway reply")


@pytest.mark.req("S15")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_each_stand_once(engineer):
    """Steps added behind the first one while others answer; no position is taken twice."""
    run = Run(engineer)
    run.answer(0)
    run.answer()
    after = run.now.decisions.get(position=1).pk

    def work(index):
        try:
            if index % 2:
                return add_one(index)
            return run.answer(1 if run.now.current_node == "replies" else None).pk
        except Conflict:
            return None
        finally:
            connection.close()

    def add_one(index):
        step = custom_steps.CustomStepInput(f"Step {index}", "", [])
        return custom_steps.add_custom_step(user=engineer, pk=run.pk, step=step, after=after)[1].pk

    with ThreadPoolExecutor(16) as pool:
        accepted = [pk for pk in pool.map(work, range(50)) if pk is not None]
    rows = list(Decision.objects.filter(session_id=run.pk).order_by("position"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert len(set(accepted)) == len(accepted) == len(rows) - 2 >= 25
    assert {row.question for row in rows} >= {f"Step {index}" for index in range(1, 50, 2)}
    assert run.now.decision_count == len(rows)
