"""The search for line rules: each is tried once on a line that holds one of its words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .heuristics import PLACEHOLDER_VALUE, is_status_word, looks_like_key, looks_like_password
from .kinds import PLACEHOLDER
from .line_rule import LINE_START, LineRule
from .rule import Span, compile_pattern
from .scanned_text import ScannedText

_END_OF_COMMAND = re.compile(r"[|;](?=[ \t])|&&")
_MAX_COMMAND = 400
_MAX_INDENT = 8
_SWITCH = re.compile(
    r"[-/]{1,2}[a-z][a-z-]{1,20}$|[-/][a-z]$|/(?:add|delete|del|domain|active|times|user"
    r"|persistent)\b",
    re.I,
)


class _Compiled(NamedTuple):
    """A rule with its expressions."""

    rule: LineRule
    before_value: re.Pattern[str]
    with_value: re.Pattern[str]
    command: re.Pattern[str] | None


class LineMatcher:
    """Line rules, by the words that call for them."""

    def __init__(self, rules: Iterable[LineRule]) -> None:
        self._by_keyword: dict[str, list[_Compiled]] = defaultdict(list)
        for rule in rules:
            command = compile_pattern(rule.command) if rule.command else None
            compiled = _Compiled(rule, rule.before_value, rule.with_value, command)
            for word in rule.keywords:
                self._by_keyword[word].append(compiled)
        self._keywords = frozenset(self._by_keyword)

    def scan(self, src: ScannedText) -> Iterator[Span]:
        """Yield the spans of the values behind switches and words of configuration."""
        lower = src.logical_lines
        line_start, line_end = 0, -1
        tried: set[str] = set()
        for at, keyword in src.occurrences(self._keywords):
            if at >= line_end:
                line_start = lower.rfind("\n", max(0, line_end), at) + 1 or max(0, line_end)
                line_end = lower.find("\n", at)
                line_end = len(lower) if line_end < 0 else line_end
                tried.clear()
            for compiled in self._by_keyword[keyword]:
                rule = compiled.rule
                if rule.id in tried:
                    continue
                if rule.required_words == LINE_START:
                    begins = at - line_start <= _MAX_INDENT
                    good = begins and not lower[line_start:at].strip(" \t")
                else:
                    tried.add(rule.id)
                    good = _has_required(lower, rule, line_start, line_end)
                if good:
                    tried.add(rule.id)
                    yield from _apply(src, compiled, line_start, line_end)


def _has_required(lower: str, rule: LineRule, start: int, end: int) -> bool:
    words = rule.required_words
    return not words or any(lower.find(word, start, end) >= 0 for word in words)


def _apply(src: ScannedText, compiled: _Compiled, start: int, end: int) -> Iterator[Span]:
    text, rule, lower = src.text, compiled.rule, src.logical_lines
    for begin, stop in _after_command(lower, compiled.command, start, end):
        if not compiled.before_value.search(lower, begin, stop):
            continue
        src.note_context(start, end)
        for match in compiled.with_value.finditer(lower, begin, stop):
            group = match.lastgroup or "w"
            first, last = match.span(group)
            value = text[first:last]
            if group == "w":
                value = value.rstrip(";,'\"`").removesuffix(")") if "(" not in value else value
                last = first + len(value)
            if value and _accepts_value(text, value, first, rule, quoted=group != "w"):
                yield first, last, rule.id


def _after_command(
    lower: str, command: re.Pattern[str] | None, start: int, end: int
) -> Iterator[tuple[int, int]]:
    """The stretches of a line to look at: all of it, or what stands behind each command."""
    if command is None:
        yield start, end
        return
    at = start
    while found := command.search(lower, at, end):
        stop = min(end, found.end() + _MAX_COMMAND)
        over = _END_OF_COMMAND.search(lower, found.end(), stop)
        stop = over.start() if over else stop
        yield found.end(), stop
        at = max(stop, found.end())


def _accepts_value(text: str, value: str, start: int, rule: LineRule, *, quoted: bool) -> bool:
    """A switch is good evidence, yet what follows may be a variable, a mask or a sentence."""
    if PLACEHOLDER.match(text, start) or PLACEHOLDER_VALUE.fullmatch(value):
        return False
    if PLACEHOLDER_VALUE.match(text, start) and not quoted:
        return False
    if "REDACTED" in value and PLACEHOLDER.search(text, start, start + len(value) + 24):
        return False
    if is_status_word(value) or _SWITCH.match(value) or value.startswith("(") or value == "*":
        return False
    if rule.needs_strong_value and not quoted:
        return looks_like_password(value) or looks_like_key(value)
    return len(value) > 1
