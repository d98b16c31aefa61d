"""A filtered list described in words, each filter with the address of the list without it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from django.utils import timezone

from accounts_app.models import Team
from resolutionflow.web.dates import parse_datetime_utc
from resolutionflow.web.pagination import MAX_COUNT
from resolutionflow.web.text import shorten
from sessions_app.history import queries
from sessions_app.history.filtersets import PERIODS
from sessions_app.history.query import ASSIGNED, MINE, NAMES, HistoryQuery
from sessions_app.models import Outcome, State

MAX_WORDS = 6
STATES = {"": "All", **{value.value: value.label for value in State}}


@dataclass(frozen=True)
class ActiveFilter:
    """One filter in words, and the address of the list without it."""

    name: str
    text: str
    without: str


def active_filters(query: HistoryQuery, *, flow_name: str = "") -> list[ActiveFilter]:
    """Return the filters in words, as they follow “48 sessions”; the state is said before that."""
    shown = [name for name in NAMES if name in query.values and name != "status"]
    return [
        ActiveFilter(name, _filter_text(query, name, flow_name), query.url(**{name: ""}))
        for name in shown
        if name not in query.problems
    ]


def _filter_text(query: HistoryQuery, name: str, flow_name: str) -> str:
    value = query.values[name]
    if name == "owner":
        owners = {MINE: "you own", ASSIGNED: "assigned to you"}
        return owners.get(value) or f"of {query.person}"
    if name == "tree_id":
        return f"with {shorten(flow_name, 60)}" if flow_name else "with one flow"
    quoted = f"“{shorten(value, 40)}”"
    said: dict[str, Callable[[], str]] = {
        "q": lambda: f"about {quoted}",
        "completed": lambda: "completed" if value.lower() == "true" else "not completed",
        "outcome": lambda: f"ended as {Outcome(value).label.lower()}",
        "tree_name": lambda: f"with a flow like {quoted}",
        "client": lambda: f"for {quoted}",
        "client_name": lambda: f"for {quoted}",
        "ticket": lambda: f"ticket {quoted}",
        "ticket_number": lambda: f"ticket {quoted}",
        "batch_id": lambda: "of one batch",
        "assigned_to_id": lambda: "assigned to one person",
        "period": lambda: f"started {dict(PERIODS)[value]}",
        "since": lambda: f"started since {_day(value)}",
        "until": lambda: f"started until {_day(value)}",
        "started_after": lambda: f"started after {_moment(value)}",
        "started_before": lambda: f"started before {_moment(value)}",
        "completed_after": lambda: f"completed after {_moment(value)}",
        "completed_before": lambda: f"completed before {_moment(value)}",
        "last_activity_before": lambda: f"with nothing recorded since {_moment(value)}",
        "team_id": lambda: f"of {_team_name(query)}",
    }
    return said[name]()


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"


def _moment(text: str) -> str:
    """Return a time that was sent, in the current time zone: “22 Nov 2026”, “22 Nov 2026 14:05”."""
    moment = parse_datetime_utc(text, allow_date=True)
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %Y}" + (f" {local:%H:%M}" if local.time() != time() else "")


def _team_name(query: HistoryQuery) -> str:
    teams = Team.objects.filter(account_id=query.user.own_account_id, pk=query.values["team_id"])
    name = teams.values_list("name", flat=True).first()
    return f"team {shorten(name, 60)}" if name else "one team"


def result_count(count: int, state: str) -> str:
    """Return the number of sessions in words: “48 sessions”, “1 active session”, “10,000+
    sessions”.
    """
    number = f"{MAX_COUNT:,}+" if count > MAX_COUNT else f"{count:,}"
    adjective = f"{STATES[state].lower()} " if state else ""
    return f"{number} {adjective}session{'' if count == 1 else 's'}"


def result_count_so_far(shown: int) -> str:
    """Return the number of sessions shown so far, with more to come: “50+ sessions”."""
    return f"{shown}+ sessions"


def suggest_relaxations(query: HistoryQuery) -> list[ActiveFilter]:
    """Return the filters, and the words of the search, without which something would be found.

    Called only where nothing was found; it tries `MAX_WORDS` of them at most.
    """
    terms = query.values.get("q", "").split()
    parts = []
    if len(terms) > 1:
        for index, word in enumerate(terms):
            rest = " ".join([*terms[:index], *terms[index + 1 :]])
            parts.append(
                (ActiveFilter("q", f"“{shorten(word, 40)}”", query.url(q=rest)), {"q": rest})
            )
    if state := query.values.get("status"):
        said = f"“{STATES[state].lower()}”"
        parts.append((ActiveFilter("status", said, query.url(status="")), {"status": ""}))
    parts += [(part, {part.name: ""}) for part in active_filters(query)]
    return [part for part, changes in parts[:MAX_WORDS] if _finds_any(query, changes)]


def _finds_any(query: HistoryQuery, changes: dict[str, str]) -> bool:
    other = HistoryQuery.of(query.user, {**query.values, **changes})
    return other.is_filtered and bool(queries.page_keys(other.querysets(), size=1))
