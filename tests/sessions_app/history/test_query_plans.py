"""The plan of every list of sessions at 100,000 of them: its index, and how little it reads."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts_app.models import User
from sessions_app import services
from sessions_app.history.cursor import SessionCursor
from sessions_app.models import Session
from sessions_app.retention import policies
from sessions_app.suggestions import bounded_sql, client_history, step_statistics
from tests.factories import make_key
from tests.query_plans import Plan, plans_of
from tests.sessions_app.bulk_data import BATCH, COUNT, Memory, forget, remember

pytestmark = pytest.mark.django_db
SESSIONS = "sessions_app_session"
PAGE = (
    600  # rows that a page of 50 may look at: its own, twice for owned and assigned, some to spare
)
OWNER, ACCOUNT = "session_owner_newest", "session_account_newest"
ASSIGNEE, SEARCH = "session_assignee_newest", "session_search_trigram"


@pytest.fixture(scope="module")
def memory(django_db_setup: None, django_db_blocker: Any) -> Iterator[Memory]:
    """Made once for the module: outside of any test's transaction, or it could not be vacuumed."""
    with django_db_blocker.unblock():
        try:
            made = remember()
        except BaseException:
            forget()
            raise
    yield made
    with django_db_blocker.unblock():
        forget()


def page(user: User, url: str) -> Callable[[], Any]:
    """Reading a page; its first reading (the user's time zone) isn't what is looked at."""
    client = Client()
    client.force_login(user)
    assert client.get("/healthz").status_code == 200

    def read() -> None:
        assert client.get(url).status_code == 200

    return read


def api(user: User, url: str) -> Callable[[], Any]:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(user)}")

    def read() -> None:
        assert client.get(url).status_code == 200

    return read


def deep(user: User, *, own: bool) -> str:
    """A place in the middle of the user's own list, or of the account's."""
    rows = Session.objects.in_account_of(user).filter(started_at__isnull=False)
    rows = rows.filter(user=user) if own else rows
    at = rows.count() // 2
    started_at, pk = rows.newest_first().values_list("started_at", "id")[at]
    return SessionCursor(started_at, pk).encode()


def keys_and_counts(plans: list[Plan]) -> tuple[list[Plan], list[Plan]]:
    """A list is asked for its keys and then for those rows; apart from that it may be counted."""
    counts = [plan for plan in plans if "COUNT(*)" in plan.sql]
    return [plan for plan in plans if plan not in counts], counts


def require(plans: list[Plan], *indexes: str, reads: int, sorts: int | None = None) -> None:
    """Every plan keeps within its bounds, and together they use `indexes`."""
    assert plans
    for plan in plans:
        assert not plan.read_whole(SESSIONS, "sessions_app_decision"), plan
        assert plan.rows_read(SESSIONS) <= reads, plan
        assert plan.rows_sorted() <= (reads if sorts is None else sorts), plan
    used = set().union(*(plan.indexes() for plan in plans))
    assert set(indexes) <= used, f"{used}\n{plans[0]}"


def test_the_memory_is_large_enough(memory):
    of_account = Session.objects.filter(account=memory.account)
    assert Session.objects.count() == COUNT
    assert of_account.count() > 80_000
    assert of_account.filter(user=memory.busy).count() > 12_000
    assert 500 < of_account.filter(user=memory.quiet).count() < 2_500


@pytest.mark.req("H1", "S1")
@pytest.mark.parametrize("who", ["busy", "quiet", "admin", "integration"])
@pytest.mark.parametrize("door", ["/sessions", "/api/v1/sessions"])
@pytest.mark.parametrize("is_deep", [False, True], ids=["newest", "deep"])
def test_a_page_reads_a_page(memory, who, door, is_deep):
    user = getattr(memory, who)
    reads_all = user.reads_account_sessions
    url = door
    if is_deep:
        place = (
            deep(user, own=not reads_all) if user != memory.integration else deep(user, own=False)
        )
        url += f"?{'after' if door == '/sessions' else 'cursor'}={place}"
    do = page(user, url) if door == "/sessions" else api(user, url)
    lists, counts = keys_and_counts(plans_of(do, SESSIONS))
    require(lists, *((ACCOUNT,) if reads_all else (OWNER, ASSIGNEE)), reads=PAGE)
    if door == "/sessions":
        assert not counts  # how many there are in all would cost every visit
    else:
        # What is counted stops at 10,001 in each part of the list.
        require(counts, reads=20_100, sorts=0)


# How many rows a filter may look at. What is rare in an account is found by the word index.
NARROWED = {
    "status=completed": 400,
    "status=active": 6_000,
    "status=prepared": 400,
    "outcome=resolved": 600,
    "outcome=cancelled": 1_500,
    "period=today": 400,
    "period=week": 400,
    "period=30days": 400,
    "since=2000-01-01&until=2100-01-01": 400,
    "owner=mine": 400,
    "owner=assigned": 400,
    "client_name=client+3": 3_000,
    "q=printer": 600,
    "q=client+17+vpn": 6_000,
}
RARE = ["ticket_number=inc-1500", "q=xylophon", "q=inc-123456", "q=nothing-like-this"]


@pytest.mark.req("H1")
@pytest.mark.parametrize("who", ["busy", "admin"])
@pytest.mark.parametrize("asked", NARROWED)
def test_a_filter_reads_what_its_index_says(memory, who, asked):
    lists, _ = keys_and_counts(plans_of(page(getattr(memory, who), f"/sessions?{asked}"), SESSIONS))
    require(lists, reads=NARROWED[asked])


@pytest.mark.req("H1")
@pytest.mark.parametrize("asked", RARE)
def test_what_is_rare_in_an_account_is_found_by_the_trigrams(memory, asked):
    require(plans_of(page(memory.admin, f"/sessions?{asked}"), SESSIONS), SEARCH, reads=600)


@pytest.mark.req("H1")
@pytest.mark.parametrize("who", ["busy", "quiet"])
@pytest.mark.parametrize("asked", RARE)
@pytest.mark.parametrize("door", ["/sessions", "/sessions/sidebar"])
def test_the_sessions_of_one_person_are_searched_row_by_row(memory, who, asked, door):
    """At most what they have, whatever everyone else has: the word index would read that."""
    user = getattr(memory, who)
    own = Session.objects.visible_to(user).count()
    plans = plans_of(page(user, f"{door}?{asked}"), SESSIONS)
    require(plans, reads=own)
    assert SEARCH not in set().union(*(plan.indexes() for plan in plans))


@pytest.mark.req("H1")
@pytest.mark.parametrize("which", [0, -1], ids=["common", "rare"])
@pytest.mark.parametrize("who", ["busy", "admin"])
def test_one_flow(memory, who, which):
    tree = list(memory.account.trees.order_by("pk"))[which]
    do = page(getattr(memory, who), f"/sessions?tree_id={tree.pk}")
    lists, _ = keys_and_counts(plans_of(do, SESSIONS))
    require(lists, reads=4_000)


@pytest.mark.req("H1")
@pytest.mark.parametrize("who", ["busy", "quiet", "admin"])
@pytest.mark.parametrize("asked", ["", "?q=printer", "?status=completed"])
def test_the_sidebar(memory, who, asked):
    do = page(getattr(memory, who), f"/sessions/sidebar{asked}")
    require(plans_of(do, SESSIONS), reads=300)


@pytest.mark.parametrize("who", ["busy", "quiet", "admin"])
def test_the_dashboard(memory, who):
    """Flows used most are counted over 90 days; the rest reads what is open, and eight rows."""
    do = page(getattr(memory, who), "/")
    require(plans_of(do, SESSIONS), reads=1_500, sorts=400)


@pytest.mark.req("S12")
def test_the_current_session(memory):
    do = lambda: services.latest_active_session(memory.busy)  # noqa: E731
    require(plans_of(do, SESSIONS), "session_active_touched", reads=1, sorts=0)


@pytest.mark.req("S11")
def test_a_batch(memory):
    do = page(memory.admin, f"/batches/{BATCH}")
    require(plans_of(do, SESSIONS), "session_batch", reads=100)


@pytest.mark.req("H5")
def test_what_was_tried_before(memory):
    """By the client's key, and by the flow: as `insight.reading` has them run."""
    work_session = Session.objects.filter(user=memory.busy, tree=memory.tree).newest_first()[0]
    guard = bounded_sql.SESSION_SETTINGS.format(60_000)
    do = lambda: client_history.earlier_sessions(work_session, memory.busy)  # noqa: E731
    require(plans_of(do, SESSIONS, guard=guard), "session_client_newest", reads=250)
    do = lambda: step_statistics.step_insight(work_session, "scope")  # noqa: E731
    looked_at = step_statistics.MAX_CLIENT_SESSIONS + step_statistics.MAX_FLOW_SESSIONS + 10
    plans = plans_of(do, SESSIONS, guard=guard)
    require(plans, "session_client_newest", "session_flow_completed", reads=looked_at)


@pytest.mark.req("H6")
def test_what_the_policies_reach(memory):
    """The oldest first, a batch at a time."""
    memory.account.retention_days = 300
    expired = policies.expired_sessions(memory.account).order_by("completed_at")
    do = lambda: list(expired.values_list("pk")[:100])  # noqa: E731
    require(plans_of(do, SESSIONS), "session_completed", reads=100, sorts=0)
    idle = policies.idle_sessions(memory.account)
    do = lambda: list(idle.values_list("pk")[:25])  # noqa: E731
    require(plans_of(do, SESSIONS), "session_active_touched", reads=25, sorts=0)
