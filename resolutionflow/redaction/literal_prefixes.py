"""The words with which the matches of an expression can begin, read from the expression itself.

A search for these words tells where an expression is worth trying, so that no list of words needs
to be kept beside it. `re` has the parser; it is not public, and `tests/redaction` holds that this
module reads every form that the labels use.
"""

from __future__ import annotations

import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

_MAX_CHOICES = 6
_MAX_LENGTH = 12
_ZERO_WIDTH = (op.ASSERT, op.ASSERT_NOT, op.AT)

Tokens = Sequence[tuple[Any, Any]]


class _Start(NamedTuple):
    """A possible beginning; `is_open` while what follows it is known."""

    word: str
    is_open: bool


def literal_prefixes(pattern: str) -> set[str]:
    """Return words of which one begins every match of `pattern`; none begins another.

    Raises `ValueError` when a match can begin with anything.
    """
    starts = {start.word for start in _starts(parser.parse(pattern), [_Start("", True)])}
    if "" in starts:
        raise ValueError(f"every place would have to be tried: {pattern}")
    return set(shortest_starts(starts))


def shortest_starts(words: Iterable[str]) -> frozenset[str]:
    """Return those of `words` that begin with no other of them."""
    starts = set(words)
    return frozenset(
        word for word in starts if not any(word[:size] in starts for size in range(1, len(word)))
    )


def _starts(tokens: Tokens, before: list[_Start]) -> list[_Start]:
    for code, value in tokens:
        if not any(start.is_open for start in before):
            break
        before = list(dict.fromkeys(_followed(before, code, value)))
    return before


def _followed(before: Iterable[_Start], code: Any, value: Any) -> Iterator[_Start]:
    for start in before:
        if not start.is_open or code in _ZERO_WIDTH:
            yield start
        elif len(start.word) >= _MAX_LENGTH:
            yield _Start(start.word, False)
        else:
            yield from _extended(start, code, value)


def _extended(start: _Start, code: Any, value: Any) -> Iterable[_Start]:
    if code is op.LITERAL:
        return [_Start(start.word + chr(value), True)]
    if code is op.IN:
        chars = _choices(value)
        return [_Start(start.word + char, True) for char in chars] or [_Start(start.word, False)]
    if code is op.BRANCH:
        return [one for branch in value[1] for one in _starts(branch, [start])]
    if code is op.SUBPATTERN:
        return _starts(value[3], [start])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _repeated(start, *value)
    return [_Start(start.word, False)]


def _repeated(start: _Start, least: int, most: Any, tokens: Tokens) -> list[_Start]:
    found: list[_Start] = []
    now = [start]
    for number in range(least + 1 if most is op.MAXREPEAT else min(int(most), least + 2) + 1):
        if number >= least:
            found += now
        now = _starts(tokens, now)
    if most is op.MAXREPEAT or int(most) > least + 2:
        found = [_Start(one.word, False) for one in found]
    return found


def _choices(members: Tokens) -> str:
    """The characters of a class that lists a few, else ""."""
    if all(code is op.LITERAL for code, _ in members) and len(members) <= _MAX_CHOICES:
        return "".join(chr(value) for _, value in members)
    return ""
