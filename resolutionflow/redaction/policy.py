"""What an account changes about redaction: what stays, what is masked besides, what is off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .own_patterns import (
    MAX_NAME_LENGTH,
    MAX_PATTERNS,
    PatternError,
    bounded_pattern,
    check_pattern,
)
from .rule import Rule, compile_pattern

MAX_ALLOWED = 200
MAX_ALLOWED_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Policy:
    """An account's choices, as values that can be compared and remembered.

    `allowed` are texts in lower case and `allowed_patterns` expressions (matched whole, in any case
    of letters) that are never masked as a whole finding; a secret that holds one is. Matches of
    `own_patterns`, as ``(name, expression)``, are masked besides, and the rules of `families_off`
    are not used.
    """

    allowed: frozenset[str] = frozenset()
    allowed_patterns: tuple[str, ...] = ()
    own_patterns: tuple[tuple[str, str], ...] = ()
    families_off: frozenset[str] = frozenset()

    @property
    def allows_something(self) -> bool:
        """Whether there is anything on the list of what stays."""
        return bool(self.allowed or self.allowed_patterns)

    def allows(self, value: str) -> bool:
        """Return whether this whole finding stays as it is."""
        if value.strip().lower() in self.allowed:
            return True
        return any(
            compile_pattern(f"(?i:{pattern})").fullmatch(value) for pattern in self.allowed_patterns
        )

    def own_rules(self) -> Iterator[Rule]:
        """Yield the rules of the account's own patterns."""
        for name, pattern in self.own_patterns:
            yield Rule(
                id=f"own:{name}",
                kind="token",
                description=f"Own pattern: {name}",
                source="Account settings",
                samples=(),
                near_misses=(),
                pattern=f"(?i:{pattern})",
            )


DEFAULT_POLICY = Policy()


@lru_cache(maxsize=256)
def parse_policy(allowed: str, patterns: str, families_off: tuple[str, ...]) -> Policy:
    """Return the policy that an account's settings describe, as they passed `check_allowed` and
    `check_own_patterns`.

    `allowed` has one text a line, an expression between slashes; `patterns` has one
    ``name: expression`` a line. Raises `PatternError` for an expression that can't be compiled.
    """
    texts, expressions = _split_allowed(allowed)
    for name, expression in [*((it, it) for it in expressions), *_split_patterns(patterns)]:
        _require_compiled(name, expression)
    return Policy(
        allowed=frozenset(text.lower() for text in texts),
        allowed_patterns=tuple(map(bounded_pattern, expressions)),
        own_patterns=tuple((name, bounded_pattern(it)) for name, it in _split_patterns(patterns)),
        families_off=frozenset(families_off),
    )


def check_allowed(allowed: str) -> None:
    """Raise `PatternError` when the list of what stays can't be used."""
    texts, expressions = _split_allowed(allowed)
    if len(texts) + len(expressions) > MAX_ALLOWED:
        raise PatternError(f"At most {MAX_ALLOWED} lines.")
    if any(len(text) > MAX_ALLOWED_LENGTH for text in texts):
        raise PatternError(f"A line has room for {MAX_ALLOWED_LENGTH} characters.")
    for expression in expressions:
        _check_named(f"/{expression}/", expression)


def check_own_patterns(patterns: str) -> None:
    """Raise `PatternError` when an account's own patterns can't be used."""
    named = list(_split_patterns(patterns))
    if len(named) > MAX_PATTERNS:
        raise PatternError(f"At most {MAX_PATTERNS} patterns.")
    names = [name.lower() for name, _ in named]
    for name, pattern in named:
        if not name or len(name) > MAX_NAME_LENGTH or not re.fullmatch(r"[\w .()-]+", name):
            raise PatternError(
                "Write “name: pattern”; a name has letters, digits and blanks, "
                f"at most {MAX_NAME_LENGTH}."
            )
        if names.count(name.lower()) > 1:
            raise PatternError(f"The name “{name}” stands twice.")
        _check_named(name, pattern)


def _require_compiled(name: str, pattern: str) -> None:
    try:
        compile_pattern(f"(?i:{bounded_pattern(pattern)})")
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"{name}: this is no regular expression ({error}).") from None


def _check_named(name: str, pattern: str) -> None:
    try:
        check_pattern(pattern)
    except PatternError as error:
        raise PatternError(f"{name}: {error}") from None


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _split_allowed(allowed: str) -> tuple[list[str], list[str]]:
    texts: list[str] = []
    expressions: list[str] = []
    for line in _lines(allowed):
        is_expression = len(line) > 2 and line.startswith("/") and line.endswith("/")
        (expressions if is_expression else texts).append(line[1:-1] if is_expression else line)
    return texts, expressions


def _split_patterns(patterns: str) -> Iterator[tuple[str, str]]:
    for line in _lines(patterns):
        name, sign, pattern = line.partition(":")
        yield (name.strip(), pattern.strip()) if sign else ("", line)
