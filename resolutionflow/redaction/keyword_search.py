"""Finding many words at once, and every place of one.

Few of the rules' words stand in a text. Which ones may, its different tokens tell: one pass of an
Aho-Corasick automaton (`pyahocorasick`) over these finds the parts of words, and only what may be
there is looked for in the text itself. Where the tokens are many, or the words, the automaton of
all words reads the text instead: the time is linear, whatever stands there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, AnyStr

import ahocorasick  # type: ignore[import-not-found]

from .distinct_tokens import DistinctTokens, Tokenizer, split_tokens

MAX_LOOKED_FOR = 20  # so many plain searches cost what one pass of the automaton does


class KeywordSearch:
    """The search for a fixed list of words."""

    def __init__(self, words: Iterable[str]) -> None:
        words = sorted(set(words))
        self._words = _automaton({word: (word, len(word) - 1) for word in words})
        self.tokenizer = Tokenizer(words)
        self._parts_of = {word: split_tokens(word, self.tokenizer.table) for word in words}
        self._by_part: dict[str, list[str]] = defaultdict(list)
        for word, parts in self._parts_of.items():
            self._by_part[max(parts, key=len)].append(word)
        self._parts = _automaton(
            {part: part for parts in self._parts_of.values() for part in parts}
        )

    def positions(self, lower: str, tokens: DistinctTokens | None) -> dict[str, list[int]]:
        """Return where each word that stands in `lower` begins, in order.

        `tokens` are those of the text, by this search's `tokenizer`.
        """
        if not self._parts_of or not lower:
            return {}
        if tokens is None:
            return self._read_all(lower)
        present = {part for _, part in self._parts.iter(tokens.joined)}
        wanted = [
            word
            for part in present
            for word in self._by_part.get(part, ())
            if present.issuperset(self._parts_of[word])
        ]
        if len(wanted) > MAX_LOOKED_FOR:
            return self._read_all(lower)
        return {word: places for word in wanted if (places := list(_places(lower, word)))}

    def _read_all(self, lower: str) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for last, (word, back) in self._words.iter(lower):
            found[word].append(last - back)
        return found


def _automaton(values: dict[str, Any]) -> Any:
    automaton = ahocorasick.Automaton()
    for word, value in values.items():
        automaton.add_word(word, value)
    automaton.make_automaton()
    return automaton


def _places(text: str, word: str) -> Iterator[int]:
    """Yield where `word` begins in `text`, in order, also where it overlaps itself."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def find_all(text: AnyStr, word: AnyStr) -> Iterator[int]:
    """Yield where `word` begins in `text`, in order, without overlaps."""
    size = len(word)
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + size)
