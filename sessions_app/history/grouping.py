"""Sessions grouped by the days of the user's time zone ([H1])."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from sessions_app.history.cards import Card
from sessions_app.history.cursor import SessionCursor


@dataclass(frozen=True)
class Heading:
    """The heading of a group: its name, the month of older ones, and a key for element ids."""

    key: str
    label: str
    detail: str = ""


@dataclass
class Day:
    """One group. `continues` is true when the page before ended in it: its heading is shown
    already.
    """

    heading: Heading
    continues: bool = False
    sessions: list[Card] = field(default_factory=list)


def by_day(
    shown: list[Card], *, after: SessionCursor | None = None, months: bool = False
) -> list[Day]:
    """Return cards, in the order of the list, as groups: Today, Yesterday, This week, Older,
    Prepared.

    `after` is the cursor at which the page before ended, when this one is appended to it. With
    `months` the older ones are grouped by month.
    """
    today = timezone.localdate()
    found: list[Day] = []
    before = _heading_at(after, today, months) if after else None
    for item in shown:
        heading = heading_of(item.started_on, today, months=months)
        if not found or found[-1].heading != heading:
            found.append(Day(heading, continues=not found and heading == before))
        found[-1].sessions.append(item)
    return found


def _heading_at(cursor: SessionCursor, today: date, months: bool) -> Heading:
    started = timezone.localdate(cursor.started_at) if cursor.started_at else None
    return heading_of(started, today, months=months)


def heading_of(started: date | None, today: date, *, months: bool) -> Heading:
    """Return the group of a session that started on that day; None stands for one that hasn't
    started.
    """
    if started is None:
        return Heading("prepared", "Not started")
    days = (today - started).days
    if days <= 0:
        return Heading("today", "Today")
    if days == 1:
        return Heading("yesterday", "Yesterday")
    if days <= today.weekday():
        return Heading("week", "This week")
    if months:
        return Heading(f"older-{started:%Y-%m}", "Older", f"{started:%B %Y}")
    return Heading("older", "Older")
