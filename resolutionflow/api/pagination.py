"""How the API's lists are cut into pages ([S1]): by cursor, by page, or by skip and limit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.request import Request

from resolutionflow.web.errors import Invalid

DEFAULT_SIZE = 50
MAX_SIZE = 100
# Beyond any list of ours; it keeps the offset inside PostgreSQL's 64 bits.
MAX_NUMBER = 1_000_000_000
# How far a list is counted: nobody reads on, and counting on would cost every request.
COUNTED_TO = 10_000
CURSOR_PATTERN = "^(-?[0-9]{1,16})?_([0-9a-f]{32})$"
CURSOR = re.compile(CURSOR_PATTERN)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Window:
    """Which part of a list is asked for: `size` rows (1–100) after `offset` (0-based) ones."""

    size: int
    offset: int

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Window":
        """From `page` and `size`, or `skip` and `limit`; raises `Invalid` by parameter.

        `page` or `size` decide the kind; a caller who sends both kinds gets pages.
        """
        errors: dict[str, str] = {}

        def number(name: str, default: int, lowest: int, highest: int) -> int:
            text = query.get(name)
            if text is None:
                return default
            if text.isascii() and text.isdecimal() and len(text) < 20:
                value = int(text)
                if lowest <= value <= highest:
                    return value
            errors[name] = f"Send a whole number from {lowest} to {highest}."
            return default

        limit = number("limit", DEFAULT_SIZE, 1, MAX_SIZE)
        size = number("size", limit, 1, MAX_SIZE)
        page = number("page", 1, 1, MAX_NUMBER)
        skip = number("skip", 0, 0, MAX_NUMBER)
        if errors:
            raise Invalid(errors)
        by_page = "page" in query or "size" in query
        return cls(size=size, offset=(page - 1) * size if by_page else skip)


@dataclass(frozen=True)
class Position:
    """A place in a list of sessions, newest start first: that of the row that it names.

    `started_at` is None among the prepared sessions, which come last.
    """

    started_at: datetime | None
    id: UUID

    def encode(self) -> str:
        """As URL-safe text: microseconds since 1970 or nothing, and the id."""
        since = "" if self.started_at is None else (self.started_at - EPOCH) // MICROSECOND
        return f"{since}_{self.id.hex}"

    @classmethod
    def decode(cls, text: str) -> "Position":
        """The place that `encode` wrote; raises `ValueError` for any other text."""
        found = CURSOR.fullmatch(text)
        if found is None:
            raise ValueError("not a cursor")
        since, key = found.groups()
        moment = EPOCH + int(since) * MICROSECOND if since else None
        return cls(moment, UUID(hex=key))


def asked_position(query: Mapping[str, str]) -> Position | None:
    """The `cursor` of a request; `None` without one, `Invalid` for one that isn't ours."""
    text = query.get("cursor")
    if text is None:
        return None
    try:
        return Position.decode(text)
    except ValueError:
        message = "Follow the Link header of the page before; this is no cursor of this list."
        raise Invalid({"cursor": message}) from None


def numbered_page(request: Request, rows: QuerySet[Any]) -> tuple[list[Any], dict[str, str]]:
    """Those of `rows` that a request for a numbered page asks for, and the headers that tell of
    the others; raises `Invalid` by parameter.
    """
    window = Window.of(request.query_params)
    last = window.offset + window.size
    found = list(rows[window.offset : last + 1])
    total = rows.order_by().values_list("pk")[: COUNTED_TO + 1].count()
    headers = {"X-Total-Count": total_header(total)}
    if len(found) > window.size:
        by_page = "page" in request.query_params or "size" in request.query_params
        following = {"page": last // window.size + 1} if by_page else {"skip": last}
        headers["Link"] = next_link(request, **following)
    return found[: window.size], headers


def next_link(request: Request, **parameters: str | int) -> str:
    """The `Link` header to the next page: this request's address with other paging."""
    query: QueryDict = request.query_params.copy()
    for name in ("page", "skip", "cursor"):
        query.pop(name, None)
    for name, value in parameters.items():
        query[name] = str(value)
    url = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return f'<{url}>; rel="next"'


def total_header(count: int) -> str:
    """`X-Total-Count` for a count that stopped one above `COUNTED_TO`."""
    return f"{COUNTED_TO}+" if count > COUNTED_TO else str(count)
