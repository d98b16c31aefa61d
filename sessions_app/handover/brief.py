"""What whoever takes a run over reads first: at most eight lines of the summary. Pure.

*Found* is what was answered, *open here* what can be answered or done next, *unconfirmed* what
nobody has shown to be so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from resolutionflow.web.text import count_with_noun, shorten
from sessions_app.handover.summary import HandoverSummary, UntriedBranch

MAX_LINES = 8
MAX_LINE = 200


@dataclass(frozen=True)
class FoundLine:
    """An answered question; without an answer it is a line that says what was left out."""

    question: str
    answer: str = ""


@dataclass(frozen=True)
class Brief:
    """Together at most `MAX_LINES` lines; what doesn't fit is counted in a line of its own."""

    found: tuple[FoundLine, ...] = ()
    open_here: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()


def make_brief(summary: HandoverSummary, *, max_line: int = MAX_LINE) -> Brief:
    """Return the brief: the latest answers, the nearest branches, the latest doubts.

    An export passes a long `max_line`, as half a secret isn't recognised as one.
    """
    found = [
        FoundLine(shorten(item.question, max_line), shorten(item.answer, max_line))
        for item in summary.ruled_out
    ]
    branches = [shorten(_branch_line(item), max_line) for item in summary.untried]
    doubts = [shorten(line, max_line) for line in summary.unconfirmed]
    shares = _share([len(found), len(branches), len(doubts)])
    return Brief(
        found=_latest_answers(found, shares[0]),
        open_here=_nearest(branches, shares[1]),
        unconfirmed=_nearest(doubts[::-1], shares[2]),
    )


def _branch_line(item: UntriedBranch) -> str:
    options = " · ".join(item.options)
    if not options:
        return item.question
    return f"{item.question}{'' if item.question.endswith('?') else ':'} {options}"


def _share(counts: Sequence[int]) -> list[int]:
    """Return how many lines each list gets: one after the other until all are given."""
    shares = [0] * len(counts)
    left = MAX_LINES
    while left and any(share < count for share, count in zip(shares, counts, strict=True)):
        for place, count in enumerate(counts):
            if left and shares[place] < count:
                shares[place] += 1
                left -= 1
    return shares


def _latest_answers(found: list[FoundLine], share: int) -> tuple[FoundLine, ...]:
    if len(found) <= share:
        return tuple(found)
    kept = found[len(found) - share + 1 :]
    more = count_with_noun(len(found) - len(kept), "earlier answer")
    return (FoundLine(f"{more} on the path"), *kept)


def _nearest(lines: list[str], share: int) -> tuple[str, ...]:
    if len(lines) <= share:
        return tuple(lines)
    kept = lines[: share - 1]
    return (*kept, f"and {len(lines) - len(kept)} more")
