"""Starting, listing, reading and deleting sessions, at the door."""

import html
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sessions_app.history import views as history_views
from sessions_app.models import Session
from tests.factories import (
    TreeFactory,
    UserFactory,
    add_decision,
    make_completed,
    make_session,
)
from tests.flat_html import flat_html

pytestmark = [pytest.mark.django_db, pytest.mark.req("H1")]
LIST = "/sessions"
SIDEBAR = "/sessions/sidebar"


def text(response):
    return flat_html(response)


def listed(response):
    """The ids of the sessions on the page, in their order."""
    return list(
        dict.fromkeys(re.findall(r'row__title"><a href="/sessions/([0-9a-f-]{36})', text(response)))
    )


def next_page(response):
    found = re.search(r'history__more" href="([^"]*after=[^"]*)"', text(response))
    return found and found[1].replace("&amp;", "&")


def headings(response):
    """The headings of the days, the month of older ones behind a dot."""
    found = re.findall(
        r'class="day__title"[^>]*>([^<]+?)(?: ?<span class="day__detail">([^<]+)</span>)?</h2>',
        text(response),
    )
    return [" · ".join(filter(None, parts)) for parts in found]


def unescaped(response):
    return html.unescape(text(response))


def many(user, count, **fields):
    """So many sessions, cheaply: copies of one, each started a minute before the last."""
    first = make_session(user)
    rows = []
    for index in range(count - 1):
        values = {"started_at": first.started_at - timedelta(minutes=index + 1), **fields}
        row = Session(
            account=user.account,
            user=user,
            tree=first.tree,
            tree_name=first.tree_name,
            snapshot_id=first.snapshot_id,
            current_node="scope",
        )
        for name, value in values.items():
            setattr(row, name, value)
        rows.append(row)
    Session.objects.bulk_create(rows)
    return [first, *rows]


# -- starting ----------------------------------------------------------------------------------


@pytest.mark.req("H3")
def test_starting_stands_at_the_first_step(page, engineer, author):
    """One click, and the others stay as they are."""
    other = make_session(engineer)
    tree = TreeFactory(author=author, published=True)
    response = page(engineer).post(f"/flows/{tree.pk}/start", {"ticket_number": "T-1"})
    started = Session.objects.get(tree=tree)
    assert (response.status_code, response["Location"]) == (303, f"/sessions/{started.pk}/run")
    assert started.ticket_number == "T-1"
    other.refresh_from_db()
    assert other.revision == 1


@pytest.mark.req("S3")
@pytest.mark.parametrize(
    ("fields", "who", "status"),
    [
        ({"status": "draft"}, "engineer", 303),
        ({"is_active": False}, "engineer", 303),
        ({"visibility": "private"}, "engineer", 403),
        ({}, "viewer", 403),
        ({}, "integration", 403),
        ({}, "stranger", 404),
    ],
)
def test_what_cannot_be_started(page, author, fields, who, status, request):
    tree = TreeFactory(author=author, published=True)
    type(tree).objects.filter(pk=tree.pk).update(**fields)
    response = page(request.getfixturevalue(who)).post(f"/flows/{tree.pk}/start")
    assert response.status_code == status
    assert not Session.objects.exists()


@pytest.mark.parametrize("wrong", [{"ticket_number": "x" * 101}, {"client_name": "a\x00"}])
def test_a_wrong_reference_says_why(page, engineer, author, wrong):
    tree = TreeFactory(author=author, published=True)
    response = page(engineer).post(f"/flows/{tree.pk}/start", wrong)
    assert response.status_code == 409
    assert response.context["reason"]
    assert not Session.objects.exists()


# -- listing -----------------------------------------------------------------------------------


def test_the_newest_comes_first_and_prepared_ones_last(page, engineer):
    now = timezone.now()
    old = make_session(engineer, started_at=now - timedelta(days=40))
    prepared = make_session(engineer, started_at=None)
    new = make_session(engineer, started_at=now)
    found = listed(page(engineer).get(LIST))
    assert found == [str(row.pk) for row in (new, old, prepared)]


@pytest.mark.req("H1", "A1", "A2")
def test_only_what_one_may_read_is_listed(page, engineer, colleague, admin, stranger):
    mine = make_session(engineer)
    theirs = make_session(colleague)
    given = make_session(colleague, assigned_to=engineer)
    make_session(stranger)
    assert set(listed(page(engineer).get(LIST))) == {str(mine.pk), str(given.pk)}
    assert set(listed(page(admin).get(LIST))) == {str(mine.pk), str(theirs.pk), str(given.pk)}


@pytest.mark.parametrize(
    "query", ["t-77", "MÜLLER", "vpn conn", "printer", "  t-77 ", "100%", "t-77\x00"]
)
def test_searching(page, engineer, query):
    """Partial, whatever the case; % and _ are letters here."""
    fields = {"ticket_number": "T-77", "client_name": "Müller 100% GmbH", "title": "Printer jam"}
    found = make_session(engineer, tree_name="VPN connection fails", **fields)
    make_session(engineer, tree_name="Other", client_name="1000")
    assert listed(page(engineer).get(LIST, {"q": query})) == [str(found.pk)]


def test_a_search_without_a_match_offers_the_way_back(page, engineer):
    make_session(engineer)
    response = page(engineer).get(LIST, {"q": "_" * 300})
    assert listed(response) == []
    assert "Nothing matches" in text(response)


@pytest.mark.req("H1", "S1")
def test_filtering_by_state(page, engineer):
    """With the names of."""
    rows = {
        "active": make_session(engineer),
        "completed": make_completed(engineer),
        "prepared": make_session(engineer, started_at=None),
    }
    for state, row in rows.items():
        assert listed(page(engineer).get(LIST, {"status": state})) == [str(row.pk)]


@pytest.mark.parametrize("fields", [{}, {"started_at": None}, {"started_at": timezone.now()}])
def test_every_session_is_on_one_page(page, engineer, fields):
    """Paging by key over 120 sessions, also when they all started at once or not at all."""
    rows = many(engineer, 120, **fields)
    client, seen, url = page(engineer), [], LIST
    for _ in range(4):
        response = client.get(url)
        seen += listed(response)
        following = next_page(response)
        if not following:
            break
        url = LIST + following
    assert len(seen) == 120
    assert set(seen) == {str(row.pk) for row in rows}


def test_paging_keeps_the_filters(page, engineer):
    many(engineer, history_views.PAGE_SIZE + 5, client_name="ACME & Söhne")
    client = page(engineer)
    first = client.get(LIST, {"q": "acme & sö", "status": "active"})
    second = client.get(LIST + next_page(first))
    assert len(listed(first)) == history_views.PAGE_SIZE
    assert len(listed(second)) == 4


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "_",
        "_x",
        f"2026-01-01_{uuid.uuid4()}",
        f"nonsense_{uuid.UUID(int=0)}",
        f"2026-13-01T00:00:00+00:00_{uuid.UUID(int=0)}",
        f"0001-01-01T00:00:00+14:00_{uuid.UUID(int=0)}",
        f"9999-12-31T23:59:59-14:00_{uuid.UUID(int=0)}",
        "\x00",
    ],
    ids=range(9),
)
def test_a_broken_place_is_not_found(page, engineer, after):
    assert page(engineer).get(LIST, {"after": after}).status_code == 404


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_days_are_those_of_the_users_zone(page, account, zone, monkeypatch):
    """Wednesday noon UTC: the same sessions fall on other days for other people."""
    now = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    user = UserFactory(account=account, time_zone=zone)
    for hours in (1, 13, 37, 60, 24 * 20):
        make_session(user, started_at=now - timedelta(hours=hours))
    client = page(user)
    groups = headings(client.get(LIST))
    sizes = [
        section.count("data-session-card")
        for section in text(client.get(LIST)).split('class="day"')[1:]
    ]
    expected = {
        # 18 Nov 12:00: 18th 11:00, 17th 23:00, 16th 23:00, 16th 00:00, and 29 Oct
        "UTC": (["Today", "Yesterday", "This week", "Older · October 2026"], [1, 1, 2, 1]),
        # 19 Nov 02:00: 19th 01:00, 18th 13:00, 17th 13:00, 16th 14:00
        "Pacific/Kiritimati": (
            ["Today", "Yesterday", "This week", "Older · October 2026"],
            [1, 1, 2, 1],
        ),
        # 18 Nov 04:00: 18th 03:00, 17th 15:00, 16th 15:00, Sunday 15th 16:00
        "America/Los_Angeles": (
            ["Today", "Yesterday", "This week", "Older · November 2026", "Older · October 2026"],
            [1, 1, 1, 1, 1],
        ),
    }
    assert (groups, sizes) == expected[zone]


def test_an_empty_history_teaches(page, engineer, viewer):
    assert "No sessions yet" in text(page(engineer).get(LIST))
    assert "No sessions yet" in text(page(viewer).get(LIST))


# -- reading and deleting ----------------------------------------------------------------------


@pytest.mark.req("H2")
def test_a_past_session_is_read(page, engineer):
    """A sensitive value shows that it is there, not what it is."""
    values = {"passphrase": "tr0ub4dor", "gateway": "10.0.0.1", "contact": ""}
    work_session = make_completed(engineer, session_variables=values, outcome_notes="<b>Reset</b>")
    add_decision(work_session, notes="<script>", command_output="a\nb")
    add_decision(work_session, node_id=f"custom-{uuid.uuid4()}", question="My own")
    body = text(page(engineer).get(reverse("session-detail", args=[work_session.pk])))
    assert "tr0ub4dor" not in body
    for part in ("10.0.0.1", "&lt;b&gt;Reset&lt;/b&gt;", "&lt;script&gt;", "My own", "Resolved"):
        assert part in body
    assert "Resume" not in body


def test_unsafe_links_of_attachments_are_not_followed(page, engineer):
    work_session = make_completed(engineer)
    add_decision(
        work_session, attachments=[{"name": "<b>", "url": "https://files.example/a?b=1&c"}]
    )
    body = text(page(engineer).get(reverse("session-detail", args=[work_session.pk])))
    assert 'href="https://files.example/a?b=1&amp;c"' in body
    assert "&lt;b&gt;" in body


@pytest.mark.req("H7")
def test_deleting_asks_once(page, engineer):
    work_session = make_completed(engineer)
    add_decision(work_session)
    client, address = page(engineer), reverse("session-delete", args=[work_session.pk])
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 403
    assert Session.objects.filter(pk=work_session.pk).exists()
    response = client.post(address, {"sure": "yes"})
    assert (response.status_code, response["Location"]) == (303, LIST)
    assert not Session.objects.exists()
    assert client.post(address, {"sure": "yes"}).status_code == 404


def test_an_address_that_is_no_session(page, engineer):
    client = page(engineer)
    for path in (f"/sessions/{uuid.uuid4()}", "/sessions/1", f"/sessions/{quote('../x')}"):
        assert client.get(path).status_code == 404


# -- cost --------------------------------------------------------------------------------------


def queries(client, url, **headers):
    client.get(url, headers=headers)
    with CaptureQueriesContext(connection) as context:
        assert client.get(url, headers=headers).status_code == 200
        return len(context)


@pytest.mark.parametrize(("who", "most"), [("engineer", 6), ("admin", 7)])
def test_the_list_costs_the_same_with_many_rows(page, engineer, who, most, request):
    """The person, the keys, the rows, the count, the flows to choose; for admins the people."""
    client = page(request.getfixturevalue(who))
    many(engineer, history_views.PAGE_SIZE + 1)
    few = queries(client, LIST)
    many(engineer, 120)
    assert queries(client, LIST) == few <= most
    assert queries(client, LIST + "?q=vpn&period=week&owner=mine") <= most
    # Typing asks for the list alone, scrolling for neither count nor choices.
    assert queries(client, LIST + "?q=vpn", hx_request="true") <= 5
    following = next_page(client.get(LIST))
    assert queries(client, LIST + following, hx_request="true") <= 4


def test_the_sidebar_costs_the_same_with_many_rows(page, engineer):
    client = page(engineer)
    make_session(engineer)
    few = queries(client, SIDEBAR, hx_request="true")
    many(engineer, 60)
    assert queries(client, SIDEBAR, hx_request="true") == few <= 4
    assert queries(client, SIDEBAR + "?q=vpn&status=active", hx_request="true") == few


def test_the_detail_costs_the_same_with_many_steps(page, engineer):
    work_session = make_completed(engineer)
    client, url = page(engineer), reverse("session-detail", args=[work_session.pk])
    add_decision(work_session)
    few = queries(client, url)
    for _ in range(60):
        add_decision(work_session)
    assert queries(client, url) == few <= 8


# -- the sidebar -------------------------------------------------------------------------------


def test_the_sidebar_has_ones_own_alone_and_marks_the_open_one(page, admin, engineer):
    """Also for who reads the whole account; on each page of the session."""
    mine = make_session(admin, ticket_number="INC-1", client_name="Müller")
    make_session(engineer)
    for path in (f"/sessions/{mine.pk}", f"/sessions/{mine.pk}/run?step=1"):
        headers = {"hx-request": "true", "hx-current-url": f"http://testserver{path}"}
        body = text(page(admin).get(SIDEBAR, headers=headers))
        assert body.count("side-list__item") == 1
        assert f'href="/sessions/{mine.pk}/run" aria-current="page"' in body
        assert '<span class="side-list__meta">Müller, INC-1</span>' in body
    assert "aria-current" not in text(page(admin).get(SIDEBAR))


@pytest.mark.parametrize("asked", [{"status": "open"}, {"q": "zzz"}])
def test_the_sidebar_says_when_nothing_is_found(page, engineer, asked):
    make_session(engineer)
    response = page(engineer).get(SIDEBAR, asked, headers={"hx-request": "true"})
    assert response.status_code == 200
    assert "None of yours match" in text(response)


def test_what_changes_a_session_tells_the_sidebar(page, engineer):
    """By an event in the answer: the first step names it, then it is tied, renamed and closed."""
    work_session = make_session(engineer)
    address = f"/sessions/{work_session.pk}"
    calls = [
        ("answer", {"position": 1, "node_id": "scope", "choice": 0}),
        ("reference", {"ticket_number": "T-1"}),
        ("title", {"title": "Mine"}),
        ("close", {"outcome": "resolved", "shape": "row"}),
        ("delete", {"sure": "yes", "shape": "row"}),
    ]
    for verb, sent in calls:
        response = page(engineer).post(f"{address}/{verb}", sent, headers={"hx-request": "true"})
        assert response.status_code == 200, verb
        assert "sessions-changed" in json.loads(response["HX-Trigger"]), verb


def test_a_step_that_changes_nothing_in_a_list_is_quiet(page, engineer):
    """Every answer is one request."""
    work_session = make_session(engineer, title="Mine", title_by_person=True)
    sent = {"position": 1, "node_id": "scope", "choice": 0}
    response = page(engineer).post(
        f"/sessions/{work_session.pk}/answer", sent, headers={"hx-request": "true"}
    )
    assert response.status_code == 200
    assert "HX-Trigger" not in response
