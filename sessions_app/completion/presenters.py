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
    # Asked for once more, where the session has none.
    asks_ticket: bool = False
    ticket_number: str = ""


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
    ticket = values.get("ticket_number", "").strip()
    if ticket and work_session.ticket_number not in ("", ticket):
        there = f"It is {work_session.ticket_number} by now. Empty this field to keep that."
        errors = {**(errors or {}), "ticket_number": there}
    return CompletionForm(
        outcomes=_outcome_options(values["outcome"]),
        outcome_notes=values["outcome_notes"],
        next_steps=values["next_steps"],
        errors=errors or {},
        asks_ticket=bool(ticket) or not work_session.ticket_number,
        ticket_number=values.get("ticket_number", ""),
    )


def blank_form() -> CompletionForm:
    """Return the form of a list, which completes whichever of its sessions."""
    return CompletionForm(_outcome_options(""), outcome_notes="", next_steps="", errors={})


def _outcome_options(chosen: str) -> tuple[OutcomeOption, ...]:
    return tuple(
        OutcomeOption(outcome.value, outcome.label, OUTCOME_HELP[outcome], chosen == outcome)
        for outcome in Outcome
    )
