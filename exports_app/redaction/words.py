"""Which of many words a text holds, and where: cheap for text that repeats its words.

Looking for three hundred words at every letter is the dearest thing a search can do. Text uses few
different words, so the different ones are picked out first, each is judged once, and only the
words that can be there at all are looked up, one plain search each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .prefixes import lookup

_LETTERS = bytes(c if 97 <= c <= 122 or c >= 128 else 32 for c in range(256))
_SHAPE = bytes.maketrans(b"123456789([{<\\)]}>", b"000000000[[[[[]]]]")
_RUN = re.compile(r"[^\W\d_]+")
_MOST_JUDGED = 50_000


def tokens(raw: bytes) -> set[bytes]:
    """The different runs of letters of a lower-case text, both as UTF-8."""
    return set(raw.translate(_LETTERS).split())


def shape(raw: bytes) -> bytes:
    """A lower-case text in UTF-8 with ``0`` for digits, ``[`` and ``]`` for brackets of any kind.

    A backslash counts as an opening bracket. One plain search in it tells whether a number of a
    certain build stands anywhere.
    """
    return raw.translate(_SHAPE)


class Vocabulary:
    """A list of lower-case words, which may hold digits, blanks and signs."""

    def __init__(self, words: Iterable[str]) -> None:
        # By the longest run of letters in them: the words with their fit (see `_fit`).
        self._words: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for word in sorted(set(words)):
            witness = max(_RUN.findall(word), key=len)
            self._words.setdefault(witness, []).append((word, _fit(word, witness)))
        every = sorted(self._words)
        self._trie = re.compile(f"(?=({lookup(every).pattern}))")
        # A longer witness hides the shorter ones that it begins with.
        self._implied = {
            one: [pair for other in every if other in one for pair in self._words[other]]
            for one in every
        }

    def judged(self, token: bytes) -> tuple[str, ...]:
        """The words that a text with this run of letters may hold."""
        run = token.decode("utf-8", "surrogatepass")
        pairs = [pair for one in self._trie.findall(run) for pair in self._implied[one]]
        return tuple({word for word, fit in pairs if fit.search(run)}) if pairs else ()


def _fit(word: str, witness: str) -> re.Pattern[str]:
    """How a run of letters holds `witness` where a text holds `word`: ``sid`` of "connect.sid"
    begins its run, for a full stop stands before it."""
    at = word.find(witness)
    before, after = word[:at], word[at + len(witness) :]
    return re.compile(("^" if before else "") + re.escape(witness) + ("$" if after else ""))


class Judge:
    """What `Vocabulary` says of each run of letters, remembered for the length of one search."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[bytes, tuple[str, ...]] = {}

    def possible(self, present: set[bytes]) -> set[str]:
        """The words that a text of these runs of letters may hold."""
        known, judged = self._known, self._vocabulary.judged
        if len(known) > _MOST_JUDGED:
            known.clear()
        words: set[str] = set()
        for token in present:
            verdict = known.get(token)
            if verdict is None:
                verdict = known[token] = judged(token)
            if verdict:
                words.update(verdict)
        return words


def places(lower: str, word: str) -> Iterator[int]:
    """Where `word` begins in `lower`, in order, without overlaps."""
    size = len(word)
    at = lower.find(word)
    while at >= 0:
        yield at
        at = lower.find(word, at + size)
