"""What must be searched again once findings are masked, so that masking twice changes nothing.

Masking changes what stands beside the rest of a line. A line is settled when each of its findings
stands alone between blanks and no word of it announces a secret: every expression that reads
further than the next blank starts at such a word. All other lines that hold findings are handed
back, masked, with a line on either side, to be searched once more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from .model import PLACEHOLDERS, Source, Span

_ALONE = ("ip", "token", "host")


def unsettled(src: Source, spans: Sequence[Span]) -> tuple[str, list[int], list[int]]:
    """``(masked, starts, origins)``: the lines to search again, and the map back.

    Piece ``i`` of kept text begins at ``starts[i]`` in `masked` and at ``origins[i]`` in the
    original text. `masked` is empty when everything is settled.
    """
    text = src.text
    out: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = done = 0
    for first, last, begin, end in _regions(src, spans):
        if begin > done and out:
            out.append("\n")
            length += 1
        at = max(begin, done)
        for start, stop, kind in spans[first:last]:
            starts.append(length)
            origins.append(at)
            out += (text[at:start], PLACEHOLDERS[kind])
            length += start - at + len(PLACEHOLDERS[kind])
            at = stop
        starts.append(length)
        origins.append(at)
        out.append(text[at:end])
        length += end - at
        done = end
    return "".join(out), starts, origins


def back(spans: Sequence[Span], starts: list[int], origins: list[int]) -> list[Span]:
    """Spans of the masked lines, none of which touches a placeholder, in the original's terms."""
    out = []
    for start, end, kind in spans:
        piece = bisect_right(starts, start) - 1
        shift = origins[piece] - starts[piece]
        out.append((start + shift, end + shift, kind))
    return out


def _regions(src: Source, spans: Sequence[Span]) -> list[tuple[int, int, int, int]]:
    """``(first span, last span, begin, end)`` of the stretches to search again."""
    text, size = src.text, len(src.text)
    words = sorted(src.words)
    regions: list[list[int]] = []
    index, line_end = 0, -1
    while index < len(spans):
        line_start = text.rfind("\n", max(0, line_end), spans[index][0]) + 1 or max(0, line_end)
        first = index
        loud = False
        while True:
            start, stop, kind = spans[index]
            line_end = text.find("\n", stop)
            line_end = size if line_end < 0 else line_end
            loud = loud or kind not in _ALONE or not _alone(text, start, stop)
            index += 1
            if index == len(spans) or spans[index][0] >= line_end:
                break
        if not loud:
            at = bisect_left(words, line_start)
            if at == len(words) or words[at] >= line_end:
                continue
        floor = regions[-1][3] if regions else 0
        begin = text.rfind("\n", floor, max(floor, line_start - 1)) + 1 or floor
        follow = text.find("\n", min(size, line_end + 1))
        end = size if follow < 0 else follow
        if regions and begin <= regions[-1][3]:
            regions[-1][1], regions[-1][3] = index, end
        else:
            regions.append([first, index, begin, end])
    return [(one[0], one[1], one[2], one[3]) for one in _whole(regions, spans)]


def _whole(regions: list[list[int]], spans: Sequence[Span]) -> list[list[int]]:
    """Take in every span that a region's extra lines reach."""
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


def _alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return (not before or before.isspace()) and (not after or after.isspace())
