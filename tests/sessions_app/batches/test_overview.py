"""A batch as one: who sees what of it, odd ones out, answering together."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from resolutionflow.web.errors import Invalid
from sessions_app import services
from sessions_app.batches import bulk_answer, overview
from sessions_app.batches import queries as batches_queries
from sessions_app.batches.natural_sort import natural_sort_key
from sessions_app.batches.outliers import majority_answers
from sessions_app.completion import services as completion_services
from sessions_app.models import Decision, Outcome, Session
from sessions_app.recording import custom_steps
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from tests.factories import TreeFactory, UserFactory, intake_form, structure
from tests.sessions_app.batches.batch_factories import answer, answer_together, make_batch
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S11")]


@pytest.fixture
def flow(author):
    return TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)


@pytest.fixture
def three(engineer, flow):
    return make_batch(engineer, flow, 3)


def by_label(batch):
    return {target.label: target for target in batch.targets}


# -- odd ones out, pure ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "usual"),
    [
        ([], {}),
        (["yes"], {}),
        (["yes", "yes", "yes"], {}),
        (["yes", "no"], {}),
        (["yes", "yes", "no", "no"], {}),
        (["yes", "yes", "no"], {"q": "yes"}),
        (["yes", "yes", "no", "perhaps"], {}),
        (["yes", "yes", "yes", "no", "perhaps"], {"q": "yes"}),
    ],
)
def test_usual_is_what_more_than_half_answered_where_not_all_did(answers, usual):
    assert majority_answers([{"q": one} for one in answers]) == usual


def test_who_hasnt_answered_a_step_has_no_say_in_it():
    assert majority_answers([{"q": "yes"}, {"q": "yes"}, {"q": "no"}, {}, {}, {}]) == {"q": "yes"}


def test_labels_sort_as_people_count():
    labels = ["SRV-10", "srv-2", "SRV-1", "db", "10.0.0.10", "10.0.0.9", "9" * 30, "\u0663", ""]
    assert sorted(labels, key=natural_sort_key) == [
        "", "10.0.0.9", "10.0.0.10", "9" * 30, "db", "SRV-1", "srv-2", "SRV-10", "\u0663"
    ]  # fmt: skip


# -- reading -----------------------------------------------------------------------------------


def test_it_shows_where_each_target_stands(engineer, three):
    batch_id, sessions = three
    answer(engineer, sessions[1], 0)
    answer(engineer, sessions[2], 1)
    completion_services.complete(user=engineer, pk=sessions[2].pk, outcome=Outcome.ESCALATED)
    batch = overview.get_batch(engineer, batch_id)
    found = by_label(batch)
    assert [target.label for target in batch.targets] == ["SRV-1", "SRV-2", "SRV-3"]
    assert found["SRV-1"].standing == "Is one user affected, or everyone?"
    assert found["SRV-2"].standing == "Ping {{ gateway }}"
    assert found["SRV-3"].standing == "Escalated"
    assert (batch.completed, batch.is_open) == (1, True)
    assert batch.counts() == [
        ("escalated", "Escalated", 1), ("active", "Active", 1), ("prepared", "Not started", 1)
    ]  # fmt: skip
    assert [target.label for target in batch.targets_for("open")] == ["SRV-1", "SRV-2"]


def test_a_custom_step_is_named_by_its_title(engineer, three):
    batch_id, sessions = three
    custom_steps.add_before_current(user=engineer, pk=sessions[0].pk, title="Call the data centre")
    assert (
        by_label(overview.get_batch(engineer, batch_id))["SRV-1"].standing == "Call the data centre"
    )


def test_an_outlier_says_which_step_and_what_the_rest_answered(engineer, three):
    batch_id, sessions = three
    for work_session, choice in zip(sessions, (0, 0, 1), strict=True):
        answer(engineer, work_session, choice)
    batch = overview.get_batch(engineer, batch_id)
    (odd,) = batch.targets_for("odd")
    assert odd.label == "SRV-3"
    (found,) = odd.outliers
    assert (found.question, found.answer, found.majority) == (
        "Is one user affected, or everyone?", "Everyone", "One user"
    )  # fmt: skip


def test_where_a_loop_asks_twice_the_last_answer_counts(engineer, three):
    batch_id, sessions = three
    for work_session in sessions:
        answer(engineer, work_session, 0)
        answer(engineer, work_session)
    answer(engineer, sessions[2], 1)  # no, try again
    answer(engineer, sessions[2])
    for work_session in sessions:
        answer(engineer, work_session, 0)
    assert overview.get_batch(engineer, batch_id).targets_for("odd") == []


def test_a_variable_in_an_answer_makes_no_outlier(engineer, author):
    document = structure()
    document["nodes"]["scope"]["options"][0]["label"] = "{{ target }} alone"
    form = [*intake_form(), {"name": "target", "label": "Target", "type": "text"}]
    flow = TreeFactory(
        author=author,
        structure=document,
        intake_form=form,
        tree_type=Tree.Type.MAINTENANCE,
        published=True,
    )
    batch_id, sessions = make_batch(engineer, flow, 3)
    for work_session in sessions:
        answer(engineer, work_session, 0)
    assert overview.get_batch(engineer, batch_id).targets_for("odd") == []
    recording_services.answer(
        user=engineer,
        pk=sessions[0].pk,
        step=StepInput(
            position=1,
            node_id="scope",
            choice=1,
            revised_decision_id=sessions[0].decisions.get().pk,
        ),
    )
    (odd,) = overview.get_batch(engineer, batch_id).targets_for("odd")
    assert odd.outliers[0].majority == "SRV-1 alone"


def test_a_step_set_aside_makes_no_outlier(engineer, three):
    batch_id, sessions = three
    for work_session, choice in zip(sessions, (0, 0, 1), strict=True):
        answer(engineer, work_session, choice)
    first = sessions[2].decisions.get()
    step = StepInput(position=1, node_id="scope", choice=0, revised_decision_id=first.pk)
    recording_services.answer(user=engineer, pk=sessions[2].pk, step=step)
    assert overview.get_batch(engineer, batch_id).targets_for("odd") == []


@pytest.mark.req("A1", "A2")
def test_everyone_sees_the_sessions_that_they_may_read(engineer, colleague, admin, stranger, three):
    batch_id, sessions = three
    Session.objects.filter(pk=sessions[0].pk).update(assigned_to=colleague)
    assert len(overview.get_batch(engineer, batch_id).targets) == 3
    assert len(overview.get_batch(admin, batch_id).targets) == 3
    assert [target.label for target in overview.get_batch(colleague, batch_id).targets] == ["SRV-1"]
    other = UserFactory(account=engineer.account)
    for nobody in (stranger, other):
        with pytest.raises(Http404):
            overview.get_batch(nobody, batch_id)
        assert batches_queries.list_batches(nobody) == []
    assert [line.count for line in batches_queries.list_batches(colleague)] == [1]


def test_one_who_only_reads_is_offered_nothing_to_answer(admin, three):
    batch_id, _ = three
    batch = overview.get_batch(admin, batch_id)
    assert batch.shared_steps == ()
    assert not any(target.may_answer for target in batch.targets)


def test_a_step_is_shared_by_two_or_more_that_stand_at_it(engineer, three):
    batch_id, sessions = three
    answer(engineer, sessions[0], 1)  # stands at a solution
    (step,) = overview.get_batch(engineer, batch_id).shared_steps
    assert [target.label for target in step.targets] == ["SRV-2", "SRV-3"]
    assert step.options == ["One user", "Everyone", "Not sure"]
    answer(engineer, sessions[1], 1)
    assert overview.get_batch(engineer, batch_id).shared_steps == ()


def test_a_value_that_differs_stays_a_variable(engineer, three):
    batch_id, sessions = three
    for work_session, gateway in zip(sessions, ("gw1", "gw1", "gw2"), strict=True):
        answer(engineer, work_session, 0)
        services.set_variables(user=engineer, pk=work_session.pk, values={"gateway": gateway})
    (step,) = overview.get_batch(engineer, batch_id).shared_steps
    assert step.title == "Ping {{ gateway }}"
    answer(engineer, sessions[2])
    (step,) = overview.get_batch(engineer, batch_id).shared_steps
    assert step.title == "Ping gw1"


def test_a_hundred_targets_of_thirty_steps_cost_two_queries(engineer, flow):
    small_id, _ = make_batch(engineer, flow, 2)
    batch_id, sessions = make_batch(engineer, flow, 100)
    Decision.objects.bulk_create(
        Decision(session=work_session, position=position, node_id="scope", answer="One user")
        for work_session in sessions
        for position in range(1, 31)
    )
    counts = []
    for pk in (small_id, batch_id):
        with CaptureQueriesContext(connection) as queries:
            overview.get_batch(engineer, pk)
        counts.append(len(queries))
    assert counts == [2, 2]


# -- lists -------------------------------------------------------------------------------------


def test_the_list_counts_in_one_query(engineer, flow, django_assert_num_queries):
    first_id, sessions = make_batch(engineer, flow, 3)
    second_id, _ = make_batch(engineer, flow, 2)
    answer(engineer, sessions[0], 1)
    completion_services.complete(user=engineer, pk=sessions[0].pk, outcome=Outcome.RESOLVED)
    with django_assert_num_queries(1):
        found = batches_queries.list_batches(engineer)
    assert [(line.id, line.completed, line.count) for line in found] == [
        (second_id, 0, 2), (first_id, 1, 3)
    ]  # fmt: skip
    assert found[0].started_by == engineer.display_name


def test_own_open_ones_leave_out_what_is_done_and_what_is_others(engineer, admin, flow):
    batch_id, sessions = make_batch(engineer, flow, 1)
    assert [line.id for line in batches_queries.list_batches(engineer, own_open=True)] == [batch_id]
    assert batches_queries.list_batches(admin, own_open=True) == []
    answer(engineer, sessions[0], 1)
    completion_services.complete(user=engineer, pk=sessions[0].pk, outcome=Outcome.RESOLVED)
    assert batches_queries.list_batches(engineer, own_open=True) == []


# -- answering together ------------------------------------------------------------------------


def test_one_answer_is_recorded_for_each_and_says_so(engineer, three):
    batch_id, sessions = three
    results = answer_together(engineer, batch_id, sessions, notes="Seen in the console")
    assert [(result.label, result.skip_reason) for result in results] == [
        ("SRV-1", ""), ("SRV-2", ""), ("SRV-3", "")
    ]  # fmt: skip
    for work_session in sessions:
        decision = work_session.decisions.get()
        assert (decision.answer, decision.notes) == ("One user", "Seen in the console")
        assert decision.action == "Answered for 3 targets together"
        assert decision.recorded_by == engineer
        work_session.refresh_from_db()
        assert work_session.current_node == "ping"
        assert work_session.state == "active"


def test_the_commands_of_an_action_stay_named(engineer, three):
    batch_id, sessions = three
    answer_together(engineer, batch_id, sessions)
    answer_together(engineer, batch_id, sessions[:2], node_id="ping", choice=None, position=2)
    last = sessions[0].decisions.get(position=2)
    assert last.answer == "Done"
    assert last.action == "Answered for 2 targets together; Ping the gateway"


def test_one_that_moved_in_between_is_reported_and_the_others_proceed(engineer, three):
    batch_id, sessions = three
    answer(engineer, sessions[0], 0)
    answer(engineer, sessions[1], 1)
    completion_services.complete(user=engineer, pk=sessions[1].pk, outcome=Outcome.ESCALATED)
    results = answer_together(engineer, batch_id, sessions)
    assert [(result.label, result.skip_reason) for result in results] == [
        ("SRV-1", "It has moved on to “Ping {{ gateway }}”."),
        ("SRV-2", "It was completed in the meantime."),
        ("SRV-3", ""),
    ]
    assert sessions[0].decisions.count() == 1
    # It went out for one target alone in the end, and says nothing else.
    assert sessions[2].decisions.get().action == ""


@pytest.mark.req("S15")
def test_one_that_came_back_to_the_step_is_at_another_position(engineer, three):
    """The checkbox carries the position that the page showed."""
    batch_id, sessions = three
    for choice in (0, None, 1):  # back at the ping
        answer(engineer, sessions[0], choice)
    answer_together(engineer, batch_id, sessions[1:])
    results = answer_together(engineer, batch_id, sessions, node_id="ping", choice=None, position=2)
    assert [bool(result.skip_reason) for result in results] == [True, False, False]


def test_the_same_form_twice_records_once(engineer, three):
    batch_id, sessions = three
    common = bulk_answer.SharedAnswer("scope", 0, request_id=uuid.uuid4())
    positions = {work_session.pk: 1 for work_session in sessions}
    for _ in range(2):
        results = bulk_answer.answer_targets(
            user=engineer, batch_id=batch_id, common=common, positions=positions
        )
        assert not any(result.skip_reason for result in results)
    assert [work_session.decisions.count() for work_session in sessions] == [1, 1, 1]


@pytest.mark.parametrize(("node_id", "choice"), [("scope", None), ("scope", 7), ("scope", -1)])
def test_an_answer_that_cant_be_used_records_nothing(engineer, three, node_id, choice):
    batch_id, sessions = three
    with pytest.raises(Invalid) as refused:
        answer_together(engineer, batch_id, sessions, node_id=node_id, choice=choice)
    assert refused.value.fields == {"choice": "Choose one of the answers."}
    assert not any(work_session.decisions.exists() for work_session in sessions)
    assert Session.objects.filter(batch_id=batch_id, started_at=None).count() == 3


def test_a_note_too_long_records_nothing(engineer, three):
    batch_id, sessions = three
    with pytest.raises(Invalid) as refused:
        answer_together(engineer, batch_id, sessions, notes="x" * 200_001)
    assert "notes" in refused.value.fields


def test_no_target_is_no_answer(engineer, three):
    with pytest.raises(Invalid):
        answer_together(engineer, three[0], [])


def test_sessions_of_another_batch_stay_out(engineer, flow, three):
    batch_id, _ = three
    _, others = make_batch(engineer, flow, 2)
    with pytest.raises(Http404):
        answer_together(engineer, batch_id, others)
    assert not any(work_session.decisions.exists() for work_session in others)


def test_who_only_reads_cant(admin, stranger, three):
    batch_id, sessions = three
    with pytest.raises(PermissionDenied):
        answer_together(admin, batch_id, sessions)
    with pytest.raises(Http404):
        answer_together(stranger, batch_id, sessions)


@pytest.mark.req("S4")
def test_an_assignee_answers_what_is_theirs_and_becomes_its_owner(engineer, colleague, three):
    batch_id, sessions = three
    Session.objects.filter(pk=sessions[0].pk).update(assigned_to=colleague)
    results = answer_together(colleague, batch_id, sessions)
    assert [(result.label, result.skip_reason) for result in results] == [("SRV-1", "")]
    sessions[0].refresh_from_db()
    assert sessions[0].user == colleague
