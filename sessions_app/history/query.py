"""The query of the history page's address ([H1]).

It has the names and rules of `GET /sessions` ([S1]) and, for people, a search over everything,
outcomes, owners, and days of the user's own time zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from accounts_app.models import User
from resolutionflow.web.errors import Invalid
from resolutionflow.web.forms import uuid_or_none
from resolutionflow.web.text import normalize_for_search, shorten
from sessions_app.history import queries
from sessions_app.history.filtersets import MAX_SEARCH_LENGTH, HistoryFilters
from sessions_app.models import Session, SessionQuerySet

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
    "client": "a client",
    "client_name": "a client",
    "ticket": "a ticket",
    "ticket_number": "a ticket",
    "batch_id": "a batch",
    "period": "a period",
    "since": "a day",
    "until": "a day",
    "started_after": "a time",
    "started_before": "a time",
    "completed_after": "a time",
    "completed_before": "a time",
    "last_activity_before": "a time",
    "team_id": "a team",
}


@dataclass
class HistoryQuery:
    """The query of a history page's address, read for `user`.

    `values` are the parts that say something, `problems` what can't be used, by name: then nothing
    is listed.
    """

    user: User
    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    person: User | None = None
    _filters: HistoryFilters = field(default_factory=HistoryFilters, repr=False)

    @classmethod
    def of(cls, user: User, sent: Mapping[str, str]) -> "HistoryQuery":
        """Return the query of an address; blank parts and unknown names are ignored."""
        values = {}
        for name in NAMES:
            text = sent.get(name, "").replace("\x00", "").strip()
            if text:
                values[name] = text[:MAX_SEARCH_LENGTH] if name == "q" else text
        query = cls(user, values)
        query._check()
        return query

    @cached_property
    def words(self) -> list[str]:
        """The words that are searched for, normalized."""
        return normalize_for_search(self.values.get("q", "")).split()

    @property
    def is_filtered(self) -> bool:
        return bool(self.values)

    def url(self, **changes: str) -> str:
        """Return the query string with `changes`, where "" removes a part; “?” for no filter at
        all.
        """
        values = {name: text for name, text in {**self.values, **changes}.items() if text}
        return f"?{urlencode(values)}"

    def querysets(self) -> list[SessionQuerySet]:
        """Return the sessions that are asked for, as querysets that have no row in common.

        Where there are problems, that is one empty queryset.
        """
        if self.problems:
            return [Session.objects.none()]
        return [self.narrow(part) for part in self._owner_querysets()]

    def narrow(self, sessions: SessionQuerySet) -> SessionQuerySet:
        """Return those of `sessions` that match, whoever owns them; only where there are no
        problems.
        """
        return self._filters.narrow(sessions)

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
        sent = {name: text for name, text in self.values.items() if name != "owner"}
        errors: dict[str, str] = {}
        try:
            self._filters = HistoryFilters.read(sent)
        except Invalid as error:
            errors = error.fields
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
        pk = uuid_or_none(text)
        if not self.user.reads_account_sessions or pk is None:
            return None
        return User.objects.filter(account_id=self.user.own_account_id, pk=pk).first()
