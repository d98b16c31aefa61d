"""A run goes on without what can't be read, and nobody waits for it."""

import logging

import pytest
from django.db import DatabaseError, connection, transaction

from sessions_app.suggestions import bounded_sql
from sessions_app.suggestions.bounded_sql import fetch_bounded

pytestmark = pytest.mark.req("H5")

outside = pytest.mark.django_db(transaction=True)
LIMITS = "SELECT current_setting('statement_timeout'), current_setting('enable_bitmapscan')"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """What is read at once is read, however busy the machine is."""
    monkeypatch.setattr(bounded_sql, "MAX_HINT_MS", 59_500)


@outside
def test_the_rows_in_one_round_trip(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert fetch_bounded("SELECT %(a)s::int, '100 %%'", {"a": 7}) == [(7, "100 %")]


@outside
def test_a_slow_read_is_given_up(monkeypatch, caplog):
    with caplog.at_level(logging.WARNING), monkeypatch.context() as short:
        short.setattr(bounded_sql, "MAX_HINT_MS", 20)
        assert fetch_bounded("SELECT pg_sleep(%(s)s)", {"s": 5}) == []
    assert "left out" in caplog.text
    assert fetch_bounded("SELECT 1", {}) == [(1,)]
    assert fetch_bounded("SELECT 1 FROM pg_sleep(0.1)", {}, is_hint=False) == [(1,)]


@outside
@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT nothing FROM nowhere", "SELEC"])
def test_a_failing_read_is_given_up(statement):
    assert fetch_bounded(statement, {}) == []
    assert fetch_bounded("SELECT 1", {}) == [(1,)]


@outside
def test_its_limits_hold_for_itself_alone():
    with connection.cursor() as cursor:
        cursor.execute(LIMITS)
        before = cursor.fetchone()
        assert before[1] == "on"
        assert fetch_bounded(LIMITS, {}) == [(f"{bounded_sql.MAX_HINT_MS}ms", "off")]
        cursor.execute(LIMITS)
        assert cursor.fetchone() == before


@pytest.mark.django_db
def test_inside_of_a_transaction_the_error_is_the_callers():
    assert fetch_bounded("SELECT 1", {}) == [(1,)]
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch_bounded("SELECT 1 / 0", {})
