"""What became of an answer or a solution for the same client."""

import pytest

from sessions_app.models import Decision, Outcome, Session
from sessions_app.suggestions.step_statistics import step_insight
from tests.factories import structure
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


def outcomes(work_session, node=SCOPE):
    """The newest verdict's outcome of each option, "" for none."""
    known = step_insight(work_session, node).options
    return [option.client_history.outcome if option.client_history else "" for option in known]


@pytest.mark.parametrize(
    ("outcome", "verdict", "failed"),
    [
        ("escalated", "escalated", True),
        ("unresolved", "unresolved", True),
        ("resolved", "resolved", False),
        ("workaround", "workaround", False),
        ("cancelled", "", None),
        ("resolved_externally", "", None),
        ("", "", None),
    ],
)
def test_how_it_ended_is_said_of_the_answer_that_was_given(
    engineer, colleague, flow, outcome, verdict, failed
):
    past(colleague, flow, ONE, outcome=outcome)
    work_session = now_running(engineer, flow)
    assert outcomes(work_session) == [verdict, "", ""]
    found = step_insight(work_session, SCOPE).options[0].client_history
    assert (found.failed if found else None) == failed


def test_every_outcome_is_judged():
    judged = {"escalated", "unresolved", "resolved", "workaround"}
    assert set(Outcome.values) - judged == {"cancelled", "resolved_externally"}


def test_the_newest_end_is_shown_and_an_older_failure_is_not_forgotten(engineer, flow):
    past(engineer, flow, ONE, outcome="resolved", days=3)
    past(engineer, flow, ONE, outcome="unresolved", days=200)
    past(engineer, flow, ONE, outcome="cancelled", days=1)
    verdict = step_insight(now_running(engineer, flow), SCOPE).options[0].client_history
    assert (verdict.outcome, verdict.ever_failed, verdict.failed) == ("resolved", True, False)


def test_the_newest_is_the_one_that_ended_last(engineer, flow):
    past(engineer, flow, ONE, outcome="resolved", days=9, minutes=8 * 24 * 60)
    past(engineer, flow, ONE, outcome="escalated", days=5)
    assert outcomes(now_running(engineer, flow))[0] == "resolved"


@pytest.mark.parametrize(
    "written", ["müller & söhne gmbh", "MULLER &  SOHNE  GMBH ", " Müller & Söhne GmbH"]
)
def test_clients_match_without_case_space_and_accents(engineer, flow, written):
    past(engineer, flow, ONE, client=written)
    assert outcomes(now_running(engineer, flow)) == ["escalated", "", ""]


@pytest.mark.parametrize("written", ["", "   ", "Müller", "Müller & Söhne AG"])
def test_another_client_says_nothing(engineer, flow, written):
    past(engineer, flow, ONE, client=written)
    assert outcomes(now_running(engineer, flow)) == ["", "", ""]


def test_sessions_without_client_say_nothing_of_each_other(engineer, flow):
    past(engineer, flow, ONE, client="")
    assert outcomes(now_running(engineer, flow, client="")) == ["", "", ""]


def test_the_same_answer_at_another_step_or_in_another_flow_is_another_thing(
    engineer, author, flow
):
    past(engineer, flow, ONE, node="replies")
    past(engineer, flow_of(author), ONE)
    assert outcomes(now_running(engineer, flow)) == ["", "", ""]


def test_a_step_that_was_set_aside_was_not_tried(engineer, flow):
    earlier = past(engineer, flow, ONE)
    Decision.objects.filter(session=earlier).update(discarded_branch=earlier.pk)
    assert outcomes(now_running(engineer, flow)) == ["", "", ""]


def test_the_running_session_is_no_earlier_one(engineer, flow):
    assert outcomes(past(engineer, flow, ONE)) == ["", "", ""]


@pytest.mark.req("A1")
def test_nothing_crosses_accounts(engineer, stranger, flow):
    """Not even through a flow that is shared with everyone."""
    flow.is_public = True
    flow.save()
    past(stranger, flow, ONE)
    assert outcomes(now_running(engineer, flow)) == ["", "", ""]
    assert outcomes(now_running(stranger, flow)) == ["escalated", "", ""]


def test_of_a_deleted_flow_nothing_is_said(engineer, flow):
    past(engineer, flow, ONE)
    work_session = now_running(engineer, flow)
    flow.delete()
    work_session.refresh_from_db()
    assert step_insight(work_session, SCOPE).options == ()


# -- the label as it read then -----------------------------------------------------------------


def with_options(author, *options):
    shape = structure()
    shape["nodes"]["scope"]["options"] = [
        {"label": label, "next": next_node} for label, next_node in options
    ]
    return flow_of(author, structure=shape)


def test_a_label_with_variables_is_the_same_answer_with_other_values(engineer, author):
    flow = with_options(
        author, ("{{ gateway }} is down", "outage"), ("{{ gateway }} is up", "ping")
    )
    past(engineer, flow, ("gw-9 is down", "outage"))
    work_session = now_running(engineer, flow, session_variables={"gateway": "gw-1"})
    assert outcomes(work_session) == ["escalated", ""]
    assert outcomes(now_running(engineer, flow)) == ["escalated", ""]


def test_what_reads_alike_and_led_elsewhere_is_not_the_same_answer(engineer, author):
    flow = with_options(author, ("{{ gateway }}", "outage"), ("All of {{ contact }}", "ping"))
    past(engineer, flow, ("All of Berlin", "ping"), outcome="unresolved")
    assert outcomes(now_running(engineer, flow)) == ["", "unresolved"]
    past(engineer, flow, ("Something else", "replies"))
    assert outcomes(now_running(engineer, flow)) == ["", "unresolved"]


def test_the_very_label_comes_before_a_pattern(engineer, author):
    flow = with_options(author, ("{{ gateway }}", "ping"), ("Router", "ping"))
    past(engineer, flow, ("Router", "ping"))
    assert outcomes(now_running(engineer, flow)) == ["", "escalated"]


@pytest.mark.parametrize("sign", ["%", "_", "\\", "\\%", "%s", "%(node)s", "'"])
def test_signs_of_a_pattern_in_a_label_are_text(engineer, author, sign):
    flow = with_options(author, (f"100{sign} {{{{ gateway }}}}", "ping"), (f"1{sign}", "ping"))
    past(engineer, flow, (f"100{sign} gw", "ping"))
    past(engineer, flow, ("100x gw", "ping"), outcome="resolved", days=2)
    past(engineer, flow, (f"1{sign}", "ping"), outcome="unresolved")
    assert outcomes(now_running(engineer, flow)) == ["escalated", "unresolved"]


def test_a_reworded_label_is_a_new_answer(engineer, author):
    flow = with_options(author, ("One person", "reset-profile"), ("Many", "ping"))
    past(engineer, flow, ("One user", "reset-profile"))
    assert outcomes(now_running(engineer, flow)) == ["", ""]


# -- solutions ---------------------------------------------------------------------------------


def test_a_solution_that_failed_says_so_and_so_does_the_way_to_it(engineer, flow):
    past(engineer, flow, end="outage", outcome="unresolved")
    work_session = now_running(engineer, flow)
    assert step_insight(work_session, "outage").at_solution.outcome == "unresolved"
    assert step_insight(work_session, "reset-profile").at_solution is None
    assert outcomes(work_session) == ["", "unresolved", ""]
    assert outcomes(work_session, "replies") == ["", "", "unresolved"]


def test_a_recorded_solution_counts_where_the_session_stands_elsewhere(engineer, flow):
    past(engineer, flow, ("", ""), node="outage", end="", outcome="escalated")
    work_session = now_running(engineer, flow)
    assert step_insight(work_session, "outage").at_solution.failed
    assert outcomes(work_session) == ["", "escalated", ""]


def test_an_open_session_that_stands_at_a_solution_says_nothing(engineer, flow):
    past(engineer, flow, end="outage", outcome="")
    work_session = now_running(engineer, flow)
    assert step_insight(work_session, "outage").at_solution is None
    assert outcomes(work_session) == ["", "", ""]


def test_of_the_way_and_its_solution_the_newest_end_is_shown(engineer, flow):
    past(engineer, flow, EVERYONE, outcome="resolved", days=4)
    past(engineer, flow, end="outage", outcome="escalated", days=8)
    verdict = step_insight(now_running(engineer, flow), SCOPE).options[1].client_history
    assert (verdict.outcome, verdict.ever_failed) == ("resolved", True)


def test_a_loop_counts_for_each_answer_it_gave(engineer, flow):
    past(engineer, flow, ONE, UNSURE, outcome="unresolved")
    assert outcomes(now_running(engineer, flow)) == ["unresolved", "", "unresolved"]


# -- where nothing can be said -----------------------------------------------------------------


@pytest.mark.parametrize(
    "node", ["ping", "gone", "", "custom-6a1f0c1e-4a4e-4f7e-9e0e-2b1b7d2b7f10"]
)
def test_nothing_is_read_where_there_is_nothing_to_choose(
    engineer, flow, node, django_assert_num_queries
):
    work_session = now_running(engineer, flow)
    with django_assert_num_queries(0):
        assert step_insight(work_session, node).options == ()


def test_a_solution_without_a_client_reads_nothing(engineer, flow, django_assert_num_queries):
    work_session = now_running(engineer, flow, client="")
    with django_assert_num_queries(0):
        assert step_insight(work_session, "outage").at_solution is None


@pytest.mark.parametrize("client", ["", CLIENT])
@pytest.mark.parametrize("node", [SCOPE, "replies"])
def test_a_question_is_one_statement_however_many_sessions(
    engineer, flow, client, node, django_assert_num_queries
):
    work_session = now_running(engineer, flow, client=client)
    for count in (0, 8):
        for _ in range(count):
            past(engineer, flow, ONE, end="outage")
        with django_assert_num_queries(1):
            step_insight(work_session, node)
    assert Session.objects.count() == 9
