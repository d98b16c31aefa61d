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

    def shows(self, builds: Collection[bytes]) -> bool:
        """Whether one of `builds` stands in `shape`."""
        return any(build in self.shape for build in builds)

    def where(self, words: Collection[str]) -> list[tuple[int, str]]:
        """``(start, word)`` of each of `words` in the text, in order of place."""
        found = self.places
        out = [(at, word) for word in found if word in words for at in found[word]]
        out.sort()
        return out


_WIDE = re.compile("[\uff01-\uff5e\u3002\u0660-\u0669\u06f0-\u06f9]")
_NARROW: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3002: ".",
    **{first + digit: str(digit) for first in (0x0660, 0x06F0) for digit in range(10)},
}


def narrowed(text: str) -> str:
    """`text` with full-width signs, and Arabic digits, as ASCII has them; offsets stay."""
    if text.isascii() or not _WIDE.search(text):
        return text
    return text.translate(_NARROW)


def lowered(text: str) -> str:
    """The lower-case twin of `text`, in which every offset is the same.

    U+0130 is the one character whose lower case is longer than itself; it is replaced first.
    """
    return text.replace("\u0130", "I").lower()


# Signs of words of interest that text often lacks; one look is cheaper than a search each.
_SIGNS = "@$#/="


def source(text: str, judge: Judge) -> Source:
    """`text` made ready for the families; `judge` knows which words are of interest."""
    text = narrowed(text)
    lower = lowered(text)
    raw = lower.encode("utf-8", "surrogatepass")
    present = tokens(raw)
    missing = [sign for sign in _SIGNS if sign not in lower]
    found = {
        word: list(places(lower, word))
        for word in judge.possible(present)
        if not any(sign in word for sign in missing)
    }
    return Source(text, lower, [], present, shape(lower), found, [])
