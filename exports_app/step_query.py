"""Read the steps of a session for an export: one statement, and only what is shown.

It is written in SQL because it is an export's largest read and the ORM doubled its price: for 100
steps, composing the query and turning its times and JSON into objects took longer than running
it. What the ORM would have converted is asked for in a shape that needs no conversion.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from exports_app import cleaning, large_exports
from exports_app.options import ExportOptions
from exports_app.session_data import StepData
from resolutionflow.json_shapes import read_json
from resolutionflow.postgresql.base import EARLIEST, LATEST
from sessions_app.models import stored_json

if TYPE_CHECKING:
    from sessions_app.models import Session

MAX_OUTPUT_LINES = 5

# Enough for five lines of nearly any output; the few steps that need more are read once more.
_MAX_OUTPUT_HEAD = 8_192
# `LIMIT` is a 64-bit number; no session has so many steps (see sessions_app.limits).
_MAX_STEPS = 1_000_000
_CHUNK = 200

# Every statement returns the columns of `StepData` in its order, the key and the session's
# revision, which tells whether the session has moved on since it was read; what an export leaves
# out is empty.
_REVISION = "(SELECT revision FROM sessions_app_session WHERE id = %(session)s)"
_STATEMENT = """
    SELECT node_id, question, answer, {action}, {notes}, {output}, {attachments}, {time}, {by},
        {carried}, id, {revision}
    FROM sessions_app_decision
    WHERE session_id = %(session)s AND discarded_branch IS NULL
    ORDER BY position {order} LIMIT %(most)s
"""
_NO_COLUMNS = {
    "revision": _REVISION,
    "time": "NULL",
    "action": "''",
    "notes": "''",
    "output": "''",
    "attachments": "NULL",
    "by": "''",
    "carried": "NULL",
    "order": "ASC",
}
# Exports show whole seconds, and a number is read many times faster than a written time.
# Within the bounds that every other read has (`resolutionflow.postgresql`).
_SECONDS = (
    # Of a missing time, `greatest` would make the earliest.
    f"CASE WHEN {{0}} IS NOT NULL THEN floor(extract(epoch FROM "
    f"least(greatest({{0}}, '{EARLIEST:%Y-%m-%d}Z'), '{LATEST:%Y-%m-%d}Z')))::bigint END"
)
_TIME_COLUMNS = _NO_COLUMNS | {
    "time": _SECONDS.format("timestamp"),
    "carried": _SECONDS.format("carried_over_from"),
}
_ALL_COLUMNS = _TIME_COLUMNS | {
    "action": "action",
    "notes": "notes",
    "output": "command_output",
    "attachments": "nullif(attachments, '[]')",
    # Nearly always the owner, whose name is at hand: only somebody else's is looked up.
    "by": """CASE WHEN recorded_by_id <> %(owner)s THEN
        (SELECT coalesce(nullif(trim(first_name || ' ' || last_name), ''), username)
         FROM accounts_app_user WHERE id = recorded_by_id) END""",
}
# The length in bytes is known without unpacking a long output; counting its characters is not.
_CUT_COLUMNS = _ALL_COLUMNS | {
    "output": f"CASE WHEN octet_length(command_output) <= {_MAX_OUTPUT_HEAD} THEN command_output "
    f"ELSE substr(command_output, 1, {_MAX_OUTPUT_HEAD}) END"
}
_LAST = _STATEMENT.format(**_NO_COLUMNS | {"order": "DESC"})
_TITLES = _STATEMENT.format(**_NO_COLUMNS)
_FOR_CLIENTS = _STATEMENT.format(**_TIME_COLUMNS)
_STANDARD = _STATEMENT.format(**_CUT_COLUMNS)
_FULL = _STATEMENT.format(**_ALL_COLUMNS)

# The length in bytes is known without unpacking a text.
_SIZE = """
    SELECT coalesce(sum(octet_length(action) + octet_length(notes) + octet_length(command_output)),
        0), count(*), {revision}
    FROM sessions_app_decision
    WHERE {these} AND discarded_branch IS NULL
"""
_SIZE_OF_ONE = _SIZE.format(these="session_id = %(session)s", revision=_REVISION)
_SIZE_OF_MANY = _SIZE.format(these="session_id = ANY(%(sessions)s)", revision="NULL")
_OUTPUTS = _STATEMENT.format(**_NO_COLUMNS | {"output": "command_output"}).replace(
    "ORDER BY", "AND id = ANY(%(keys)s) ORDER BY"
)
_KEY = 10  # where the key stands in a row
_TIME_ZONE = "SELECT time_zone FROM accounts_app_account WHERE id = %s"

Row = tuple[Any, ...]
Offered = set[tuple[str, str]]


class SessionChanged(Exception):
    """The session was written to since it was read: what was found here is of a later moment."""


def fetch_steps(
    work_session: "Session", options: ExportOptions, offered: Offered
) -> tuple[Iterable[StepData], int]:
    """Return the steps of the path that `options` need, and how many the path has in all.

    `offered` are the answers that the flow itself offers, as (node id, label). The steps of a
    `full` export are read while they are walked through, once. Raises `SessionChanged`; the check
    comes with the steps, where a transaction for both reads would cost two round trips.
    """
    cutoff = options.max_step_index
    most = _MAX_STEPS if cutoff is None else min(cutoff, _MAX_STEPS)
    if options.detail_level == "summary" or options.audience == "resolution":
        # Only the last step has a say here: it may stand for a resolution that nobody wrote.
        last = (
            _fetch_rows(_LAST, work_session, 1)
            if cutoff is None
            else _fetch_rows(_TITLES, work_session, most)[-1:]
        )
        return [_step(row, offered) for row in last], _size_and_count(work_session)[1]
    if options.audience != "internal":
        found = _fetch_rows(_FOR_CLIENTS, work_session, most)
    elif options.detail_level == "full":
        size, count = _size_and_count(work_session)
        large_exports.reserve(size)
        return _stream_steps(work_session, most, offered), count
    else:
        found = _complete_outputs(work_session, _fetch_rows(_STANDARD, work_session, most))
        large_exports.reserve(sum(len(row[3]) + len(row[4]) + len(row[5]) for row in found))
    # A path that ended before the cutoff needs no counting.
    whole = cutoff is None or len(found) < cutoff
    count = len(found) if whole else _size_and_count(work_session)[1]
    return [_step(row, offered) for row in found], count


def text_size(sessions: Iterable["Session"]) -> int:
    """Return how many bytes of text are recorded at the steps of these sessions."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE_OF_MANY, {"sessions": [one.pk for one in sessions]})
        return int(cursor.fetchone()[0])


def account_time_zone(work_session: "Session") -> str:
    """Return the IANA name of the account's time zone, without a query where it is at hand."""
    if work_session.account_time_zone:
        return work_session.account_time_zone
    if type(work_session).account.is_cached(work_session):
        return work_session.account.time_zone
    with connection.cursor() as cursor:
        cursor.execute(_TIME_ZONE, (work_session.account_id,))
        return str(cursor.fetchone()[0])


def _parameters(work_session: "Session", most: int) -> dict[str, Any]:
    return {"session": work_session.pk, "owner": work_session.user_id, "most": most}


def _fetch_rows(statement: str, work_session: "Session", most: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(work_session, most))
        return _checked(cursor.fetchall(), work_session)


def _checked(rows: list[Row], work_session: "Session") -> list[Row]:
    """Return the rows, of the moment at which the session was read. Raises `SessionChanged`."""
    if rows and rows[0][-1] != work_session.revision:
        raise SessionChanged
    return rows


def _size_and_count(work_session: "Session") -> tuple[int, int]:
    """Return how many bytes of text the path has, and how many steps."""
    size, count, _ = _fetch_rows(_SIZE_OF_ONE, work_session, 1)[0]
    return int(size), count


def _stream_steps(work_session: "Session", most: int, offered: Offered) -> Iterator[StepData]:
    """Return the steps one by one, so that large outputs are not held all at once.

    They are those of this moment, whenever they are walked through.
    """
    cursor = connection.chunked_cursor()
    cursor.execute(_FULL, _parameters(work_session, most))
    try:
        first = _checked(cursor.fetchmany(1), work_session)
    except SessionChanged:
        cursor.close()
        raise

    def walk() -> Iterator[StepData]:
        rows = first
        with cursor:
            while rows:
                for row in rows:
                    yield _step(row, offered)
                rows = cursor.fetchmany(_CHUNK)

    return walk()


def _step(row: Row, offered: Offered) -> StepData:
    node_id, question, answer, action, notes, output, attachments, second, by, carried, *_ = row
    return StepData(
        node_id,
        question,
        answer,
        action,
        notes,
        output,
        _attachments(attachments) if attachments else (),
        None if second is None else datetime.fromtimestamp(second, UTC),
        (node_id, answer) in offered,
        by or "",
        None if carried is None else datetime.fromtimestamp(carried, UTC),
    )


def _attachments(stored: str) -> tuple[Mapping[str, Any], ...]:
    """Return the attachments in stored JSON text, as the field reads them."""
    return tuple(read_json(stored, stored_json.attachments))


def _has_enough_lines(head: str) -> bool:
    """Return whether the head has all lines to show, and one more, as its last may be cut."""
    shown = cleaning.strip_blank_lines(cleaning.clean(head))
    return cleaning.head_lines(shown, MAX_OUTPUT_LINES + 1)[1]


def _complete_outputs(work_session: "Session", rows: list[Row]) -> list[Row]:
    """Return the rows, with the whole output where its head ends before the fifth line does."""
    unclear = [
        row[_KEY]
        for row in rows
        if len(row[5]) == _MAX_OUTPUT_HEAD and not _has_enough_lines(row[5])
    ]
    if not unclear:
        return rows
    with connection.cursor() as cursor:
        cursor.execute(_OUTPUTS, {**_parameters(work_session, _MAX_STEPS), "keys": unclear})
        whole = {row[_KEY]: row[5] for row in _checked(cursor.fetchall(), work_session)}
    return [(*row[:5], whole.get(row[_KEY], row[5]), *row[6:]) for row in rows]
