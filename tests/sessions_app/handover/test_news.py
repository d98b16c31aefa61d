"""What an open page is answered that asks whether a session was handed to whoever looks at it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app.models import User
from sessions_app.completion import services as completion_services
from sessions_app.handover.services import hand_over
from sessions_app.models import Handover
from tests.factories import TeamFactory, UserFactory, make_session
from tests.sessions_app.run.browser_driver import statements, text

pytestmark = [pytest.mark.django_db, pytest.mark.req("A2", "H1")]
ASKS = {"X-Background": "yes"}


@pytest.fixture
def team(account):
    return TeamFactory(account=account)


@pytest.fixture
def giver(account, team):
    return UserFactory(account=account, team=team, first_name="Ana", last_name="Ruiz")


@pytest.fixture
def mate(account, team):
    return UserFactory(account=account, team=team, first_name="Bo", last_name="Lind")


def ask(client, after=None):
    moment = (after or timezone.now()).isoformat()
    return client.get(f"/sessions/news?after={quote(moment)}", headers=ASKS)


def give(giver, mate, **fields):
    work_session = make_session(giver, **fields)
    hand_over(user=giver, pk=work_session.pk, to=mate.pk)
    return work_session


def test_nothing_new_is_two_queries_and_no_content(page, mate):
    client = page(mate)
    ask(client)
    with CaptureQueriesContext(connection) as found:
        response = ask(client)
    assert (response.status_code, response.content) == (204, b"")
    # The sign-in with its user, and the index of hand-overs; nothing is written.
    assert len(found) == 2
    assert all(sql.startswith("SELECT") for sql in statements(found))


def test_a_thousand_older_ones_cost_the_same(page, giver, mate):
    work_session = give(giver, mate)
    long_ago = timezone.now() - timedelta(days=3)
    Handover.objects.all().delete()
    Handover.objects.bulk_create(
        Handover(
            session=work_session, from_user=giver, to_user=mate, step_count=0, handed_at=long_ago
        )
        for _ in range(1_000)
    )
    client = page(mate)
    ask(client)
    with CaptureQueriesContext(connection) as found:
        assert ask(client).status_code == 204
    assert len(found) == 2


def test_what_was_handed_over_since_is_said_with_its_way_there(page, giver, mate):
    client = page(mate)
    before = timezone.now()
    work_session = give(giver, mate, client_name="Müller", ticket_number="T-7", title="VPN")
    response = ask(client, before)
    assert response.status_code == 200
    shown = text(response)
    for part in ("Ana Ruiz", "VPN", "Müller", "T-7", f'href="/sessions/{work_session.pk}/run"'):
        assert part in shown
    assert f'data-news="{Handover.objects.get().pk}"' in shown
    assert response["X-News-User"] == str(mate.pk)
    assert ask(page(giver), before).status_code == 204


def test_a_hand_over_that_took_its_time_to_be_committed_is_not_missed(page, giver, mate):
    asked = timezone.now()
    give(giver, mate)
    Handover.objects.update(handed_at=asked - timedelta(seconds=20))
    assert ask(page(mate), asked).status_code == 200


def test_what_is_older_completed_or_gone_on_is_not_said(page, giver, mate, account, team):
    client, before = page(mate), timezone.now()
    third = UserFactory(account=account, team=team)
    work_session = give(giver, mate)
    hand_over(user=mate, pk=work_session.pk, to=third.pk)
    assert ask(client, before).status_code == 204
    done = give(giver, mate)
    completion_services.complete(user=mate, pk=done.pk, outcome="resolved")
    assert ask(client, before).status_code == 204
    give(giver, mate)
    Handover.objects.update(handed_at=timezone.now() - timedelta(minutes=5))
    assert ask(client).status_code == 204
    # A page that was hidden for so long asks from where it stopped.
    assert ask(client, timezone.now() - timedelta(minutes=10)).status_code == 200


@pytest.mark.parametrize("after", ["", "x", "2026", "2026-02-30T00:00:00Z", "9999-01-01T00:00:00Z"])
def test_any_time_is_taken(page, mate, after):
    assert page(mate).get(f"/sessions/news?after={after}").status_code == 204


def test_somebody_signed_out_gets_nothing(client):
    assert client.get("/sessions/news").status_code == 302


def test_a_page_asks_only_for_those_who_run_sessions(page, mate, settings):
    settings.HANDOVER_NEWS_SECONDS = 8
    client = page(mate)
    assert 'data-news="/sessions/news"' in client.get("/").content.decode()
    User.objects.filter(pk=mate.pk).update(role=User.Role.VIEWER)
    assert "data-news" not in client.get("/").content.decode()


def test_it_can_be_switched_off(page, mate, settings):
    settings.HANDOVER_NEWS_SECONDS = 0
    assert "data-news" not in page(mate).get("/").content.decode()
