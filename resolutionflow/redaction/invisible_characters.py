"""Characters without a shape, which split a value for a search but not for its reader."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from .rule import Span

# Control characters, and the sequences with which terminals colour their text (ECMA-48).
_CONTROL = (
    r"\x1b\[(?![A-Z]{2,20} REDACTED\])[0-9;?]{0,16}[ -/]{0,2}[@-~]"
    r"|\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)"
    r"|[\x01-\x08\x0e-\x1b\x7f]"
)
# Soft hyphen; zero-width space, non-joiner and joiner; word joiner; byte order mark.
_UNSEEN = re.compile(f"(?:[\u00ad\u200b-\u200d\u2060\ufeff]|{_CONTROL})+")
# What ASCII text has without a control character among it.
_PLAIN_ASCII = bytes((0, *range(0x09, 0x0E), *range(0x1C, 0x7F)))


def strip(text: str) -> tuple[str, list[int], list[int]]:
    """``(shown, starts, origins)``: the text as it is seen, and the map back.

    Piece ``i`` of it begins at ``starts[i]`` there and at ``origins[i]`` in `text`. The lists are
    empty when there is nothing unseen.
    """
    is_plain = text.isascii() and not text.encode().translate(None, _PLAIN_ASCII)
    if is_plain or not _UNSEEN.search(text):
        return text, [], []
    parts: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    done = length = 0
    for match in _UNSEEN.finditer(text):
        parts.append(text[done : match.start()])
        starts.append(length)
        origins.append(done)
        length += match.start() - done
        done = match.end()
    starts.append(length)
    origins.append(done)
    return "".join((*parts, text[done:])), starts, origins


def to_original(spans: Sequence[Span], starts: list[int], origins: list[int]) -> list[Span]:
    """`spans` of the text as it is seen, in the terms of the text as it stands."""

    def origin(at: int) -> int:
        piece = bisect_right(starts, at) - 1
        return origins[piece] + at - starts[piece]

    return [(origin(start), origin(end - 1) + 1, rule) for start, end, rule in spans]
