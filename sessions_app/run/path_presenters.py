"""The path so far, a line for each step."""

from dataclasses import dataclass

from django.db.models import Case, ExpressionWrapper, F, Q, QuerySet, TextField, Value, When
from django.db.models.fields import BooleanField
from django.urls import reverse

from sessions_app.models import Decision, Session
from sessions_app.suggestions.formatting import format_day


@dataclass(frozen=True)
class PathItem:
    """One recorded step in the list of the path, and what was recorded with its answer."""

    position: int
    question: str
    answer: str
    url: str
    is_custom: bool
    is_open: bool
    reused_from: str = ""
    has_notes: bool = False
    has_output: bool = False
    has_files: bool = False


def path_item(work_session: Session, decision: Decision, *, is_open: bool = False) -> PathItem:
    """Return the line of a step: of a row of `path_rows`, or of a decision with all its fields."""
    recorded = decision.__dict__
    return PathItem(
        position=decision.position,
        question=decision.question,
        answer=decision.answer,
        url=step_url(work_session, decision.position),
        is_custom=decision.is_custom,
        is_open=is_open,
        reused_from=reused_label(decision),
        has_notes=bool(recorded.get("has_notes", recorded.get("notes"))),
        has_output=bool(recorded.get("has_output", recorded.get("command_output"))),
        has_files=bool(recorded.get("has_files", recorded.get("attachments"))),
    )


def path_items(
    work_session: Session, rows: list[Decision], *, opened: int | None = None
) -> list[PathItem]:
    """Return the path so far; `opened` is the position of the step that is shown."""
    return [path_item(work_session, row, is_open=row.position == opened) for row in rows]


def path_rows(work_session: Session, *, with_output_of: int = 0) -> QuerySet[Decision]:
    """Return the steps of the path without their long texts, in one query.

    They say whether they have notes, an output and files; `output` is the command output of the
    step at the position `with_output_of`, and "" of all others.
    """
    shown = ("position", "node_id", "question", "answer", "carried_over_from", "session_id")
    return work_session.decisions.only(*shown).annotate(
        has_notes=_is(~Q(notes="")),
        has_output=_is(~Q(command_output="")),
        has_files=_is(~Q(attachments=[])),
        output=Case(
            When(position=with_output_of, then=F("command_output")),
            default=Value(""),
            output_field=TextField(),
        ),
    )


def _is(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def step_url(work_session: Session, position: int) -> str:
    """Return the address of the run page with a recorded step opened again."""
    return f"{reverse('session-run', args=[work_session.pk])}?step={position}"


def reused_label(decision: Decision) -> str:
    """Return the day from which the answer was reused, "" for one that was given in this run."""
    return format_day(decision.carried_over_from) if decision.carried_over_from else ""
