"""Keys that announce their maker: find a known prefix, then check the shape behind it.

Long runs of key characters are picked out first; only inside those is the prefix looked up. The
table itself is `vendor_table`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import ScannedText, Span
from .regex_tools import run_finder, trie_pattern
from .vendor_table import DISCORD, GROUPED, PREFIXED, WHOLE

_RUNS = run_finder("A-Za-z0-9_.~+/=-", 16)
_LONG = re.compile(r"[A-Za-z0-9_.~-]{16,4000}+")


_MOST_PLAIN = 4096
_SHAPES: dict[str, re.Pattern[str]] = {}
for _prefixes, _shape in PREFIXED:
    for _prefix in _prefixes.split():
        _SHAPES[_prefix] = re.compile(rf"{re.escape(_prefix)}(?:{_shape})")
_PREFIX = trie_pattern(list(_SHAPES))
_DISCORD = re.compile(DISCORD)
_GROUPED = [(re.compile(shape), length, mixed) for shape, length, mixed in GROUPED]
_WHOLE = [(sign, re.compile(shape)) for sign, shape in WHOLE]
_HEXADECIMAL = re.compile("[0-9a-f]+")
_IN_RUN = re.compile(r"[A-Za-z0-9_.~-]+")
# Words, also in CamelCase, and numbers, joined by signs: file names, paths, host names, dates.
# No generated key reads like that; the chat tokens that can are named.
_PLAIN = re.compile(
    r"(?:[._~+/=-]{0,99}+(?!xox|xapp|xwfp)(?:(?:[A-Z]?[a-z]{2,24}+|(?<![A-Z])[A-Z]{1,12}+"
    r"(?![A-Za-z])){1,8}+[0-9]{0,4}|[0-9]{1,12}+)(?![A-Za-z0-9])){0,99}+[._~+/=-]{0,4000}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.?|[0-9.-]{1,4000}",
    re.ASCII,
)


def long_runs(text: str) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of the runs of 16 or more characters of keys or base64 that are not plainly
    something else: a GUID, a number, words."""
    plain: set[str] = set()
    for start, end in _RUNS(text):
        run = text[start:end]
        if run in plain:
            continue
        if _PLAIN.fullmatch(run):
            if len(plain) < _MOST_PLAIN:
                plain.add(run)
        else:
            yield start, end


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of keys with a telling prefix, and of those with a telling shape as a whole."""
    text = src.text
    signs = "\n".join(text[start:end] for start, end in src.key_runs)
    barren: set[str] = set()
    for start, end in (run.span() for one in src.key_runs for run in _LONG.finditer(text, *one)):
        run = text[start:end]
        if run in barren or _HEXADECIMAL.fullmatch(run):
            continue  # no prefix is spelled in hexadecimal
        at = start
        if run[0] in "MNO" and (bot := _DISCORD.match(text, start)):
            yield *bot.span(), "token"
            at = bot.end()
        elif not _PREFIX.search(run):
            if len(barren) < _MOST_PLAIN:
                barren.add(run)
            continue
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
        if sign in (signs if _IN_RUN.fullmatch(sign) else text):
            for match in shape.finditer(text):
                group = 1 if match.lastindex else 0
                yield match.start(group), match.end(group), "token"
