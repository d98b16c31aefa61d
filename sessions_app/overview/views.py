"""The overview of an account, for its admins."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts_app.http import PageRequest
from resolutionflow.web.dates import start_of_day
from sessions_app.history.cards import build_cards
from sessions_app.models import Outcome, State
from sessions_app.overview.queries import (
    DAYS,
    Counts,
    DayCounts,
    GroupCounts,
    Overview,
    escalated_sessions,
    overdue_sessions,
)

MAX_LISTED = 8
MAX_GROUPS = 40
DENIED = "The overview is for the admins of an account."


@dataclass(frozen=True)
class Cell:
    """A number of a table, and the address of the list of its sessions; "" where there is none."""

    number: int
    url: str


@dataclass(frozen=True)
class TableLine:
    """A line of a table: its name and address, and its numbers in the order of the columns."""

    name: str
    url: str
    cells: list[Cell]
    resolved_share: str
    bar: int = 0


@dataclass(frozen=True)
class CountTable:
    """A table of the page: the names of its columns, the first of the lines', and its lines.

    `more` of its lines aren't listed.
    """

    title: str
    columns: tuple[str, ...]
    lines: list[TableLine]
    has_bars: bool = False
    more: int = 0


@require_safe
def account_overview(request: PageRequest) -> HttpResponse:
    """Show what runs, what waits and what ended in the last days; each number leads to its list."""
    user = request.user
    user.administered_account(DENIED)
    overview = Overview.of(user)
    context = {
        "section": "overview",
        "zone": timezone.get_current_timezone_name(),
        "day_count": DAYS,
        "figures": _figures(overview),
        "overdue": build_cards(overdue_sessions(user, overview)[:MAX_LISTED], viewer=user),
        "escalated": build_cards(escalated_sessions(user, overview)[:MAX_LISTED], viewer=user),
        "more_overdue": _more(overview, "overdue"),
        "more_escalated": _more(overview, "escalated"),
        "tables": [
            _day_table(overview),
            _group_table(overview, "By team", overview.teams, "team_id"),
            _group_table(overview, "By flow", overview.flows, "tree_id"),
        ],
        "outcomes": Outcome.choices,
    }
    return render(request, "sessions_app/overview.html", context)


def _list_url(**filters: str) -> str:
    return f"{reverse('session-list')}?{urlencode(filters)}"


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _lists(overview: Overview) -> dict[str, dict[str, str]]:
    """Return for each column the filters of the history that list what it counts."""
    since = _iso(overview.since)
    return {
        "active": {"status": State.ACTIVE},
        "overdue": {"status": State.ACTIVE, "last_activity_before": _iso(overview.overdue_before)},
        "started": {"started_after": since},
        "completed": {"completed_after": since},
        "escalated": {"completed_after": since, "outcome": Outcome.ESCALATED},
    }


def _figures(overview: Overview) -> list[tuple[str, Cell, str]]:
    """Return label, number and remark of each figure above the tables."""
    total, lists = overview.total, _lists(overview)
    remarks = {
        "active": "run now",
        "overdue": "nothing recorded for a day",
        "started": f"in {DAYS} days",
        "completed": f"{total.resolved_share} resolved" if total.completed else f"in {DAYS} days",
        "escalated": f"in {DAYS} days",
    }
    return [
        (name.capitalize(), _cell(total, name, filters), remarks[name])
        for name, filters in lists.items()
    ]


def _more(overview: Overview, name: str) -> str:
    """Return the address of the whole list where the page shows a part of it."""
    cell = _cell(overview.total, name, _lists(overview)[name])
    return cell.url if cell.number > MAX_LISTED else ""


def _cell(counts: Counts, name: str, filters: dict[str, str]) -> Cell:
    number = getattr(counts, name)
    return Cell(number, _list_url(**filters) if number else "")


def _group_line(overview: Overview, group: GroupCounts, parameter: str) -> TableLine:
    """Return the line of a team or flow; sessions of none can't be asked for by address."""
    narrowed = {parameter: str(group.id)} if group.id else {}
    cells = [
        _cell(group, name, {**filters, **narrowed}) if narrowed else Cell(getattr(group, name), "")
        for name, filters in _lists(overview).items()
    ]
    url = _list_url(**narrowed) if narrowed else ""
    return TableLine(group.name, url, cells, group.resolved_share)


def _group_table(
    overview: Overview, title: str, groups: list[GroupCounts], parameter: str
) -> CountTable:
    lines = [_group_line(overview, group, parameter) for group in groups[:MAX_GROUPS]]
    columns = (
        title.removeprefix("By ").capitalize(),
        *(name.capitalize() for name in _lists(overview)),
    )
    return CountTable(title, columns, lines, more=max(0, len(groups) - MAX_GROUPS))


def _day_table(overview: Overview) -> CountTable:
    busiest = max(day.started for day in overview.days)
    lines = [_day_line(day, busiest) for day in overview.days]
    columns = ("Day", "Started", "Completed", "Escalated")
    return CountTable("Day by day", columns, lines, has_bars=True)


def _day_line(day: DayCounts, busiest: int) -> TableLine:
    begin, end = start_of_day(day.day), start_of_day(day.day + timedelta(days=1))
    # Both ends of the filters count as inside.
    last = _iso(end - timedelta(seconds=1))
    started = {"since": f"{day.day}", "until": f"{day.day}"}
    completed = {"completed_after": _iso(begin), "completed_before": last}
    lists = {
        "started": started,
        "completed": completed,
        "escalated": {**completed, "outcome": Outcome.ESCALATED},
    }
    cells = [_cell(day, name, filters) for name, filters in lists.items()]
    name = f"{day.day:%A}, {day.day.day} {day.day:%b}"
    bar = round(100 * day.started / busiest) if busiest else 0
    return TableLine(name, "", cells, day.resolved_share, bar)
