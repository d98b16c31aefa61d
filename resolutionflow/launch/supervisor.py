"""The program of `make run`: everything that a machine needs to serve the site.

Starts the embedded PostgreSQL (unless DATABASE_URL names another), migrates, makes the demo in
an empty local database, then keeps the server and the background worker running until it is
stopped (Ctrl-C, SIGTERM), and stops them in order: server, worker, PostgreSQL.
"""

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from resolutionflow import environment
from resolutionflow.launch import parent_watch

START_SECONDS = 60
STOP_SECONDS = 4.0
PORT_SECONDS = 3.0
STEADY_SECONDS = 60.0
MAX_PAUSE_SECONDS = 30.0
DATABASE_SECONDS = 1.0  # between two looks at the embedded PostgreSQL


class Stopped(BaseException):
    """A signal to stop has arrived."""


class CannotRunError(Exception):
    """The site can't be served; the message says why in one line."""


@dataclass
class Child:
    """A program that is kept running. A pause before each restart grows while it keeps ending."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 1.0
    due_at: float = field(default=0.0)

    def start(self, read_end: int) -> None:
        surroundings = {**os.environ, parent_watch.VARIABLE: str(read_end)}
        # A session of its own: Ctrl-C reaches us alone, and we stop the children in order.
        self.process = subprocess.Popen(  # noqa: S603
            self.command, env=surroundings, pass_fds=(read_end,), start_new_session=True
        )
        self.started_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ensure_running(self, read_end: int) -> None:
        """Start it again if it ended, not sooner than its pause allows."""
        if self.is_alive:
            return
        now = time.monotonic()
        if self.process is not None:
            if now - self.started_at > STEADY_SECONDS:
                self.pause = 1.0
            code = self.process.returncode
            print_line(f"The {self.name} ended ({code}); it starts again in {self.pause:.0f} s.")
            self.process = None
            self.due_at = now + self.pause
            self.pause = min(2 * self.pause, MAX_PAUSE_SECONDS)
        elif now >= self.due_at:
            self.start(read_end)

    def stop(self, deadline: float) -> None:
        """Ask it to end, and kill it when the deadline (monotonic seconds) has passed."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class EmbeddedDatabase:
    """The embedded PostgreSQL, started again when its process has died."""

    pause: float = 0.0
    due_at: float = 0.0

    def ensure_running(self) -> None:
        """Start it again if it died; after a failure not sooner than a growing pause allows."""
        from resolutionflow.launch import embedded_postgres

        if time.monotonic() < self.due_at:
            return
        try:
            if embedded_postgres.restart_if_dead():
                print_line("The embedded PostgreSQL had ended; it runs again.")
            self.pause = 0.0
        except RuntimeError as error:
            self.pause = min(2 * self.pause or 1.0, MAX_PAUSE_SECONDS)
            print_line(f"{error} The next attempt is in {self.pause:.0f} s.")
        self.due_at = time.monotonic() + (self.pause or DATABASE_SECONDS)


def print_line(line: str) -> None:
    print(line, flush=True)


@contextmanager
def raise_on_signal() -> Iterator[None]:
    """Within the block, the usual signals to stop raise `Stopped`; a second one does nothing."""

    def raise_once(number: int, frame: Any) -> None:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, raise_once)
    yield


def require_free_port(host: str, port: int) -> None:
    """Raise `CannotRunError` when something else still listens there after `PORT_SECONDS`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except socket.gaierror:
                raise CannotRunError(f"HOST is “{host}”, which is no address.") from None
            except OSError as error:
                reason = error.strerror or str(error)
        if time.monotonic() > deadline:
            raise CannotRunError(
                f"{environment.bind_address()} can't be used ({reason}); choose another HOST or "
                "PORT."
            )
        time.sleep(0.2)


def prepare_site(host: str) -> list[Any]:
    """Prepare database, demo and static files; return the sign-ins of the demo."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import OperationalError, connections

    from resolutionflow.launch import static_build
    from resolutionflow.launch.old_database import old_database_message

    django.setup()
    is_embedded = not settings.DATABASE_URL
    # The children use the server that we hold, and don't hold it themselves.
    os.environ["DATABASE_URL"] = settings.RUNNING_DATABASE_URL
    if message := old_database_message():
        raise CannotRunError(message)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        reason = " ".join(str(error).split())
        raise CannotRunError(f"the database can't be used: {reason}") from None
    sign_ins: list[Any] = []
    if is_embedded and settings.IS_LOCAL:
        from sessions_app import demo

        sign_ins = demo.ensure(is_private=environment.is_loopback(host))
    static_build.collect()
    connections.close_all()
    return sign_ins


def wait_until_ready(web: Child, host: str, port: int) -> None:
    """Wait until the server responds; raise `CannotRunError` when it ends, or never does."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not web.is_alive:
            raise CannotRunError("the server did not start; the lines above say why.")
        try:
            connection = http.client.HTTPConnection(reachable, port, timeout=2)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise CannotRunError(f"the server did not answer within {START_SECONDS} seconds.")


def print_address(sign_ins: list[Any]) -> None:
    print_line(f"\nResolutionFlow is at http://{environment.bind_address()}")
    if sign_ins:
        print_line("Demo sign-ins:")
        for one in sign_ins:
            print_line(f"  {one.username:<12} {one.password}")
    print_line("Ctrl-C stops it.\n")


def serve() -> None:
    """Prepare and start everything, and keep it running until stopped."""
    host, port = environment.host_and_port()
    require_free_port(host, port)
    print_line("Starting …")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resolutionflow.settings")
    from resolutionflow.launch import static_build

    os.environ.setdefault("STATICFILES_BACKEND", static_build.BACKEND)
    os.environ.setdefault("GRACEFUL_TIMEOUT_SECONDS", "3")
    sign_ins = prepare_site(host)
    read_end, write_end = os.pipe()
    web = Child("server", [sys.executable, "-m", "gunicorn", "resolutionflow.wsgi"])
    worker = Child("worker", [sys.executable, "-m", "resolutionflow.launch.worker"])
    database = EmbeddedDatabase()
    try:
        web.start(read_end)
        worker.start(read_end)
        wait_until_ready(web, host, port)
        print_address(sign_ins)
        while True:
            time.sleep(0.3)
            database.ensure_running()
            for child in (web, worker):
                child.ensure_running(read_end)
    finally:
        deadline = time.monotonic() + STOP_SECONDS
        if worker.is_alive and worker.process is not None:
            worker.process.terminate()  # it may finish its job while the server ends
        web.stop(deadline)
        worker.stop(deadline)
        os.close(write_end)


def main() -> int:
    """Return the exit code: 0 when stopped, 1 when it can't run."""
    try:
        with raise_on_signal():
            serve()
    except Stopped:
        print_line("\nStopped.")
        return 0
    except (CannotRunError, ImproperlyConfigured, RuntimeError) as error:
        return report(disk_sentence(error) or str(error))
    except Exception as error:
        if not (sentence := disk_sentence(error)):
            raise
        return report(sentence)
    finally:
        from resolutionflow.launch import embedded_postgres

        with suppress(OSError):  # on a full disk it can't note who uses it still
            embedded_postgres.stop()
    return 0


def report(sentence: str) -> int:
    """Print why the site can't be served, and return the exit code."""
    print(f"resolutionflow: {sentence}", file=sys.stderr, flush=True)
    return 1


DISK_PROBLEMS = {
    errno.ENOSPC: "there is no room left",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EROFS: "the disk is read-only",
    errno.ENOTDIR: "it isn't in a folder",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
}


def disk_sentence(error: BaseException) -> str:
    """Return what to do about a disk that takes nothing, "" for any other error.

    The embedded PostgreSQL says so by its own errors, which name no file.
    """
    found: BaseException | None = error
    while found is not None:
        problem = DISK_PROBLEMS.get(found.errno or 0) if isinstance(found, OSError) else ""
        if problem:
            where = found.filename or "the data folder"  # type: ignore[attr-defined]
            return (
                f"{where} can't be written: {problem}. Make room, or set RESOLUTIONFLOW_DATA_DIR "
                "to a folder that can be written."
            )
        if getattr(found, "sqlstate", None) == "53100":
            return "the database's disk is full: nothing could be stored. Make room there."
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return ""


if __name__ == "__main__":
    sys.exit(main())
