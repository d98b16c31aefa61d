"""What a finding is, and what is written in its place."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from .keyword_index import KeywordCache, digit_shape, find_all, letter_runs

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

TEXT_BARRIER = "\n\0\n"
"""What stands between texts that are searched as one: no expression reads across it."""

Span = tuple[int, int, str]
"""``(start, end, kind)`` in characters, end exclusive: what the families hand to the engine."""


class Finding(NamedTuple):
    """One stretch of text to mask: ``text[start:end]``, with one of `KINDS`."""

    start: int
    end: int
    kind: str


class ScannedText(NamedTuple):
    """The text under scan and its lower-case twin, in which every offset is the same.

    `context_spans` collects ``(start, end)`` of the stretches that families read across blanks,
    where a placeholder could change what they see; `idempotence` needs it. `tokens` are the
    different runs of letters and `digit_shape` the build of numbers (see `keyword_index`),
    `keyword_positions` tells where each word of interest stands, `key_runs` are the long words
    worth a look as keys (see `vendor_keys.long_runs`).
    """

    text: str
    lower: str
    context_spans: list[tuple[int, int]]
    tokens: set[bytes]
    digit_shape: bytes
    keyword_positions: dict[str, list[int]]
    key_runs: list[tuple[int, int]]

    def has_shape(self, builds: Collection[bytes]) -> bool:
        """Whether one of `builds` stands in `digit_shape`."""
        return any(build in self.digit_shape for build in builds)

    def occurrences(self, words: Collection[str]) -> list[tuple[int, str]]:
        """``(start, word)`` of each of `keyword_index` in the text, in order of place."""
        found = self.keyword_positions
        out = [(at, word) for word in found if word in words for at in found[word]]
        out.sort()
        return out


_WIDE = re.compile("[\uff01-\uff5e\u3002\u0660-\u0669\u06f0-\u06f9]")
_NARROW: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3002: ".",
    **{first + digit: str(digit) for first in (0x0660, 0x06F0) for digit in range(10)},
}


def normalize_width(text: str) -> str:
    """`text` with full-width signs, and Arabic digits, as ASCII has them; offsets stay."""
    if text.isascii() or not _WIDE.search(text):
        return text
    return text.translate(_NARROW)


def lower_same_length(text: str) -> str:
    """The lower-case twin of `text`, in which every offset is the same.

    U+0130 is the one character whose lower case is longer than itself; it is replaced first.
    """
    return text.replace("\u0130", "I").lower()


# Signs of words of interest that text often lacks; one look is cheaper than a search each.
_SIGNS = "@$#/="


def scanned_text(text: str, cache: KeywordCache) -> ScannedText:
    """`text` made ready for the families; `judge` knows which words are of interest."""
    text = normalize_width(text)
    lower = lower_same_length(text)
    raw = lower.encode("utf-8", "surrogatepass")
    present = letter_runs(raw)
    missing = [sign for sign in _SIGNS if sign not in lower]
    found = {
        word: list(find_all(lower, word))
        for word in cache.possible(present)
        if not any(sign in word for sign in missing)
    }
    return ScannedText(text, lower, [], present, digit_shape(lower), found, [])
