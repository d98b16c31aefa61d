"""How fast an export is, and what it holds in memory (SPEC section 9).

    python -m benchmarks.exports              # over HTTP, against the real server
    python -m benchmarks.exports --phases     # where the time goes, inside one process

An export of 100 steps costs at most 3 times the empty signed-in page, one of 1,000 steps at most
10 times that; a session with 50 MB of command output exports at `standard` without holding it.
The exit status is 1 when a bound is broken.
"""

import argparse
import json
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import http_client, timing

OUTPUT = "Reply from 192.0.2.10: bytes=32 time=4ms TTL=57\n"
BOUNDS = {100: 3.0, 1000: 30.0}
PEAK_MEGABYTES = {"summary": 10.0, "standard": 25.0, "full": 400.0}
FLOOR = "empty signed-in page"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Times in milliseconds; ratios to the floor of the same run.

    `ratio` compares the medians and is what the bound holds; `least` compares the fastest calls,
    where a busy machine shows least.
    """

    what: str
    median: float
    p95: float
    ratio: float
    least: float
    bound: float | None = None

    @property
    def row(self) -> timing.Row:
        """The line as text."""
        return (
            self.what,
            f"{self.median:.2f}",
            f"{self.p95:.2f}",
            f"{self.ratio:.2f}",
            f"{self.least:.2f}",
            f"{self.bound:g}" if self.bound else "",
            timing.verdict(self.ratio, self.bound),
        )


HEADING = ("what", "median ms", "p95 ms", "x floor", "least x floor", "bound", "")


def make_session(steps: int, *, user: Any = None, output_bytes: int = 0) -> Any:
    """Return a completed session with `steps` recorded steps, as a run leaves them.

    Every step is a diligent engineer's: an answer, a note with a list, the eight lines that a
    command said. With `output_bytes` every step has an output of that size.
    """
    from sessions_app.models import Decision
    from tests.factories import UserFactory, make_completed

    work_session = make_completed(user or UserFactory())
    for start in range(0, steps, 50):
        Decision.objects.bulk_create(
            Decision(session=work_session, position=position, **_step(position, output_bytes))
            for position in range(start + 1, min(start + 50, steps) + 1)
        )
    work_session.decision_count = steps
    work_session.save()
    return work_session


def _step(position: int, output_bytes: int) -> dict[str, str]:
    return {
        "node_id": "scope" if position % 2 else "ping",
        "question": "Does the gateway answer from the client's network?",
        "answer": "Yes, but slowly",
        "notes": f"Checked from the reception PC, try {position}.\n- cable swapped\n- same result",
        "command_output": OUTPUT * (output_bytes // len(OUTPUT) if output_bytes else 8),
    }


# -- speed, over HTTP --------------------------------------------------------------------------


def measure_speed(database_url: str, *, rounds: int, seconds: float, workers: int) -> list[Figure]:
    """Measure every kind of export and the floor in turn, by one caller on a kept connection."""
    from exports_app.renderers import DEFAULT_FORMAT, RENDERERS, TICKET_FORMAT
    from tests.factories import UserFactory

    user = UserFactory()
    found = {steps: make_session(steps, user=user) for steps in BOUNDS}
    calls: dict[str, Callable[[], bytes]] = {}
    bounds: dict[str, float] = {}
    with http_client.run_server(database_url, workers=workers) as port:
        browser = http_client.HttpClient.in_browser(port, user)
        script = http_client.HttpClient.with_key(port, user)
        calls[FLOOR] = browser.floor()
        calls["the same in the frame of the pages"] = browser.frame()
        for steps, work_session in found.items():
            api = f"/api/v1/sessions/{work_session.pk}/export"
            page = f"/sessions/{work_session.pk}/export"
            for name in RENDERERS:
                wanted = json.dumps({"format": name}).encode()
                calls[f"API, {name}, {steps:,} steps"] = browser.sends_json(api, wanted)
            for name in (DEFAULT_FORMAT, TICKET_FORMAT):
                fields = {"format": name}
                calls[f"page, {name}, {steps:,} steps"] = browser.sends_form(page, fields)
            wanted = json.dumps({"format": TICKET_FORMAT}).encode()
            calls[f"API key, {TICKET_FORMAT}, {steps:,} steps"] = script.sends_json(api, wanted)
            bounds |= {what: BOUNDS[steps] for what in calls if what.endswith(f" {steps:,} steps")}
        masked = json.dumps({"format": DEFAULT_FORMAT, "redaction_mode": "mask"}).encode()
        api = f"/api/v1/sessions/{found[100].pk}/export"
        calls[f"API, {DEFAULT_FORMAT} masked, 100 steps"] = browser.sends_json(api, masked)
        times = timing.time_in_turn(calls, rounds=rounds, seconds=seconds)
    floor = times[FLOOR]
    return [
        Figure(
            what=what,
            median=taken.median * 1000,
            p95=taken.p95 * 1000,
            ratio=taken.median / floor.median,
            least=taken.least / floor.least,
            bound=bounds.get(what),
        )
        for what, taken in times.items()
    ]


# -- where the time goes -----------------------------------------------------------------------


def measure_phases(rounds: int, seconds: float) -> list[Figure]:
    """Measure the parts of an export, each called by itself in this process."""
    from django.test import Client
    from django.utils import timezone

    from exports_app import builder, session_reader
    from exports_app.options import ExportOptions
    from exports_app.renderers import RENDERERS
    from sessions_app import permissions

    calls: dict[str, Callable[[], object]] = {}
    client = Client()
    for steps in BOUNDS:
        pk, user = (made := make_session(steps)).pk, made.user
        client.force_login(user)
        calls.setdefault(FLOOR, lambda: client.get(timing.FLOOR))
        options = ExportOptions()
        now = timezone.now()
        work_session = permissions.get_readable_session(user, pk)
        source = session_reader.read_session(work_session, options, exported_at=now)
        document = builder.build_document(source, options)
        calls |= {
            f"readable, {steps:,} steps": lambda user=user, pk=pk: permissions.get_readable_session(
                user, pk
            ),
            f"source, {steps:,} steps": lambda found=work_session, options=options: (
                session_reader.read_session(found, options)
            ),
            f"build, {steps:,} steps": lambda source=source, options=options: (
                builder.build_document(source, options)
            ),
        }
        for name, renderer in RENDERERS.items():
            calls[f"render {name}, {steps:,} steps"] = lambda render=renderer.render, it=document: (
                render(it)
            )
    times = timing.time_in_turn(calls, rounds=rounds, seconds=seconds)
    floor = times[FLOOR]
    return [
        Figure(
            what=what,
            median=taken.median * 1000,
            p95=taken.p95 * 1000,
            ratio=taken.median / floor.median,
            least=taken.least / floor.least,
        )
        for what, taken in times.items()
    ]


# -- memory ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Peak:
    """The most memory that an export held at once, in megabytes."""

    what: str
    megabytes: float
    bound: float

    @property
    def row(self) -> timing.Row:
        """The line as text."""
        measured = f"{self.megabytes:.1f}"
        return (self.what, measured, f"{self.bound:g}", timing.verdict(self.megabytes, self.bound))


def measure_memory() -> list[Peak]:
    """Measure the memory of exports with 50 MB of command output, by level of detail."""
    from exports_app.options import ExportOptions
    from exports_app.service import export_session
    from sessions_app import permissions

    made = make_session(50, output_bytes=1_000_000)
    peaks = []
    for level, bound in PEAK_MEGABYTES.items():
        found = permissions.get_readable_session(made.user, made.pk)
        tracemalloc.start()
        export_session(found, ExportOptions(detail_level=level))
        megabytes = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        peaks.append(Peak(f"50 MB of output at {level}", megabytes, bound))
    return peaks


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30, help="at most so many (30)")
    parser.add_argument("--seconds", type=float, default=60, help="no round begins later (60)")
    parser.add_argument("--workers", type=int, default=1, help="of the server (1)")
    parser.add_argument("--phases", action="store_true", help="show where the time goes instead")
    parser.add_argument("--no-memory", action="store_true", help="leave out the memory's table")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()
    timing.set_up_django()
    peaks: list[Peak] = []
    with timing.temporary_database() as database_url:
        if options.phases:
            figures = measure_phases(options.rounds, options.seconds)
        else:
            figures = measure_speed(
                database_url,
                rounds=options.rounds,
                seconds=options.seconds,
                workers=options.workers,
            )
            peaks = [] if options.no_memory else measure_memory()
    print(timing.table(HEADING, [figure.row for figure in figures]))
    if peaks:
        print()
        heading = ("what", "peak MB", "bound", "")
        print(timing.table(heading, [peak.row for peak in peaks]))
    if options.json:
        found = {
            "speed": [asdict(figure) for figure in figures],
            "memory": [asdict(peak) for peak in peaks],
        }
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    rows = [figure.row for figure in figures] + [peak.row for peak in peaks]
    return int(any(row[-1] == "over" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
