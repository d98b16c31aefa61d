"""The real server for tests: gunicorn as it is configured, on a free port, killed and restarted
at will.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

BASE_DIR = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """gunicorn with this project's configuration against one database.

        with Server(database_url=…, data_dir=tmp_path) as server:
            page.goto(server.url + "/")
            server.kill()      # kill -9, the workers included
            server.start()     # on the same port, against the same database

    The database must be migrated. What it prints is in `log`.
    """

    def __init__(
        self, *, database_url: str, data_dir: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / f"server-{self.port}.log"
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
            "DATABASE_URL": database_url,
            "RESOLUTIONFLOW_DATA_DIR": str(data_dir),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "GRACEFUL_TIMEOUT_SECONDS": "3",
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until `/healthz` answers 200."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "resolutionflow.wsgi"],
                cwd=BASE_DIR,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def is_healthy(self) -> bool:
        try:
            address = f"{self.url}/healthz"
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def kill(self) -> None:
        """`kill -9` the server and all its workers at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)
        self._process.wait()
        self._process = None
