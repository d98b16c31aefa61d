"""What pages, lists and recording cost as an account's memory grows (SPEC section 9).

    python -m benchmarks.lists                     # a thousand sessions, then a million
    python -m benchmarks.lists --sizes 1000 100000

Every figure is taken at each size in one run, against the real server, as a ratio to the empty
signed-in page. The history page costs at most 5 times that, `GET /sessions` at most 4 times, and
nothing grows by more than 1.5 from the first size to the last. The exit status is 1 when a bound
is broken.
"""

import argparse
import json
import sys
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import dataset, http_client, sizes, timing

FLOOR = "empty signed-in page"
GROWTH = 1.5
DEEP = 2_000
CONCURRENT_USERS = 8
P95_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Figure:
    """One call at every size: medians in milliseconds and their ratios to the floor."""

    what: str
    medians: tuple[float, ...]
    ratios: tuple[float, ...]
    bound: float | None

    @property
    def growth(self) -> float:
        """How many times dearer it is at the last size than at the first."""
        return self.ratios[-1] / self.ratios[0]

    @property
    def row(self) -> timing.Row:
        """The line as text."""
        is_over = self.growth > GROWTH or (self.bound or 1e9) < max(self.ratios)
        cells = [
            text
            for median, ratio in zip(self.medians, self.ratios, strict=True)
            for text in (f"{median:.2f}", f"{ratio:.2f}")
        ]
        bound = f"{self.bound:g}" if self.bound else ""
        return (self.what, *cells, f"{self.growth:.2f}", bound, "over" if is_over else "ok")


def calls(port: int, people: dataset.Dataset) -> dict[str, Callable[[], bytes]]:
    """The calls that are measured, each by a caller on a connection of its own."""
    engineer = http_client.HttpClient.in_browser(port, people.engineer)
    admin = http_client.HttpClient.in_browser(port, people.admin)

    def get(who: http_client.HttpClient, path: str) -> Callable[[], bytes]:
        return lambda: who.call("GET", path)

    deep = _deep_cursor(people.admin)
    return {
        FLOOR: engineer.floor(),
        "the same in the frame of the pages": engineer.frame(),
        "history page": get(engineer, "/sessions"),
        "history page, of the whole account": get(admin, "/sessions"),
        "history page, searched": get(engineer, "/sessions?q=printer"),
        "history page, searched for a rare word": get(engineer, "/sessions?q=inc-100501"),
        "sidebar": get(engineer, "/sessions/sidebar"),
        "dashboard": get(engineer, "/"),
        "GET /sessions, 50 rows": get(engineer, "/api/v1/sessions"),
        "GET /sessions, of the whole account": get(admin, "/api/v1/sessions"),
        "GET /sessions, completed ones": get(engineer, "/api/v1/sessions?completed=true"),
        "GET /sessions, by client": get(engineer, "/api/v1/sessions?client_name=client+17"),
        "GET /sessions, deep in the list": get(admin, f"/api/v1/sessions?cursor={deep}"),
        "run page": get(engineer, f"/sessions/{_open_run(people.engineer)}/run"),
        "recording a step": _recording(engineer, people.engineer),
        "recording a step after 500": _recording(engineer, people.engineer, steps=500),
    }


BOUNDS = {
    "history page": 5.0,
    "history page, of the whole account": 5.0,
    "GET /sessions, 50 rows": 4.0,
    "GET /sessions, of the whole account": 4.0,
    "GET /sessions, deep in the list": 4.0,
}


def _deep_cursor(admin: Any) -> str:
    """The place at which page 2,000 of the account's list begins, or as deep as it goes."""
    from resolutionflow.web.pagination import DEFAULT_SIZE
    from sessions_app.history.cursor import SessionCursor
    from sessions_app.models import Session

    own = Session.objects.filter(account_id=admin.account_id, started_at__isnull=False)
    at = min(DEEP * DEFAULT_SIZE, own.count() // 2)
    started_at, pk = own.newest_first().values_list("started_at", "id")[at]
    return SessionCursor(started_at=started_at, id=pk).encode()


LOOP = {
    "schema_version": 1,
    "start": "again",
    "nodes": {
        "again": {
            "type": "question",
            "title": "Does it work now?",
            "options": [{"label": "Not yet", "next": "again"}, {"label": "Yes", "next": "end"}],
        },
        "end": {"type": "solution", "title": "It works"},
    },
}


def _open_run(engineer: Any, *, structure: dict[str, Any] | None = None) -> uuid.UUID:
    """A run of the first flow, or of `structure`, for a client who has earlier sessions."""
    from sessions_app import services
    from trees_app.models import Tree

    tree = Tree.objects.filter(account_id=engineer.account_id).earliest("created_at")
    if structure is not None:
        tree = Tree.objects.create(
            account=tree.account, author=tree.author, name="Again", structure=structure
        )
        tree.publish(by=tree.author)
    return services.create_and_start(user=engineer, tree=tree, client_name="Client 17").pk


def _recording(
    caller: http_client.HttpClient, engineer: Any, *, steps: int = 0
) -> Callable[[], bytes]:
    """Answers a question that leads to itself: every call records one more step, after `steps`."""
    from sessions_app.models import Decision, Session

    work_session = Session.objects.get(pk=_open_run(engineer, structure=LOOP))
    Decision.objects.bulk_create(
        Decision(
            session=work_session,
            position=position,
            node_id="again",
            question="Does it work now?",
            answer="Not yet",
            next_node="again",
        )
        for position in range(1, steps + 1)
    )
    Session.objects.filter(pk=work_session.pk).update(decision_count=steps)
    position = steps

    def record() -> bytes:
        nonlocal position
        position += 1
        fields = {
            "position": str(position),
            "node_id": "again",
            "choice": "0",
            "notes": "Restarted it.",
            "request_id": str(uuid.uuid4()),
        }
        path = f"/sessions/{work_session.pk}/answer"
        return caller.sends_form(path, fields, htmx=True)()

    return record


# -- measuring ---------------------------------------------------------------------------------


def measure(
    database_url: str, people: dataset.Dataset, *, rounds: int, seconds: float, workers: int
) -> dict[str, timing.Times]:
    """Every call in turn, by one caller."""
    with http_client.run_server(database_url, workers=workers) as port:
        return timing.time_in_turn(calls(port, people), rounds=rounds, seconds=seconds)


def measure_together(
    database_url: str, people: dataset.Dataset, *, workers: int
) -> dict[str, float]:
    """The 95th percentile in seconds of the two lists, asked for by eight callers at once."""
    found = {}
    with http_client.run_server(database_url, workers=workers) as port:
        for path in ("/sessions", "/api/v1/sessions"):
            callers = [
                http_client.HttpClient.in_browser(port, people.engineer)
                for _ in range(CONCURRENT_USERS)
            ]

            def one(caller: http_client.HttpClient, path: str = path) -> list[float]:
                taken = []
                for _ in range(40):
                    started = perf_counter()
                    caller.call("GET", path)
                    taken.append(perf_counter() - started)
                return taken[5:]

            with ThreadPoolExecutor(CONCURRENT_USERS) as pool:
                times = [time for taken in pool.map(one, callers) for time in taken]
            found[path] = timing.Times(tuple(times)).p95
    return found


def figures(found: list[dict[str, timing.Times]]) -> list[Figure]:
    """The lines of the table, from the times at each size."""
    return [
        Figure(
            what=what,
            medians=tuple(times[what].median * 1000 for times in found),
            ratios=tuple(times[what].median / times[FLOOR].median for times in found),
            bound=BOUNDS.get(what),
        )
        for what in found[0]
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=30, help="at most so many (30)")
    parser.add_argument("--seconds", type=float, default=60, help="no round begins later (60)")
    parser.add_argument("--workers", type=int, default=2, help="of the server (2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()
    timing.set_up_django()
    with timing.temporary_database() as database_url:
        people = dataset.create_users_and_flows()
        found = []
        for size in sorted(options.sizes):
            started = perf_counter()
            dataset.grow_to(size, spread=max(options.sizes))
            print(f"{size:,} sessions in {perf_counter() - started:.0f} s", file=sys.stderr)
            found.append(
                measure(
                    database_url,
                    people,
                    rounds=options.rounds,
                    seconds=options.seconds,
                    workers=options.workers,
                )
            )
        stored = sizes.relation_sizes()
        together = measure_together(database_url, people, workers=options.workers)
    shown = figures(found)
    heading = ["what"]
    for size in sorted(options.sizes):
        heading += [f"ms at {size:,}", "x floor"]
    rows = [figure.row for figure in shown]
    print(timing.table((*heading, "growth", "bound", ""), rows))
    print()
    bound = f"{P95_SECONDS * 1000:.0f}"
    late = [
        (
            f"{path}, {CONCURRENT_USERS} at once",
            f"{p95 * 1000:.0f}",
            bound,
            timing.verdict(p95, P95_SECONDS),
        )
        for path, p95 in together.items()
    ]
    print(timing.table(("what", "p95 ms", "bound", ""), late))
    print()
    print(sizes.sizes_table(stored))
    if options.json:
        report = {
            "figures": [asdict(figure) for figure in shown],
            "p95_seconds": together,
            "sizes": [asdict(one) for one in stored],
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    is_large = sizes.total_at_a_million(stored) > sizes.BOUND_BYTES
    return int(is_large or any(row[-1] == "over" for row in (*rows, *late)))


if __name__ == "__main__":
    sys.exit(main())
