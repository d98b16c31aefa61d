"""Reading what a page can do without: bounded in time, and never the reason that it fails."""

import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

# Far above what it takes (see the statements), far below what an engineer would wait for a hint.
MAX_HINT_MS = 300
# For what somebody has asked for and waits for.
MAX_REQUESTED_MS = 5_000
# The newest N are to be read in the order of their index. The planner takes a flow's account and
# its tree for independent, expects few rows, and would fetch and sort every session of the flow.
# The steps of some hundred sessions are looked up one by one, never all steps read, and compiling
# such a statement takes the server longer than running it.
SESSION_SETTINGS = (
    "SET LOCAL statement_timeout = {}; SET LOCAL enable_bitmapscan = off; "
    "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; "
)

Row = tuple[Any, ...]


def fetch_bounded(
    statement: str, parameters: Mapping[str, Any], *, is_hint: bool = True
) -> list[Row]:
    """Return the rows of `statement`, in one round trip; none when it fails or takes too long.

    The time limit, shorter for a hint that nobody asked for, is sent with the statement: both are
    one implicit transaction of the server, so it holds for this read alone. Inside of a transaction
    of the caller's there is no limit, and an error is raised, because the transaction can't go on
    after it.
    """
    if connection.in_atomic_block:
        return _fetch(statement, parameters)
    try:
        limit = MAX_HINT_MS if is_hint else MAX_REQUESTED_MS
        return _fetch(SESSION_SETTINGS.format(limit) + statement, parameters)
    except DatabaseError:
        log.warning("A hint from earlier sessions is left out.", exc_info=True)
        return []


def _fetch(statement: str, parameters: Mapping[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while cursor.description is None and cursor.nextset():
            pass
        return cursor.fetchall()
