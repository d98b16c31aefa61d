"""`If-Match`: a write that was made against an older state is refused ([S15])."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from rest_framework.request import Request

from accounts_app.authentication import caller
from resolutionflow.api.etags import matches
from resolutionflow.web.errors import Conflict
from sessions_app import permissions


@contextmanager
def if_match(request: Request, pk: Any) -> Iterator[None]:
    """Lock the session and compare its revision with `If-Match`, for a write inside of this.

    Raises `Conflict` with the current session. Without the header it does nothing.
    """
    header = request.headers.get("If-Match")
    if header is None:
        yield
        return
    with transaction.atomic():
        work_session = permissions.lock_session(caller(request), pk)
        if not matches(header, work_session.revision):
            raise Conflict(permissions.STALE_MESSAGE, work_session)
        yield
