"""What must be searched again once findings are masked, so that masking twice changes nothing.

Masking changes what stands beside the rest of a line. A line is settled when each of its findings
stands apart, between blanks or between signs that no expression looks across, and outside every
stretch that a family reads across blanks (`ScannedText.context_spans`). All other lines that hold
findings are handed back, masked, to be searched once more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from .kinds import PLACEHOLDERS
from .rule import Span
from .scanned_text import TEXT_BARRIER, ScannedText

# Signs that no look-around of any family steps over to a letter or digit on their other side.
_SAFE_BEFORE = frozenset(" \t\r\n\x0b\x0c([{<\"'=,;|>")
_SAFE_AFTER = frozenset(" \t\r\n\x0b\x0c()]}>\"',;|")
_USER_BEFORE_HOST = re.compile(r"[^\s/?#\"'<>]{0,200}@")
# What may follow instead, by kind: a port or prefix length; a path; a type; an account's sign.
_PORT = r"(?:[:#][0-9]{1,5}|/[0-9]{1,3})(?=:?[\s)\]}>\"',;|]|\Z)"
_PAGE = r"(?::[0-9]{1,5})?/(?![A-Za-z0-9+/]{36})"
_HARMLESS = {
    "ip": re.compile(f"{_PORT}|{_PAGE}"),
    "host": re.compile(rf"{_PAGE}|\$(?=\s|\Z)"),
    "unc": re.compile(r":[A-Z][a-z]{1,20}[)\s]"),
}


def regions_to_rescan(
    src: ScannedText, spans: Sequence[Span], kinds: Mapping[str, str]
) -> tuple[str, list[int], list[int]]:
    """``(masked, starts, origins)``: the lines to search again, and the map back.

    Piece ``i`` of kept text begins at ``starts[i]`` in `masked` and at ``origins[i]`` in the
    original text. `masked` is empty when everything is settled.
    """
    text = src.text
    out: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = done = 0
    for first, last, begin, end in _regions(src, spans, kinds):
        if out:
            out.append(TEXT_BARRIER)
            length += len(TEXT_BARRIER)
        at = max(begin, done)
        for start, stop, rule in spans[first:last]:
            placeholder = PLACEHOLDERS[kinds[rule]]
            starts.append(length)
            origins.append(at)
            out += (text[at:start], placeholder)
            length += start - at + len(placeholder)
            at = stop
        starts.append(length)
        origins.append(at)
        out.append(text[at:end])
        length += end - at
        done = end
    return "".join(out), starts, origins


def to_original(spans: Sequence[Span], starts: list[int], origins: list[int]) -> list[Span]:
    """Spans of the masked lines, none of which touches a placeholder, in the original's terms."""
    out = []
    for start, end, rule in spans:
        piece = bisect_right(starts, start) - 1
        shift = origins[piece] - starts[piece]
        out.append((start + shift, end + shift, rule))
    return out


def _regions(src: ScannedText, spans: Sequence[Span], kinds: Mapping[str, str]) -> list[list[int]]:
    """``(first span, last span, begin, end)`` of the stretches to search again."""
    text, size = src.text, len(src.text)
    loud = _joined(src.context_spans)
    starts = [start for start, _ in loud]
    regions: list[list[int]] = []
    for index, (start, stop, rule) in enumerate(spans):
        if regions and stop <= regions[-1][3]:
            regions[-1][1] = index + 1
            continue
        at = bisect_right(starts, stop)
        within = at > 0 and loud[at - 1][1] > start
        if not within and _apart(text, start, stop, kinds[rule]):
            continue
        if within:  # also the lines on which the label or the value may stand
            start, stop = min(start, loud[at - 1][0]), max(stop, loud[at - 1][1])
        floor = regions[-1][3] if regions else 0
        begin = text.rfind("\n", floor, max(floor, start)) + 1 or floor
        end = text.find("\n", stop)
        end = size if end < 0 else end
        if regions and begin <= regions[-1][3]:
            regions[-1][1], regions[-1][3] = index + 1, end
        else:
            regions.append([index, index + 1, begin, end])
    return _whole(regions, spans)


def _joined(loud: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order, those that overlap as one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(loud):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _whole(regions: list[list[int]], spans: Sequence[Span]) -> list[list[int]]:
    """Take in every span that a region's lines reach."""
    out: list[list[int]] = []
    for first, last, begin, end in regions:
        while first and spans[first - 1][1] > begin:
            first -= 1
            begin = min(begin, spans[first][0])
        while last < len(spans) and spans[last][0] < end:
            end = max(end, spans[last][1])
            last += 1
        if out and (begin <= out[-1][3] or first < out[-1][1]):
            out[-1][1], out[-1][3] = max(last, out[-1][1]), max(end, out[-1][3])
        else:
            out.append([first, last, begin, end])
    return out


def _apart(text: str, start: int, end: int, kind: str) -> bool:
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if after and after not in _SAFE_AFTER:
        harmless = _HARMLESS.get(kind)
        if not harmless or not harmless.match(text, end):
            return False
    if before and before not in _SAFE_BEFORE and text[start - 3 : start] != "://":
        return False
    if before == "/" and _USER_BEFORE_HOST.match(text, end):
        return False
    return kind != "email" or " " not in text[start:end]
