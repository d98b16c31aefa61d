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
    begins the line). `pattern` ends with the value, in a group ``q``, ``a`` (quoted) or ``w``;
    `lead` is what stands before the value.
    With `head` (a command), `pattern` is looked for behind it, up to the next command. The value
    of a `loose` rule must look like a password. All patterns are matched with lower case.
    """

    signs: tuple[str, ...]
    needs: tuple[str, ...]
    lead: re.Pattern[str]
    pattern: re.Pattern[str]
    head: re.Pattern[str] | None
    loose: bool


def rule(signs: str, pattern: str, needs: str = "", *, loose: bool = False) -> Rule:
    """A rule of one expression; `signs` and `needs` are separated by bars."""
    value = "" if any(own in pattern for own in _OWN) else _VALUE
    pattern = _quick(pattern)
    lead, whole = re.compile(pattern), re.compile(pattern + value)
    return Rule(_words(signs), _needed(needs), lead, whole, None, loose)


def switch(signs: str, head: str, pattern: str, needs: str, *, loose: bool = False) -> Rule:
    """A rule for a switch of the command `head`, which may have several such switches."""
    lead = rf"(?<=[ \t]){pattern}"
    behind = re.compile(lead + _VALUE)
    return Rule(
        _words(signs), _needed(needs), re.compile(lead), behind, re.compile(_quick(head)), loose
    )


def _quick(pattern: str) -> str:
    """`pattern` with the literal word that it begins with in front of its boundary, for `re` skips
    to literals only."""
    return re.sub(r"^\\b([a-z]{2,}+)(?![?*+{|])", r"\1(?<!\\w\1)", pattern)


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


def _needed(needs: str) -> tuple[str, ...]:
    return (needs,) if needs == "|" else _words(needs) if needs else ()
