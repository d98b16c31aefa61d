"""How much text large exports may hold in memory at once, in one process.

An export holds its texts several times over, until its response is sent. Small ones pass without a
wait; large ones wait for each other, and after a while are asked to come again.
"""

import ctypes
import gc
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection
from django.http import HttpResponse

from resolutionflow.web.errors import Busy

Parameters = ParamSpec("Parameters")
Response = TypeVar("Response", bound=HttpResponse)

#: Bytes of recorded text. What is smaller is not counted; what is larger than all is made alone.
MIN_LARGE_BYTES = 2_000_000
MAX_BYTES_AT_ONCE = 100_000_000
MAX_WAIT_SECONDS = 10
MAX_WAITING = 16
BUSY = "Other large exports are being made just now. Try again in a moment."


class ByteLimit:
    """Lets threads hold so many bytes together; others wait for their turn, or are refused."""

    def __init__(self, most: int, *, wait_seconds: float, max_waiting: int) -> None:
        self.most = most
        self.wait_seconds = wait_seconds
        self.max_waiting = max_waiting
        self.held = 0
        self._waiting: list[object] = []
        self._changed = threading.Condition()

    def acquire(self, size: int, *, before_wait: Callable[[], None] = lambda: None) -> int:
        """Return how many bytes are held from now on for `size`, to be released.

        Those who wait are served in the order in which they came. Raises `Busy` when too many
        wait, or one has waited too long.
        """
        size = min(size, self.most)
        place = object()
        with self._changed:
            if not self._waiting and self.held + size <= self.most:
                self.held += size
                return size
            if len(self._waiting) >= self.max_waiting:
                raise Busy(BUSY)
            self._waiting.append(place)
        try:
            before_wait()
            self._await_turn(place, size)
        finally:
            with self._changed:
                self._waiting.remove(place)
                self._changed.notify_all()
        return size

    def _await_turn(self, place: object, size: int) -> None:
        until = time.monotonic() + self.wait_seconds
        with self._changed:
            while self._waiting[0] is not place or self.held + size > self.most:
                if not self._changed.wait(until - time.monotonic()):
                    raise Busy(BUSY)
            self.held += size

    def release(self, size: int) -> None:
        with self._changed:
            self.held -= size
            self._changed.notify_all()


LIMIT = ByteLimit(MAX_BYTES_AT_ONCE, wait_seconds=MAX_WAIT_SECONDS, max_waiting=MAX_WAITING)


class MemoryReturn:
    """Gives memory back to the system soon after it was requested, once for several requests.

    Not at once: whoever requests it still refers to the text. The C library would keep what large
    texts took for this process.
    """

    def __init__(self, after_seconds: float) -> None:
        self._after_seconds = after_seconds
        self._lock = threading.Lock()
        self._is_due = False

    def request(self) -> None:
        with self._lock:
            if self._is_due:
                return
            self._is_due = True
        timer = threading.Timer(self._after_seconds, self._run)
        timer.daemon = True
        timer.start()

    def _run(self) -> None:
        with self._lock:
            self._is_due = False
        # Request, view and response refer to each other, which only the collector ends.
        gc.collect()
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


_MEMORY_RETURN = MemoryReturn(after_seconds=0.5)


class Hold:
    """The bytes that one response holds, none at first."""

    def __init__(self) -> None:
        self.size = 0

    def reserve(self, size: int) -> None:
        """Hold `size` bytes; what is reserved once covers all that the response is made of."""
        if size >= MIN_LARGE_BYTES and not self.size:
            self.size = LIMIT.acquire(size, before_wait=_lend_connection)

    def release(self) -> None:
        size, self.size = self.size, 0
        if size:
            LIMIT.release(size)
            _MEMORY_RETURN.request()


_HOLD: ContextVar[Hold | None] = ContextVar("hold", default=None)


def reserve(size: int) -> None:
    """Wait until `size` bytes of recorded text may be read and rendered. Raises `Busy`.

    Outside of a view with `hold_until_sent`, as in a command, there is nobody to wait for.
    """
    if (hold := _HOLD.get()) is not None:
        hold.reserve(size)


def hold_until_sent(view: Callable[Parameters, Response]) -> Callable[Parameters, Response]:
    """Let what the view reserves be held until its response is sent."""

    @wraps(view)
    def wrapped(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Response:
        hold = Hold()
        token = _HOLD.set(hold)
        try:
            response = view(*args, **kwargs)
        except BaseException:
            hold.release()
            raise
        finally:
            _HOLD.reset(token)
        if hold.size:
            # Django's own way to end what a response uses; files are closed by it.
            response._resource_closers.append(hold.release)  # type: ignore[attr-defined]
        return response

    return wrapped


def _lend_connection() -> None:
    """Give the connection back while this thread waits: there are few, and others need them."""
    if not connection.in_atomic_block:
        connection.close()
