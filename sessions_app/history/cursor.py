"""A place in a list of sessions, as an address carries it ([S1])."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

CURSOR_PATTERN = "^(-?[0-9]{1,16})?_([0-9a-f]{32})$"
CURSOR = re.compile(CURSOR_PATTERN)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class SessionCursor:
    """The place of one row in a list of sessions, newest start first.

    `started_at` is None among the prepared sessions, which come last.
    """

    started_at: datetime | None
    id: UUID

    def encode(self) -> str:
        """Return URL-safe text: microseconds since 1970 or nothing, and the id."""
        since = "" if self.started_at is None else (self.started_at - EPOCH) // MICROSECOND
        return f"{since}_{self.id.hex}"

    @classmethod
    def decode(cls, text: str) -> "SessionCursor":
        """Return the place that `encode` wrote; raise `ValueError` for any other text."""
        found = CURSOR.fullmatch(text)
        if found is None:
            raise ValueError("not a cursor")
        since, key = found.groups()
        moment = EPOCH + int(since) * MICROSECOND if since else None
        return cls(moment, UUID(hex=key))
