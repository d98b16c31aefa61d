"""What the benchmarks share: a throw-away database, the floor, and fair timing.

The floor is the same server's empty signed-in page: authentication and middleware, and no query
of its own. Everything is measured in one process and told as a ratio to it, because absolute
times say more about the machine than about the product.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FLOOR = "/benchmark-floor"


def prepare() -> None:
    """Set Django up with the benchmark's addresses; call before importing any model."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()


@contextmanager
def throw_away_database() -> Iterator[None]:
    """A migrated empty database of its own, dropped at the end."""
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


def median_seconds(calls: dict[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """The median time of each call, taken in turn so that a slow moment hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    gc.collect()
    for _ in range(rounds):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(taken) for name, taken in times.items()}


def table(rows: list[tuple[str, str, str, str]]) -> str:
    """Rows of (what, measured, bound, verdict) with a heading, aligned for a terminal."""
    every = [("what", "measured", "bound", ""), *rows]
    widths = [max(len(row[column]) for row in every) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in every
    )
