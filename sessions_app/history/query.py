"""What an address of the history page asks for ([H1]).

It has the names and rules of `GET /sessions` ([S1]) and, for people, a search over everything,
outcomes, whose sessions, and days of the user's own time zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.text import normalize_for_search, shorten
from sessions_app.history import queries
from sessions_app.history.filtersets import BIGGEST_ID, SessionFilter
from sessions_app.models import Outcome, Session, SessionQuerySet

MAX_SEARCH_LENGTH = 200
PERIODS = (("today", "today"), ("week", "this week"), ("30days", "in the last 30 days"))
MINE, ASSIGNED = "mine", "assigned"
# What a person would call each part of an address; also the order in which they are said.
NAMES = {
    "status": "a state",
    "completed": "a state",
    "owner": "a person",
    "assigned_to_id": "an assignee",
    "q": "a search",
    "outcome": "an outcome",
    "tree_id": "a flow",
    "tree_name": "a flow",
    "client_name": "a client",
    "ticket_number": "a ticket",
    "batch_id": "a batch",
    "period": "a period",
    "since": "a day",
    "until": "a day",
    "started_after": "a time",
    "started_before": "a time",
    "completed_after": "a time",
    "completed_before": "a time",
}


class DayField(forms.Field):
    """A day such as 2026-11-30."""

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            day = None
        # Far enough from the ends of the calendar for any time zone.
        if day is None or not 1970 <= day.year <= 9000:
            raise ValidationError("Send a day such as 2026-11-30.")
        return day


class DayFilter(django_filters.Filter):
    field_class = DayField


class HistoryFilter(SessionFilter):
    """The filters of the API and those that only the page has."""

    q = django_filters.CharFilter(method="by_words", max_length=MAX_SEARCH_LENGTH)
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices)
    period = django_filters.ChoiceFilter(choices=PERIODS, method="by_period")
    since = DayFilter(method="by_first_day")
    until = DayFilter(method="by_last_day")

    def by_words(self, sessions: SessionQuerySet, name: str, value: str) -> SessionQuerySet:
        return sessions.search(value)

    def by_period(self, sessions: SessionQuerySet, name: str, value: str) -> SessionQuerySet:
        today = timezone.localdate()
        back = {"today": 0, "week": today.weekday(), "30days": 29}[value]
        return sessions.filter(started_at__gte=start_of_day(today - timedelta(days=back)))

    def by_first_day(self, sessions: SessionQuerySet, name: str, value: date) -> SessionQuerySet:
        return sessions.filter(started_at__gte=start_of_day(value))

    def by_last_day(self, sessions: SessionQuerySet, name: str, value: date) -> SessionQuerySet:
        return sessions.filter(started_at__lt=start_of_day(value + timedelta(days=1)))


def start_of_day(day: date) -> datetime:
    """Midnight of `day` in the current time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass
class HistoryQuery:
    """An address of the history page, read for `user`.

    `values` are the parts that say something, `problems` what can't be used, by name: then there
    is nothing to list.
    """

    user: User
    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    person: User | None = None

    @classmethod
    def of(cls, user: User, query: Mapping[str, str]) -> "HistoryQuery":
        """Reads `query`; blank parts and unknown names say nothing."""
        values = {}
        for name in NAMES:
            text = query.get(name, "").replace("\x00", "").strip()
            if text:
                values[name] = text[:MAX_SEARCH_LENGTH] if name == "q" else text
        asked = cls(user, values)
        asked._check()
        return asked

    @cached_property
    def words(self) -> list[str]:
        """The words that are searched for, folded."""
        return normalize_for_search(self.values.get("q", "")).split()

    @property
    def is_filtered(self) -> bool:
        return bool(self.values)

    def url(self, **changes: str) -> str:
        """The query string with `changes`, where "" takes a part out; “?” for no filter at all."""
        values = {name: text for name, text in {**self.values, **changes}.items() if text}
        return f"?{urlencode(values)}"

    def querysets(self) -> list[SessionQuerySet]:
        """Return what is asked for, cut as by `queries.visible_querysets`.

        One empty queryset where there are problems.
        """
        if self.problems:
            return [Session.objects.none()]
        return [self.narrow(part) for part in self._owner_querysets()]

    def narrow(self, sessions: SessionQuerySet) -> SessionQuerySet:
        """`sessions` as far as they match, whosever they are; only where there are no problems."""
        return self._filter.narrow(sessions) if self._filter else sessions

    @cached_property
    def _filter(self) -> HistoryFilter | None:
        sent = {name: text for name, text in self.values.items() if name != "owner"}
        return HistoryFilter(sent, queryset=Session.objects.none()) if sent else None

    def _owner_querysets(self) -> list[SessionQuerySet]:
        owner = self.values.get("owner")
        ours = Session.objects.in_account_of(self.user)
        if owner == MINE:
            return [ours.filter(user=self.user).without_search_index()]
        if owner == ASSIGNED:
            return [ours.filter(assigned_to=self.user).without_search_index()]
        return (
            queries.owner_querysets(self.person)
            if self.person
            else queries.visible_querysets(self.user)
        )

    def _check(self) -> None:
        errors = dict(self._filter.form.errors) if self._filter else {}
        for name in errors:
            self.problems[name] = (
                f"“{shorten(self.values[name], 60)}” can’t be used as {NAMES[name]}."
            )
        since, until = self.values.get("since", ""), self.values.get("until", "")
        if since and until and not {"since", "until"} & errors.keys() and until < since:
            self.problems["until"] = f"The last day, {until}, is before the first, {since}."
        owner = self.values.get("owner", "")
        if owner and owner not in (MINE, ASSIGNED):
            self.person = self._find_person(owner)
            if self.person is None:
                self.problems["owner"] = (
                    f"“{shorten(owner, 60)}” is nobody whose sessions you may read."
                )

    def _find_person(self, text: str) -> User | None:
        is_number = text.isascii() and text.isdecimal() and len(text) < 20
        if not self.user.reads_account_sessions or not is_number or int(text) > BIGGEST_ID:
            return None
        return User.objects.filter(account_id=self.user.own_account_id, pk=int(text)).first()
