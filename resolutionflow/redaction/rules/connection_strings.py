"""Passwords in connection strings: up to the semicolon, whatever they hold."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from ..heuristics import is_status_word
from ..kinds import PLACEHOLDER
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Connection strings"

_PASSWORD = re.compile(
    r"(?:password|pwd)[ \t]{0,2}=[ \t]{0,2}(?:\{([^}\r\n]{1,128})\}"
    r"|\"([^\"\r\n]{1,128})\"(?=[;\r\n])"
    r"|'([^'\r\n]{1,128})'(?=[;\r\n])|([^;\"'{}\r\n<>]{1,128}?)(?=[ \t]*;))"
)
_PARTS = re.compile(
    r"(?:server|host|hostname|data source|address|addr|driver|provider|dsn|database|initial catalog"
    r"|user id|userid|uid|user|username|port|encrypt|integrated security)[ \t]{0,2}="
)
_MAX_PART = 24
_MAX_STRING = 600
KEYWORDS = ("password", "pwd")


def scan(src: ScannedText) -> Iterator[Span]:
    """Yield the spans of passwords that stand beside other parts of a connection string."""
    lower = src.lower
    parts = _Parts(lower)
    for at, _ in src.occurrences(KEYWORDS):
        match = None if lower[at - 1 : at].isalnum() else _PASSWORD.match(lower, at)
        if not match:
            continue
        start = max(lower.rfind("\n", 0, at) + 1, at - _MAX_STRING)
        end = lower.find("\n", match.end(), match.end() + _MAX_STRING)
        end = end if end >= 0 else match.end() + _MAX_STRING
        group = match.lastindex or 1
        value = src.text[match.start(group) : match.end(group)]
        beside = parts.stand_within(start, at, end) or parts.stand_within(match.end(), end, end)
        if beside and not is_status_word(value) and not PLACEHOLDER.search(value):
            src.note_context(start, end)
            yield *match.span(group), "connection-string-password"


class _Parts:
    """Where the other parts of connection strings begin; each stretch is searched once."""

    def __init__(self, lower: str) -> None:
        self._lower = lower
        self._starts: list[int] = []
        self._searched = 0

    def stand_within(self, start: int, stop: int, end: int) -> bool:
        """Return whether one begins in ``[start, stop)``; `end` is as far as may be searched."""
        begin = max(start, self._searched - _MAX_PART)
        if self._searched < end:
            last = self._starts[-1] if self._starts else -1
            found = (match.start() for match in _PARTS.finditer(self._lower, begin, end))
            self._starts += [at for at in found if at > last]
            self._searched = end
        at = bisect_left(self._starts, start)
        return at < len(self._starts) and self._starts[at] < stop


RULES = [
    Rule(
        id="connection-string-password",
        kind="token",
        description="Password of a connection string, up to its semicolon or brace",
        source="Microsoft: SqlConnection.ConnectionString; ODBC: SQLDriverConnect",
        samples=(
            "Server=db1;User Id=sa;Password=⟦My Long Pass 1⟧;Database=x",
            "Driver={SQL Server};UID=sa;PWD={⟦SummerRain9⟧};",
            "Password=⟦P@ss w0rd⟧;Database=x",
        ),
        near_misses=("Server=db1;Password=;Database=x", "password=expired; server=db1"),
        keywords=KEYWORDS,
        scan=scan,
    ),
]
