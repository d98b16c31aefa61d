"""Sessions as lists show them: plain values, with dates and labels already formatted.

Lists are read with `.values()`; a template's date filters cost more than the query.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.dates import display_time
from sessions_app.handover.notices import HandoverBadge, badges_for
from sessions_app.models import Outcome, Session, State, is_recent, state_of
from sessions_app.person_names import ASSIGNEE, OWNER, PREPARER, full_name
from trees_app.models import Snapshot

# What a card is made of, but for its owner's name.
CARD_COLUMNS = (
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
)
COLUMNS = (*CARD_COLUMNS, *OWNER)
# Values and labels as plain text: asking an enumeration for them is slow, and a list is long.
STATES = {value: (value, label) for value, label in (*State.choices, ("idle", "Idle"))}
OUTCOMES = dict(Outcome.choices)


@dataclass(slots=True)
class Card:
    """One session in a list, with all that a line shows already formatted: a list has many lines.

    `url` leads to the run page of a session that the viewer may run, else to `address`, its own
    page. `name` is the title, or the flow's name without one, and `subtitle` what is shown beside
    it. `status` is the outcome or else the state, for icons and colours, and `status_label` names
    it. `activity` is when an open session was last changed, else when it started; `started` is what
    lists are ordered by: for a prepared session, when it was prepared.
    """

    id: str
    url: str
    address: str
    name: str
    subtitle: str
    status: str
    status_label: str
    tree_name: str
    title: str
    client: str
    ticket: str
    state: str
    outcome: str
    outcome_label: str
    activity: str
    activity_iso: str
    started: str
    started_iso: str
    decision_count: int
    owner: str
    is_mine: bool
    may_write: bool
    may_run: bool
    has_menu: bool
    revision: int
    pinned: bool
    started_on: date | None
    step_number: int
    last_step: str = ""
    target: str = ""
    prepared_by: str = ""
    assigned_to: str = ""
    handover: HandoverBadge | None = None

    def __getitem__(self, name: str) -> Any:
        """Return the field `name`: templates try this first, and an exception each time is slow."""
        return getattr(self, name)


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a card needs to know of the user who sees it, read once for a whole list."""

    pk: UUID
    runs_sessions: bool
    is_account_admin: bool

    @classmethod
    def of(cls, user: User) -> "Viewer":
        return cls(user.pk, user.may_run_sessions, user.is_account_admin)


def build_card(row: Mapping[str, Any], *, viewer: Viewer, now: datetime, owner: str = "") -> Card:
    """Return a card for `viewer` from a row of `COLUMNS`, or of `CARD_COLUMNS` with the `owner`'s
    name.
    """
    state, label = _state_and_label(row, now)
    is_mine = row["user_id"] == viewer.pk
    may_write = viewer.pk in (row["user_id"], row["assigned_to_id"]) and viewer.runs_sessions
    may_run = row["completed_at"] is None and may_write
    address = _address(str(row["id"]))
    title, tree_name, outcome = row["title"], row["tree_name"], row["outcome"]
    outcome_label = OUTCOMES.get(outcome, "")
    started_at = row["started_at"]
    started = display_time(started_at or row["created_at"], now=now)
    moment = started if row["completed_at"] else display_time(row["last_activity_at"], now=now)
    assert started is not None and moment is not None  # noqa: S101 (both have a time)
    return Card(
        id=str(row["id"]),
        url=f"{address}/run" if may_run and started_at else address,
        address=address,
        name=title or tree_name,
        subtitle=row["target_label"] or (tree_name if title and title != tree_name else ""),
        status=outcome or state,
        status_label=outcome_label or label,
        tree_name=tree_name,
        title=title,
        client=row["client_name"],
        ticket=row["ticket_number"],
        state=state,
        outcome=outcome,
        outcome_label=outcome_label,
        activity=moment.text,
        activity_iso=moment.iso,
        started=started.text,
        started_iso=started.iso,
        decision_count=row["decision_count"],
        owner=owner or full_name(row, OWNER),
        is_mine=is_mine,
        may_write=may_write,
        may_run=may_run,
        has_menu=may_write or viewer.is_account_admin,
        revision=row["revision"],
        pinned=row["pinned"],
        started_on=started.local.date() if started_at else None,
        step_number=row["decision_count"] + 1,
        last_step=row.get("last_step") or "",
        target=row["target_label"],
        prepared_by=full_name(row, PREPARER),
        # A session doesn't wait for whoever looks at it.
        assigned_to="" if row["assigned_to_id"] == viewer.pk else full_name(row, ASSIGNEE),
    )


@cache
def _sessions_path() -> str:
    return reverse("session-detail", args=[UUID(int=0)]).removesuffix(str(UUID(int=0)))


def _address(pk: str) -> str:
    """Return the address of the session's own page; reversing it for each line of a
    list is slow.
    """
    return _sessions_path() + pk


def _state_and_label(row: Mapping[str, Any], now: datetime) -> tuple[str, str]:
    state = state_of(row["started_at"], row["completed_at"])
    if state == State.ACTIVE and not is_recent(row["last_activity_at"], now):
        return STATES["idle"]
    return STATES[state]


def build_cards(
    sessions: QuerySet[Session],
    *,
    viewer: User,
    with_step: bool = False,
    with_people: bool = False,
) -> list[Card]:
    """Return the sessions as cards, in their order, in one query, and one for missing snapshots.

    `with_step` adds the title of the current step, which needs the snapshots: for short lists.
    `with_people` adds who prepared the session and for whom.
    """
    columns: tuple[str, ...] = (*COLUMNS, *PREPARER, *ASSIGNEE) if with_people else COLUMNS
    if with_step:
        columns = (*columns, "snapshot_id", "current_node")
    rows: list[dict[str, Any]] = list(sessions.values(*columns))
    if with_step:
        _add_step_titles(rows)
    now, eyes = timezone.now(), Viewer.of(viewer)
    return [build_card(row, viewer=eyes, now=now) for row in rows]


def _add_step_titles(rows: Collection[dict[str, Any]]) -> None:
    snapshots = Snapshot.objects.read_many(row["snapshot_id"] for row in rows)
    for row in rows:
        node = snapshots[row["snapshot_id"]]["structure"]["nodes"].get(row["current_node"])
        row["last_step"] = (node.get("title") or "") if node else ""


def cards_from_rows(rows: Collection[Mapping[str, Any]], *, viewer: User) -> list[Card]:
    """Return rows of `CARD_COLUMNS` as cards; one query for the owners' names where others own
    some.
    """
    now, eyes = timezone.now(), Viewer.of(viewer)
    names = {eyes.pk: viewer.display_name}
    if others := {row["user_id"] for row in rows} - {eyes.pk}:
        people = User.objects.filter(pk__in=others).only("first_name", "last_name", "username")
        names |= {one.pk: one.display_name for one in people}
    return [build_card(row, viewer=eyes, now=now, owner=names[row["user_id"]]) for row in rows]


def with_handovers(found: list[Card], *, viewer: User) -> list[Card]:
    """Return the cards, with a badge on those that run and were handed to the viewer, who has
    recorded nothing since.
    """
    running = [UUID(item.id) for item in found if item.state == State.ACTIVE]
    handed = badges_for(viewer, running) if running else {}
    return [replace(item, handover=handed.get(item.id)) for item in found]
