"""What many large exports at once hold in memory, and what small ones wait meanwhile.

    python -m benchmarks.large_exports

Twenty requests for exports of 50 MB each at `full` reach one worker of the real server at once,
beside small exports one after another. The exit status is 1 when the worker ever held more than
`MAX_PEAK_MB`, or did not give memory back after.
"""

import argparse
import json
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks import http_client, timing

REQUESTS = 20
STEPS, BYTES_PER_STEP = 50, 1_000_000
MAX_PEAK_MB = 700
MAX_LEFT_MB = 250
SECONDS_TO_SETTLE = 5


def worker_memory(port: int) -> tuple[int, int]:
    """Return what the server's largest process holds now and held at most, in MB."""
    found = [(0, 0)]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            environment = status.with_name("environ").read_bytes().split(b"\0")
            values = dict(re.findall(r"(?m)^(Vm\w+):\s+(\d+) kB", status.read_text()))
        except OSError:
            continue
        if f"PORT={port}".encode() in environment and "VmHWM" in values:
            found.append((int(values["VmRSS"]) // 1024, int(values["VmHWM"]) // 1024))
    return max(found, key=lambda memory: memory[1])


class Crowd:
    """Clients that ask for exports at the same time, and what became of it."""

    def __init__(self, port: int, user: Any) -> None:
        self._client = http_client.HttpClient.in_browser(port, user)
        self.seconds: list[float] = []
        self.refused = 0

    def export(self, session: Any, format_name: str) -> float:
        """Return the seconds that an export took."""
        client = self._client.another()
        body = json.dumps({"format": format_name, "detail_level": "full"}).encode()
        started = time.monotonic()
        client.call("POST", f"/api/v1/sessions/{session.pk}/export", body, "application/json")
        return time.monotonic() - started

    def export_large(self, session: Any, format_name: str) -> None:
        try:
            self.seconds.append(self.export(session, format_name))
        except RuntimeError as error:
            if " 503" not in str(error):
                raise
            self.refused += 1


def measure(port: int, user: Any, large: Any, small: Any, format_name: str) -> timing.Row:
    """Return the line of one format."""
    crowd = Crowd(port, user)
    crowd.export(small, format_name)
    threads = [
        threading.Thread(target=crowd.export_large, args=(large, format_name))
        for _ in range(REQUESTS)
    ]
    for thread in threads:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in threads):
        waits.append(crowd.export(small, format_name))
        time.sleep(0.2)
    time.sleep(SECONDS_TO_SETTLE)
    left, peak = worker_memory(port)
    return (
        format_name,
        str(peak),
        str(left),
        str(len(crowd.seconds)),
        str(crowd.refused),
        f"{max(crowd.seconds, default=0):.1f}",
        f"{max(waits):.2f}",
        "ok" if peak <= MAX_PEAK_MB and left <= MAX_LEFT_MB else "over",
    )


HEADING = ("format", "peak MB", "MB left", "made", "refused", "slowest s", "small one s", "")


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    timing.set_up_django()
    with timing.temporary_database() as url:
        from benchmarks.exports import make_session
        from tests.factories import UserFactory

        user = UserFactory()
        large = make_session(STEPS, user=user, output_bytes=BYTES_PER_STEP)
        small = make_session(20, user=user)
        rows = []
        for format_name in ("markdown", "html"):
            with http_client.run_server(url, workers=1) as port:
                rows.append(measure(port, user, large, small, format_name))
    print(timing.table(HEADING, rows))
    return int(any(row[-1] == "over" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
