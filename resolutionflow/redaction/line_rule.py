"""Rules for command lines and lines of configuration: where in a line the secret stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .rule import Rule, compile_pattern

GAP = r"[ \t]{1,40}"
"""The gap between two words."""

# A value: quoted, or one word.
_VALUE = (
    r"(?:\"(?P<q>(?:\\\"(?=\w)|\"\"|[^\"\r\n]){1,256})\"|'(?P<a>(?:''|[^'\r\n]){1,256})'"
    r"|(?P<w>[^\s\"'|;&<>][^\s|<>]{0,1023}))"
)
_OWN_VALUE = ("(?P<w>", "(?P<q>")

LINE_START = ("^",)
"""As `LineRule.required_words`: a keyword must begin the line."""


@dataclass(frozen=True, kw_only=True)
class LineRule(Rule):
    """Where a secret stands in a line, matched with lower case.

    One of `keywords` must stand in the line, and one of `required_words` if there are any.
    `pattern` is what stands before the value, or holds the value in a group ``q``, ``a`` (quoted)
    or ``w``. With `command`, it is looked for behind that command, up to the next one. With
    `needs_strong_value`, a value without quotes must look like a password or a key.
    """

    required_words: tuple[str, ...] = ()
    command: str = ""
    needs_strong_value: bool = False

    @property
    def before_value(self) -> re.Pattern[str]:
        """What stands before the value: a quick look before the whole is tried."""
        return compile_pattern(self.pattern)

    @property
    def with_value(self) -> re.Pattern[str]:
        """The whole, with the value in one of its groups."""
        own = any(group in self.pattern for group in _OWN_VALUE)
        return compile_pattern(self.pattern if own else self.pattern + _VALUE)


def line(
    id: str,
    keywords: str,
    pattern: str,
    description: str,
    source: str,
    samples: tuple[str, ...],
    near_misses: tuple[str, ...],
    *,
    required: str = "",
    strong: bool = False,
) -> LineRule:
    """Return a rule for a line; `keywords` and `required` are separated by bars."""
    return LineRule(
        id=id,
        kind="token",
        description=description,
        source=source,
        samples=samples,
        near_misses=near_misses,
        keywords=_split(keywords),
        pattern=_literal_first(pattern),
        required_words=_split(required),
        needs_strong_value=strong,
    )


def switch(
    id: str,
    keywords: str,
    command: str,
    pattern: str,
    required: str,
    description: str,
    source: str,
    samples: tuple[str, ...],
    near_misses: tuple[str, ...],
    *,
    strong: bool = False,
) -> LineRule:
    """Return a rule for a switch of `command`, which may have several such switches."""
    return LineRule(
        id=id,
        kind="token",
        description=description,
        source=source,
        samples=samples,
        near_misses=near_misses,
        keywords=_split(keywords),
        pattern=rf"(?<=[ \t]){pattern}",
        required_words=_split(required),
        command=_literal_first(command),
        needs_strong_value=strong,
    )


def _literal_first(pattern: str) -> str:
    """`pattern` with the literal word that it begins with in front of its boundary, for `re` skips
    to literals only."""
    return re.sub(r"^\\b([a-z]{2,}+)(?![?*+{|])", r"\1(?<!\\w\1)", pattern)


def _split(words: str) -> tuple[str, ...]:
    return (words,) if words == "|" else tuple(words.split("|")) if words else ()
