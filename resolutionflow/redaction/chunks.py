"""Long text in pieces of whole lines, so that a search needs little memory beside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIECE = 200_000
_MARGIN = 3_000
_KEY_BLOCK = re.compile(r"-----BEGIN |PuTTY-User-Key|Private-Lines")
# The longest block of key or certificate that is taken as one.
_BLOCK = 210_000


def split(text: str) -> Iterator[tuple[int, int, int, int]]:
    """``(begin, start, stop, end)`` of each piece: ``text[start:stop]`` is the piece itself,
    ``text[begin:end]`` the piece with lines around it that tell what it means.

    All four stand at line starts (or the ends of the text). A line is never cut, so a text without
    line ends is one piece, and neither are blocks of keys, which are told from their first line.
    """
    size = len(text)
    if size <= 2 * _PIECE:
        yield 0, 0, size, size
        return
    keyed = _KEY_BLOCK.search(text) is not None
    start = 0
    while start < size:
        stop = _line_start(text, min(size, start + _PIECE))
        begin = text.rfind("\n", 0, max(0, start - _MARGIN)) + 1 if start else 0
        end = _line_start(text, min(size, stop + _MARGIN))
        if keyed:
            begin = _at_block(text, begin, start)
            if _KEY_BLOCK.search(text, start, end):
                end = _line_start(text, min(size, end + _BLOCK))
        yield begin, start, stop, end
        start = stop


def _line_start(text: str, at: int) -> int:
    """The first line start at or behind `at`."""
    end = text.find("\n", max(0, at - 1))
    return len(text) if end < 0 else end + 1


def _at_block(text: str, begin: int, start: int) -> int:
    """`begin`, or the start of a block that begins before and may go on behind `start`."""
    for match in _KEY_BLOCK.finditer(text, max(0, start - _BLOCK), start):
        return min(begin, text.rfind("\n", 0, match.start()) + 1)
    return begin
