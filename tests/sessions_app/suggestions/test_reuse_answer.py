"""Carrying an answer over from an earlier session of the same client."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from resolutionflow.web.errors import Conflict, StateError
from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Decision
from sessions_app.recording import custom_steps
from sessions_app.suggestions.reuse_answer import reuse_answer
from sessions_app.suggestions.step_statistics import step_insight
from tests.factories import structure
from tests.sessions_app.run_driver import Run
from tests.sessions_app.suggestions.suggestion_factories import (
    CLIENT,
    EVERYONE,
    ONE,
    SCOPE,
    UNSURE,
    flow_of,
    now_running,
    past,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("H5")]


@pytest.fixture
def flow(author):
    return flow_of(author)


@pytest.fixture
def run(engineer, flow):
    return Run(engineer, tree=flow, client_name=CLIENT)


def given(work_session, node=SCOPE):
    return step_insight(work_session, node).previous


def carried(run, choice=0, **more):
    step = run.input(choice, **more)
    return reuse_answer(user=run.user, pk=run.pk, step=step)[1]


# -- what is offered ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome", ["", "resolved", "escalated", "unresolved", "cancelled", "resolved_externally"]
)
def test_a_fact_is_offered_whatever_became_of_that_session(engineer, colleague, flow, outcome):
    earlier = past(colleague, flow, EVERYONE, outcome=outcome)
    found = given(now_running(engineer, flow))
    assert (found.option, found.answer) == (1, "Everyone")
    assert found.at == earlier.decisions.get().timestamp


@pytest.mark.parametrize(("days", "offered"), [(29.9, True), (30.1, False)])
def test_it_is_offered_for_thirty_days(engineer, flow, days, offered):
    past(engineer, flow, ONE, days=days)
    assert bool(given(now_running(engineer, flow))) == offered


def test_the_newest_answer_wins(engineer, flow):
    past(engineer, flow, ONE, days=4)
    past(engineer, flow, UNSURE, days=3)
    past(engineer, flow, EVERYONE, days=5)
    assert given(now_running(engineer, flow)).answer == "Not sure"


def test_what_was_carried_over_itself_is_as_old_as_its_answer(engineer, flow):
    original = timezone.now() - timedelta(days=20)
    earlier = past(engineer, flow, ONE, days=2)
    Decision.objects.filter(session=earlier).update(carried_over_from=original)
    assert given(now_running(engineer, flow)).at == original
    past(engineer, flow, EVERYONE, days=10)
    assert given(now_running(engineer, flow)).answer == "Everyone"
    Decision.objects.update(carried_over_from=timezone.now() - timedelta(days=31))
    assert given(now_running(engineer, flow)) is None


@pytest.mark.parametrize("answer", [("Half of them", "ping"), ("one user", "ping"), ("", "ping")])
def test_an_answer_that_is_no_option_any_more_is_not_offered_nor_an_older_one(
    engineer, flow, answer
):
    past(engineer, flow, ONE, days=9)
    past(engineer, flow, answer, days=3)
    assert given(now_running(engineer, flow)) is None


def test_with_another_value_in_its_label_it_is_another_fact(engineer, author):
    shape = structure()
    shape["nodes"]["scope"]["options"][0]["label"] = "Only {{ contact }}"
    flow = flow_of(author, structure=shape)
    past(engineer, flow, ("Only Jo", "ping"))
    assert given(now_running(engineer, flow, session_variables={"contact": "Jo"})).option == 0
    assert given(now_running(engineer, flow, session_variables={"contact": "Mia"})) is None
    assert given(now_running(engineer, flow)) is None


def test_not_from_another_client_flow_step_account_or_a_step_set_aside(
    engineer, author, stranger, flow
):
    flow.is_public = True
    flow.save()
    past(stranger, flow, ONE)
    past(engineer, flow, ONE, client="Contoso")
    past(engineer, flow, ONE, client="")
    past(engineer, flow_of(author), ONE)
    past(engineer, flow, ONE, node="replies")
    aside = past(engineer, flow, ONE)
    aside.all_decisions.update(discarded_branch=uuid.uuid4())
    assert given(now_running(engineer, flow)) is None
    assert given(now_running(engineer, flow, client="")) is None


# -- recording it ------------------------------------------------------------------------------


def test_it_is_recorded_as_any_answer_with_its_day(engineer, flow, run):
    earlier = past(engineer, flow, EVERYONE).decisions.get()
    decision = carried(run, 1, notes="As before.")
    assert (decision.answer, decision.next_node) == ("Everyone", "outage")
    assert (decision.notes, decision.recorded_by) == ("As before.", engineer)
    assert decision.carried_over_from == earlier.timestamp
    assert run.path == ["scope: Everyone"]
    assert run.now.current_node == "outage"


def test_an_answer_by_hand_has_no_mark(engineer, flow, run):
    past(engineer, flow, ONE)
    assert run.answer(0).carried_over_from is None


def test_it_is_one_read_more_than_an_answer(engineer, flow, run):
    past(engineer, flow, ONE)
    step = run.input(0)
    with CaptureQueriesContext(connection) as by_hand:
        run.send(step)
    other = Run(engineer, tree=flow, client_name=CLIENT)
    step = other.input(0)
    with CaptureQueriesContext(connection) as queries:
        reuse_answer(user=engineer, pk=other.pk, step=step)
    assert len(queries) == len(by_hand) + 2  # the session, and what can be carried over


def test_the_same_form_twice_is_one_step_and_keeps_its_mark(engineer, flow, run):
    past(engineer, flow, ONE)
    step = run.input(0)
    first = reuse_answer(user=engineer, pk=run.pk, step=step)[1]
    again = reuse_answer(user=engineer, pk=run.pk, step=replace(step, notes="more"))[1]
    assert again.pk == first.pk
    again.refresh_from_db()
    assert (again.carried_over_from, again.notes) == (first.carried_over_from, "more")
    assert run.path == ["scope: One user"]


def test_what_is_not_there_any_more_is_refused(engineer, flow, run):
    earlier = past(engineer, flow, ONE)
    for choice in (1, 2, 7, None):
        with pytest.raises(Conflict):
            carried(run, choice)
    services.update(user=engineer, pk=run.pk, changes={"client_name": "Contoso"})
    with pytest.raises(Conflict):
        carried(run)
    services.update(user=engineer, pk=run.pk, changes={"client_name": CLIENT})
    earlier.delete()
    with pytest.raises(Conflict):
        carried(run)
    assert run.path == []


def test_a_stale_page_carries_nothing_over(engineer, flow, run):
    past(engineer, flow, ONE)
    step = run.input(0)
    run.answer(0)
    with pytest.raises(Conflict):
        reuse_answer(user=engineer, pk=run.pk, step=step)
    assert run.now.decisions.get().carried_over_from is None


def test_a_completed_session_takes_nothing(engineer, flow, run):
    past(engineer, flow, ONE)
    completion_services.complete(user=engineer, pk=run.pk, outcome="cancelled")
    with pytest.raises(StateError):
        carried(run)


def test_only_who_may_write_the_session(admin, colleague, stranger, engineer, flow, run):
    past(engineer, flow, ONE)
    step = run.input(0)
    for user, refusal in (
        (colleague, PermissionDenied),
        (admin, PermissionDenied),
        (stranger, Http404),
    ):
        with pytest.raises(refusal):
            reuse_answer(user=user, pk=run.pk, step=step)


# -- how long the mark stays -------------------------------------------------------------------


@pytest.fixture
def marked(engineer, flow, run):
    past(engineer, flow, ONE)
    carried(run)
    run.answer()
    return run


def mark(run, position=1):
    return run.now.decisions.get(position=position).carried_over_from


def test_answered_by_hand_the_same_way_the_mark_goes_and_the_rest_stays(marked):
    marked.again(1, 0)
    assert mark(marked) is None
    assert marked.path == ["scope: One user", "ping: Done"]


def test_answered_otherwise_the_mark_goes_and_comes_back_with_the_steps(marked):
    moment = mark(marked)
    marked.again(1, 1)
    assert mark(marked) is None
    marked.bring_back(marked.discarded_branches[0])
    assert mark(marked) == moment
    assert marked.path == ["scope: One user", "ping: Done"]


def test_typing_at_the_step_keeps_the_mark(marked):
    moment = mark(marked)
    there = marked.now.decisions.get(position=1)
    marked.type("Asked nobody.", position=1, node_id=SCOPE, revised_decision_id=there.pk)
    assert marked.now.decisions.get(position=1).notes == "Asked nobody."
    assert mark(marked) == moment


def test_a_step_inserted_before_it_keeps_the_mark(marked, engineer):
    marked.again(1, 0)
    Decision.objects.filter(session=marked.pk, position=2).update(carried_over_from=timezone.now())
    first = marked.now.decisions.get(position=1)
    step = custom_steps.CustomStepInput("Ring the bell", "", [])
    custom_steps.add_custom_step(user=engineer, pk=marked.pk, step=step, after=first.pk)
    assert mark(marked, 3)


def sent_back(run, **changed):
    rows = run.now.decisions.values("node_id", "answer", "question", "notes")
    decisions = [{**row, **(changed if index == 0 else {})} for index, row in enumerate(rows)]
    services.update(user=run.user, pk=run.pk, changes={"decisions": decisions})


def test_a_path_sent_back_as_it_was_keeps_the_mark(marked):
    moment = mark(marked)
    sent_back(marked, notes="By the integration.")
    assert mark(marked) == moment


def test_a_path_sent_back_with_another_answer_loses_it(marked):
    sent_back(marked, answer="Everyone")
    assert mark(marked) is None


def test_a_path_sent_back_with_a_step_before_it_keeps_the_mark(marked):
    moment = mark(marked)
    rows = list(marked.now.decisions.values("node_id", "answer", "question"))
    before = {"node_id": "replies", "question": "Did it reply?", "answer": "Yes"}
    services.update(user=marked.user, pk=marked.pk, changes={"decisions": [before, *rows]})
    assert [row.carried_over_from for row in marked.now.decisions] == [None, moment, None]
