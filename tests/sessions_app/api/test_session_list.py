"""`GET /sessions`: who sees what, filters, paging in three ways, what an item holds."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from sessions_app.history import queries as history_queries
from sessions_app.history.cursor import SessionCursor
from sessions_app.models import Session
from tests.factories import add_decision, make_completed, make_key, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.req("S1")]
LIST = "/api/v1/sessions"


def ids(response):
    assert response.status_code == 200, response.data
    return [uuid.UUID(item["id"]) for item in response.json()]


def next_url(response):
    found = re.fullmatch(r'<(http://testserver/[^>]+)>; rel="next"', response.get("Link", ""))
    return found and found[1]


def copies(work_session, starts, **changes):
    """More sessions like `work_session`, with these starts; answers all in the order of [S1]."""
    Session.objects.bulk_create(
        Session(
            **{
                "account": work_session.account,
                "tree_id": work_session.tree_id,
                "tree_name": work_session.tree_name,
                "snapshot_id": work_session.snapshot_id,
                "user": work_session.user,
                "started_at": start,
                **changes,
            }
        )
        for start in starts
    )
    never = datetime.min.replace(tzinfo=UTC)
    rows = Session.objects.values_list("started_at", "pk")
    return [pk for _, pk in sorted(((s or never, pk) for s, pk in rows), reverse=True)]


NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


# -- who -----------------------------------------------------------------------------------------


def test_lists_owned_and_assigned_of_the_caller(
    api, engineer, colleague, admin, integration, viewer, stranger
):
    mine = make_session(engineer)
    assigned = make_session(colleague, assigned_to=engineer)
    both = make_session(engineer, assigned_to=engineer)
    theirs = make_session(colleague)
    make_session(stranger)
    assert set(ids(api(engineer).get(LIST))) == {mine.pk, assigned.pk, both.pk}
    assert len(ids(api(engineer).get(LIST))) == 3
    everything = {mine.pk, assigned.pk, both.pk, theirs.pk}
    assert set(ids(api(admin).get(LIST))) == everything
    assert set(ids(api(integration).get(LIST))) == everything
    assert ids(api(viewer).get(LIST)) == []


def test_branches_are_visible_to_without_overlap(engineer, colleague, admin):
    for owner, assignee in [(engineer, None), (colleague, engineer), (engineer, engineer)]:
        make_session(owner, assigned_to=assignee)
    for user in (engineer, colleague, admin):
        found = [
            pk
            for part in history_queries.visible_querysets(user)
            for pk in part.values_list("pk", flat=True)
        ]
        assert sorted(found) == sorted(
            Session.objects.visible_to(user).values_list("pk", flat=True)
        )


# -- order and paging ----------------------------------------------------------------------------


def test_newest_start_first_prepared_last(api, engineer):
    work_session = make_session(engineer)
    order = copies(work_session, [NOON, None, NOON, NOON - timedelta(days=1), None])
    assert ids(api(engineer).get(LIST)) == order


def test_three_ways_through_the_list_agree(api, engineer, colleague):
    work_session = make_session(engineer)
    starts = [NOON - timedelta(hours=n // 3) for n in range(9)] + [None] * 3
    copies(work_session, starts)
    order = copies(work_session, starts, user=colleague, assigned_to=engineer)
    client = api(engineer)
    assert len(order) == 25

    pages = [ids(client.get(LIST, {"page": n, "size": 4})) for n in range(1, 8)]
    assert [pk for page in pages for pk in page] == order
    skips = [ids(client.get(LIST, {"skip": n, "limit": 4})) for n in range(0, 28, 4)]
    assert [pk for page in skips for pk in page] == order

    walked, address = [], f"{LIST}?size=4"
    while address:
        answer = client.get(address)
        walked += ids(answer)
        assert answer["X-Total-Count"] == "25"
        address = next_url(answer)
    assert walked == order


def test_the_cursor_holds_while_new_sessions_come_in(api, engineer):
    order = copies(
        make_session(engineer, started_at=NOON), [NOON - timedelta(1), NOON - timedelta(2)]
    )
    client = api(engineer)
    first = client.get(LIST, {"limit": 1})
    copies(make_session(engineer), [NOON + timedelta(days=9)])
    assert ids(client.get(next_url(first))) == order[1:2]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=12),
    st.integers(1, 4),
)
def test_walking_by_key_meets_each_session_once(engineer, starts, size):
    """Any mix of equal starts and prepared sessions, any page size."""
    Session.objects.all().delete()
    work_session = make_session(engineer, started_at=NOON)
    order = copies(work_session, [None if n is None else NOON + timedelta(n) for n in starts])
    walked, place = [], None
    while keys := history_queries.page_keys(
        history_queries.visible_querysets(engineer), size=size, cursor=place
    ):
        walked += [pk for _, pk in keys]
        place = SessionCursor.decode(history_queries.cursor_of(keys[-1]).encode())
    assert walked == order


def test_default_is_50_and_the_link_keeps_filters(api, engineer):
    copies(
        make_session(engineer, client_name="Contoso & Söhne"),
        [NOON] * 60,
        client_name="Contoso & Söhne",
    )
    answer = api(engineer).get(LIST, {"client_name": "& söhne", "expand": "decisions", "page": 1})
    assert len(ids(answer)) == 50
    asked = parse_qs(urlsplit(next_url(answer)).query)
    assert set(asked) == {"client_name", "expand", "cursor"}
    assert asked["client_name"] == ["& söhne"]
    following = api(engineer).get(next_url(answer))
    assert len(ids(following)) == 11
    assert next_url(following) is None


def test_total_counts_to_10_000_and_no_further(api, engineer, monkeypatch):
    monkeypatch.setattr(history_queries, "MAX_COUNT", 3)
    monkeypatch.setattr("resolutionflow.api.pagination.MAX_COUNT", 3)
    work_session = make_session(engineer)
    copies(work_session, [NOON] * 2)
    assert api(engineer).get(LIST)["X-Total-Count"] == "3"
    copies(work_session, [NOON] * 20)
    assert api(engineer).get(LIST, {"limit": 1})["X-Total-Count"] == "3+"


@pytest.mark.parametrize(
    "asked",
    [
        *({"page": bad} for bad in ("0", "-1", "x", "1.5", "9" * 30, "", "１")),
        *({"size": bad} for bad in ("0", "101", "x")),
        *({"limit": bad} for bad in ("0", "101", "-5")),
        *({"skip": bad} for bad in ("-1", "x", "9" * 30)),
        *({"cursor": bad} for bad in ("", "x", "ä", "AAAA", "\x00", "1_2", "_" + "g" * 32)),
        {"expand": "user"},
        {"expand": "decisions,tree"},
        *({"tree_id": bad} for bad in ("x", "0", "9" * 30, "1.5")),
        {"assigned_to_id": "me"},
        {"batch_id": "7"},
        {"status": "open"},
        {"status": ""},
        {"tree_id": ""},
        {"completed": "maybe"},
        *({"started_after": bad} for bad in ("x", "2026-13-01", "10:00", "0001-01-01T00:00+14:00")),
        {"completed_before": "\x00"},
        {"ticket_number": "a\x00b"},
        {"client_name": "x" * 256},
    ],
)  # fmt: skip
def test_parameters_that_cant_be_used_are_422_and_named(api, engineer, asked):
    answer = api(engineer).get(LIST, asked)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["detail"]] == list(asked)


def test_the_last_page_there_can_be_is_empty(api, engineer):
    make_session(engineer)
    assert ids(api(engineer).get(LIST, {"page": 1_000_000_000, "size": 100})) == []


# -- filters -------------------------------------------------------------------------------------


def test_filters(api, engineer, colleague):
    batch = uuid.uuid4()
    first = make_session(
        engineer, ticket_number="INC-100", client_name="Straße AG", started_at=NOON
    )
    second = make_completed(
        engineer, ticket_number="inc-200", assigned_to=colleague, batch_id=batch,
        started_at=NOON + timedelta(days=2), completed_at=NOON + timedelta(days=3),
    )  # fmt: skip
    third = make_session(engineer, tree_name="50% packet loss")
    Session.objects.filter(pk=third.pk).update(started_at=None)
    client = api(engineer)

    def found(**asked):
        return set(ids(client.get(LIST, asked)))

    assert found(ticket_number="INC-") == {first.pk, second.pk}
    assert found(ticket_number="c-2") == {second.pk}
    assert found(client_name="straße") == {first.pk}
    assert found(tree_name="50%") == {third.pk}
    assert found(tree_name="%") == {third.pk}
    assert found(tree_id=first.tree_id) == {first.pk}
    assert found(batch_id=batch) == {second.pk}
    assert found(assigned_to_id=colleague.pk) == {second.pk}
    assert found(status="prepared") == {third.pk}
    assert found(status="active") == {first.pk}
    assert found(status="completed") == {second.pk}
    assert found(completed="true") == {second.pk}
    assert found(completed="False") == {first.pk, third.pk}
    assert found(started_after="2026-06-02") == {second.pk}
    assert found(started_before="2026-06-01T14:00:00+02:00") == {first.pk}
    assert found(completed_after="2026-06-04T12:00:00Z") == {second.pk}
    assert found(completed_before="2026-06-04T11:59:59Z") == set()
    assert found(ticket_number="INC", status="active") == {first.pk}
    assert found(ticket_number="") == {first.pk, second.pk, third.pk}
    assert client.get(LIST, {"status": "completed"})["X-Total-Count"] == "1"


def test_a_plus_sign_that_was_not_escaped_is_understood(api, engineer):
    make_session(engineer, started_at=NOON)
    answer = api(engineer).get(f"{LIST}?started_after=2026-06-01T14:00:01+02:00")
    assert ids(answer) == []


# -- what an item holds --------------------------------------------------------------------------


def test_items_leave_out_documents_unless_expanded(api, engineer):
    work_session = make_session(engineer)
    add_decision(work_session)
    add_decision(work_session, node_id="ping")
    client = api(engineer)
    [item] = client.get(LIST).json()
    whole = client.get(f"{LIST}/{work_session.pk}").json()
    documents = {"tree_snapshot", "decisions", "custom_steps", "path_taken", "variable_problems"}
    assert item == {name: value for name, value in whole.items() if name not in documents}
    assert item["decision_count"] == 2
    spaced = "custom_steps,tree_snapshot, decisions"
    for asked in (["decisions,tree_snapshot", "custom_steps"], [spaced]):
        assert client.get(LIST, {"expand": asked}).json() == [whole]
    [item] = client.get(f"{LIST}?expand=tree_snapshot").json()
    assert set(item) & documents == {"tree_snapshot", "variable_problems"}


# -- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["", "?expand=decisions,tree_snapshot,custom_steps"])
def test_queries_dont_grow_with_rows(engineer, colleague, django_assert_num_queries, asked):
    """The key, the page, the count, people's names; documents and decisions are read by ids."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(engineer)}")
    work_session = make_session(engineer, assigned_to=colleague)
    client.get(LIST)  # touches the key
    expected = 6 if asked else 4
    with django_assert_num_queries(expected):
        client.get(LIST + asked)
    copies(work_session, [NOON] * 60, assigned_to=colleague, prepared_by=engineer)
    for row in Session.objects.all():
        add_decision(row)
    with django_assert_num_queries(expected):
        assert len(client.get(LIST + asked).json()) == 50
