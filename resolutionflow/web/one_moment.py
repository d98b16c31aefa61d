"""Reading several statements of one moment, without a lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from psycopg import IsolationLevel


@contextmanager
def one_moment() -> Iterator[None]:
    """Let everything that is read inside be of one moment; nothing can be written there.

    The first statement fixes the moment (`REPEATABLE READ`, read only), at no round trip of its
    own. Inside a transaction it does nothing: whoever writes has locked the rows that it reads.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    raw: Any = connection.connection
    before = raw.isolation_level, raw.read_only
    raw.isolation_level, raw.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with transaction.atomic():
            yield
    finally:
        # A connection that broke is thrown away, and one that is new has no level of its own.
        if not raw.closed:
            raw.isolation_level, raw.read_only = before
