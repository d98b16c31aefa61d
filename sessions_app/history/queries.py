"""Lists of sessions, paged by key: the same way for the API and the history page ([S1]).

"Owned by or assigned to" is two questions, each answered by an index of its own in the order of the
list. Asked as one `OR`, all sessions of the person would be read and sorted. So every list is made
of querysets that exclude each other; each is cut to the page's size first, and the page is put
together from those few rows. Going on after a cursor is a seek in the same indexes: page 2,000
costs what page 1 costs.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts_app.models import User
from resolutionflow.web.pagination import MAX_COUNT
from resolutionflow.web.prepared_query import PreparedQuery
from sessions_app.history.cursor import SessionCursor
from sessions_app.models import NEWEST_FIRST, Session, SessionQuerySet

QuerysetFilter = Callable[[SessionQuerySet], SessionQuerySet]
# A union is sorted by the names of its columns.
UNION_NEWEST_FIRST = (F("started_at").desc(nulls_last=True), F("id").desc())


def visible_querysets(user: User, *, narrow: QuerysetFilter | None = None) -> list[SessionQuerySet]:
    """Return the sessions that `user` may read, as querysets that have no row in common.

    `narrow` filters each of them. Together they are `Session.objects.visible_to(user)`.
    """
    reads_account = user.reads_account_sessions
    parts = [Session.objects.in_account_of(user)] if reads_account else owner_querysets(user)
    return _narrow_all(parts, narrow)


def _narrow_all(
    parts: list[SessionQuerySet], narrow: QuerysetFilter | None
) -> list[SessionQuerySet]:
    return [narrow(part) for part in parts] if narrow else parts


def owner_querysets(user: User) -> list[SessionQuerySet]:
    """Return what the user owns, and what is assigned to them but owned by somebody else."""
    if user.account_id is None:
        return [Session.objects.none()]
    ours = Session.objects.in_account_of(user)
    parts = [ours.filter(user=user), ours.filter(assigned_to=user).exclude(user=user)]
    return [part.without_search_index() for part in parts]


def after_cursor(sessions: SessionQuerySet, cursor: SessionCursor) -> list[SessionQuerySet]:
    """Return what follows `cursor` in the order of the list, as one or two
    index seeks.
    """
    prepared = sessions.filter(started_at__isnull=True)
    if cursor.started_at is None:
        return [prepared.filter(id__lt=cursor.id)]
    started = sessions.filter(started_at__lte=cursor.started_at)
    return [started.exclude(started_at=cursor.started_at, id__gte=cursor.id), prepared]


def page_keys(
    parts: Sequence[SessionQuerySet],
    *,
    size: int,
    offset: int = 0,
    cursor: SessionCursor | None = None,
) -> list[tuple[Any, UUID]]:
    """Return `(started_at, id)` of at most `size` sessions, newest start first, prepared ones last.

    They begin after `cursor`, or after `offset` rows. One query, whatever the list's
    length; only `offset` makes it read more. Ask for one row more than is shown to know whether
    more follow.
    """
    offset = 0 if cursor else offset
    ends_at = offset + size
    found = [part.values_list("started_at", "id") for part in _ordered(parts, cursor)]
    return list(_first_rows(found, ends_at)[offset:])


def page_rows(
    parts: Sequence[SessionQuerySet],
    columns: Sequence[str],
    *,
    size: int,
    cursor: SessionCursor | None = None,
) -> list[dict[str, Any]]:
    """Return the `columns` of the sessions of a page, `started_at` and `id` among them, in one
    query.

    For pages by cursor: what an offset skips is skipped at less cost by `page_keys`.
    """
    return list(_first_rows([part.values(*columns) for part in _ordered(parts, cursor)], size))


def _ordered(
    parts: Sequence[SessionQuerySet], cursor: SessionCursor | None
) -> list[SessionQuerySet]:
    if cursor is not None:
        parts = [piece for part in parts for piece in after_cursor(part, cursor)]
    return [part.order_by(*NEWEST_FIRST) for part in parts]


def _first_rows(parts: list[Any], size: int) -> Any:
    """Return the first `size` rows of all: each queryset is cut first, so its index is read no
    further.
    """
    cut = [part[:size] for part in parts]
    if len(cut) == 1:
        return cut[0]
    return cut[0].union(*cut[1:], all=True).order_by(*UNION_NEWEST_FIRST)[:size]


def count_up_to(parts: Sequence[SessionQuerySet]) -> int:
    """Return how many sessions there are; counting stops one above `COUNTED_TO`."""
    return min(_first_keys(parts, MAX_COUNT + 1).count(), MAX_COUNT + 1)


def _first_keys(parts: Sequence[SessionQuerySet], size: int) -> Any:
    """Return the keys of `size` sessions of each queryset, in no order."""
    cut = [part.order_by().values_list("pk")[:size] for part in parts]
    return cut[0] if len(cut) == 1 else cut[0].union(*cut[1:], all=True)


def cursor_of(key: tuple[Any, UUID]) -> SessionCursor:
    """Return the cursor of a key that `page_keys` returned."""
    return SessionCursor(started_at=key[0], id=key[1])


# -- all that somebody may read: what every list begins with; unnarrowed, it is composed once -----

STAND_IN_CURSOR = SessionCursor(datetime(1900, 1, 1, tzinfo=UTC), UUID(int=0))
STAND_IN_USER, STAND_IN_ACCOUNT = UUID(int=1), UUID(int=2)


def list_sessions(
    user: User,
    columns: tuple[str, ...],
    *,
    size: int,
    cursor: SessionCursor | None = None,
    narrow: QuerysetFilter | None = None,
    own: bool = False,
) -> list[dict[str, Any]]:
    """Return `page_rows` of what `user` may read, or with `own` of what they own or are
    assigned.
    """
    if narrow is not None or user.account_id is None:
        parts = owner_querysets(user) if own else visible_querysets(user)
        return page_rows(_narrow_all(parts, narrow), columns, size=size, cursor=cursor)
    known = {} if cursor is None else {"started_at": cursor.started_at, "id": cursor.id}
    seeks = tuple(name for name, value in known.items() if value is not None)
    query = _compiled_page(user.reads_account_sessions and not own, columns, size, seeks)
    found = query.rows(user_id=user.pk, account_id=user.account_id, **known)
    return [dict(zip(columns, row, strict=True)) for row in found]


def capped_count(user: User, *, narrow: QuerysetFilter | None = None) -> int:
    """Return `count_up_to` of what `user` may read."""
    if narrow is not None or user.account_id is None:
        return count_up_to(visible_querysets(user, narrow=narrow))
    query = _compiled_keys(user.reads_account_sessions, MAX_COUNT + 1)
    return min(query.count(user_id=user.pk, account_id=user.account_id), MAX_COUNT + 1)


@lru_cache(maxsize=256)
def _compiled_page(
    reads_account: bool, columns: tuple[str, ...], size: int, seeks: tuple[str, ...]
) -> PreparedQuery:
    parts, stand_ins = _querysets_with_stand_ins(reads_account)
    cursor = None
    if seeks:
        cursor = (
            STAND_IN_CURSOR if "started_at" in seeks else SessionCursor(None, STAND_IN_CURSOR.id)
        )
        stand_ins |= {getattr(STAND_IN_CURSOR, name): name for name in seeks}
    found = [part.values(*columns) for part in _ordered(parts, cursor)]
    return PreparedQuery.compile(_first_rows(found, size), stand_ins)


@lru_cache
def _compiled_keys(reads_account: bool, size: int) -> PreparedQuery:
    parts, stand_ins = _querysets_with_stand_ins(reads_account)
    return PreparedQuery.compile(_first_keys(parts, size), stand_ins)


def _querysets_with_stand_ins(reads_account: bool) -> tuple[list[SessionQuerySet], dict[Any, str]]:
    """Return the querysets of a user with stand-ins for ids, and the names of what
    those stand for.
    """
    role = User.Role.ADMIN if reads_account else User.Role.ENGINEER
    parts = visible_querysets(User(pk=STAND_IN_USER, account_id=STAND_IN_ACCOUNT, role=role))
    stand_ins = {STAND_IN_ACCOUNT: "account_id"}
    return parts, stand_ins if reads_account else {**stand_ins, STAND_IN_USER: "user_id"}
