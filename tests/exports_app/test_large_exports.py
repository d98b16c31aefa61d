"""Large exports wait for each other, or are refused with words; small ones never wait."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from exports_app import large_exports
from exports_app.large_exports import BUSY, ByteLimit
from resolutionflow.web.errors import Busy
from tests.factories import add_decision, make_completed

OUTPUT = "x" * 5_000


def limit(most=100, wait_seconds=5.0, max_waiting=4):
    return ByteLimit(most, wait_seconds=wait_seconds, max_waiting=max_waiting)


class TestByteLimit:
    def test_what_fits_does_not_wait(self):
        bytes_ = limit()
        assert [bytes_.acquire(60), bytes_.acquire(40)] == [60, 40]
        assert bytes_.held == 100

    def test_what_is_larger_than_all_is_made_alone(self):
        bytes_ = limit()
        assert bytes_.acquire(5_000) == 100
        bytes_.release(100)
        assert bytes_.held == 0

    def test_who_waits_too_long_is_refused_and_leaves_no_trace(self):
        bytes_ = limit(wait_seconds=0.05)
        bytes_.acquire(80)
        with pytest.raises(Busy, match="Try again"):
            bytes_.acquire(30)
        assert bytes_.acquire(20) == 20

    def test_too_many_do_not_wait_at_all(self):
        bytes_ = limit(wait_seconds=60, max_waiting=0)
        bytes_.acquire(80)
        started = time.monotonic()
        with pytest.raises(Busy):
            bytes_.acquire(30)
        assert time.monotonic() - started < 30

    def test_a_wait_that_fails_before_it_begins_leaves_no_trace(self):
        bytes_ = limit(wait_seconds=0.05)
        bytes_.acquire(80)

        def fail():
            raise OSError

        with pytest.raises(OSError):
            bytes_.acquire(30, before_wait=fail)
        bytes_.release(80)
        assert bytes_.acquire(100) == 100

    def test_turns_are_in_the_order_of_arrival_and_never_hold_too_much(self):
        bytes_, served, most = limit(max_waiting=50, wait_seconds=30), [], []
        bytes_.acquire(100)

        def work(number):
            held = bytes_.acquire(40)
            served.append(number)
            most.append(bytes_.held)
            time.sleep(0.002)
            bytes_.release(held)

        threads = []
        for number in range(20):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            while len(bytes_._waiting) < number + 1:
                time.sleep(0.001)
        bytes_.release(100)
        for thread in threads:
            thread.join(30)
        assert served[:2] in ([0, 1], [1, 0])
        assert all(abs(place - number) <= 2 for place, number in enumerate(served))
        assert max(most) <= 100
        assert bytes_.held == 0


@pytest.fixture
def small_limit(monkeypatch):
    """Anything over 1,000 bytes is large, and one of them is all that fits."""
    made = limit(most=6_000, wait_seconds=0.05)
    monkeypatch.setattr(large_exports, "LIMIT", made)
    monkeypatch.setattr(large_exports, "MIN_LARGE_BYTES", 1_000)
    return made


@pytest.fixture
def large(engineer):
    work_session = make_completed(engineer)
    add_decision(work_session, command_output=OUTPUT)
    return work_session


def address(work_session):
    return f"/api/v1/sessions/{work_session.pk}/export"


DOORS = {
    "export": {"detail_level": "full"},
    "preview": {"detail_level": "full"},
    "preview/rendered": {"detail_level": "full"},
}


@pytest.mark.django_db
class TestDoors:
    def test_the_api_refuses_with_a_time_to_come_again(self, api, engineer, large, small_limit):
        small_limit.acquire(6_000)
        answer = api(engineer).post(address(large), {"detail_level": "full"})
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert answer.json() == {"detail": BUSY}
        large.refresh_from_db()
        assert not large.exported

    @pytest.mark.parametrize("door", DOORS)
    def test_pages_refuse_as_plain_text(self, page, engineer, large, small_limit, door):
        small_limit.acquire(6_000)
        answer = page(engineer).post(f"/sessions/{large.pk}/{door}", DOORS[door])
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert answer["Content-Type"].startswith("text/plain")
        assert answer.content.decode() == BUSY

    @pytest.mark.parametrize("level", ["full", "standard"])
    def test_bytes_are_held_until_the_answer_is_sent(
        self, client, engineer, large, small_limit, level, monkeypatch
    ):
        client.force_login(engineer)
        held = []
        release = large_exports.Hold.release
        monkeypatch.setattr(
            large_exports.Hold,
            "release",
            lambda self: (held.append(small_limit.held), release(self)),
        )
        answer = client.post(f"/sessions/{large.pk}/export", {"detail_level": level})
        assert answer.status_code == 200  # the test's client has closed it
        assert held and held[0] >= 5_000
        assert small_limit.held == 0

    def test_small_ones_never_wait(self, api, engineer, small_limit):
        work_session = make_completed(engineer)
        add_decision(work_session, command_output="pong")
        small_limit.acquire(6_000)
        answer = api(engineer).post(address(work_session), {"detail_level": "full"})
        assert answer.status_code == 200

    def test_a_failure_releases_what_was_held(self, api, engineer, large, small_limit, monkeypatch):
        from exports_app import builder

        def fail(*args):
            raise ValueError("broken")

        monkeypatch.setattr(builder, "build_document", fail)
        with pytest.raises(ValueError, match="broken"):
            api(engineer).post(address(large), {"detail_level": "full"})
        assert small_limit.held == 0

    def test_a_command_waits_for_nobody(self, large, small_limit):
        small_limit.acquire(6_000)
        large_exports.reserve(5_000)


@pytest.mark.django_db(transaction=True)
def test_exports_at_once_take_turns(api, engineer, small_limit):
    small_limit.wait_seconds, small_limit.max_waiting = 30, 50
    sessions = [make_completed(engineer) for _ in range(8)]
    for work_session in sessions:
        add_decision(work_session, command_output=OUTPUT)
    client = api(engineer)

    def export(work_session):
        return client.post(address(work_session), {"detail_level": "full"}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(export, sessions)) == [200] * 8
    assert small_limit.held == 0
