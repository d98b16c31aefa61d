"""A way to the database that a test can close: connections are cut and new ones refused."""

import contextlib
import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import quote


def place(settings_dict: Mapping[str, Any]) -> tuple[str, int]:
    """Host (or the folder of a local socket) and port of a database as Django has it."""
    host = settings_dict.get("HOST") or settings_dict.get("OPTIONS", {}).get("host")
    return str(host or "localhost"), int(settings_dict.get("PORT") or 5432)


def address(settings_dict: Mapping[str, Any], *, host: str = "", port: int = 0) -> str:
    """Its `DATABASE_URL`, by way of `host` and `port` when they are given."""
    if not host:
        host, port = place(settings_dict)
    user, password, name, where = (
        quote(str(value or ""), safe="")
        for value in (*(settings_dict.get(key) for key in ("USER", "PASSWORD", "NAME")), host)
    )
    if host.startswith("/"):
        return f"postgres://{user}:{password}@/{name}?host={host}&port={port}"
    return f"postgres://{user}:{password}@{where}:{port}/{name}"


class DatabaseProxy:
    """A TCP relay on a free port of this machine to the PostgreSQL of `settings_dict`
    (`django.db.connection.settings_dict`; a folder as HOST is a local socket).

        with DatabaseProxy(connection.settings_dict) as proxy:
            server = Server(database_url=proxy.url, …)
            proxy.cut()      # as if the database's machine had gone
            proxy.mend()     # and come back, at the same address
    """

    def __init__(self, settings_dict: Mapping[str, Any]) -> None:
        self._database = settings_dict
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The database's address by way of the relay."""
        return address(self._database, host="127.0.0.1", port=self.port)

    def __enter__(self) -> "DatabaseProxy":
        self.mend()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()

    def mend(self) -> None:
        """Listen, at the port of before."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = int(listener.getsockname()[1])
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse connections from now on and break those that stand."""
        listener, self._listener = self._listener, None
        if listener is not None:
            _end(listener)
        with self._lock:
            ending, self._open = self._open, set()
        for one in ending:
            _end(one)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                database = self._connect()
            except OSError:
                _end(client)
                continue
            with self._lock:
                self._open |= {client, database}
            if self._listener is not listener:
                self.cut()  # it was cut while this one came in
                return
            for source, target in ((client, database), (database, client)):
                threading.Thread(target=self._relay, args=(source, target), daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = place(self._database)
        if not host.startswith("/"):
            return socket.create_connection((host, port), timeout=5)
        database = socket.socket(socket.AF_UNIX)
        database.connect(f"{host}/.s.PGSQL.{port}")
        return database

    def _relay(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with self._lock:
            self._open -= {source, target}
        for one in (source, target):
            _end(one)


def _end(one: socket.socket) -> None:
    """Close it so that a thread which waits on it wakes up."""
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
