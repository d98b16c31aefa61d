"""The text under scan, made ready once for every rule."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .distinct_tokens import DistinctTokens
from .keyword_search import find_all

TEXT_BARRIER = "\n\0\n"
"""What stands between texts that are searched as one: no rule reads across it."""


@dataclass(frozen=True)
class ScannedText:
    """A text and its lower-case twin, in which every offset is the same.

    `digit_shape` has one byte per character: `0` for digits, `[` and `]` for brackets (a backslash
    opens one, too), a question mark for what Latin-1 lacks; plain searches in it tell whether, and
    where, a number of a certain shape stands. `tokens` are the text's `distinct_tokens`, None where
    those are too many. `keyword_positions` tells where each keyword of the rules stands.

    `key_runs` are the long words worth a look as keys (see `vendor_keys.key_runs`).
    `context_spans` collects the stretches that rules read across blanks, where a placeholder could
    change what they see; `idempotence` needs it.
    """

    text: str
    lower: str
    digit_shape: bytes
    tokens: DistinctTokens | None
    keyword_positions: Mapping[str, list[int]]
    key_runs: list[tuple[int, int]]
    context_spans: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def words(self) -> set[bytes]:
        """The different runs of letters of `lower`, as UTF-8."""
        return set(self.lower.encode("utf-8", "surrogatepass").translate(_LETTERS).split())

    @cached_property
    def logical_lines(self) -> str:
        """`lower`, in which a line that is continued on the next one is one line."""
        if not any(self.holds_text(sign) for sign in _CONTINUATIONS):
            return self.lower
        return _CONTINUED.sub(lambda match: " " * len(match.group()), self.lower)

    def note_context(self, start: int, end: int) -> None:
        """Remember a stretch that a rule reads across blanks, up to the end of its text."""
        barrier = self.text.find("\0", start, end)
        self.context_spans.append((start, barrier if barrier >= 0 else end))

    def holds(self, keywords: Iterable[str]) -> bool:
        """Return whether one of `keywords`, which a rule lists as such, stands in the text."""
        return any(word in self.keyword_positions for word in keywords)

    def holds_text(self, part: str) -> bool:
        """Return whether `part`, in lower case, stands in the text."""
        return (self.tokens is None or self.tokens.may_hold(part)) and part in self.lower

    def has_shape(self, builds: Iterable[bytes]) -> bool:
        """Return whether one of `builds` stands in `digit_shape`."""
        return any(self._may_have_shape(build) and build in self.digit_shape for build in builds)

    def shape_places(self, builds: Iterable[bytes]) -> list[int]:
        """Return where one of `builds` begins in `digit_shape`, in order of place."""
        return sorted(
            at
            for build in builds
            if self._may_have_shape(build)
            for at in find_all(self.digit_shape, build)
        )

    def _may_have_shape(self, build: bytes) -> bool:
        if self.tokens is None:
            return True
        pieces = build.translate(self.tokens.table).split()
        return all(piece in self._token_shapes for piece in pieces)

    @cached_property
    def _token_shapes(self) -> bytes:
        return digit_shape(self.tokens.joined) if self.tokens else b""

    def occurrences(self, keywords: Collection[str]) -> list[tuple[int, str]]:
        """Return ``(start, keyword)`` of each of `keywords` in the text, in order of place."""
        found = self.keyword_positions
        out = [(at, word) for word in found if word in keywords for at in found[word]]
        out.sort()
        return out


# Backslash (Unix), backtick (PowerShell) or caret (cmd) behind a blank, at the end of a line.
_CONTINUED = re.compile(r"(?<=[ \t])[\\`^][ \t]{0,4}\r?\n[ \t]{0,24}(?=[^\s\0])")
_CONTINUATIONS = (" \\", " `", " ^")
_LETTERS = bytes(c if 97 <= c <= 122 or c >= 128 else 32 for c in range(256))
_SHAPE = bytes.maketrans(b"123456789([{<\\)]}>", b"000000000[[[[[]]]]")
_WIDE = re.compile("[\uff01-\uff5e\u3002\u0660-\u0669\u06f0-\u06f9]")
_NARROW: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3002: ".",
    **{first + digit: str(digit) for first in (0x0660, 0x06F0) for digit in range(10)},
}


def normalize_width(text: str) -> str:
    """Return `text` with full-width signs, and Arabic digits, as ASCII has them; offsets stay."""
    if text.isascii() or not _WIDE.search(text):
        return text
    return text.translate(_NARROW)


def lower_same_length(text: str) -> str:
    """Return the lower-case twin of `text`, in which every offset is the same.

    U+0130 is the one character whose lower case is longer than itself; it is replaced first.
    """
    return text.replace("\u0130", "I").lower()


def digit_shape(lower: str) -> bytes:
    """Return `ScannedText.digit_shape` of a lower-case text."""
    return lower.encode("latin-1", "replace").translate(_SHAPE)
