"""What can go wrong, in words that a person can act on.

The services raise these; the API's exception handler and the pages' error views map them to
status codes, each in one place.
"""

from collections.abc import Mapping
from typing import Any

from django.db import InterfaceError, OperationalError


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


class LimitReached(DomainError):
    """A limit of the account is reached (402)."""

    status = 402


class Invalid(DomainError):
    """Input that can't be used (422); `fields` maps each field to its message."""

    status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


def is_database_away(error: BaseException | None) -> bool:
    """Return whether `error` means that the database can't be reached just now."""
    from psycopg_pool import PoolTimeout, TooManyRequests

    return isinstance(error, OperationalError | InterfaceError | PoolTimeout | TooManyRequests)
