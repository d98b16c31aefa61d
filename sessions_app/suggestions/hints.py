"""The hints that the run page shows at a step."""

from dataclasses import dataclass

from resolutionflow.web.dates import duration
from sessions_app.models import Outcome, Session
from sessions_app.suggestions.formatting import format_day
from sessions_app.suggestions.step_statistics import (
    MAX_FLOW_SESSIONS,
    ClientHistory,
    OptionInsight,
    OutcomeStats,
    step_insight,
)


@dataclass(frozen=True)
class Hint:
    """What is shown beside one answer; each text is "" when there is nothing to say."""

    tried: str = ""
    failed: bool = False
    figures: str = ""
    is_suggested: bool = False


@dataclass(frozen=True)
class ReusableAnswer:
    """An answer that can be reused: its 0-based option, its text, and its day."""

    option: int
    answer: str
    day: str


@dataclass(frozen=True)
class StepHints:
    """All hints of a step: beside each option in order, above them, and at a solution."""

    options: tuple[Hint | None, ...] = ()
    at_solution: Hint | None = None
    reusable: ReusableAnswer | None = None


def hints_at(work_session: Session, node_id: str, *, may_reuse: bool) -> StepHints:
    """Return the hints of the node, in at most one query; `may_reuse` at a step not yet
    recorded.
    """
    known = step_insight(work_session, node_id)
    reusable = None
    if may_reuse and known.previous is not None:
        reusable = ReusableAnswer(
            known.previous.option, known.previous.answer, format_day(known.previous.at)
        )
    return StepHints(
        options=tuple(_hint(option, is_truncated=known.is_truncated) for option in known.options),
        at_solution=_client_hint(known.at_solution) if known.at_solution else None,
        reusable=reusable,
    )


def _hint(known: OptionInsight, *, is_truncated: bool) -> Hint | None:
    hint = _client_hint(known.client_history) if known.client_history else Hint()
    figures = describe_stats(known.stats, is_truncated=is_truncated) if known.stats else ""
    hint = Hint(hint.tried, hint.failed, figures, known.is_suggested)
    return hint if hint != Hint() else None


def _client_hint(history: ClientHistory) -> Hint:
    came_of_it = {Outcome.RESOLVED: "resolved", Outcome.WORKAROUND: "a workaround"}
    said = came_of_it.get(Outcome(history.outcome), "did not help")
    return Hint(f"Tried {format_day(history.ended_at)} for this client: {said}", history.failed)


def describe_stats(stats: OutcomeStats, *, is_truncated: bool) -> str:
    """Return “Of 41 sessions that answered so, 78 % resolved, median 9 min”."""
    looked_at = f" (of this flow’s last {MAX_FLOW_SESSIONS})" if is_truncated else ""
    return (
        f"Of {stats.sessions} sessions that answered so{looked_at}, "
        f"{stats.percent} % resolved, median {duration(stats.median)}"
    )
