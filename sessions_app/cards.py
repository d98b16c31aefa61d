"""Sessions as lists show them: plain values with dates and labels made ready.

Lists are read with `.values()`; a template's date filters cost more than the query.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, F, Func, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.dates import when
from sessions_app.handing_over import Received, received
from sessions_app.models import Outcome, Session, State

COLUMNS = (
    "id",
    "tree_name",
    "title",
    "client_name",
    "ticket_number",
    "target_label",
    "started_at",
    "completed_at",
    "last_activity_at",
    "created_at",
    "outcome",
    "decision_count",
    "revision",
    "pinned",
    "user_id",
    "assigned_to_id",
    "user__first_name",
    "user__last_name",
    "user__username",
)
# Who prepared it and for whom: only lists of prepared sessions ask for these.
PREPARER = ("prepared_by__first_name", "prepared_by__last_name", "prepared_by__username")
ASSIGNEE = ("assigned_to__first_name", "assigned_to__last_name", "assigned_to__username")


@dataclass(frozen=True)
class Card:
    """One session in a list."""

    id: str
    url: str
    tree_name: str
    title: str
    client: str
    ticket: str
    state: str
    state_label: str
    outcome: str
    outcome_label: str
    when: str
    when_exact: str
    decision_count: int
    owner: str
    is_mine: bool
    may_write: bool
    may_run: bool
    revision: int
    pinned: bool
    started_on: date | None
    step_number: int
    last_step: str = ""
    target: str = ""
    prepared_by: str = ""
    assigned_to: str = ""
    handed: Received | None = None


def person(row: Mapping[str, Any], columns: tuple[str, str, str]) -> str:
    """A person's name from the columns of first, last and user name; "" for nobody."""
    first, last, username = (row.get(column) or "" for column in columns)
    return f"{first} {last}".strip() or username


def card(row: Mapping[str, Any], *, viewer_id: int | None, now: datetime) -> Card:
    """A card from a row of `COLUMNS`; an active session opens where it is run."""
    state, label = _state(row, now)
    is_mine = row["user_id"] == viewer_id
    may_write = viewer_id in (row["user_id"], row["assigned_to_id"])
    may_run = row["completed_at"] is None and may_write
    page = "session-run" if may_run and state != State.PREPARED else "session-detail"
    shown = row["started_at"] if row["completed_at"] else row["last_activity_at"]
    moment = when(shown or row["created_at"], now=now)
    assert moment is not None  # noqa: S101 (a row always has created_at)
    return Card(
        id=str(row["id"]),
        url=reverse(page, args=[row["id"]]),
        tree_name=row["tree_name"],
        title=row["title"],
        client=row["client_name"],
        ticket=row["ticket_number"],
        state=state,
        state_label=label,
        outcome=row["outcome"],
        outcome_label=Outcome(row["outcome"]).label if row["outcome"] else "",
        when=moment.text,
        when_exact=moment.iso,
        decision_count=row["decision_count"],
        owner=person(row, ("user__first_name", "user__last_name", "user__username")),
        is_mine=is_mine,
        may_write=may_write,
        may_run=may_run,
        revision=row["revision"],
        pinned=row["pinned"],
        started_on=timezone.localdate(row["started_at"]) if row["started_at"] else None,
        step_number=row["decision_count"] + 1,
        last_step=row.get("last_step") or "",
        target=row["target_label"],
        prepared_by=person(row, PREPARER),
        assigned_to=person(row, ASSIGNEE),
    )


def _state(row: Mapping[str, Any], now: datetime) -> tuple[str, str]:
    if row["started_at"] is None:
        return State.PREPARED.value, "Prepared"
    if row["completed_at"] is not None:
        return State.COMPLETED.value, "Completed"
    if now - row["last_activity_at"] >= timedelta(minutes=settings.SESSION_INACTIVITY_MINUTES):
        return "idle", "Idle"
    return State.ACTIVE.value, "Active"


class JsonText(Func):
    """`document #>> path`, with the path made of expressions: reads one text, not the document."""

    function = "jsonb_extract_path_text"


def cards(
    sessions: QuerySet[Session],
    *,
    viewer_id: int | None,
    with_step: bool = False,
    with_people: bool = False,
) -> list[Card]:
    """The sessions as cards, in their order, in one query.

    `with_step` adds the title of the current step, which reads the snapshots: for short lists.
    `with_people` adds who prepared it and for whom.
    """
    columns: tuple[str, ...] = (*COLUMNS, *PREPARER, *ASSIGNEE) if with_people else COLUMNS
    if with_step:
        title = JsonText(
            F("tree_snapshot"),
            Value("structure"),
            Value("nodes"),
            F("current_node"),
            Value("title"),
            output_field=CharField(),
        )
        sessions = sessions.annotate(last_step=title)
        columns = (*columns, "last_step")
    now = timezone.now()
    return [card(row, viewer_id=viewer_id, now=now) for row in sessions.values(*columns)]


def with_handovers(found: list[Card], *, viewer: User) -> list[Card]:
    """The cards, those that were handed to the viewer and not touched since saying so."""
    handed = received(viewer, [UUID(item.id) for item in found]) if found else {}
    return [replace(item, handed=handed.get(item.id)) for item in found]
