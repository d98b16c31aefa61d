"""How sessions are found: by who may see them, by state, by words, newest first."""

import re
from functools import cache, reduce
from operator import and_
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.lookups import Contains

from accounts_app.models import User
from resolutionflow.web.prepared_query import PreparedQuery
from resolutionflow.web.text import normalize_for_search
from sessions_app import limits
from sessions_app.models.state import IN_STATE, State

# What a search looks through; `search_key` holds them folded, a line each, in this order.
SEARCHED = ("ticket_number", "client_name", "title", "tree_name", "target_label")
SEARCHED_NAMES = frozenset(SEARCHED)
_THREE = re.compile(r"\w{3}")
NEWEST_FIRST = (F("started_at").desc(nulls_last=True), F("id").desc())


class SearchedModel(models.Model):
    """A session as this module knows it: what its searches look at is folded at every write."""

    # Of the account, where `one_in_account_of` has read it.
    account_time_zone = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is None:
            self.refresh_search_keys()
        elif not SEARCHED_NAMES.isdisjoint(fields):
            self.refresh_search_keys()
            kwargs["update_fields"] = [*fields, "client_key", "search_key"]
        super().save(*args, **kwargs)

    def refresh_search_keys(self) -> None:
        """Set what searches and comparisons of clients look at; called before every write."""
        texts = {name: normalize_for_search(getattr(self, name)) for name in SEARCHED}
        # Folding can lengthen a text; the key is for finding, so its end may go.
        self.client_key = texts["client_name"][: limits.CLIENT * 2]
        self.search_key = "\n".join(texts.values())


_S = TypeVar("_S", bound=SearchedModel)


class BaseSessionQuerySet(models.QuerySet[_S], Generic[_S]):
    """Who may see which sessions, and how they are found; pages and API start here."""

    _uses_search_index = True

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._uses_search_index = self._uses_search_index
        return clone

    def without_search_index(self) -> Self:
        """Return the same sessions, to be searched row by row: for the sessions of one person.

        The trigram index doesn't know whose a session is. For common letters it finds more rows
        than one person ever had, and the more the larger the installation is. The planner can't
        know that, so `search` and `with_text` hide their conditions from it here.
        """
        clone = self._clone()
        clone._uses_search_index = False
        return clone

    def in_account_of(self, user: User) -> Self:
        """Every session of the user's account: what a 403 may admit exists ([A1])."""
        if user.account_id is None:
            return self.none()
        return self.filter(account_id=user.account_id)

    def one_in_account_of(self, user: User, pk: Any) -> _S | None:
        """The session with this id if it is of the user's account, its zone's name beside it.

        Every page and export of a session begins with this read.
        """
        rows = _one(self.model).rows(id=pk, account_id=user.account_id)
        if not rows:
            return None
        *values, time_zone = rows[0]
        work_session = self.model.from_db(connection.alias, _read(self.model), values)
        work_session.account_time_zone = time_zone
        return work_session

    def visible_to(self, user: User) -> Self:
        """The sessions that `user` may read ([A2])."""
        if user.reads_account_sessions:
            return self.in_account_of(user)
        return self.in_account_of(user).filter(Q(user=user) | Q(assigned_to=user))

    def in_state(self, state: State) -> Self:
        return self.filter(IN_STATE[state])

    def search(self, text: str) -> Self:
        """Sessions where each word of `text` stands in the ticket, client, title, flow or target,
        anywhere, in any case and with or without its accents.
        """
        words = normalize_for_search(text).split()
        # The index knows pieces of three characters. Of a shorter word it finds every row, which
        # the planner, who knows how rare the word is, doesn't expect.
        indexed = [word for word in words if self._uses_search_index and _THREE.search(word)]
        hidden = [Q(search_key__contains=word) for word in words if word not in indexed]
        found = self.filter(*(Q(search_key__contains=word) for word in indexed))
        return found.filter(hide_from_planner(reduce(and_, hidden))) if hidden else found

    def with_text(self, name: str, text: str) -> Self:
        """Sessions whose field `name` (of `SEARCHED`) contains `text`, compared as by `search`."""
        folded = normalize_for_search(text)
        line = SplitPart("search_key", Value("\n"), Value(SEARCHED.index(name) + 1))
        is_in_line = hide_from_planner(Contains(line, folded))
        if not self._uses_search_index:
            return self.filter(is_in_line)
        # The whole key first: that is what the index answers.
        return self.filter(is_in_line, search_key__contains=folded)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        for row in rows:
            row.refresh_search_keys()
        return super().bulk_create(rows, *args, **kwargs)

    def newest_first(self) -> Self:
        """Newest start first, prepared ones (which have no start) last ([S1])."""
        return self.order_by(*NEWEST_FIRST)

    def without_documents(self) -> Self:
        """For lists: everything but the large fields."""
        return self.defer(
            "custom_steps",
            "drafts",
            "scratchpad",
            "session_variables",
            "undo_state",
            "search_key",
        )


def hide_from_planner(condition: Any) -> Case:
    """Return `condition` in a form that no index answers and the planner expects to hold often.

    So the rows are read in the order of the list until the page is full. A planner that expects
    few matches would read and sort all rows that a common text matches.
    """
    return Case(When(condition, then=Value(True)), default=Value(False))


class SplitPart(Func):
    """`split_part(text, separator, n)`: the n-th piece of a text, from 1."""

    function = "split_part"
    output_field = models.TextField()


@cache
def _read(model: "type[SearchedModel]") -> list[str]:
    """The columns of that read; the others are fetched by who asks for them."""
    left_out = ("search_key", "undo_state")
    return [field.attname for field in model._meta.concrete_fields if field.name not in left_out]


@cache
def _one(model: "type[SearchedModel]") -> PreparedQuery:
    some_id, some_account = UUID(int=0), UUID(int=1)
    found = model._default_manager.filter(**{"pk": some_id, "account_id": some_account})
    columns = found.values_list(*_read(model), "account__time_zone")
    return PreparedQuery.compile(columns, {some_id: "id", some_account: "account_id"})
