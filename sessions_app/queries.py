"""Lists of sessions, cut by key: the same way for the API and the history page ([S1]).

"Owned by or assigned to" is two questions, each answered by an index of its own in the order of
the list. Asked as one `OR` it would read and sort all that the person ever had. So every list
here is made of *branches* that exclude each other, is cut inside each branch first, and is put
together from those few rows. Going on after a place is a seek in the same indexes: page 2,000
costs what page 1 costs.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts_app.models import User
from resolutionflow.pagination import COUNTED_TO, Position
from sessions_app.models import NEWEST_FIRST, Session, SessionQuerySet

Narrow = Callable[[SessionQuerySet], SessionQuerySet]
# A union is sorted by the names of its columns.
UNION_NEWEST_FIRST = (F("started_at").desc(nulls_last=True), F("id").desc())


def branches(user: User, *, narrow: Narrow | None = None) -> list[SessionQuerySet]:
    """The sessions that `user` may read, as querysets that have no row in common.

    `narrow` filters each of them. Together they are `Session.objects.visible_to(user)`.
    """
    if user.reads_account_sessions or user.account_id is None:
        parts = [Session.objects.in_account_of(user)]
    else:
        parts = own_branches(user)
    return [narrow(part) if narrow else part for part in parts]


def own_branches(user: User) -> list[SessionQuerySet]:
    """What the user owns, and what waits for them but is somebody else's."""
    ours = Session.objects.in_account_of(user)
    parts = [ours.filter(user=user), ours.filter(assigned_to=user).exclude(user=user)]
    return [part.walked() for part in parts]


def after(sessions: SessionQuerySet, place: Position) -> list[SessionQuerySet]:
    """What follows `place` in the order of the list, as one or two index seeks."""
    prepared = sessions.filter(started_at__isnull=True)
    if place.started_at is None:
        return [prepared.filter(id__lt=place.id)]
    started = sessions.filter(started_at__lte=place.started_at)
    return [started.exclude(started_at=place.started_at, id__gte=place.id), prepared]


def keys(
    parts: Sequence[SessionQuerySet],
    *,
    size: int,
    offset: int = 0,
    place: Position | None = None,
) -> list[tuple[Any, UUID]]:
    """`(started_at, id)` of at most `size` sessions, newest start first, prepared ones last.

    They begin after `place`, or after `offset` rows. One query, whatever the list's length; only
    `offset` makes it read more. Ask for one row more than is shown to know whether more follow.
    """
    offset = 0 if place else offset
    ends_at = offset + size
    found = [part.values_list("started_at", "id") for part in _ordered(parts, place)]
    return list(_together(found, ends_at)[offset:])


def rows(
    parts: Sequence[SessionQuerySet],
    columns: Sequence[str],
    *,
    size: int,
    place: Position | None = None,
) -> list[dict[str, Any]]:
    """As `keys`, and in the same query the `columns` of each session, `started_at` and `id` among
    them. For pages by key: what an offset passes over is cheaper passed over by keys.
    """
    return list(_together([part.values(*columns) for part in _ordered(parts, place)], size))


def _ordered(parts: Sequence[SessionQuerySet], place: Position | None) -> list[SessionQuerySet]:
    if place is not None:
        parts = [piece for part in parts for piece in after(part, place)]
    return [part.order_by(*NEWEST_FIRST) for part in parts]


def _together(parts: list[Any], size: int) -> Any:
    """The first `size` rows of all: each part is cut first, so its index is read no further."""
    cut = [part[:size] for part in parts]
    if len(cut) == 1:
        return cut[0]
    return cut[0].union(*cut[1:], all=True).order_by(*UNION_NEWEST_FIRST)[:size]


def bounded_count(parts: Sequence[SessionQuerySet]) -> int:
    """How many there are; counting stops one above `COUNTED_TO`."""
    cut = [part.order_by().values_list("pk")[: COUNTED_TO + 1] for part in parts]
    count = (cut[0] if len(cut) == 1 else cut[0].union(*cut[1:], all=True)).count()
    return min(count, COUNTED_TO + 1)


def place_of(key: tuple[Any, UUID]) -> Position:
    """The place of a row that `keys` answered."""
    return Position(started_at=key[0], id=key[1])
