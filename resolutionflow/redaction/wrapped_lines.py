"""Keys that a terminal broke at the end of its line: the rest stands at the start of the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from .rule import Span

# Terminals are 80 columns wide or more.
_MIN_WIDTH = 79
_REST = re.compile(r"\r?\n([A-Za-z0-9_+/=.~-]{1,400})(?=[\s\"',;)\]}]|\Z)")


def extend_over_line_ends(
    text: str, spans: Iterable[Span], kinds: Mapping[str, str]
) -> Iterator[Span]:
    """Yield the spans; one that fills its line to the end goes on where the next line begins."""
    for start, end, rule in spans:
        rest = _REST.match(text, end) if kinds[rule] == "token" else None
        if rest and end - text.rfind("\n", 0, start) > _MIN_WIDTH and _may_be_key(rest.group(1)):
            yield start, rest.end(), rule
        else:
            yield start, end, rule


def _may_be_key(rest: str) -> bool:
    """No plain word, no number: letters with digits, or of both cases within."""
    if any(c.isdigit() for c in rest):
        return any(c.isalpha() for c in rest)
    return rest[1:] != rest[1:].lower() and rest != rest.upper()
