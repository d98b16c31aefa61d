"""Which of many words a text holds, and where: cheap for text that repeats its words.

Looking for three hundred words at every letter is the dearest thing a search can do. Text uses few
different words, so the different ones are picked out first, each is judged once, and only the
words that can be there at all are looked up, one plain search each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import AnyStr

from .regex_tools import trie_pattern

_LETTERS = bytes(c if 97 <= c <= 122 or c >= 128 else 32 for c in range(256))
_SHAPE = bytes.maketrans(b"123456789([{<\\)]}>", b"000000000[[[[[]]]]")
_RUN = re.compile(r"[^\W\d_]+")
_MOST_JUDGED = 50_000

Part = tuple[str, int]


def letter_runs(raw: bytes) -> set[bytes]:
    """The different runs of letters of a lower-case text, both as UTF-8."""
    return set(raw.translate(_LETTERS).split())


def digit_shape(lower: str) -> bytes:
    """A lower-case text, a byte a character, with ``0`` for digits, ``[`` and ``]`` for brackets.

    A backslash counts as an opening bracket; what Latin-1 lacks is a question mark. Plain searches
    in it tell whether, and where, a number of a certain build stands.
    """
    return lower.encode("latin-1", "replace").translate(_SHAPE)


class KeywordSet:
    """A list of lower-case words, which may hold digits, blanks and signs."""

    def __init__(self, words: Iterable[str]) -> None:
        # By each run of letters in them: the words, which of their runs it is, and its fit.
        self._parts: dict[str, list[tuple[Part, re.Pattern[str]]]] = {}
        self.runs: dict[str, int] = {}
        for word in sorted(set(words)):
            for number, run in enumerate(_RUN.finditer(word)):
                # A full stop, say, stands before the "sid" of "connect.sid": it begins its run.
                fit = ("^" if run.start() else "") + run.group()
                fit += "$" if run.end() < len(word) else ""
                part = (word, number), re.compile(fit)
                self._parts.setdefault(run.group(), []).append(part)
                self.runs[word] = number + 1
        every = sorted(self._parts)
        self._trie = re.compile(f"(?=({trie_pattern(every).pattern}))")
        # A longer run hides the shorter ones that it begins with.
        self._implied = {
            one: [part for other in every if other in one for part in self._parts[other]]
            for one in every
        }

    def judged(self, token: bytes) -> tuple[Part, ...]:
        """The runs of words, as ``(word, number of its run)``, that this run of letters may be."""
        run = token.decode("utf-8", "surrogatepass")
        held = set(self._trie.findall(run))
        parts = {part for one in held for part in self._implied[one]}
        return tuple({part for part, fit in parts if fit.search(run)}) if parts else ()


class KeywordCache:
    """What `KeywordSet` says of each run of letters, remembered for the length of one search."""

    def __init__(self, keywords: KeywordSet) -> None:
        self._keywords = keywords
        self._known: dict[bytes, tuple[Part, ...]] = {}

    def possible(self, present: set[bytes]) -> set[str]:
        """The words that a text of these runs of letters may hold."""
        known, judged = self._known, self._keywords.judged
        if len(known) > _MOST_JUDGED:
            known.clear()
        parts: set[Part] = set()
        for token in present:
            verdict = known.get(token)
            if verdict is None:
                verdict = known[token] = judged(token)
            if verdict:
                parts.update(verdict)
        seen = Counter(word for word, _ in parts)
        return {word for word, runs in seen.items() if runs == self._keywords.runs[word]}


def find_all(text: AnyStr, word: AnyStr) -> Iterator[int]:
    """Where `word` begins in `text`, in order, without overlaps."""
    size = len(word)
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + size)
