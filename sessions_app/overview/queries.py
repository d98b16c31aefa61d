"""The figures of an account's overview, counted by PostgreSQL.

Three reads of an index each: what runs now, what was started, and what was completed in the last
days. None of them reads a session that is older, however many there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts_app.models import Team, User
from resolutionflow.web.dates import start_of_day
from sessions_app.models import Outcome, Session, SessionQuerySet, State
from trees_app.models import Tree

DAYS = 7
OVERDUE_AFTER = timedelta(days=1)


@dataclass
class Counts:
    """Numbers of sessions: `active` and `overdue` now, the others in the last days."""

    active: int = 0
    overdue: int = 0
    started: int = 0
    completed: int = 0
    resolved: int = 0
    escalated: int = 0

    def add(self, other: "Counts") -> None:
        for one in fields(Counts):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def resolved_share(self) -> str:
        """Return how many of the completed ones were resolved, as “75 %”; "–" for none."""
        return f"{round(100 * self.resolved / self.completed)} %" if self.completed else "–"


@dataclass
class GroupCounts(Counts):
    """The counts of a team or of a flow; without `id`, of all that have none."""

    id: UUID | None = None
    name: str = ""

    @property
    def rank(self) -> tuple[int, int, str]:
        """Return the key to sort by: the busiest first, then by name."""
        return (-self.active - self.completed, -self.started, self.name.casefold())


@dataclass
class DayCounts(Counts):
    """The counts of one day of the viewer's time zone."""

    day: date = date.min


@dataclass
class Overview:
    """All that the page shows of numbers, from `since`, when the first day began, until `until`,
    when the last one ends: what bears a later time has no day to stand at.
    """

    since: datetime
    until: datetime
    overdue_before: datetime
    total: Counts = field(default_factory=Counts)
    days: list[DayCounts] = field(default_factory=list)
    teams: list[GroupCounts] = field(default_factory=list)
    flows: list[GroupCounts] = field(default_factory=list)

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the overview of the user's account, in the current time zone."""
        today = timezone.localdate()
        days = [today - timedelta(days=back) for back in range(DAYS)]
        overview = cls(
            start_of_day(days[-1]),
            start_of_day(today + timedelta(days=1)),
            timezone.now() - OVERDUE_AFTER,
        )
        by_day: dict[date, Counts] = {day: DayCounts(day=day) for day in days}
        by_team: dict[UUID | None, Counts] = {}
        by_flow: dict[UUID | None, Counts] = {}
        for row in overview._rows(user):
            counts = Counts(**{one.name: row.get(one.name, 0) for one in fields(Counts)})
            overview.total.add(counts)
            by_team.setdefault(row["team_id"], GroupCounts()).add(counts)
            by_flow.setdefault(row["tree_id"], GroupCounts()).add(counts)
            if row.get("day") in by_day:
                by_day[row["day"]].add(counts)
        overview.days = list(by_day.values())  # type: ignore[arg-type]
        teams = Team.objects.filter(account_id=user.own_account_id)
        overview.teams = _named(by_team, dict(teams.values_list("pk", "name")), "Without a team")
        # One of another account has its name to itself once it isn't shared any more ([A1]).
        known = Q(account_id=user.own_account_id) | Q(is_public=True)
        flows = Tree.objects.filter(known, pk__in=[pk for pk in by_flow if pk])
        overview.flows = _named(
            by_flow, dict(flows.values_list("pk", "name")), "Flows that are gone"
        )
        return overview

    def _rows(self, user: User) -> Iterable[Mapping[str, Any]]:
        ours: Any = Session.objects.in_account_of(user)
        groups = {"team_id": F("user__team_id")}
        yield from (
            ours.in_state(State.ACTIVE)
            .values("tree_id", **groups)
            .annotate(
                active=Count("pk"),
                overdue=Count("pk", filter=Q(last_activity_at__lt=self.overdue_before)),
            )
            .order_by()
        )
        yield from (
            ours.filter(started_at__gte=self.since, started_at__lt=self.until)
            .values("tree_id", day=TruncDate("started_at"), **groups)
            .annotate(started=Count("pk"))
            .order_by()
        )
        yield from (
            ours.filter(completed_at__gte=self.since, completed_at__lt=self.until)
            .values("tree_id", day=TruncDate("completed_at"), **groups)
            .annotate(
                completed=Count("pk"),
                resolved=Count("pk", filter=Q(outcome=Outcome.RESOLVED)),
                escalated=Count("pk", filter=Q(outcome=Outcome.ESCALATED)),
            )
            .order_by()
        )


def _named(
    groups: dict[UUID | None, Any], names: dict[UUID, str], without: str
) -> list[GroupCounts]:
    """Return the groups with their names, the busiest first and the one without a name last."""
    for pk, group in groups.items():
        group.id, group.name = pk, names.get(pk, without) if pk else without
    return sorted(groups.values(), key=lambda group: (group.id is None, group.rank))


def overdue_sessions(user: User, overview: Overview) -> SessionQuerySet:
    """Return what runs and had nothing recorded for a day, the one that began first at the top."""
    running = Session.objects.in_account_of(user).in_state(State.ACTIVE)
    waiting = running.filter(last_activity_at__lt=overview.overdue_before)
    return waiting.order_by("started_at", "pk")


def escalated_sessions(user: User, overview: Overview) -> SessionQuerySet:
    """Return what was escalated in the last days, the one that began last at the top."""
    ours = Session.objects.in_account_of(user)
    ended = ours.filter(completed_at__gte=overview.since, completed_at__lt=overview.until)
    return ended.filter(outcome=Outcome.ESCALATED).order_by("-started_at", "pk")
