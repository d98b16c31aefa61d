"""The filters of lists of sessions, for pages and API alike ([S1], [H1]).

A value that can't be used is refused, not ignored.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any

from django.utils import timezone
from pydantic import Field

from resolutionflow.web.dates import start_of_day
from resolutionflow.web.parameters import (
    DateTimeParameter,
    FlagParameter,
    SearchText,
    UuidParameter,
    choice_parameter,
    parameter,
)
from resolutionflow.web.schemas import QueryModel, Text, refuse
from sessions_app.models import Outcome, SessionQuerySet, State

MAX_SEARCH_LENGTH = 200
PERIODS = (("today", "today"), ("week", "this week"), ("30days", "in the last 30 days"))
PARTIAL = "Contains this text, in any case."
Narrowing = Callable[[SessionQuerySet, Any], SessionQuerySet]


def _check_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Far enough from the ends of the calendar for any time zone.
    if day is None or not 1970 <= day.year <= 9000:
        raise refuse("Send a day such as 2026-11-30.")
    return day


StateParameter = Annotated[str, choice_parameter(State.values)]
OutcomeParameter = Annotated[str, choice_parameter(Outcome.values)]
PeriodParameter = Annotated[str, choice_parameter([name for name, _ in PERIODS])]
DayParameter = Annotated[date, parameter(_check_day, {"type": "string", "format": "date"})]


class SessionFilters(QueryModel):
    """Narrow any queryset of sessions; every filter that is sent must fit."""

    completed: FlagParameter | None = Field(None, description="Completed, or not.")
    ticket: SearchText | None = Field(None, description="Exactly this ticket number.")
    client: SearchText | None = Field(None, description="Exactly this client name.")
    ticket_number: SearchText | None = Field(None, description=PARTIAL)
    client_name: SearchText | None = Field(None, description=PARTIAL)
    tree_name: SearchText | None = Field(
        None, description=f"{PARTIAL} The flow's name when the session began."
    )
    tree_id: UuidParameter | None = Field(None, description="Of this flow.")
    batch_id: UuidParameter | None = Field(None, description="Of this batch.")
    assigned_to_id: UuidParameter | None = Field(None, description="Assigned to this user.")
    status: StateParameter | None = Field(None, description="In this state.")
    started_after: DateTimeParameter | None = Field(
        None, description="Started then or later; a date is its midnight in UTC."
    )
    started_before: DateTimeParameter | None = Field(None, description="Started then or earlier.")
    completed_after: DateTimeParameter | None = Field(None, description="Completed then or later.")
    completed_before: DateTimeParameter | None = Field(
        None, description="Completed then or earlier."
    )

    @property
    def is_narrowing(self) -> bool:
        """Whether any filter says something; an empty text says nothing."""
        return any(getattr(self, name, None) not in (None, "") for name in NARROWINGS)

    def narrow(self, sessions: SessionQuerySet) -> SessionQuerySet:
        """Return those of `sessions` that every filter lets through."""
        for name, narrowing in NARROWINGS.items():
            if (value := getattr(self, name, None)) not in (None, ""):
                sessions = narrowing(sessions, value)
        return sessions


class HistoryFilters(SessionFilters):
    """The filters of the API and those that only the history page has."""

    q: Annotated[str, Text(MAX_SEARCH_LENGTH)] | None = None
    outcome: OutcomeParameter | None = None
    period: PeriodParameter | None = None
    since: DayParameter | None = None
    until: DayParameter | None = None
    team_id: UuidParameter | None = None
    last_activity_before: DateTimeParameter | None = None


def _with_exactly(name: str) -> Narrowing:
    # The words first: that is what the index answers.
    return lambda sessions, text: sessions.with_text(name, text).filter(**{name: text})


def _containing(name: str) -> Narrowing:
    return lambda sessions, text: sessions.with_text(name, text)


def _where(lookup: str) -> Narrowing:
    return lambda sessions, value: sessions.filter(**{lookup: value})


def _in_period(sessions: SessionQuerySet, period: str) -> SessionQuerySet:
    today = timezone.localdate()
    back = {"today": 0, "week": today.weekday(), "30days": 29}[period]
    return sessions.filter(started_at__gte=start_of_day(today - timedelta(days=back)))


NARROWINGS: dict[str, Narrowing] = {
    "completed": lambda sessions, value: sessions.filter(completed_at__isnull=not value),
    "ticket": _with_exactly("ticket_number"),
    "client": _with_exactly("client_name"),
    "ticket_number": _containing("ticket_number"),
    "client_name": _containing("client_name"),
    "tree_name": _containing("tree_name"),
    "tree_id": _where("tree_id"),
    "batch_id": _where("batch_id"),
    "assigned_to_id": _where("assigned_to_id"),
    "status": lambda sessions, value: sessions.in_state(State(value)),
    "started_after": _where("started_at__gte"),
    "started_before": _where("started_at__lte"),
    "completed_after": _where("completed_at__gte"),
    "completed_before": _where("completed_at__lte"),
    "q": lambda sessions, text: sessions.search(text),
    "outcome": _where("outcome"),
    "period": _in_period,
    "since": lambda sessions, day: sessions.filter(started_at__gte=start_of_day(day)),
    "until": lambda sessions, day: sessions.filter(
        started_at__lt=start_of_day(day + timedelta(days=1))
    ),
    "team_id": _where("user__team_id"),
    "last_activity_before": _where("last_activity_at__lt"),
}
