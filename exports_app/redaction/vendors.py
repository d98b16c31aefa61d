"""Keys that announce their maker: find a known prefix, then check the shape behind it.

Long runs of key characters are picked out first; only inside those is the prefix looked up. The
table itself is `vendor_table`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import Source, Span
from .prefixes import lookup, runs_of
from .vendor_table import DISCORD, GROUPED, PREFIXED, WHOLE

_LONG = runs_of("A-Za-z0-9_.~-", 16)


_SHAPES: dict[str, re.Pattern[str]] = {}
for _prefixes, _shape in PREFIXED:
    for _prefix in _prefixes.split():
        _SHAPES[_prefix] = re.compile(rf"{re.escape(_prefix)}(?:{_shape})")
_PREFIX = lookup(list(_SHAPES))
_DISCORD = re.compile(DISCORD)
_GROUPED = [(re.compile(shape), length, mixed) for shape, length, mixed in GROUPED]
_WHOLE = [(sign, re.compile(shape)) for sign, shape in WHOLE]


_PLAIN = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.?|[0-9.-]{1,4000}|[a-z.-]{1,24}", re.ASCII
)


def long_runs(text: str) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of the runs of 16 or more key characters that are not plainly something
    else: a GUID, a number, a short word in lower case."""
    for start, end in _LONG(text):
        if not _PLAIN.fullmatch(text, start, end):
            yield start, end


def scan(src: Source) -> Iterator[Span]:
    """Spans of keys with a telling prefix, and of those with a telling shape as a whole."""
    text = src.text
    for start, end in src.runs:
        at = start
        if text[start] in "MNO" and (bot := _DISCORD.match(text, start)):
            yield *bot.span(), "token"
            at = bot.end()
        while at < end:
            hit = _PREFIX.search(text, at, end)
            if not hit:
                break
            match = _SHAPES[hit.group()].match(text, hit.start())
            if match:
                yield match.start(), match.end(), "token"
                at = match.end()
            else:
                at = hit.start() + 1
    for grouped, length, mixed in _GROUPED:
        for match in grouped.finditer(text):
            start, end = match.start() - length, match.end()
            value = text[start:end].replace("-", "")
            if not mixed or not (value.isdigit() or value.isalpha()):
                yield start, end, "token"
    for sign, shape in _WHOLE:
        if (sign[0] not in "+$" or sign[0] in text) and sign in text:
            for match in shape.finditer(text):
                group = 1 if match.lastindex else 0
                yield match.start(group), match.end(group), "token"
