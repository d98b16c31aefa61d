"""What an address of the history page asks for, how it reads, and what is refused."""

import html
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from resolutionflow.web.pagination import MAX_COUNT
from sessions_app.history.filter_summary import active_filters, result_count
from sessions_app.history.highlight import highlight
from sessions_app.history.query import HistoryQuery
from sessions_app.models import Session
from tests.factories import UserFactory, make_completed, make_session
from tests.flat_html import flat_html

pytestmark = [pytest.mark.django_db, pytest.mark.req("H1")]
NOBODY = str(uuid.UUID(int=7))
LIST = "/sessions"


def found(user, **asked):
    """The sessions that an address lists, as a set."""
    parts = HistoryQuery.of(user, asked).querysets()
    keys = [pk for part in parts for pk in part.values_list("pk", flat=True)]
    assert len(keys) == len(set(keys))
    return set(keys)


def chips(response):
    body = html.unescape(flat_html(response))
    return re.findall(r'aria-current="true"><span class="clip">([^<]+)</span>', body)


# -- what is found -------------------------------------------------------------------------------


def test_each_filter_finds_its_own(engineer, colleague):
    first = make_session(engineer, ticket_number="INC-100", client_name="Müller GmbH")
    second = make_completed(engineer, outcome="escalated", assigned_to=colleague)
    third = make_session(colleague, assigned_to=engineer, started_at=None)
    everything = {first.pk, second.pk, third.pk}
    assert found(engineer) == everything
    assert found(engineer, q="muller inc") == {first.pk}
    assert found(engineer, status="completed") == {second.pk}
    assert found(engineer, status="prepared") == {third.pk}
    assert found(engineer, outcome="escalated") == {second.pk}
    assert found(engineer, outcome="resolved") == set()
    assert found(engineer, owner="mine") == {first.pk, second.pk}
    assert found(engineer, owner="assigned") == {third.pk}
    assert found(engineer, tree_id=str(first.tree_id)) == {first.pk}
    assert found(engineer, client_name="MULLER") == {first.pk}
    assert found(engineer, ticket_number="c-1") == {first.pk}
    assert found(engineer, client_name="muller", status="active", owner="mine") == {first.pk}
    # Blank parts and names that mean nothing here say nothing.
    assert found(engineer, q="  ", status="", after="x", colour="red") == everything


@pytest.mark.req("A2")
@pytest.mark.parametrize("who", ["admin", "integration"])
def test_who_reads_the_account_may_choose_a_person(engineer, colleague, who, request):
    mine = make_session(engineer)
    given = make_session(colleague, assigned_to=engineer)
    make_session(colleague)
    user = request.getfixturevalue(who)
    assert found(user, owner=str(engineer.pk)) == {mine.pk, given.pk}
    assert found(user, owner="mine") == set()
    assert len(found(user)) == 3


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_periods_are_days_of_the_users_zone(account, zone, monkeypatch):
    """Thursday 19 November 2026, 12:00 there; the week began on Monday."""
    with timezone.override(zone):
        noon = datetime(2026, 11, 19, 12, tzinfo=timezone.get_current_timezone())
        monkeypatch.setattr(timezone, "now", lambda: noon.astimezone(UTC))
        user = UserFactory(account=account, time_zone=zone)
        midnight = noon - timedelta(hours=12)
        second = timedelta(seconds=1)
        rows = {
            "today": make_session(user, started_at=midnight),
            "yesterday": make_session(user, started_at=midnight - second),
            "monday": make_session(user, started_at=midnight - timedelta(days=3)),
            "sunday": make_session(user, started_at=midnight - timedelta(days=3) - second),
            "29 days": make_session(user, started_at=midnight - timedelta(days=29)),
            "30 days": make_session(user, started_at=midnight - timedelta(days=29) - second),
            "prepared": make_session(user, started_at=None),
        }

        def names(**asked):
            keys = found(user, **asked)
            return [name for name, row in rows.items() if row.pk in keys]

        assert names(period="today") == ["today"]
        assert names(period="week") == ["today", "yesterday", "monday"]
        assert names(period="30days") == ["today", "yesterday", "monday", "sunday", "29 days"]
        assert names(since="2026-11-19") == ["today"]
        assert names(since="2026-11-16", until="2026-11-18") == ["yesterday", "monday"]
        assert names(until="2026-10-20") == ["30 days"]


# -- what is refused -----------------------------------------------------------------------------

BAD = [
    {"status": "open"},
    {"completed": "maybe"},
    {"outcome": "won"},
    {"owner": "everybody"},
    {"owner": "９"},
    {"owner": "9" * 19},
    {"owner": "9" * 40},
    {"tree_id": "x"},
    {"tree_id": "9" * 30},
    {"batch_id": "7"},
    {"period": "year"},
    {"since": "yesterday"},
    {"since": "2026-13-01"},
    {"since": "0001-01-01"},
    {"until": "9999-12-31"},
    {"started_after": "x"},
    {"client_name": "x" * 256},
    {"since": "2026-02-01", "until": "2026-01-31"},
]


@pytest.mark.parametrize("asked", BAD, ids=str)
@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}], ids=["page", "htmx"])
def test_a_value_that_cant_be_used_is_refused_kindly(page, engineer, asked, headers):
    """It says what is wrong, lists nothing instead of something else, and leads on."""
    make_session(engineer)
    response = page(engineer).get(LIST, {**asked, "client_name": "x", **asked}, headers=headers)
    body = html.unescape(flat_html(response))
    assert response.status_code == 422
    assert "This list can’t be shown" in body
    assert "data-session-card" not in body
    [without] = re.findall(r'class="button" href="([^"]+)">Show it without', body)
    assert page(engineer).get(LIST + without).status_code == 200


@pytest.mark.req("A1")
def test_nobody_of_another_account_can_be_chosen(page, admin, engineer, colleague, stranger):
    make_session(stranger)
    answers = {
        page(admin).get(LIST, {"owner": pk}).content.decode().count("is nobody whose sessions")
        for pk in (stranger.pk, 2**40)
    }
    assert answers == {1}
    # And an engineer reads nobody else's list, colleague or not ([A2]).
    assert page(engineer).get(LIST, {"owner": colleague.pk}).status_code == 422


def test_what_no_text_can_hold_is_left_out(page, engineer):
    row = make_session(engineer, client_name="Contoso")
    response = page(engineer).get(LIST, {"q": "conto\x00so", "client_name": "\x00"}, follow=True)
    assert str(row.pk) in response.content.decode()


# -- how it reads --------------------------------------------------------------------------------


def test_the_filters_read_as_a_sentence_and_each_can_be_taken_away(page, engineer):
    row = make_completed(engineer, client_name="Müller GmbH")
    asked = {
        "status": "completed",
        "owner": "mine",
        "q": "mul",
        "outcome": "resolved",
        "tree_id": row.tree_id,
        "period": "today",
    }
    response = page(engineer).get(LIST, asked)
    body = html.unescape(flat_html(response))
    assert '<strong class="history__count">1 completed session</strong>' in body
    assert chips(response) == [
        "you own", "about “mul”", "ended as resolved", f"with {row.tree_name}", "started today",
    ]  # fmt: skip
    for part in active_filters(
        HistoryQuery.of(engineer, {name: str(value) for name, value in asked.items()})
    ):
        assert f'class="chip" href="{part.without}"' in body
        assert f"{part.name}=" not in part.without
        assert str(row.pk) in flat_html(page(engineer).get(LIST + part.without))


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-11-01", "until": "2026-11-20"},
        {"client_name": "x", "ticket_number": "y", "tree_name": "z"},
        {"completed": "true", "assigned_to_id": NOBODY, "batch_id": NOBODY},
        {"started_after": "2026-01-01", "started_before": "2026-01-02T03:04:05Z"},
        {"completed_after": "2026-01-01", "completed_before": "2026-01-02", "tree_id": NOBODY},
    ],
    ids=str,
)  # fmt: skip
def test_every_part_has_its_words(page, engineer, asked):
    response = page(engineer).get(LIST, asked)
    assert response.status_code == 200
    assert len(active_filters(HistoryQuery.of(engineer, asked))) == len(asked)


def test_counts_are_bounded():
    assert result_count(0, "") == "0 sessions"
    assert result_count(1, "active") == "1 active session"
    assert result_count(MAX_COUNT, "") == "10,000 sessions"
    assert result_count(MAX_COUNT + 1, "completed") == "10,000+ completed sessions"


def test_a_plain_form_leads_to_the_address_without_its_blank_fields(page, engineer):
    client = page(engineer)
    sent = {"q": "vpn & co", "status": "", "owner": "mine", "since": "", "client_name": " "}
    response = client.get(LIST, sent)
    assert (response.status_code, response["Location"]) == (
        302, "/sessions?owner=mine&q=vpn+%26+co",
    )  # fmt: skip
    assert client.get(LIST, {"q": ""}, follow=True).redirect_chain == [("/sessions", 302)]


def test_htmx_gets_the_list_and_the_address_to_share(page, engineer):
    make_session(engineer, client_name="Contoso")
    client = page(engineer)
    headers = {"hx-request": "true", "hx-trigger": "search"}
    typed = client.get(LIST, {"q": "conto", "status": "", "owner": "mine"}, headers=headers)
    assert typed["HX-Replace-Url"] == "/sessions?owner=mine&q=conto"
    assert "HX-Push-Url" not in typed
    assert flat_html(typed).lstrip().startswith('<div class="history" id="session-results">')
    assert "<mark>Conto</mark>so" in flat_html(typed)
    chosen = client.get(LIST, {"q": ""}, headers={**headers, "hx-trigger": "history-filter"})
    assert chosen["HX-Push-Url"] == LIST
    again = {
        **headers,
        "hx-trigger": "history-filter",
        "hx-current-url": "http://testserver/sessions",
    }
    assert client.get(LIST, {"q": ""}, headers=again)["HX-Replace-Url"] == LIST
    restored = client.get(LIST, headers={**headers, "hx-history-restore-request": "true"})
    assert flat_html(restored).lstrip().startswith("<!DOCTYPE html>")


# -- nothing there -------------------------------------------------------------------------------


def test_where_nothing_matches_it_says_what_to_leave_out(page, engineer):
    make_session(engineer, client_name="Contoso", title="Printer")
    client = page(engineer)

    def ways(**asked):
        body = html.unescape(flat_html(client.get(LIST, asked)))
        assert "Nothing matches" in body
        return dict(re.findall(r'<a class="chip" href="([^"]+)"><span class="clip">([^<]+)<', body))

    assert ways(q="contoso xylophon") == {"?q=contoso": "“xylophon”"}
    assert ways(q="printer", status="completed") == {"?q=printer": "“completed”"}
    assert ways(q="printer", outcome="resolved") == {"?q=printer": "ended as resolved"}
    assert ways(q="xylophon") == {}
    assert ways(q="a1 b2 c3 d4 e5 f6 g7 h8 i9 j0") == {}


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("engineer", "Each flow you start is kept here"),
        ("viewer", "what others share with you"),
        ("admin", "Each flow you start is kept here"),
        ("integration", "What the people of your account run"),
    ],
)
def test_where_nothing_is_yet_it_says_what_will_be(page, who, says, request):
    body = flat_html(page(request.getfixturevalue(who)).get(LIST))
    assert says in body
    assert ("New session</a></div>" in body) == (who in ("engineer", "admin"))


def test_an_address_past_the_end_says_so(page, engineer):
    make_session(engineer)
    response = page(engineer).get(LIST, {"after": f"0_{'0' * 32}"})
    assert "Nothing older" in response.content.decode()
    assert 'href="?">' in response.content.decode()


# -- joining pages -------------------------------------------------------------------------------


def copies(first, count, **fields):
    rows = []
    for number in range(count):
        row = Session.objects.get(pk=first.pk)
        row.pk = None
        row._state.adding = True
        row.pk = Session._meta.pk.get_default()
        row.started_at = first.started_at - timedelta(seconds=number + 1)
        for name, value in fields.items():
            setattr(row, name, value)
        rows.append(row)
    Session.objects.bulk_create(rows)


@pytest.mark.parametrize("door", [LIST, "/sessions/sidebar"])
def test_a_day_that_goes_on_has_its_heading_once(page, engineer, door):
    """The next page's lines join the list of their day, out of band; new days follow it."""
    now = timezone.now()
    first = make_session(engineer, started_at=now - timedelta(days=400))
    copies(first, 59)
    copies(first, 30, started_at=None)
    client = page(engineer)
    body = flat_html(client.get(door, headers={"hx-request": "true"}))
    seen, swaps = [body], 0
    while following := re.search(r'hx-get="[^"]*(\?[^"]*after=[^"]*)"', seen[-1]):
        url = door + html.unescape(following[1])
        seen.append(flat_html(client.get(url, headers={"hx-request": "true"})))
        swaps += seen[-1].count('hx-swap-oob="beforeend"')
    whole = "".join(seen)
    titles = re.findall(r'class="(?:day|sidebar)__title"[^>]*>(?:Older|Not started)', whole)
    assert len(titles) == 2
    assert swaps >= 1
    rows = re.findall(r'id="(?:side-)?session-([0-9a-f-]{36})', whole)
    assert len(rows) == len(set(rows)) == 90


# -- marking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Müller & Söhne", ["muller"], "<mark>Müller</mark> &amp; Söhne"),
        ("Müller & Söhne", ["sohn", "&"], "Müller <mark>&amp;</mark> <mark>Söhn</mark>e"),
        ("Straße 7", ["ss"], "Stra<mark>ß</mark>e 7"),
        ("aaaa", ["aa"], "<mark>aaaa</mark>"),
        ("<b>VPN</b>", ["b"], "&lt;<mark>b</mark>&gt;VPN&lt;/<mark>b</mark>&gt;"),
        ("Mu\u0308ller", ["mull"], "<mark>Mu\u0308ll</mark>er"),
        ("nothing", ["x"], "nothing"),
        ("<i>", [], "&lt;i&gt;"),
        ("", ["x"], ""),
    ],
)
def test_words_are_marked_where_the_search_found_them(text, words, expected):
    assert highlight(text, words) == expected
