"""How an answer ended in the account's sessions of a flow, and which one is suggested."""

from datetime import timedelta

import pytest

from sessions_app.suggestions import step_statistics as insight
from sessions_app.suggestions.step_statistics import (
    ClientHistory,
    OutcomeStats,
    step_insight,
    suggestion,
)
from tests.sessions_app.suggestions.suggestion_factories import (
    EVERYONE,
    ONE,
    SCOPE,
    UNSURE,
    flow_of,
    now_running,
    past,
)

pytestmark = pytest.mark.req("H5")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def flow(author):
    return flow_of(author)


def some(count, *args, **fields):
    for _ in range(count):
        past(*args, **{"client": "Fabrikam", **fields})


def figures(work_session):
    return [option.stats for option in step_insight(work_session, SCOPE).options]


def suggested(work_session):
    known = step_insight(work_session, SCOPE).options
    return [index for index, option in enumerate(known) if option.is_suggested]


@pytest.mark.django_db
def test_figures_are_of_the_account_and_without_cancelled_ones(engineer, colleague, author, flow):
    for minutes in (1, 9, 100):
        past(colleague, flow, ONE, outcome="resolved", minutes=minutes, client="")
    some(1, engineer, flow, ONE, outcome="workaround", minutes=5)
    some(1, engineer, flow, ONE, outcome="unresolved", minutes=30)
    some(3, engineer, flow, ONE, outcome="cancelled", minutes=9_000)
    some(2, engineer, flow, ONE, outcome="")
    some(9, engineer, flow_of(author), ONE, outcome="resolved")
    found = figures(now_running(engineer, flow))
    assert found == [OutcomeStats(sessions=5, resolved=3, median=9 * MINUTE), None, None]
    assert found[0].percent == 60


@pytest.mark.django_db
def test_the_median_of_an_even_count_lies_between(engineer, flow):
    for minutes in (2, 4, 6, 20, 30, 40):
        past(engineer, flow, ONE, minutes=minutes)
    assert figures(now_running(engineer, flow, client=""))[0].median == 13 * MINUTE


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_below_five_sessions_nothing_is_said(engineer, flow, count, shown):
    some(count, engineer, flow, ONE, outcome="resolved")
    some(9, engineer, flow, ONE, outcome="cancelled")
    work_session = now_running(engineer, flow)
    assert bool(figures(work_session)[0]) == shown
    assert suggested(work_session) == ([0] if shown else [])


@pytest.mark.django_db
def test_a_session_counts_once_for_an_answer(engineer, flow):
    some(5, engineer, flow, ONE, UNSURE, ONE, outcome="resolved")
    assert [one and one.sessions for one in figures(now_running(engineer, flow))] == [5, None, 5]


@pytest.mark.req("A1")
@pytest.mark.django_db
def test_other_accounts_count_for_nothing(engineer, stranger, flow):
    flow.is_public = True
    flow.save()
    some(6, stranger, flow, ONE, outcome="resolved")
    assert figures(now_running(engineer, flow)) == [None, None, None]
    assert figures(now_running(stranger, flow))[0].sessions == 6


@pytest.mark.django_db
def test_only_the_newest_are_looked_at_and_that_is_said(engineer, flow, monkeypatch):
    monkeypatch.setattr(insight, "MAX_FLOW_SESSIONS", 6)
    some(6, engineer, flow, ONE, outcome="unresolved", days=90)
    some(5, engineer, flow, ONE, outcome="resolved", days=2)
    known = step_insight(now_running(engineer, flow), SCOPE)
    assert known.is_truncated
    assert (known.options[0].stats.sessions, known.options[0].stats.resolved) == (6, 5)
    monkeypatch.setattr(insight, "MAX_FLOW_SESSIONS", 12)
    known = step_insight(now_running(engineer, flow), SCOPE)
    assert not known.is_truncated
    assert known.options[0].stats.sessions == 11


@pytest.mark.django_db
def test_only_the_newest_of_the_client_are_looked_at(engineer, flow, monkeypatch):
    monkeypatch.setattr(insight, "MAX_CLIENT_SESSIONS", 2)
    past(engineer, flow, EVERYONE, days=50)
    past(engineer, flow, ONE, days=3)
    past(engineer, flow, UNSURE, days=2)
    known = step_insight(now_running(engineer, flow), SCOPE).options
    assert [bool(option.client_history) for option in known] == [True, False, True]


@pytest.mark.django_db
def test_the_suggested_answer_resolved_most_often(engineer, flow):
    some(6, engineer, flow, ONE, outcome="resolved")
    some(5, engineer, flow, UNSURE, outcome="resolved")
    work_session = now_running(engineer, flow)
    assert suggested(work_session) == [0]
    some(2, engineer, flow, UNSURE, outcome="resolved")
    assert suggested(work_session) == [2]


@pytest.mark.django_db
@pytest.mark.parametrize("failure", ["escalated", "unresolved"])
def test_what_failed_for_this_client_is_never_suggested(engineer, flow, failure):
    some(9, engineer, flow, ONE, outcome="resolved")
    some(5, engineer, flow, UNSURE, outcome="resolved")
    past(engineer, flow, ONE, outcome="resolved", days=1)
    past(engineer, flow, ONE, outcome=failure, days=700)
    assert suggested(now_running(engineer, flow)) == [2]
    assert suggested(now_running(engineer, flow, client="Fabrikam")) == [0]


@pytest.mark.django_db
def test_the_way_to_a_solution_that_failed_is_never_suggested(engineer, flow):
    some(9, engineer, flow, EVERYONE, outcome="resolved")
    past(engineer, flow, end="outage", outcome="unresolved", days=400)
    assert suggested(now_running(engineer, flow)) == []


def of(sessions, resolved):
    return OutcomeStats(sessions, resolved, MINUTE)


def failed(ever):
    return ClientHistory(ended_at=None, outcome="resolved", ever_failed=ever)


@pytest.mark.parametrize(
    ("figures", "verdicts", "expected"),
    [
        ({}, {}, None),
        ({0: of(4, 4)}, {}, None),
        ({0: of(5, 0)}, {}, None),
        ({0: of(5, 1)}, {}, 0),
        ({0: of(9, 5), 1: of(6, 6)}, {}, 1),
        ({0: of(9, 5), 1: of(6, 5)}, {}, 1),
        ({0: of(6, 5), 1: of(9, 5)}, {}, 0),
        ({0: of(6, 5), 1: of(6, 5)}, {}, None),
        ({0: of(6, 5), 1: of(6, 5), 2: of(7, 6)}, {}, 2),
        ({0: of(9, 9), 1: of(6, 5)}, {0: failed(True)}, 1),
        ({0: of(9, 9), 1: of(6, 5)}, {0: failed(False)}, 0),
        ({0: of(9, 9)}, {0: failed(True)}, None),
        ({0: of(4, 4), 1: of(5, 1)}, {}, 1),
    ],
)
def test_at_most_one_is_suggested(figures, verdicts, expected):
    assert suggestion(figures, verdicts) == expected
