"""What can go wrong, in words that a person can act on.

The services raise these; the API's exception handler and the pages' error views map them to
status codes, each in one place.
"""

from collections.abc import Iterable, Mapping
from typing import Any

# So many problems of one request are named; of the others the number is enough.
MAX_PROBLEMS = 20


class DomainError(Exception):
    """Base of what the product refuses; `message` is the sentence that the user reads."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StateError(DomainError):
    """The object is not in a state that allows this (400)."""


class Conflict(DomainError):
    """The write was made against an older state; `current` is what it is now (409, [S15])."""

    status = 409

    def __init__(self, message: str, current: Any) -> None:
        super().__init__(message)
        self.current = current


class PreconditionFailed(Conflict):
    """`If-Match`, or a page, names another state than the one that is written (412)."""

    status = 412


class InUse(DomainError):
    """Something is used or public by now, so it can't be deleted (409)."""

    status = 409


class LimitReached(DomainError):
    """A limit of the account is reached (402)."""

    status = 402


class Busy(DomainError):
    """Too much of this kind is being done just now; it may be tried again (503)."""

    status = 503
    retry_after = "10"


class NotStored(Busy):
    """A file can't be stored: the disk is full (507), or the folder is read-only or away (503)."""

    retry_after = "60"

    def __init__(self, message: str, *, is_full: bool) -> None:
        super().__init__(message)
        self.status = 507 if is_full else 503


class StillRunning(Busy):
    """The first of two calls with one key is still running; its answer can be asked for (409)."""

    status = 409
    retry_after = "1"


class Invalid(DomainError):
    """Input that can't be used (422); `fields` maps each field to its message.

    A field may have several problems: `problems` has `(field, message)` for each. `left_out` more
    were found and not kept.
    """

    status = 422

    def __init__(
        self, fields: Mapping[str, str] | Iterable[tuple[str, str]], *, left_out: int = 0
    ) -> None:
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        self.problems = list(pairs)
        self.left_out = left_out
        self.fields: dict[str, str] = {}
        for name, message in self.problems:
            known = self.fields.get(name)
            self.fields[name] = f"{known} {message}" if known else message
        super().__init__(" ".join(message for _, message in self.problems))
