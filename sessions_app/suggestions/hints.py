"""What is known at a step, put into words for the run page."""

from dataclasses import dataclass

from resolutionflow.web.dates import duration
from sessions_app.models import Outcome, Session
from sessions_app.suggestions.formatting import format_day
from sessions_app.suggestions.step_statistics import (
    OF_FLOW,
    ClientHistory,
    OptionInsight,
    OutcomeStats,
    step_insight,
)


@dataclass(frozen=True)
class Hint:
    """What is said beside one answer; each text is "" when there is nothing to say."""

    tried: str = ""
    failed: bool = False
    figures: str = ""
    is_suggested: bool = False


@dataclass(frozen=True)
class ReusableAnswer:
    """An answer that can be carried over: its 0-based option, how it reads, and its day."""

    option: int
    answer: str
    day: str


@dataclass(frozen=True)
class StepHints:
    """All that is said at a step: beside each option in order, above them, and at a solution."""

    options: tuple[Hint | None, ...] = ()
    here: Hint | None = None
    carry: ReusableAnswer | None = None


def hints_at(work_session: Session, node_id: str, *, may_carry: bool) -> StepHints:
    """What to say at the node, in at most one query; `may_carry` at a step not yet recorded."""
    known = step_insight(work_session, node_id)
    carry = None
    if may_carry and known.given is not None:
        carry = ReusableAnswer(known.given.option, known.given.answer, format_day(known.given.at))
    return StepHints(
        options=tuple(_hint(option, is_cut=known.is_cut) for option in known.options),
        here=_tried(known.here) if known.here else None,
        carry=carry,
    )


def _hint(known: OptionInsight, *, is_cut: bool) -> Hint | None:
    hint = _tried(known.verdict) if known.verdict else Hint()
    figures = figures_in_words(known.figures, is_cut=is_cut) if known.figures else ""
    hint = Hint(hint.tried, hint.failed, figures, known.is_suggested)
    return hint if hint != Hint() else None


def _tried(verdict: ClientHistory) -> Hint:
    came_of_it = {Outcome.RESOLVED: "resolved", Outcome.WORKAROUND: "a workaround"}
    said = came_of_it.get(Outcome(verdict.outcome), "did not help")
    return Hint(f"Tried {format_day(verdict.ended_at)} for this client: {said}", verdict.failed)


def figures_in_words(figures: OutcomeStats, *, is_cut: bool) -> str:
    """“Of 41 sessions that answered so, 78 % resolved, median 9 min”."""
    looked_at = f" (of this flow’s last {OF_FLOW})" if is_cut else ""
    return (
        f"Of {figures.sessions} sessions that answered so{looked_at}, "
        f"{figures.percent} % resolved, median {duration(figures.median)}"
    )
