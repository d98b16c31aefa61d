"""Patterns that an account writes itself: checked so that no text can make them slow.

A pattern is a regular expression whose matches are masked. Open repetitions are bounded (``+``
becomes ``{1,200}``), one within another is refused, and a trial on hostile text, made of the
characters that the pattern itself names, must end in time.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

MAX_PATTERNS = 50
MAX_PATTERN_LENGTH = 200
MAX_NAME_LENGTH = 40
_MAX_REPEATS = 200
# How many ways there may be to match from one place.
_MAX_WAYS = 100_000
_TRIAL_SIZES = (200, 1000, 4000)
# Seconds that a character of hostile text may take.
_MAX_PER_CHARACTER = 2e-5
_QUANTIFIER = re.compile(r"\{(\d+),\}")
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_EXAMPLES = {
    op.CATEGORY_DIGIT: "7",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_NOT_WORD: "-",
    op.CATEGORY_NOT_SPACE: "a",
}


class PatternError(ValueError):
    """The pattern can't be used; the message says why, for the person who wrote it."""


def bounded_pattern(pattern: str) -> str:
    """Return the expression with every open repetition bounded, as it is searched."""
    out: list[str] = []
    at, in_class = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            out.append(pattern[at : at + 2])
            at += 2
            continue
        if in_class:
            in_class = char != "]" or pattern[at - 1] == "["
        elif char == "[":
            in_class = True
        elif char in "*+" and out:
            # Behind a quantifier, the sign makes it possessive.
            if char == "+" and out[-1].endswith(("}", "?")) and _is_quantifier(out[-1]):
                out.append("+")
            else:
                out.append(f"{{{0 if char == '*' else 1},{_MAX_REPEATS}}}")
            at += 1
            continue
        elif char == "{" and (open_ended := _QUANTIFIER.match(pattern, at)):
            least = int(open_ended[1])
            out.append(f"{{{least},{least + _MAX_REPEATS}}}")
            at = open_ended.end()
            continue
        out.append(char)
        at += 1
    return "".join(out)


def _is_quantifier(part: str) -> bool:
    return part == "?" or (part.startswith("{") and part.endswith("}"))


def check_pattern(pattern: str) -> None:
    """Raise `PatternError` unless `pattern` may be searched in any text."""
    if not pattern.strip():
        raise PatternError("Write a pattern.")
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise PatternError(f"A pattern has room for {MAX_PATTERN_LENGTH} characters.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            tokens = parser.parse(bounded_pattern(pattern))
            compiled = re.compile(f"(?i:{bounded_pattern(pattern)})")
    except FutureWarning as warning:
        # "[[a-z]" and "[a--b]" are to become sets of sets, and would then find something else.
        raise PatternError(f"Write a backslash before the sign in the set: {warning}.") from None
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"This is no regular expression: {error}.") from None
    if compiled.match("") or tokens.getwidth()[0] < 2:
        raise PatternError("It must match at least two characters, or it would mask everything.")
    _check_shape(tokens)
    if _ways(tokens) > _MAX_WAYS:
        raise PatternError("It has too many open repetitions; give them bounds, such as {1,20}.")
    _check_time(compiled, sorted(set(_characters(tokens))) or ["a"])


def _check_shape(tokens: Sequence[tuple[Any, Any]], within_repeat: bool = False) -> None:
    for code, value in tokens:
        if code in (op.GROUPREF, op.GROUPREF_EXISTS):
            raise PatternError("It must not refer back to a group.")
        is_repeat = code in _REPEATS and int(value[1]) > 1
        if is_repeat and within_repeat:
            raise PatternError("A repetition must not stand within another one.")
        for inner in _inner(code, value):
            _check_shape(inner, within_repeat or is_repeat)


def _inner(code: Any, value: Any) -> Iterator[Sequence[tuple[Any, Any]]]:
    """The sequences that an element of an expression holds."""
    if code in _REPEATS:
        yield value[2]
    elif code is op.SUBPATTERN:
        yield value[3]
    elif code is op.BRANCH:
        yield from value[1]
    elif code in (op.ASSERT, op.ASSERT_NOT):
        yield value[1]
    elif code is op.ATOMIC_GROUP:
        yield value


def _ways(tokens: Sequence[tuple[Any, Any]]) -> int:
    """An upper bound of the ways in which the sequence can match from one place."""
    ways = 1
    for code, value in tokens:
        inner = [_ways(part) for part in _inner(code, value)]
        if code in _REPEATS:
            least, most = int(value[0]), int(value[1])
            ways *= (most - least + 1) * inner[0] ** min(most, _MAX_REPEATS)
        elif code is op.BRANCH:
            ways *= sum(inner)
        else:
            for number in inner:
                ways *= number
        if ways > _MAX_WAYS:
            return ways
    return ways


def _characters(tokens: Sequence[tuple[Any, Any]]) -> Iterator[str]:
    """Characters that the expression names, one of each class."""
    for code, value in tokens:
        if code is op.LITERAL:
            yield chr(value)
        elif code is op.ANY:
            yield "a"
        elif code is op.IN:
            for kind, member in value:
                if kind is op.LITERAL:
                    yield chr(member)
                elif kind is op.RANGE:
                    yield chr(member[0])
                elif kind is op.CATEGORY:
                    yield _EXAMPLES.get(member, "a")
        for inner in _inner(code, value):
            yield from _characters(inner)


def _check_time(compiled: re.Pattern[str], characters: Sequence[str]) -> None:
    """Search hostile text that grows only while the pattern keeps up."""
    few = list(characters)[:12]
    shapes = [*few, "".join(few), "".join(reversed(few)), *(f"{one}{few[0]}" for one in few)]
    for size in _TRIAL_SIZES:
        for shape in shapes:
            text = (shape * size)[:size]
            start = time.process_time()
            for _ in compiled.finditer(text):
                pass
            if time.process_time() - start > max(size * _MAX_PER_CHARACTER, 0.01):
                raise PatternError("It takes too long on some texts; make it more exact.")
