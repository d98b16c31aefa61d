"""Secrets on command lines and in the configuration of network equipment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .command_rules import COMMANDS
from .heuristics import PLACEHOLDER_VALUE, is_status_word, looks_like_key, looks_like_password
from .line_rule import Rule
from .model import PLACEHOLDER, ScannedText, Span
from .network_rules import NETWORK

_RULES = [*COMMANDS, *NETWORK]
KEYWORDS = frozenset(sign for rule in _RULES for sign in rule.keywords)
_RULES_OF = {
    word: tuple(number for number, rule in enumerate(_RULES) if word in rule.keywords)
    for word in KEYWORDS
}
_FIRST = ("^",)
_END_OF_COMMAND = re.compile(r"[|;](?=[ \t])|&&")
_FAR = 400
_INDENT = 8
_SWITCH = re.compile(
    r"[-/]{1,2}[a-z][a-z-]{1,20}$|[-/][a-z]$|/(?:add|delete|del|domain|active|times|user"
    r"|persistent)\b",
    re.I,
)
_STRONG_ONLY = ("-password", "set ", "/p", "auth")


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of the values behind the switches and configuration words of the tables."""
    lower = src.lower
    line_start, line_end = 0, -1
    tried: set[int] = set()
    # Rules stay within a line, so each is tried once on a line that holds one of its words.
    for at, sign in src.occurrences(KEYWORDS):
        if at >= line_end:
            line_start = lower.rfind("\n", max(0, line_end), at) + 1 or max(0, line_end)
            line_end = lower.find("\n", at)
            line_end = len(lower) if line_end < 0 else line_end
            tried.clear()
        for number in _RULES_OF[sign]:
            if number in tried:
                continue
            rule = _RULES[number]
            if rule.required_words == _FIRST:
                good = at - line_start <= _INDENT and not lower[line_start:at].strip(" \t")
            else:
                tried.add(number)
                good = not rule.required_words
                for need in rule.required_words:
                    if lower.find(need, line_start, line_end) >= 0:
                        good = True
                        break
            if good:
                tried.add(number)
                yield from _apply(src, rule, line_start, line_end)


def _apply(src: ScannedText, rule: Rule, start: int, end: int) -> Iterator[Span]:
    text = src.text
    for begin, stop in _behind_head(src.lower, rule, start, end):
        if not rule.prefix.search(src.lower, begin, stop):
            continue
        src.context_spans.append((start, end))
        for match in rule.pattern.finditer(src.lower, begin, stop):
            group = match.lastgroup or "w"
            first, last = match.span(group)
            value = text[first:last]
            if group == "w":
                value = value.rstrip(";,'\"`").removesuffix(")") if "(" not in value else value
                last = first + len(value)
            if value and _accepts_value(text, value, first, rule, quoted=group != "w"):
                yield first, last, "token"


def _behind_head(lower: str, rule: Rule, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a line to look at: all of it, or what stands behind each command."""
    if rule.head is None:
        yield start, end
        return
    at = start
    while head := rule.head.search(lower, at, end):
        stop = min(end, head.end() + _FAR)
        over = _END_OF_COMMAND.search(lower, head.end(), stop)
        stop = over.start() if over else stop
        yield head.end(), stop
        at = max(stop, head.end())


def _accepts_value(text: str, value: str, start: int, rule: Rule, *, quoted: bool) -> bool:
    """A switch is good evidence, yet what follows may be a variable, a mask or a sentence."""
    if PLACEHOLDER.match(text, start) or (
        PLACEHOLDER_VALUE.match(value) and PLACEHOLDER_VALUE.fullmatch(value)
    ):
        return False
    if PLACEHOLDER_VALUE.match(text, start) and not quoted:
        return False
    if "REDACTED" in value and PLACEHOLDER.search(text, start, start + len(value) + 24):
        return False
    if is_status_word(value) or _SWITCH.match(value) or value.startswith("(") or value == "*":
        return False
    if (rule.needs_strong_value or rule.keywords[0] in _STRONG_ONLY) and not quoted:
        return looks_like_password(value) or looks_like_key(value)
    return len(value) > 1
