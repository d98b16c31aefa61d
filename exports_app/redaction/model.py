"""What a finding is, and what is written in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

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

Span = tuple[int, int, str]
"""``(start, end, kind)`` in characters, end exclusive: what the families hand to the engine."""


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One stretch of text to mask: ``text[start:end]``, with one of `KINDS`."""

    start: int
    end: int
    kind: str


class Source(NamedTuple):
    """The text under scan and its lower-case twin, in which every offset is the same.

    `words` collects where families met a word that announces a secret; `stability` needs it.
    `lines` are the ``(start, end)`` of the lines that hold such a word at all (see `loud_lines`);
    `runs` those of the long words worth a look as keys (see `vendors.long_runs`).
    """

    text: str
    lower: str
    words: list[int]
    lines: list[tuple[int, int]]
    runs: list[tuple[int, int]]


def source(text: str) -> Source:
    """Pair `text` with its lower-case twin.

    U+0130 is the one character whose lower case is longer than itself; it is replaced first, so
    that both strings have the same length.
    """
    return Source(text, text.replace("\u0130", "I").lower(), [], [], [])
