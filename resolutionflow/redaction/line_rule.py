"""What a rule for a command line or a line of configuration is, and how its value is written."""

from __future__ import annotations

import re
from typing import NamedTuple

G = r"[ \t]{1,16}"
"""The gap between two words."""
# A value: quoted, or one word.
_VALUE = (
    r"(?:\"(?P<q>(?:\\\"(?=\w)|\"\"|[^\"\r\n]){1,256})\"|'(?P<a>(?:''|[^'\r\n]){1,256})'"
    r"|(?P<w>[^\s\"'|;&<>][^\s|<>]{0,1023}))"
)
_OWN = ("(?P<w>", "(?P<q>")


class Rule(NamedTuple):
    """Where a secret stands in a line.

    One of `keywords` must stand in the line, and one of `required_words` if there are any (``^``
    alone: a keyword begins the line). `pattern` ends with the value, in a group ``q``, ``a``
    (quoted) or ``w``; `prefix` is what stands before the value.
    With `head` (a command), `pattern` is looked for behind it, up to the next command. The value
    of a `needs_strong_value` rule must look like a password. All patterns are matched with lower
    case.
    """

    keywords: tuple[str, ...]
    required_words: tuple[str, ...]
    prefix: re.Pattern[str]
    pattern: re.Pattern[str]
    head: re.Pattern[str] | None
    needs_strong_value: bool


def rule(
    keywords: str, pattern: str, required_words: str = "", *, needs_strong_value: bool = False
) -> Rule:
    """A rule of one expression; `keywords` and `required_words` are separated by bars."""
    value = "" if any(own in pattern for own in _OWN) else _VALUE
    pattern = _quick(pattern)
    prefix, whole = re.compile(pattern), re.compile(pattern + value)
    return Rule(_words(keywords), _needed(required_words), prefix, whole, None, needs_strong_value)


def switch(
    keywords: str, head: str, pattern: str, required_words: str, *, needs_strong_value: bool = False
) -> Rule:
    """A rule for a switch of the command `head`, which may have several such switches."""
    prefix = rf"(?<=[ \t]){pattern}"
    behind = re.compile(prefix + _VALUE)
    return Rule(
        _words(keywords),
        _needed(required_words),
        re.compile(prefix),
        behind,
        re.compile(_quick(head)),
        needs_strong_value,
    )


def _quick(pattern: str) -> str:
    """`pattern` with the literal word that it begins with in front of its boundary, for `re` skips
    to literals only."""
    return re.sub(r"^\\b([a-z]{2,}+)(?![?*+{|])", r"\1(?<!\\w\1)", pattern)


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


def _needed(required_words: str) -> tuple[str, ...]:
    return (
        (required_words,)
        if required_words == "|"
        else _words(required_words)
        if required_words
        else ()
    )
