"""How long one request may search: hostile text must not keep a process busy for minutes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_SECONDS = 20.0  # of this thread's processor time; log text of 5 MB takes one
_ends_at: ContextVar[float | None] = ContextVar("redaction_ends_at", default=None)


class BudgetExceeded(Exception):
    """The search takes longer than the request may have."""


@contextmanager
def limit_time(seconds: float | None = None) -> Iterator[None]:
    """Have every search within take at most so long together (`MAX_SECONDS`).

    A search that takes longer raises `BudgetExceeded`.
    """
    token = _ends_at.set(time.thread_time() + (MAX_SECONDS if seconds is None else seconds))
    try:
        yield
    finally:
        _ends_at.reset(token)


def check_time() -> None:
    """Raise `BudgetExceeded` when the time is over; outside of `limit_time` there is no limit."""
    ends_at = _ends_at.get()
    if ends_at is not None and time.thread_time() > ends_at:
        raise BudgetExceeded
