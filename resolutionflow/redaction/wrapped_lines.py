"""Keys that a terminal broke at the end of its line: the rest stands at the start of the next."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from .rule import Span
from .scanned_text import TEXT_BARRIER

# A line of so many columns was broken by the terminal; of fewer, if no line is longer than it.
_MIN_WIDTH, _MIN_LONGEST = 79, 60
_REST = re.compile(r"\r?\n([A-Za-z0-9_+/=.~-]{1,400})(?=[\s\"',;)\]}]|\Z)")


def extend_over_line_ends(
    text: str, spans: Iterable[Span], kinds: Mapping[str, str]
) -> Iterator[Span]:
    """Yield the spans; one that fills its line to the end goes on where the next line begins.

    A web token lacks its last part there, whatever the width is.
    """
    lines = _LongestLines(text)
    for start, end, rule in spans:
        rest = _REST.match(text, end) if kinds[rule] == "token" else None
        if rest is None or not _may_be_key(rest.group(1)):
            yield start, end, rule
            continue
        width = end - text.rfind("\n", 0, start) - 1
        is_broken = width >= _MIN_WIDTH or (
            width >= _MIN_LONGEST and width >= lines.longest_around(start)
        )
        is_cut = text.startswith("eyJ", start) and text.count(".", start, end) < 2
        yield start, rest.end() if is_broken or is_cut else end, rule


class _LongestLines:
    """The longest line of each text of a joined search: what is masked in one must not depend on
    the others."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: list[int] = []
        self._longest: list[int] = []

    def longest_around(self, at: int) -> int:
        """Return the length of the longest line of the text that `at` stands in."""
        if not self._ends:
            end = -len(TEXT_BARRIER)
            for part in self._text.split(TEXT_BARRIER):
                end += len(TEXT_BARRIER) + len(part)
                self._ends.append(end)
                self._longest.append(max(map(len, part.split("\n"))))
        return self._longest[bisect_left(self._ends, at)]


def _may_be_key(rest: str) -> bool:
    """No plain word, no number: letters with digits, or of both cases within."""
    if any(c.isdigit() for c in rest):
        return any(c.isalpha() for c in rest)
    return rest[1:] != rest[1:].lower() and rest != rest.upper()
