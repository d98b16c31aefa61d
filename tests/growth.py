"""How the work grows with its input, without a clock: a busy machine changes no count.

What is measured in seconds stands in `benchmarks/`. A test asks whether the work grows as it
should: by counting calls where Python does the work, and by a bound of processor time that only a
quadratic scan can reach where a regular expression does it.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


def count_calls(function: Callable[[], Any]) -> int:
    """Return how many functions, Python's own included, one call of `function` calls."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        if event in {"call", "c_call"}:
            count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


@contextmanager
def ends_soon(seconds: float = 60) -> Iterator[None]:
    """Fail where the block takes more than `seconds` of processor time: hundreds of times its own.

    Give it an input so large that one more factor of its length would take hours.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"not done after {seconds} seconds of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
