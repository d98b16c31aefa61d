"""The form that completes a session, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sessions_app.models import Outcome, Session
from sessions_app.run.step_presenters import ShownStep

OUTCOME_HELP = {
    Outcome.RESOLVED: "The problem is gone",
    Outcome.ESCALATED: "Someone else takes over",
    Outcome.WORKAROUND: "They can work for now",
    Outcome.UNRESOLVED: "It is still there",
    Outcome.CANCELLED: "No longer needed",
    Outcome.RESOLVED_EXTERNALLY: "Fixed by someone else",
}


@dataclass(frozen=True)
class OutcomeOption:
    """One outcome to choose, with what it means."""

    value: str
    label: str
    help: str
    checked: bool


@dataclass(frozen=True)
class CompletionForm:
    """The form that completes a session, prefilled from the solution that the run
    stands at ([U2]).
    """

    outcomes: tuple[OutcomeOption, ...]
    outcome_notes: str
    next_steps: str
    errors: Mapping[str, str]


def completion_form(
    work_session: Session,
    step: ShownStep | None,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> CompletionForm:
    """Return the form with what was `typed` in a refused one, else what was saved, else what the
    solution suggests.
    """
    solution = step if step is not None and step.kind == "solution" else None
    suggested = {
        "outcome": solution.outcome if solution else "",
        "outcome_notes": work_session.outcome_notes or (solution.title if solution else ""),
        "next_steps": work_session.next_steps or (solution.next_steps if solution else ""),
    }
    values = {**suggested, **(typed or {})}
    return CompletionForm(
        outcomes=tuple(
            OutcomeOption(
                outcome.value, outcome.label, OUTCOME_HELP[outcome], values["outcome"] == outcome
            )
            for outcome in Outcome
        ),
        outcome_notes=values["outcome_notes"],
        next_steps=values["next_steps"],
        errors=errors or {},
    )
