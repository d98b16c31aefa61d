"""Fast ways to the few places worth a closer look: literal words, and long runs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator


def trie_pattern(prefixes: list[str]) -> re.Pattern[str]:
    """One expression for all prefixes that shares their beginnings, longest first."""

    def branch(tails: list[str]) -> str:
        by_first: dict[str, list[str]] = defaultdict(list)
        for tail in tails:
            if tail:
                by_first[tail[0]].append(tail[1:])
        arms = [re.escape(first) + branch(rest) for first, rest in by_first.items()]
        if not arms:
            return ""
        return f"(?:{'|'.join(arms)}){'?' if '' in tails else ''}"

    return re.compile(branch(prefixes))


def run_finder(
    characters: str, least: int, tail: str = ""
) -> Callable[[str], Iterator[tuple[int, int]]]:
    """A finder of ``(start, end)`` of every run of `least` or more of `characters`.

    `characters` is the inside of a character class, `tail` an expression that may follow the run.
    Shorter words are skipped inside the expression: one pass, and no run is entered twice. A run
    is cut after 4,000 characters.
    """
    word = rf"[{characters}]{{0,{least - 1}}}+(?![{characters}])[^{characters}]{{1,999}}+"
    ahead = re.compile(rf"(?>(?:{word}){{0,2000}})([{characters}]{{{least},4000}}+{tail})")
    skip = re.compile(rf"(?>(?:{word}){{1,2000}})")

    def runs(text: str) -> Iterator[tuple[int, int]]:
        at, size = 0, len(text)
        while at < size:
            match = ahead.match(text, at)
            if match:
                yield match.span(1)
                at = match.end()
                continue
            # No long run within the next 2,000 words: step past those.
            skipped = skip.match(text, at)
            if not skipped:
                return
            at = skipped.end()

    return runs
