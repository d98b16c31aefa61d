"""The real server, and a client that keeps its connection open as browsers and scripts do."""

import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.timing import FLOOR, FRAME

CSRF = "c" * 32


@contextmanager
def run_server(database_url: str, *, workers: int) -> Iterator[int]:
    """gunicorn as it is configured, on a free port that is given; it ends with the block."""
    from django.conf import settings

    from tests.e2e.server import Server

    def end(*args: Any) -> None:
        raise SystemExit("Ended by a signal.")

    before = signal.signal(signal.SIGTERM, end)
    environment = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "WEB_WORKERS": str(workers),
        # The browser sessions are made in this process, and signed.
        "SECRET_KEY": settings.SECRET_KEY,
    }
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            Server(
                database_url=database_url, data_dir=Path(folder), environment=environment
            ) as running,
        ):
            yield running.port
    finally:
        signal.signal(signal.SIGTERM, before)


class HttpClient:
    """One signed-in caller on one connection; a response that isn't accepted ends the benchmark."""

    accepted: tuple[int, ...] = (200,)

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._port, self._headers = port, headers

    def another(self) -> "HttpClient":
        """The same caller on a connection of its own."""
        return HttpClient(self._port, self._headers)

    @classmethod
    def in_browser(cls, port: int, user: Any) -> "HttpClient":
        """Signed in by a browser session, as the sign-in page leaves it."""
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        return cls(port, {"Cookie": cookies, "X-CSRFToken": CSRF})

    @classmethod
    def with_key(cls, port: int, user: Any) -> "HttpClient":
        """Signed in by an API key."""
        from accounts_app.models import ApiKey

        return cls(port, {"Authorization": f"Token {ApiKey.issue(user=user, name='Benchmark')[1]}"})

    def call(
        self, method: str, path: str, body: bytes = b"", kind: str = "", *, htmx: bool = False
    ) -> bytes:
        """Return the body of the response."""
        headers = {**self._headers, "Content-Type": kind} if kind else dict(self._headers)
        if htmx:
            headers["HX-Request"] = "true"
        try:
            self._connection.request(method, path, body or None, headers)
            answer = self._connection.getresponse()
        except (RemoteDisconnected, BrokenPipeError):
            # The server closes what was idle for long, as on a machine that is busy.
            self._connection.close()
            self._connection.request(method, path, body or None, headers)
            answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in self.accepted:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {content[:500]!r}")
        return content

    def floor(self) -> Callable[[], bytes]:
        """Return a call that gets the empty signed-in page."""
        return lambda: self.call("GET", FLOOR)

    def frame(self) -> Callable[[], bytes]:
        """Return a call that gets it in the frame of the pages."""
        return lambda: self.call("GET", FRAME)

    def sends_json(self, path: str, body: bytes) -> Callable[[], bytes]:
        return lambda: self.call("POST", path, body, "application/json")

    def sends_form(
        self, path: str, fields: dict[str, str], *, htmx: bool = False
    ) -> Callable[[], bytes]:
        body = urlencode(fields).encode()
        kind = "application/x-www-form-urlencoded"
        return lambda: self.call("POST", path, body, kind, htmx=htmx)
