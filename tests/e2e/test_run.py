"""`make run`'s supervisor, as a person meets it: started, killed, started again, stopped."""

import signal
import time

import psutil
import pytest

from tests.e2e.server import free_port
from tests.e2e.supervisor import Supervisor, is_alive


@pytest.fixture
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def start(data_dir):
    """Starts a supervisor on one port; whatever still runs at the end is ended by its id."""
    port = free_port()
    started = []

    def starter(**environment):
        supervisor = Supervisor(data_dir, port, **environment)
        started.append(supervisor)
        return supervisor

    yield starter
    for supervisor in started:
        supervisor.kill()
    pid_file = data_dir / "postgres" / "postmaster.pid"
    if pid_file.exists():
        database = psutil.Process(int(pid_file.read_text().split()[0]))
        database.terminate()
        database.wait(20)


def test_a_run_survives_what_happens_to_it(start, data_dir):
    first = start()
    first.wait_ready()
    assert first.health() == 200
    assert set(first.sign_ins()) == {"admin", "author", "engineer", "viewer", "integration"}

    # a killed server process comes back by itself
    workers = first.children("gunicorn")
    workers[-1].kill()
    deadline = time.monotonic() + 30
    while len(first.children("gunicorn")) < len(workers) or is_alive(workers[-1]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert first.health() == 200

    # the port is taken: one line, and the first run is not disturbed
    second = start()
    assert second.process.wait(60) == 1
    assert "can't be used" in second.output
    assert len(second.lines) == 1
    assert first.health() == 200

    # kill -9: the children end too, and the next run finds everything as it was
    orphans = first.children("resolutionflow")
    first.kill()
    deadline = time.monotonic() + 30
    while any(is_alive(orphan) for orphan in orphans):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    third = start()
    third.wait_ready()
    assert third.sign_ins() == first.sign_ins()

    # told to stop: in order, soon, with exit code 0, the database included
    third.process.send_signal(signal.SIGINT)
    assert third.process.wait(30) == 0
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_a_server_that_others_can_reach_has_no_known_password(start):
    first = start()
    first.wait_ready()
    known = set(first.sign_ins().values())
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(30) == 0
    second = start(HOST="0.0.0.0")  # noqa: S104
    second.wait_ready()
    assert set(second.sign_ins()) == set(first.sign_ins())
    assert known.isdisjoint(second.sign_ins().values())


def test_a_database_that_is_away_is_said_in_one_line(start):
    away = start(DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert away.process.wait(60) == 1
    assert away.lines[-1].startswith("resolutionflow: the database can't be used: ")
