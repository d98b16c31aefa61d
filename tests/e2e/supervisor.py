"""`make run`'s supervisor as a program of its own, in a data folder of its own."""

import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psutil

from tests.e2e.server import BASE_DIR

READY_SECONDS = 120


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


class Supervisor:
    """One run of it, in a data folder of its own."""

    def __init__(self, data_dir: Path, port: int, **environment: str) -> None:
        self.port = port
        self.lines: list[str] = []
        surroundings = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "ALLOWED_HOSTS", "STATICFILES_BACKEND", "STATIC_ROOT")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "resolutionflow.launch.supervisor"],
            cwd=BASE_DIR,
            env={
                **surroundings,
                "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
                "RESOLUTIONFLOW_DATA_DIR": str(data_dir),
                "PORT": str(port),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while "Ctrl-C stops it." not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def sign_ins(self) -> dict[str, str]:
        return dict(re.findall(r"^  (\S+) +(\S+)$", self.output, re.MULTILINE))

    def children(self, word: str) -> list[psutil.Process]:
        everyone = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in everyone if is_alive(child) and word in command(child)]

    def health(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            return answer.status

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
