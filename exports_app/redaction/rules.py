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

    One of `signs` must stand in the line, and one of `needs` if there are any (``^`` alone: a sign
    begins the line). `pattern` ends with the value, in a group ``q``, ``a`` (quoted) or ``w``.
    With `head` (a command), `pattern` is looked for behind it, up to the next command. The value
    of a `loose` rule must look like a password. All patterns are matched with lower case.
    """

    signs: tuple[str, ...]
    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    head: re.Pattern[str] | None
    loose: bool


def rule(signs: str, pattern: str, needs: str = "", *, loose: bool = False) -> Rule:
    """A rule of one expression; `signs` and `needs` are separated by bars."""
    value = "" if any(own in pattern for own in _OWN) else _VALUE
    return Rule(_words(signs), _needed(needs), re.compile(pattern + value), None, loose)


def switch(signs: str, head: str, pattern: str, needs: str, *, loose: bool = False) -> Rule:
    """A rule for a switch of the command `head`, which may have several such switches."""
    behind = re.compile(rf"(?<=[ \t]){pattern}{_VALUE}")
    return Rule(_words(signs), _needed(needs), behind, re.compile(head), loose)


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


def _needed(needs: str) -> tuple[str, ...]:
    return (needs,) if needs == "|" else _words(needs) if needs else ()
