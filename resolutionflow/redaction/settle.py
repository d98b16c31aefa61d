"""Settling what several rules found in one place."""

from __future__ import annotations

from collections.abc import Mapping

from .kinds import PLACEHOLDER, RANK
from .rule import Span


def settle(spans: list[Span], text: str | None, kinds: Mapping[str, str]) -> list[Span]:
    """Return the spans in order, what overlaps joined, and what was masked before cut out.

    Joined spans take the rule of the longest part; equal lengths are settled by `kinds.RANK`.
    """
    spans.sort()
    joined: list[Span] = []
    longest = 0
    for start, end, rule in spans:
        if joined and start < joined[-1][1]:
            first, last, old = joined[-1]
            length = end - start
            if length > longest or (length == longest and RANK[kinds[rule]] < RANK[kinds[old]]):
                old, longest = rule, length
            joined[-1] = (first, max(last, end), old)
        else:
            joined.append((start, end, rule))
            longest = end - start
    if text is None or " REDACTED]" not in text:
        return joined
    return _cut_out(joined, [match.span() for match in PLACEHOLDER.finditer(text)], text)


def _cut_out(spans: list[Span], barriers: list[tuple[int, int]], text: str) -> list[Span]:
    out: list[Span] = []
    index = 0
    for start, end, rule in spans:
        while index < len(barriers) and barriers[index][1] <= start:
            index += 1
        at, look = start, index
        parts: list[Span] = []
        while look < len(barriers) and barriers[look][0] < end:
            if barriers[look][0] > at:
                parts.append((at, barriers[look][0], rule))
            at = max(at, barriers[look][1])
            look += 1
        if look == index:
            out.append((start, end, rule))
            continue
        if at < end:
            parts.append((at, end, rule))
        out += [part for part in parts if any(c.isalnum() for c in text[part[0] : part[1]])]
    return out
