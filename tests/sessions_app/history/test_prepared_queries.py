"""Lists that nothing narrows are composed once: they hold what the querysets say, for everyone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from accounts_app.models import User
from resolutionflow.web.prepared_query import PreparedQuery
from sessions_app.history import queries as history_queries
from sessions_app.history.cursor import SessionCursor
from sessions_app.models import Session
from tests.factories import UserFactory, make_completed, make_session

pytestmark = pytest.mark.django_db
COLUMNS = ("id", "started_at", "completed_at", "client_name", "session_variables")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def people(engineer, colleague, admin, integration, viewer, stranger):
    """Everybody, with sessions owned, assigned, prepared, and two that started together."""
    for owner, assignee in ((engineer, None), (engineer, colleague), (colleague, engineer)):
        for start in (NOON, NOON, NOON - timedelta(hours=1), None):
            made = make_session(owner, assigned_to=assignee)
            Session.objects.filter(pk=made.pk).update(started_at=start)
    make_completed(engineer)
    make_session(stranger)
    return {
        "engineer": engineer,
        "colleague": colleague,
        "admin": admin,
        "integration": integration,
        "viewer": viewer,
        "stranger": stranger,
        "operator": UserFactory(account=None, team=None, is_superuser=True),
    }


HAVE, READ_ALL = {"engineer", "colleague", "stranger"}, {"admin", "integration"}
WHO = ["engineer", "colleague", "admin", "integration", "viewer", "stranger", "operator"]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("own", [False, True])
def test_they_are_what_the_branches_hold_page_by_page(people, who, own):
    user = people[who]
    parts = (
        history_queries.owner_querysets(user) if own else history_queries.visible_querysets(user)
    )
    expected = history_queries.page_rows(parts, COLUMNS, size=100)
    found, place = [], None
    while page := history_queries.list_sessions(user, COLUMNS, size=3, cursor=place, own=own):
        found += page
        place = history_queries.cursor_of((page[-1]["started_at"], page[-1]["id"]))
    assert found == expected
    assert bool(expected) == (who in HAVE or (who in READ_ALL and not own))


@pytest.mark.parametrize("who", WHO)
def test_they_are_counted_as_the_branches_are(people, who):
    assert history_queries.capped_count(people[who]) == len(Session.objects.visible_to(people[who]))


def test_one_person_after_another_gets_their_own(people):
    """The text is shared, the values are not."""
    for who in ("engineer", "stranger", "admin", "engineer", "integration", "stranger"):
        user = people[who]
        ids = {row["id"] for row in history_queries.list_sessions(user, COLUMNS, size=100)}
        assert ids == set(Session.objects.visible_to(user).values_list("pk", flat=True))


def test_what_narrows_is_obeyed(people):
    narrow = lambda sessions: sessions.filter(started_at__isnull=True)  # noqa: E731
    user = people["engineer"]
    rows = history_queries.list_sessions(user, COLUMNS, size=100, narrow=narrow)
    assert rows
    assert {row["started_at"] for row in rows} == {None}
    assert history_queries.capped_count(user, narrow=narrow) == len(rows)


def test_a_place_among_the_prepared_seeks_there(people):
    rows = history_queries.list_sessions(people["engineer"], COLUMNS, size=100)
    prepared = [row for row in rows if row["started_at"] is None]
    place = SessionCursor(None, prepared[0]["id"])
    assert (
        history_queries.list_sessions(people["engineer"], COLUMNS, size=100, cursor=place)
        == prepared[1:]
    )


def test_a_stand_in_that_stands_nowhere_is_an_error():
    with pytest.raises(ValueError, match="account_id"):
        PreparedQuery.compile(
            User.objects.filter(pk=UUID(int=1)),
            {UUID(int=1): "user_id", UUID(int=2): "account_id"},
        )
