"""The pages of the API's lists, and the headers that lead to the others ([S1])."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.request import Request

from resolutionflow.web.pagination import MAX_COUNT, PageParams


def numbered_page(
    request: Request, params: PageParams, rows: QuerySet[Any]
) -> tuple[list[Any], dict[str, str]]:
    """Return the rows of the page that `params` names, and the headers about the others."""
    last = params.offset + params.row_count
    found = list(rows[params.offset : last + 1])
    total = rows.order_by().values_list("pk")[: MAX_COUNT + 1].count()
    headers = {"X-Total-Count": total_header(total)}
    if len(found) > params.row_count:
        headers["Link"] = next_link(request, **params.following)
    return found[: params.row_count], headers


def next_link(request: Request, **parameters: str | int) -> str:
    """Return the `Link` header to the next page: this request's address with other paging."""
    query: QueryDict = request.query_params.copy()
    for name in ("page", "skip", "cursor"):
        query.pop(name, None)
    for name, value in parameters.items():
        query[name] = str(value)
    url = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return f'<{url}>; rel="next"'


def total_header(count: int) -> str:
    """Return `X-Total-Count` for a count that stopped one above `MAX_COUNT`."""
    return f"{MAX_COUNT}+" if count > MAX_COUNT else str(count)
