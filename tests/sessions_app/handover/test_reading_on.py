"""Who handed a session over reads on: which addresses, for how long, and in which list."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app.models import User
from sessions_app import permissions
from sessions_app.completion import services as completion_services
from sessions_app.handover.queries import list_handed_over
from sessions_app.handover.services import hand_over
from sessions_app.models import Handover, Session
from tests.factories import AccountFactory, TeamFactory, UserFactory, make_session
from tests.sessions_app.api_helpers import url
from tests.sessions_app.run.browser_driver import text

pytestmark = [pytest.mark.django_db, pytest.mark.req("A2")]


@pytest.fixture
def team(account):
    return TeamFactory(account=account)


@pytest.fixture
def giver(account, team):
    return UserFactory(account=account, team=team, first_name="Ana", last_name="Ruiz")


@pytest.fixture
def mate(account, team):
    return UserFactory(account=account, team=team, first_name="Bo", last_name="Lind")


@pytest.fixture
def third(account, team):
    return UserFactory(account=account, team=team)


@pytest.fixture
def handed(giver, mate):
    work_session = make_session(giver, client_name="Contoso", ticket_number="T-7")
    hand_over(user=giver, pk=work_session.pk, to=mate.pk)
    return Session.objects.get(pk=work_session.pk)


def test_the_giver_reads_exports_and_writes_nothing(api, page, giver, handed):
    client = api(giver)
    assert client.get(url(handed)).status_code == 200
    assert client.get(url(handed, "attachments")).status_code == 200
    assert client.get(url(handed, "addenda")).status_code == 200
    assert client.post(url(handed, "export"), {}).status_code == 200
    for verb, body in (
        ("put", {"scratchpad": "x"}),
        ("patch", {"scratchpad": "x"}),
        ("delete", None),
    ):
        answer = getattr(client, verb)(url(handed), body)
        assert answer.status_code == 403
        assert answer.json()["detail"].startswith("You handed this session to Bo Lind today")
    browser, base = page(giver), f"/sessions/{handed.pk}"
    assert browser.get(base).status_code == 200
    for closed in ("run", "complete"):
        assert browser.get(f"{base}/{closed}")["Location"] == base
    for refused in ("ticket", "title", "delete", "hand-over"):
        assert browser.get(f"{base}/{refused}").status_code == 403
    for refused in ("complete", "close", "open-again", "addendum", "pin", "discard", "ticket"):
        form = {"outcome": "resolved", "outcome_notes": "x", "ticket_number": "T"}
        assert browser.post(f"{base}/{refused}", form).status_code == 403


def test_a_third_colleague_reads_nothing(api, third, handed):
    assert api(third).get(url(handed)).status_code == 403


def test_nothing_crosses_accounts(api, giver, handed):
    """Whoever moves to another account takes no session along."""
    User.objects.filter(pk=giver.pk).update(account=AccountFactory(), team=None)
    assert api(User.objects.get(pk=giver.pk)).get(url(handed)).status_code == 404
    assert not list_handed_over(User.objects.get(pk=giver.pk)).exists()


def test_a_chain_of_givers_reads_on(giver, mate, third, handed):
    hand_over(user=mate, pk=handed.pk, to=third.pk)
    for user in (giver, mate):
        assert permissions.get_readable_session(user, handed.pk).user == third
        with pytest.raises(PermissionDenied):
            permissions.lock_session(user, handed.pk)


def test_the_list_of_sessions_stays_that_of_ones_own(api, giver, handed):
    assert api(giver).get("/api/v1/sessions").json() == []


def test_the_dashboard_keeps_it_with_who_has_it_now(page, giver, mate, handed):
    shown = text(page(giver).get("/"))
    assert "Handed over by you" in shown and "Contoso" in shown and "Bo Lind" in shown
    assert "Handed over by you" not in text(page(mate).get("/"))
    completion_services.complete(user=mate, pk=handed.pk, outcome="resolved")
    shown = text(page(giver).get("/"))
    assert "Handed over by you" in shown and "Resolved, Bo Lind" in shown


def test_what_came_back_or_is_long_ago_is_not_in_it(giver, mate, handed):
    Handover.objects.update(handed_at=timezone.now() - timedelta(days=91))
    assert not list_handed_over(giver).exists()
    Handover.objects.update(handed_at=timezone.now())
    assert list(list_handed_over(giver)) == [handed]
    hand_over(user=mate, pk=handed.pk, to=giver.pk)
    assert not list_handed_over(giver).exists()
    assert list(list_handed_over(mate)) == [handed]


def test_ten_take_as_many_queries_as_one(page, giver, mate, handed):
    client = page(giver)
    client.get("/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            client.get("/")
        counts.append(len(found))
        for _ in range(9):
            hand_over(user=giver, pk=make_session(giver).pk, to=mate.pk)
    assert counts[0] == counts[1]
