"""gunicorn's threaded worker, in which a request that arrives slowly keeps nobody else waiting.

No thread waits for the head of a request: the system says when there is more of it. A thread reads
the body, within a time that its length allows, before the application begins its work.
"""

import contextlib
import resource
import selectors
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from resolutionflow import environment

READ_TIMEOUT_SECONDS = environment.positive_int("READ_TIMEOUT_SECONDS", 20)
MIN_BYTES_PER_SECOND = 32 * 1024  # of a body, which gets more time the longer it is
MAX_PEEKED_BYTES = 32 * 1024  # a head that is longer is read by a thread, within the same time
MAX_BODY_BYTES_IN_MEMORY = 1024 * 1024
MAX_STALLED_RESPONSE_MS = 60_000
MAX_OPEN_FILES = 4096
PIECE_BYTES = 64 * 1024
HEAD_END = b"\r\n\r\n"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WebWorker(ThreadWorker):
    """A worker with a time limit for the arrival of each request."""

    def init_process(self) -> None:
        # What threads read from now, and until when (monotonic seconds) they may.
        self.reading: dict[socket.socket, float] = {}
        self.body_readers = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))
        allow_open_files()
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi: Application = partial(self.respond, self.wsgi)

    # -- heads, in the worker's own loop -------------------------------------------------------

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        if hasattr(socket, "TCP_USER_TIMEOUT") and client.family != socket.AF_UNIX:
            # Ends a connection whose other side takes no more of the response.
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, MAX_STALLED_RESPONSE_MS)
        self.nr_conns += 1
        self.await_head(TConn(self.cfg, client, address, listener.getsockname()))

    def await_head(self, conn: TConn) -> None:
        conn.timeout = time.monotonic() + READ_TIMEOUT_SECONDS
        self.pending_conns.append(conn)
        read = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, read)

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        if has_whole_head(client):
            super().on_pending_socket_readable(conn, client)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Handle the next request of a connection that was kept."""
        if has_whole_head(client):
            super().on_client_socket_readable(conn, client)
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.await_head(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """When told to stop, wait for new requests no longer than for kept connections."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    # -- what a thread reads -------------------------------------------------------------------

    def handle(self, conn: TConn) -> Any:
        self.reading[conn.sock] = time.monotonic() + READ_TIMEOUT_SECONDS
        try:
            return super().handle(conn)
        finally:
            self.reading.pop(conn.sock, None)

    def murder_pending(self) -> None:
        """End what takes too long to arrive; gunicorn calls this at least each second."""
        super().murder_pending()
        now = time.monotonic()
        for client, until in list(self.reading.items()):
            if now > until:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RD)  # the thread's read ends, as at a hang-up

    def respond(
        self, application: Application, request: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Read the body, then have the application respond."""
        from django.conf import settings

        client = request["gunicorn.socket"]
        length = request.get("CONTENT_LENGTH", "")
        # The application refuses what is larger without reading it.
        if length.isdigit() and 0 < int(length) <= settings.MAX_REQUEST_BYTES:
            if not self.body_readers.acquire(blocking=False):
                return refuse(start_response, "503 Service Unavailable", ("Retry-After", "5"))
            try:
                self.reading[client] += int(length) / MIN_BYTES_PER_SECOND
                body = read_body(request["wsgi.input"], int(length))
            except StorageFullError:
                return refuse(start_response, "507 Insufficient Storage", ("Retry-After", "60"))
            finally:
                self.body_readers.release()
            if body is None:
                return refuse(start_response, "408 Request Timeout")
            request["wsgi.input"] = body
        self.reading.pop(client, None)
        return application(request, start_response)


class StorageFullError(Exception):
    """The folder for temporary files takes no more."""


def allow_open_files() -> None:
    """Let this process have a connection for each of gunicorn's `worker_connections`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(MAX_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def has_whole_head(client: socket.socket) -> bool:
    """Return whether a thread can read the next head without waiting, or has to see its end.

    If not, the system calls the socket readable again when there is more than now.
    """
    try:
        seen = client.recv(MAX_PEEKED_BYTES, socket.MSG_PEEK)
    except OSError:
        return True  # reset: the thread meets the same and closes it
    awaited = client.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)
    is_whole = HEAD_END in seen or len(seen) >= MAX_PEEKED_BYTES
    has_ended = len(seen) < awaited
    enough = 1 if is_whole or has_ended else len(seen) + 1
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, enough)
    return is_whole or has_ended


def read_body(stream: Any, length: int) -> Any:
    """Return a file with the whole body, or `None` when the connection ends before."""
    body = tempfile.SpooledTemporaryFile(max_size=MAX_BODY_BYTES_IN_MEMORY)  # noqa: SIM115
    left = length
    while left and (piece := stream.read(min(left, PIECE_BYTES))):
        try:
            body.write(piece)
        except OSError as error:
            raise StorageFullError from error
        left -= len(piece)
    body.seek(0)
    return None if left else body


def refuse(
    start_response: Callable[..., Any], status: str, *headers: tuple[str, str]
) -> Iterable[bytes]:
    """Respond without the application, and close the connection."""
    detail = {
        "408": "The request did not arrive in time. Send it again.",
        "503": "Too many requests arrive at once. Try again soon.",
        "507": "The server's disk is full. Nothing was kept of this; try again later.",
    }[status[:3]]
    body = f'{{"detail": "{detail}"}}'.encode()
    given = [("Content-Type", "application/json; charset=utf-8"), ("Connection", "close")]
    start_response(status, [*given, ("Content-Length", str(len(body))), *headers])
    return [body]
