"""Shared code of the benchmarks: a temporary database, the floor, and timing.

The floor is the same server's empty signed-in page: authentication and middleware, and no query
of its own. Everything is measured in one run and reported as a ratio to it, because absolute
times say more about the machine than about the product.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

FLOOR = "/benchmark-floor"
# The same in the frame of the product's pages, for comparison; no bound is measured with it.
FRAME = "/benchmark-frame"

Row = tuple[str, ...]


def set_up_django() -> None:
    """Set Django up with the benchmark's addresses; call before importing any model."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()


@contextmanager
def temporary_database() -> Iterator[str]:
    """A migrated empty database of its own, dropped at the end; gives its URL."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        url = urlsplit(settings.RUNNING_DATABASE_URL)
        yield url._replace(path="/" + connection.settings_dict["NAME"]).geturl()
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


@dataclass(frozen=True, slots=True)
class Times:
    """The times that one call took, in seconds, in the order they were taken."""

    taken: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.taken)

    @property
    def least(self) -> float:
        """The shortest time, which other work on the machine disturbed least."""
        return min(self.taken)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 calls stay within."""
        return sorted(self.taken)[int(0.95 * (len(self.taken) - 1))]


def time_in_turn(
    calls: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    in_a_row: int = 5,
    seconds: float = 120,
) -> dict[str, Times]:
    """Return the times of each call, taken in turn so that a slow moment affects all alike.

    A turn is `in_a_row` calls after one that isn't counted: a small call right behind a large one
    finds the processor's caches full of other things, and would look slower than it is. No round
    begins after `seconds`.
    """
    taken: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    deadline = time.monotonic() + seconds
    for _ in range(rounds):
        for name, call in calls.items():
            call()
            for _ in range(in_a_row):
                started = time.perf_counter()
                call()
                taken[name].append(time.perf_counter() - started)
        if time.monotonic() > deadline:
            break
    return {name: Times(tuple(times)) for name, times in taken.items()}


def table(heading: Row, rows: list[Row]) -> str:
    """Return a table for a terminal: words aligned to the left, figures to the right."""
    every = [heading, *rows]
    widths = [max(len(row[column]) for row in every) for column in range(len(heading))]
    lines = []
    for row in every:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def verdict(value: float, bound: float | None) -> str:
    """`ok` or `over`; nothing where there is no bound."""
    if bound is None:
        return ""
    return "ok" if value <= bound else "over"
