"""The search for keys that announce their maker (`rules.vendors`).

Long runs of key characters are picked out first; only inside those are the prefixes looked up, all
at once, by an expression that is built from the rules.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .regex_tools import run_finder, trie_pattern
from .rule import Rule, Span
from .scanned_text import TEXT_BARRIER, ScannedText

_RUNS = run_finder("A-Za-z0-9_.~+/=-", 16)
_LONG = re.compile(r"[A-Za-z0-9_.~-]{16,4000}+")
_IN_RUN = re.compile(r"[A-Za-z0-9_.~-]+")
_HAS_LETTER = re.compile(r"[A-Za-z]")
_HEXADECIMAL = re.compile("[0-9a-f]+")
_NOTHING = re.compile("(?!)")
_MAX_REMEMBERED = 4096
# Words, also in CamelCase, and numbers, joined by signs: file names, paths, host names, dates.
# No generated key reads like that; the chat tokens that can are named.
_PLAIN = re.compile(
    r"(?>(?:[._~+/=-]{0,99}+(?!xox|xapp|xwfp)(?:(?>(?:[A-Z]?[a-z]{2,24}+|(?<![A-Z])[A-Z]{1,12}+"
    r"(?![A-Za-z])){1,8})[0-9]{0,4}|[0-9]{1,12}+)(?![A-Za-z0-9])){0,99})[._~+/=-]{0,4000}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.?|[0-9.-]{1,4000}",
    re.ASCII,
)


def key_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the runs of 16 or more characters of keys or Base64 that are not
    plainly something else: a GUID, a number, words."""
    plain: set[str] = set()
    for start, end in _RUNS(text):
        run = text[start:end]
        if run in plain:
            continue
        if _PLAIN.fullmatch(run):
            if len(plain) < _MAX_REMEMBERED:
                plain.add(run)
        else:
            yield start, end


class KeyMatcher:
    """Rules with a pattern, by what calls for them: a prefix, or a keyword anywhere.

    A prefix of one letter is tried only where a run begins, and one with a sign that no run holds
    is looked for in all of the text.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        by_prefix: dict[str, list[Rule]] = defaultdict(list)
        self._run_starts: dict[str, list[Rule]] = defaultdict(list)
        anywhere: list[tuple[Rule, tuple[str, ...]]] = []
        for rule in rules:
            loose = tuple(word for word in rule.prefixes if not _IN_RUN.fullmatch(word))
            for prefix in rule.prefixes:
                if len(prefix) == 1:
                    self._run_starts[prefix].append(rule)
                elif prefix not in loose:
                    by_prefix[prefix].append(rule)
            if loose or not rule.prefixes:
                anywhere.append((rule, loose or rule.keywords))
        self._always: list[tuple[Rule, tuple[str, ...]]] = []
        self._by_keyword: dict[str, list[tuple[Rule, str]]] = defaultdict(list)
        for rule, words in anywhere:
            if words and all(map(_HAS_LETTER.search, words)):
                for word in words:
                    self._by_keyword[word.lower()].append((rule, word))
            else:
                self._always.append((rule, words))
        self.keywords = self._by_keyword.keys()
        """Lower-case words whose places tell `scan` what is worth a search of its own."""
        self._by_prefix = _with_shorter(by_prefix)
        self._prefix = trie_pattern(list(by_prefix)) if by_prefix else _NOTHING

    def scan(self, src: ScannedText) -> Iterator[Span]:
        """Yield the spans of keys with a telling prefix, and of those with a telling form."""
        yield from self._in_runs(src)
        yield from self._in_text(src)

    def _in_runs(self, src: ScannedText) -> Iterator[Span]:
        text, prefix = src.text, self._prefix
        barren: set[str] = set()
        for start, end in (
            run.span() for one in src.key_runs for run in _LONG.finditer(text, *one)
        ):
            run = text[start:end]
            if run in barren or _HEXADECIMAL.fullmatch(run):
                continue  # no prefix is spelled in hexadecimal
            at = start
            if run[0] in self._run_starts and (
                span := _first_match(text, start, self._run_starts[run[0]])
            ):
                yield span
                at = span[1]
            elif not prefix.search(run):
                if len(barren) < _MAX_REMEMBERED:
                    barren.add(run)
                continue
            while at < end and (hit := prefix.search(text, at, end)):
                span = _first_match(text, hit.start(), self._by_prefix[hit.group()])
                if span:
                    yield span
                at = span[1] if span else hit.start() + 1

    def _in_text(self, src: ScannedText) -> Iterator[Span]:
        text = src.text
        runs = ""
        called = dict.fromkeys(
            rule
            for keyword in src.keyword_positions.keys() & self.keywords
            for rule, word in self._by_keyword[keyword]
            if word in text
        )
        for rule in called:
            yield from _matches(text, rule)
        for rule, words in self._always:
            if words and not rule.group and not rule.lookback and _IN_RUN.fullmatch(words[0]):
                # The match is the key: it stands in a run.
                runs = runs or "\n".join(text[start:end] for start, end in src.key_runs) or "\n"
                if words[0] not in runs:
                    continue
            elif words and not any(src.holds_text(word.lower()) for word in words):
                continue
            yield from _matches(text, rule)


def _matches(text: str, rule: Rule) -> Iterator[Span]:
    for match in rule.compiled.finditer(text):
        start, end = match.start(rule.group) - rule.lookback, match.end(rule.group)
        if rule.validate is None or rule.validate(text[start:end]):
            yield start, end, rule.id


def scan_own(text: str, rules: Iterable[Rule]) -> Iterator[Span]:
    """Yield the matches of an account's own patterns, each text of a joined search by itself."""
    for rule in rules:
        at = 0
        for part in text.split(TEXT_BARRIER):
            for match in rule.compiled.finditer(part):
                if match.group().strip():
                    yield at + match.start(), at + match.end(), rule.id
            at += len(part) + len(TEXT_BARRIER)


def _with_shorter(by_prefix: Mapping[str, Sequence[Rule]]) -> dict[str, list[Rule]]:
    """For each prefix its rules, and those of the prefixes that it begins with: longest first."""
    return {
        prefix: list(
            dict.fromkeys(
                rule
                for size in range(len(prefix), 0, -1)
                for rule in by_prefix.get(prefix[:size], ())
            )
        )
        for prefix in by_prefix
    }


def _first_match(text: str, at: int, rules: Iterable[Rule]) -> Span | None:
    for rule in rules:
        match = rule.compiled.match(text, at)
        if match and (rule.validate is None or rule.validate(match.group(rule.group))):
            return match.start(rule.group), match.end(rule.group), rule.id
    return None
