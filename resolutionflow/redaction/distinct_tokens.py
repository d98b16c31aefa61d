"""The different tokens of a text: a small text that tells what can't stand in the large one.

A token is what stands between blanks and signs that no rule asks for, with one digit for all of
them. Logs of a hundred thousand tokens have some hundred different ones, so a look at those costs
next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MAX_SHARE = 1 / 4  # of the text: beyond, the tokens are too many to save anything
_ALWAYS_KEPT = "()[]{}<>\\"  # what `ScannedText.digit_shape` takes for a bracket


@dataclass(frozen=True)
class DistinctTokens:
    """The tokens of one text, with blanks between them, and the table that made them."""

    joined: str
    table: bytes

    def may_hold(self, part: str) -> bool:
        """Return whether the text may hold `part`, in lower case; False is certain."""
        return all(piece in self.joined for piece in split_tokens(part, self.table))


class Tokenizer:
    """Finds the tokens of texts; no sign that stands in one of `words` parts them."""

    def __init__(self, words: Iterable[str]) -> None:
        kept = {byte for word in words for byte in word.encode("utf-8", "surrogatepass")}
        kept.update(_ALWAYS_KEPT.encode(), range(ord("a"), ord("z") + 1), range(128, 256))
        table = bytearray(byte if byte > 32 and byte in kept else 32 for byte in range(256))
        table[ord("0") : ord("9") + 1] = b"0" * 10
        self.table = bytes(table)

    def tokens_of(self, lower: str) -> DistinctTokens | None:
        """Return the tokens of a lower-case text; None where they are too many to be of use."""
        found = lower.encode("utf-8", "surrogatepass").translate(self.table).split()
        joined = b" ".join(set(found)).decode("utf-8", "surrogatepass")
        return DistinctTokens(joined, self.table) if len(joined) <= MAX_SHARE * len(lower) else None


def split_tokens(text: str, table: bytes) -> list[str]:
    """Return the tokens of a short text, in order."""
    return (
        text.encode("utf-8", "surrogatepass")
        .translate(table)
        .decode("utf-8", "surrogatepass")
        .split()
    )
