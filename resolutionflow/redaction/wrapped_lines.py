"""Keys that a terminal broke at the end of its line: the rest stands at the start of the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from .rule import Span

# A line of so many columns was broken by the terminal; of fewer, if no line is longer than it.
_MIN_WIDTH, _MIN_LONGEST = 79, 60
_REST = re.compile(r"\r?\n([A-Za-z0-9_+/=.~-]{1,400})(?=[\s\"',;)\]}]|\Z)")


def extend_over_line_ends(
    text: str, spans: Iterable[Span], kinds: Mapping[str, str]
) -> Iterator[Span]:
    """Yield the spans; one that fills its line to the end goes on where the next line begins.

    A web token lacks its last part there, whatever the width is.
    """
    longest = 0
    for start, end, rule in spans:
        rest = _REST.match(text, end) if kinds[rule] == "token" else None
        if rest is None or not _may_be_key(rest.group(1)):
            yield start, end, rule
            continue
        width = end - text.rfind("\n", 0, start) - 1
        if _MIN_LONGEST <= width < _MIN_WIDTH:
            longest = longest or max(map(len, text.split("\n")))
        is_broken = width >= _MIN_WIDTH or (width >= _MIN_LONGEST and width >= longest)
        is_cut = text.startswith("eyJ", start) and text.count(".", start, end) < 2
        yield start, rest.end() if is_broken or is_cut else end, rule


def _may_be_key(rest: str) -> bool:
    """No plain word, no number: letters with digits, or of both cases within."""
    if any(c.isdigit() for c in rest):
        return any(c.isalpha() for c in rest)
    return rest[1:] != rest[1:].lower() and rest != rest.upper()
