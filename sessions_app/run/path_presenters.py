"""The path so far, a line for each step."""

from dataclasses import dataclass

from django.urls import reverse

from sessions_app.models import Decision, Session
from sessions_app.suggestions.formatting import format_day


@dataclass(frozen=True)
class PathItem:
    """One recorded step in the list of the path."""

    position: int
    question: str
    answer: str
    url: str
    is_custom: bool
    is_open: bool
    reused_from: str = ""


def path_item(work_session: Session, decision: Decision, *, is_open: bool = False) -> PathItem:
    return PathItem(
        position=decision.position,
        question=decision.question,
        answer=decision.answer,
        url=step_url(work_session, decision.position),
        is_custom=decision.is_custom,
        is_open=is_open,
        reused_from=reused_label(decision),
    )


def path_items(work_session: Session, *, opened: int | None = None) -> list[PathItem]:
    """Return the path so far, in one query; `opened` is the position of the step that is shown."""
    shown = ("position", "node_id", "question", "answer", "carried_over_from", "session_id")
    rows = work_session.decisions.only(*shown)
    return [path_item(work_session, row, is_open=row.position == opened) for row in rows]


def step_url(work_session: Session, position: int) -> str:
    """Return the address of the run page with a recorded step opened again."""
    return f"{reverse('session-run', args=[work_session.pk])}?step={position}"


def reused_label(decision: Decision) -> str:
    """Return the day from which the answer was reused, "" for one that was given in this run."""
    return format_day(decision.carried_over_from) if decision.carried_over_from else ""
