import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.models import Session
from tests.factories import TreeFactory, UserFactory, make_completed, make_session
from tests.flat_html import flat_html

pytestmark = pytest.mark.django_db


def body(client):
    response = client.get("/")
    assert response.status_code == 200
    return response


def names(items):
    return [item.tree_name for item in items]


def test_it_shows_what_waits_runs_and_was_done(page, engineer, colleague):
    make_session(engineer, tree_name="Runs")
    make_completed(engineer, tree_name="Done")
    make_session(colleague, tree_name="Waits", started_at=None, assigned_to=engineer)
    make_session(colleague, tree_name="Not mine")
    context = body(page(engineer)).context
    assert names(context["active"]) == ["Runs"]
    assert names(context["recent"]) == ["Done"]
    assert names(context["prepared"]) == ["Waits"]
    assert "starters" not in context


def test_an_admin_sees_their_own_work_here(page, admin, engineer, stranger):
    """The account's sessions are in the history, not on everybody's dashboard."""
    make_session(engineer)
    make_session(stranger)
    assert body(page(admin)).context["active"] == []


def test_more_than_it_shows_are_counted_as_more_and_one_click_away(page, engineer):
    for number in (12, 13):
        for _ in range(number - Session.objects.filter(user=engineer, started_at=None).count()):
            make_session(engineer)
            make_session(engineer, started_at=None)
        response = body(page(engineer))
        shown = flat_html(response)
        assert len(response.context["active"]) == len(response.context["prepared"]) == 12
        said = "12" if number == 12 else "12+"
        assert f"{said} sessions open, {said} prepared for you." in shown
        for status in ("active", "prepared"):
            assert (f"/sessions?status={status}" in shown) == (number == 13)


def test_an_idle_session_says_so_and_stays_resumable(page, engineer):
    idle_since = timezone.now() - timedelta(minutes=31)
    work_session = make_session(engineer, last_activity_at=idle_since)
    response = body(page(engineer))
    (card,) = response.context["active"]
    assert (card.state, card.may_run) == ("idle", True)
    assert f"/sessions/{work_session.pk}/run" in response.content.decode()


def test_the_current_step_is_named(page, engineer):
    make_session(engineer)
    (card,) = body(page(engineer)).context["active"]
    assert card.last_step == "Is one user affected, or everyone?"


def test_the_flows_used_most_come_first(page, engineer, author):
    often, seldom, gone = (TreeFactory(author=author, published=True) for _ in range(3))
    for tree in (often, often, seldom, gone, gone, gone):
        make_session(engineer, tree=tree)
    old = timezone.now() - timedelta(days=100)
    for _ in range(3):
        make_session(engineer, tree=seldom, started_at=old)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    flows = body(page(engineer)).context["top_flows"]
    assert [flow.id for flow in flows] == [often.pk, seldom.pk]


def test_an_empty_dashboard_teaches(page, engineer, author):
    for _ in range(4):
        TreeFactory(author=author, published=True)
    TreeFactory(author=author, name="A draft")
    response = body(page(engineer))
    assert len(response.context["starters"]) == 3
    assert "A draft" not in response.content.decode()


@pytest.mark.parametrize("who", ["viewer", "integration"])
def test_who_only_reads_starts_nothing_here(page, author, who, request):
    TreeFactory(author=author, published=True)
    markup = body(page(request.getfixturevalue(who))).content.decode()
    assert not re.search(r'action="/flows/\d+/start"', markup)


def test_the_operator_without_an_account_goes_to_the_admin_site(page):
    response = page(UserFactory(account=None, is_superuser=True)).get("/")
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_it_costs_the_same_with_many_sessions(page, engineer):
    client = page(engineer)

    def queries():
        body(client)
        with CaptureQueriesContext(connection) as context:
            body(client)
            return len(context)

    make_session(engineer)
    make_completed(engineer)
    few = queries()
    for _ in range(8):
        make_session(engineer)
        make_completed(engineer)
        make_session(engineer, started_at=None)
    assert queries() == few <= 12
