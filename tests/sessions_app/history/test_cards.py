"""A session as lists show it: which of its times."""

from datetime import UTC, datetime, timedelta

import pytest

from sessions_app.history.cards import Viewer, build_card
from sessions_app.models import Session
from tests.factories import make_completed, make_session

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
EARLIER, LATELY = NOW - timedelta(days=40), NOW - timedelta(minutes=5)


def card_of(work_session, **fields):
    Session.objects.filter(pk=work_session.pk).update(**fields)
    row = Session.objects.values().get(pk=work_session.pk)
    return build_card(row, viewer=Viewer.of(work_session.user), now=NOW)


def test_an_open_one_says_when_it_was_touched_and_when_it_started(engineer):
    """A list by start says the start: else “today” would stand under “This week”."""
    shown = card_of(make_session(engineer), started_at=EARLIER, last_activity_at=LATELY)
    assert (shown.activity_iso, shown.started_iso) == (
        LATELY.isoformat(),
        EARLIER.isoformat(),
    )
    assert shown.started_on == EARLIER.date()


def test_a_completed_one_says_when_it_started(engineer):
    shown = card_of(make_completed(engineer), started_at=EARLIER, last_activity_at=LATELY)
    assert shown.activity == shown.started
    assert shown.activity_iso == EARLIER.isoformat()


def test_a_prepared_one_says_when_it_was_prepared(engineer):
    shown = card_of(
        make_session(engineer), started_at=None, last_activity_at=LATELY, created_at=EARLIER
    )
    assert shown.started_iso == EARLIER.isoformat()
    assert shown.started_on is None


def test_the_line_of_a_list_says_the_start(page, engineer):
    work_session = make_session(engineer, last_activity_at=NOW)
    Session.objects.filter(pk=work_session.pk).update(started_at=EARLIER)
    line = page(engineer).get("/sessions").content.decode().split(f'id="session-{work_session.pk}"')
    assert 'title="2026-05-06T' in line[1]
