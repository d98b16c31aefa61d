"""What keeps the server from recording anything: which outage an error means, and in what words.

All of them end by themselves with their cause; who is told may try again.
"""

import errno
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection

from resolutionflow.web.errors import NotStored

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SQL_READ_ONLY = "25006"
SQL_DISK_FULL = "53100"
SQL_NOT_ALLOWED = "42501"


@dataclass(frozen=True)
class Outage:
    """What is so, for pages and API alike, and the status of the answer."""

    status: int
    detail: str
    heading: str
    retry_after: str


DATABASE_AWAY = Outage(
    503, "The database can't be reached just now. Try again soon.", "Database away", "5"
)
DATABASE_READ_ONLY = Outage(
    503,
    "The database takes no changes just now: nothing of this was saved. Try again soon; if it "
    "lasts, tell your admin.",
    "Read-only",
    "10",
)
DATABASE_FULL = Outage(
    507,
    "The database's disk is full: nothing of this was saved. Tell your admin to make room, then "
    "try again.",
    "Disk full",
    "60",
)
DISK_IS_FULL = Outage(
    507,
    "The server's disk is full: nothing of this was saved. Tell your admin to make room, then try "
    "again.",
    "Disk full",
    "60",
)
DISK_READ_ONLY = Outage(
    503,
    "The server can't write files just now: nothing of this was saved. Tell your admin, then try "
    "again.",
    "Read-only",
    "60",
)


def is_full(error: OSError) -> bool:
    """Return whether a disk or a quota of it has no room left."""
    return error.errno in DISK_FULL


def find_outage(error: BaseException | None) -> Outage | None:
    """Return the outage that the error means, if it means one."""
    from psycopg_pool import PoolTimeout, TooManyRequests

    if isinstance(error, NotStored):
        heading = "Disk full" if error.status == 507 else "Files away"
        return Outage(error.status, error.message, heading, error.retry_after)
    state = sql_state(error)
    if state == SQL_DISK_FULL:
        return DATABASE_FULL
    if state == SQL_READ_ONLY:
        drop_connection()
        return DATABASE_READ_ONLY
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout | TooManyRequests):
        return DATABASE_AWAY
    if isinstance(error, OSError) and is_full(error):
        return DISK_IS_FULL
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return DISK_READ_ONLY
    return None


def sql_state(error: BaseException | None) -> str:
    """Return the SQLSTATE of a database error, "" for any other."""
    if not isinstance(error, DatabaseError):
        return ""
    return getattr(error.__cause__, "sqlstate", None) or ""


def drop_connection() -> None:
    """End this thread's connection: it stays read-only, if it was opened while all were."""
    if connection.connection is not None and not connection.in_atomic_block:
        connection.connection.close()  # so that the pool doesn't take it back
        connection.close()
