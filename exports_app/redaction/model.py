"""What a finding is, and what is written in its place."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from .words import Judge, places, shape, tokens

KINDS: tuple[str, ...] = ("ip", "email", "token", "unc", "host")
"""Every kind a finding can have, in the order reports list them.

Passwords, private keys, payment cards, social security and telephone numbers are ``token``: the
specification [R1] names five placeholders, and a ticket reader needs to know only that a secret
stood there. Hardware (MAC) addresses are ``host``, since they name one machine; like host names
they are masked only when host names are asked for.
"""

PLACEHOLDERS: dict[str, str] = {kind: f"[{kind.upper()} REDACTED]" for kind in KINDS}

PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_-]{0,20}+ REDACTED\]")
"""Anything masked before, by this engine or by a like-minded one. Nothing is found inside it."""

BREAK = "\n\0\n"
"""What stands between texts that are searched as one: no expression reads across it."""

Span = tuple[int, int, str]
"""``(start, end, kind)`` in characters, end exclusive: what the families hand to the engine."""


class Finding(NamedTuple):
    """One stretch of text to mask: ``text[start:end]``, with one of `KINDS`."""

    start: int
    end: int
    kind: str


class Source(NamedTuple):
    """The text under scan and its lower-case twin, in which every offset is the same.

    `loud` collects ``(start, end)`` of the stretches that families read across blanks, where a
    placeholder could change what they see; `stability` needs it. `tokens` are the different runs
    of letters and `shape` the build of numbers (see `words`), `places` tells where each word of
    interest stands, `runs` are the long words worth a look as keys (see `vendors.long_runs`).
    """

    text: str
    lower: str
    loud: list[tuple[int, int]]
    tokens: set[bytes]
    shape: bytes
    places: dict[str, list[int]]
    runs: list[tuple[int, int]]

    def where(self, words: Collection[str]) -> list[tuple[int, str]]:
        """``(start, word)`` of each of `words` in the text, in order of place."""
        found = self.places
        out = [(at, word) for word in found if word in words for at in found[word]]
        out.sort()
        return out


def lowered(text: str) -> str:
    """The lower-case twin of `text`, in which every offset is the same.

    U+0130 is the one character whose lower case is longer than itself; it is replaced first.
    """
    return text.replace("\u0130", "I").lower()


def source(text: str, judge: Judge) -> Source:
    """`text` made ready for the families; `judge` knows which words are of interest."""
    lower = lowered(text)
    raw = lower.encode("utf-8", "surrogatepass")
    present = tokens(raw)
    found = {word: list(places(lower, word)) for word in judge.possible(present)}
    return Source(text, lower, [], present, shape(raw), found, [])
