"""`make run` while its database dies, freezes or is locked, and while requests arrive by halves."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from tests.e2e.server import BASE_DIR, free_port
from tests.e2e.supervisor import Supervisor, is_alive

READ_TIMEOUT = 4
LOCK_TIMEOUT = 3
HALF_SENT = 60
SIGN_INS = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()._meta.db_table


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A folder below which no other test run changes who may enter."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "data"


@pytest.fixture(scope="module")
def site(data_dir: Path) -> Iterator[Supervisor]:
    """A running site, stopped by the tests at the end of this module."""
    running = Supervisor(
        data_dir,
        free_port(),
        WEB_THREADS="2",
        READ_TIMEOUT_SECONDS=str(READ_TIMEOUT),
        WEB_LOCK_TIMEOUT_SECONDS=str(LOCK_TIMEOUT),
    )
    running.wait_ready()
    yield running
    servers = server_processes(data_dir)
    running.kill()
    for process in servers:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def postmaster(data_dir: Path) -> psutil.Process:
    return psutil.Process(int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0]))


def server_processes(data_dir: Path) -> list[psutil.Process]:
    with contextlib.suppress(OSError, psutil.NoSuchProcess):
        first = postmaster(data_dir)
        return [first, *first.children(recursive=True)]
    return []


def connect(data_dir: Path) -> psycopg.Connection:
    folder = (data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    return psycopg.connect(
        host=folder, dbname="resolutionflow", user="postgres", autocommit=True, connect_timeout=5
    )


def get(site: Supervisor, path: str, timeout: float = 30, cookie: str = "") -> tuple[int, float]:
    """Return the status, 0 when there is none in time, and the seconds that it took."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{site.port}{path}", headers={"Cookie": cookie}
    )
    start = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310
            response.read()
            status = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError:
        status = 0
    return status, time.monotonic() - start


def await_health(site: Supervisor, status: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while (found := get(site, "/healthz", 5)[0]) != status:
        assert time.monotonic() < deadline, f"{found}\n{site.output}"
        time.sleep(0.2)


def await_restart(site: Supervisor, data_dir: Path, killed: psutil.Process) -> None:
    """Wait until another process than the `killed` one serves the database."""
    deadline = time.monotonic() + 60
    while not is_served_anew(data_dir, killed):
        assert time.monotonic() < deadline, site.output
        time.sleep(0.1)
    await_health(site, 200)


def is_served_anew(data_dir: Path, killed: psutil.Process) -> bool:
    with contextlib.suppress(OSError, psutil.NoSuchProcess, IndexError, ValueError, psycopg.Error):
        if postmaster(data_dir) != killed:
            connect(data_dir).close()
            return True
    return False


def a_static_file(data_dir: Path) -> str:
    manifest = json.loads((data_dir / "static" / "staticfiles.json").read_text())
    return "/static/" + next(
        path for name, path in manifest["paths"].items() if name.endswith(".css")
    )


@contextlib.contextmanager
def requests_under_way(site: Supervisor, count: int) -> Iterator[list[tuple[int, float]]]:
    """Keep `count` requests waiting that all look for a sign-in in the database."""
    results: list[tuple[int, float]] = []
    callers = [
        threading.Thread(
            target=lambda: results.append(get(site, "/flows", 60, "sessionid=" + "a" * 32))
        )
        for _ in range(count)
    ]
    for caller in callers:
        caller.start()
    time.sleep(1)
    try:
        yield results
    finally:
        for caller in callers:
            caller.join()


def test_a_killed_database_runs_again_and_has_everything(site: Supervisor, data_dir: Path) -> None:
    """`kill -9` in the middle of writing: what was confirmed is there afterwards."""
    with connect(data_dir) as connection:
        connection.execute("CREATE TABLE confirmed (number int)")
    confirmed = []
    first = postmaster(data_dir)

    def write() -> None:
        with contextlib.suppress(psycopg.Error), connect(data_dir) as connection:
            for number in range(1_000_000):
                connection.execute("INSERT INTO confirmed VALUES (%s)", [number])
                confirmed.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    while len(confirmed) < 20:
        time.sleep(0.01)
    for process in server_processes(data_dir):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    writer.join()
    await_restart(site, data_dir, first)
    assert not is_alive(first)
    with connect(data_dir) as connection:
        found = {row[0] for row in connection.execute("SELECT number FROM confirmed")}
    assert found.issuperset(confirmed)
    assert get(site, "/sign-in")[0] == 200


def test_a_killed_postmaster_alone(site: Supervisor, data_dir: Path) -> None:
    """Its processes are still ending when it is started again."""
    killed = postmaster(data_dir)
    killed.kill()
    await_restart(site, data_dir, killed)


def test_a_frozen_database_stops_neither_health_nor_files(site: Supervisor, data_dir: Path) -> None:
    frozen = server_processes(data_dir)
    for process in frozen:
        process.suspend()
    try:
        with requests_under_way(site, 30) as results:
            for _ in range(4):
                status, seconds = get(site, "/healthz")
                assert (status, seconds < 1.5) == (503, True)
                status, seconds = get(site, a_static_file(data_dir))
                assert (status, seconds < 1.5) == (200, True)
            for process in frozen:
                process.resume()
        assert len(results) == 30
    finally:
        for process in frozen:
            process.resume()
    await_health(site, 200)
    assert get(site, "/sign-in")[0] == 200


def test_a_held_lock_is_waited_for_a_bounded_time(site: Supervisor, data_dir: Path) -> None:
    with connect(data_dir) as connection, connection.transaction():
        connection.execute(f"LOCK TABLE {SIGN_INS} IN ACCESS EXCLUSIVE MODE")
        with requests_under_way(site, 4) as results:
            status, seconds = get(site, "/healthz")
            assert (status, seconds < 1.5) == (200, True)
            assert get(site, a_static_file(data_dir))[0] == 200
        assert [status for status, _ in results] == [503] * 4
        assert all(seconds >= LOCK_TIMEOUT - 1 for _, seconds in results)
    assert get(site, "/flows")[0] == 200


def test_half_sent_requests_stop_nobody(site: Supervisor) -> None:
    """Neither heads nor bodies that don't go on, nor connections on which nothing comes."""
    body = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nusername="
    halves = (b"", b"GET /sign-in HTTP/1.1\r\nHost: 127", body)
    sent = [
        (socket.create_connection(("127.0.0.1", site.port)), half)
        for half in halves
        for _ in range(HALF_SENT // len(halves))
    ]
    try:
        for connection, half in sent:
            connection.sendall(half)
        for _ in range(3):
            status, seconds = get(site, "/healthz")
            assert (status, seconds < 1.5) == (200, True)
            assert get(site, "/sign-in")[0] == 200
        # each is ended in its time, a body with a word about it
        for connection, half in sent:
            connection.settimeout(READ_TIMEOUT + 10)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                received = connection.recv(1000)
            assert received.startswith(b"HTTP/1.1 408") if half is body else received == b""
    finally:
        for connection, _ in sent:
            connection.close()


def test_slow_but_steady_requests_are_served(site: Supervisor) -> None:
    """A head and a body in pieces, and a second request on the same connection."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        for _ in range(2):
            for piece in (b"GET /healthz HT", b"TP/1.1\r\nHost: 127.0.0.1\r", b"\n\r", b"\n"):
                connection.sendall(piece)
                time.sleep(0.2)
            assert connection.recv(10_000).startswith(b"HTTP/1.1 200")
        for piece in (
            b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ",
            b"application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\n",
            b"username=",
            b"anapetrova1",
        ):
            connection.sendall(piece)
            time.sleep(0.2)
        assert connection.recv(10_000).startswith(b"HTTP/1.1 403")  # it lacks the token


def test_it_ends_with_the_database_that_a_command_started(site: Supervisor, data_dir: Path) -> None:
    site.process.send_signal(signal.SIGSTOP)
    for process in server_processes(data_dir):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    ended = manage(data_dir, "showmigrations", "accounts_app")
    assert ended.returncode == 0, ended.stderr
    assert is_alive(postmaster(data_dir))
    revived = postmaster(data_dir)
    site.process.send_signal(signal.SIGINT)
    site.process.send_signal(signal.SIGCONT)
    assert site.process.wait(60) == 0
    assert not is_alive(revived)
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def manage(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "RESOLUTIONFLOW_DATA_DIR": str(data_dir), "DATABASE_URL": ""}
    surroundings["DJANGO_SETTINGS_MODULE"] = "resolutionflow.settings"
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def copied_folder(site: Supervisor, data_dir: Path) -> Iterator[Path]:
    """The folder of a site that was stopped, copied by `cp -r`, as root where this is root."""
    if site.process.poll() is None:
        site.process.send_signal(signal.SIGINT)
        assert site.process.wait(60) == 0
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "copy"
        subprocess.run(["cp", "-r", data_dir, copied], check=True, umask=0o022)
        yield copied


def test_a_copied_data_folder_starts(copied_folder: Path) -> None:
    # as it is left when a running site was copied: the number is some other process's
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (copied_folder / "postgres" / name).write_text(
            f"{os.getpid()}\n/elsewhere\n1700000000\n5432\n/elsewhere\n\n  1  2\nready   \n"
        )
    ended = manage(copied_folder, "showmigrations", "accounts_app")
    assert ended.returncode == 0, ended.stderr
    assert "[X] 0001_initial" in ended.stdout
    assert "[ ]" not in ended.stdout
    assert not (copied_folder / "postgres" / "postmaster.pid").exists()


def test_a_database_of_another_release_ends_with_a_sentence(copied_folder: Path) -> None:
    (copied_folder / "postgres" / "PG_VERSION").write_text("16\n")
    ended = manage(copied_folder, "check")
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "PostgreSQL 16" in ended.stderr
    assert "dump it" in ended.stderr
