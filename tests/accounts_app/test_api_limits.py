"""Limits of calls: per key and per user, by cost, over all processes, and what they cost."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts_app import api_limits, rate_limits
from accounts_app.models import MinuteCount
from accounts_app.rate_limits import MinuteCounter
from resolutionflow.api.docs import document
from sessions_app.retention.tasks import cleanup
from tests.factories import make_key
from tests.permissions.world import World
from tests.sessions_app.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.req("I4")]
LIST = "/api/v1/sessions"
START = 1_800_000_000.0  # the first second of a minute


@pytest.fixture
def clock(monkeypatch):
    """The time as the counters see it, in seconds, to be set."""
    now = {"time": START}
    monkeypatch.setattr(rate_limits, "time", SimpleNamespace(time=lambda: now["time"]))
    return now


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    """Counts of this test alone."""
    monkeypatch.setattr(api_limits, "counter", MinuteCounter())


@pytest.fixture
def limits(settings):
    def set_limits(*, key=0, user=0):
        settings.API_KEY_CALLS_PER_MINUTE, settings.API_USER_CALLS_PER_MINUTE = key, user

    return set_limits


def client_of(user):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(user)}")
    return client


def statuses(client, times, address=LIST):
    return [client.get(address).status_code for _ in range(times)]


def test_a_key_that_calls_too_often_is_told_when_to_come_again(engineer, clock, limits):
    limits(key=3)
    client = client_of(engineer)
    clock["time"] = START + 15
    assert statuses(client, 4) == [200, 200, 200, 429]
    refused = client.get(LIST)
    assert refused["Retry-After"] == "45"
    assert refused.json() == {
        "detail": "Too many calls with this key: 3 a minute are allowed. Try again in 45 seconds."
    }
    clock["time"] = START + 59.9
    assert client.get(LIST)["Retry-After"] == "1"
    clock["time"] = START + 60
    assert client.get(LIST).status_code == 200


def test_another_key_of_the_user_goes_on_until_the_users_limit(engineer, colleague, clock, limits):
    limits(key=2, user=3)
    first, second, other = client_of(engineer), client_of(engineer), client_of(colleague)
    assert statuses(first, 3) == [200, 200, 429]
    assert statuses(second, 2) == [200, 429]
    assert "by you: 3 a minute" in second.get(LIST).json()["detail"]
    browser = APIClient()
    browser.force_login(engineer)
    assert browser.get(LIST).status_code == 429
    assert other.get(LIST).status_code == 200


def test_no_limit_is_none(engineer, clock, limits):
    limits()
    assert set(statuses(client_of(engineer), 30)) == {200}
    assert not MinuteCount.objects.exists()


def test_what_is_refused_changes_nothing(clock, limits):
    limits(key=1)
    world = World.make()
    client = client_of(world.people["owner"])
    client.get(LIST)
    before = world.people["owner"].sessions.count()
    answer = client.post(LIST, {"tree_id": str(world.tree.pk)}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 429
    assert world.people["owner"].sessions.count() == before


@pytest.mark.parametrize(
    ("call", "body", "cost"),
    [
        ("api-sessions", None, 1),
        ("api-session-export", {}, 5),
        ("api-redact", {"text": "x"}, 5),
        ("api-redact", {"text": "x" * 250_000}, 7),
        ("api-session-batch", {"targets": [{"label": f"srv-{n}"} for n in range(12)]}, 12),
        ("api-session-batch", {"targets": []}, 1),
        ("api-session-batch", {"targets": "all"}, 1),
        ("api-session-batch", [], 1),
        ("api-session-prepare", {}, 1),
    ],
)
def test_expensive_calls_count_for_several(clock, limits, call, body, cost):
    limits(key=20)
    world = World.make()
    client = client_of(world.people["owner"])
    if isinstance(body, dict) and "targets" in body:
        body = {"tree_id": str(world.tree.pk), **body}
    address = world.url(call)
    answer = client.get(address) if body is None else client.post(address, body, format="json")
    assert answer.status_code in (200, 201, 422)
    assert MinuteCount.objects.get().cost == cost


def test_whoever_is_below_the_limit_may_make_one_call_more_whatever_it_costs(clock, limits):
    limits(key=6)
    world = World.make()
    client, address = client_of(world.people["owner"]), world.url("api-session-export")
    answers = [client.post(address, {}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_files_count_too(clock, limits):
    limits(key=2)
    world = World.make()
    client, address = client_of(world.people["owner"]), f"/attachments/{world.file.pk}"
    assert statuses(client, 3, address) == [200, 200, 429]
    assert client.get(address)["Retry-After"]


def test_two_processes_share_a_limit(clock):
    """Each has its own counter; exactly, where the limit is small."""
    subject, processes = uuid4(), [MinuteCounter(), MinuteCounter()]
    answers = [processes[number % 2].add({subject: 5}, 1) for number in range(10)]
    assert answers[:5] == [None] * 5
    assert all(answer == (subject, 60) for answer in answers[5:])


@pytest.mark.parametrize("processes", [1, 4])
def test_a_large_limit_is_passed_by_a_twentieth_for_each_process_at_most(clock, processes):
    subject, limit = uuid4(), 1000
    counters = [MinuteCounter() for _ in range(processes)]
    allowed = sum(counters[n % processes].add({subject: limit}, 1) is None for n in range(2000))
    assert limit <= allowed + processes and allowed <= limit + processes * limit // 20


@pytest.mark.django_db(transaction=True)
def test_threads_of_processes_count_together(clock):
    """Real connections, and two counters that say what they know at the same time."""
    subject, counters = uuid4(), [MinuteCounter(), MinuteCounter()]
    answers = at_once(lambda n: counters[n % 2].add({subject: 20}, 1), 100, workers=8)
    allowed = sum(answer is None for answer in answers)
    assert 20 - 8 <= allowed <= 20 + 8
    assert MinuteCount.objects.get(subject=subject).cost >= 20


def test_a_caller_below_the_limit_costs_no_statement(clock, django_assert_num_queries):
    counter, user, key = MinuteCounter(), uuid4(), uuid4()
    with django_assert_num_queries(0):
        for _ in range(59):
            counter.add({user: 2400, key: 1200}, 1)
    with django_assert_num_queries(1):
        counter.add({user: 2400, key: 1200}, 1)
    with django_assert_num_queries(19):
        for _ in range(19 * 60 + 500):
            counter.add({user: 2400, key: 1200}, 1)


def test_a_call_costs_no_query_more(engineer, clock, settings, django_assert_num_queries):
    """With the limits as they are set by default: the key, and what the call itself reads."""
    client = client_of(engineer)
    client.get("/api/v1/sessions/prepare")  # the use is noted
    with django_assert_num_queries(1):
        assert client.get("/api/v1/sessions/prepare").status_code == 405


def test_the_housekeeping_deletes_old_counts():
    now = timezone.now()
    for hours in (0, 2):
        MinuteCount.objects.add({uuid4(): 1}, minute=now - timedelta(hours=hours))
    cleanup(0)
    assert MinuteCount.objects.get().minute == now


def test_sums_are_kept_per_minute():
    subject, minute = uuid4(), datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    assert MinuteCount.objects.add({subject: 2}, minute=minute) == {subject: 2}
    assert MinuteCount.objects.add({subject: 3}, minute=minute) == {subject: 5}
    later = minute + timedelta(minutes=1)
    assert MinuteCount.objects.add({subject: 1}, minute=later) == {subject: 1}


def test_the_document_tells_the_limit_of_every_call():
    for operations in document()["paths"].values():
        for operation in operations.values():
            assert "Retry-After" in operation["responses"]["429"]["headers"]
