"""The overview: each number is the length of the list that it leads to, in the viewer's days."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import User
from sessions_app.models import Outcome
from sessions_app.overview.queries import DAYS, Overview
from tests.factories import AccountFactory, TeamFactory, TreeFactory, UserFactory, make_session

pytestmark = pytest.mark.django_db
URL = "/overview"


@pytest.fixture
def admin():
    return UserFactory(role=User.Role.ADMIN, account=AccountFactory())


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def page(user):
    response = signed_in(user).get(URL)
    assert response.status_code == 200
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def many_sessions(account, *, seed=7, count=80):
    """Sessions of two teams and nobody's, of three flows and none, in every state and outcome."""
    chance, now = random.Random(seed), timezone.now()
    people = [UserFactory(account=account, team=team) for team in
              (TeamFactory(account=account), TeamFactory(account=account), None)]  # fmt: skip
    flows = [TreeFactory(author=people[0], published=True) for _ in range(3)]
    for _ in range(count):
        started = now - timedelta(hours=chance.uniform(0.1, 24 * 12))
        ended = started + (now - started) * chance.random()
        is_over = chance.random() < 0.7
        fields = {
            "started_at": started,
            "last_activity_at": ended,
            "completed_at": ended if is_over else None,
            "outcome": chance.choice(Outcome.values) if is_over else "",
            "pinned": chance.random() < 0.2,
        }
        made = make_session(chance.choice(people), tree=chance.choice(flows), **fields)
        if chance.random() < 0.1:
            type(made).objects.filter(pk=made.pk).update(tree=None)
    make_session(people[0], tree=flows[0], started_at=None)


def listed(client, url):
    """How many sessions the list at `url` has, page after page."""
    count = 0
    while url:
        response = client.get(url)
        assert response.status_code == 200, url
        assert not response.context["query"].problems, url
        count += sum(len(day.sessions) for day in response.context["days"])
        more = response.context["more_url"]
        url = reverse("session-list") + more if more else ""
    return count


def test_every_number_is_the_length_of_its_list(admin):
    many_sessions(admin.account)
    many_sessions(AccountFactory(), seed=8)
    client, tree = signed_in(admin), page(admin)
    links = [
        (int(link.text), link.get("href"))
        for cell in (*tree.iter("dd"), *tree.iter("td"))
        for link in cell.iter("a")
        if (link.text or "").strip().isdigit()
    ]
    assert len(links) > 40
    for number, url in links:
        assert listed(client, url) == number > 0, url


def test_teams_flows_and_days_add_up(admin):
    many_sessions(admin.account)
    with timezone.override(admin.account.time_zone):
        overview = Overview.of(admin)
    for name in ("active", "overdue", "started", "completed", "resolved", "escalated"):
        total = getattr(overview.total, name)
        assert sum(getattr(team, name) for team in overview.teams) == total > 0
        assert sum(getattr(flow, name) for flow in overview.flows) == total
        if name not in ("active", "overdue"):
            assert sum(getattr(day, name) for day in overview.days) == total
    assert [team.name for team in overview.teams][-1] == "Without a team"
    assert [flow.name for flow in overview.flows][-1] == "Flows that are gone"
    assert len(overview.days) == DAYS


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_a_day_is_a_day_of_the_viewers_zone(admin, zone):
    local = datetime.now(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    make_session(admin, started_at=local)
    make_session(admin, started_at=local - timedelta(seconds=1))
    make_session(admin, started_at=local - timedelta(days=DAYS - 1, seconds=1))
    with timezone.override(zone):
        overview = Overview.of(admin)
    assert [day.started for day in overview.days] == [1, 1, 0, 0, 0, 0, 0]


def test_a_clock_change_leaves_seven_days(admin, monkeypatch):
    late = datetime(2026, 10, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))  # 25 October had 25 hours
    monkeypatch.setattr(timezone, "now", lambda: late)
    make_session(admin, started_at=datetime(2026, 10, 25, 23, 59, tzinfo=late.tzinfo))
    with timezone.override("Europe/Berlin"):
        days = Overview.of(admin).days
    assert [f"{day.day:%d}" for day in days] == ["28", "27", "26", "25", "24", "23", "22"]
    assert [day.started for day in days] == [0, 0, 0, 1, 0, 0, 0]


def test_a_flow_of_another_account_that_is_not_shared_any_more_keeps_its_name(admin):
    theirs = TreeFactory(name="Their secret procedure", published=True)
    make_session(admin, tree=theirs)
    assert (
        "Their secret procedure"
        not in signed_in(admin).get(URL).content.decode().split('aria-label="By flow"')[1]
    )


def test_without_sessions_it_says_so(admin):
    body = signed_in(admin).get(URL).content.decode()
    assert "Nothing waits" in body
    assert "Nothing was escalated" in body
    assert "No session ran" in body


@pytest.mark.parametrize("role", [role for role in User.Role.values if role != "admin"])
def test_it_is_for_admins(admin, role):
    client = signed_in(UserFactory(account=admin.account, role=role))
    assert client.get(URL).status_code == 403
    assert URL not in client.get("/flows").content.decode()


def test_a_list_that_is_cut_leads_to_all_of_it(admin):
    for _ in range(9):
        make_session(admin, last_activity_at=timezone.now() - timedelta(days=2))
    client = signed_in(admin)
    body = client.get(URL).content.decode()
    address = body.split('">All overdue sessions')[0].rpartition('href="')[2]
    assert listed(client, address.replace("&amp;", "&")) == 9
    assert "All escalated" not in body


def test_the_number_of_queries_does_not_grow(admin):
    client = signed_in(admin)
    client.get(URL)
    counts = []
    for seed in (1, 2, 3):
        many_sessions(admin.account, seed=seed, count=40)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(URL)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 12


def test_the_history_says_what_was_asked_for(admin):
    team = TeamFactory(account=admin.account, name="Second line")
    client = signed_in(admin)
    body = client.get(
        f"/sessions?team_id={team.pk}&last_activity_before=2026-11-20T08:30:00Z"
    ).content.decode()
    assert "of team Second line" in body
    assert "with nothing recorded since 20 Nov 2026 09:30" in body
    theirs = TeamFactory(name="Hidden")
    assert "Hidden" not in client.get(f"/sessions?team_id={theirs.pk}").content.decode()


@pytest.mark.parametrize("role", User.Role.values)
def test_the_admin_leads_an_operator_only_to_what_they_may_see(admin, role):
    operator = UserFactory(account=admin.account, role=role, is_superuser=True)
    client = signed_in(operator)
    is_led = f'href="{URL}"' in client.get("/admin/").content.decode()
    assert (client.get(URL).status_code == 200) is is_led is (role == User.Role.ADMIN)
