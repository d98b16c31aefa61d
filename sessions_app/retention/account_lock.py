"""One at a time: archiving, deleting and restoring of an account's sessions exclude each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

# Any number of our own; the second key of the lock is the account.
KIND = 0x5265_466C


class LockHeld(Exception):
    """Another process is at work on the account's sessions."""

    def __init__(self) -> None:
        super().__init__("another run is at work on this account just now; try again later")


@contextmanager
def account_lock(account_id: UUID) -> Iterator[None]:
    """Hold the account's lock, the only one on any machine; raise `LockHeld` while another holds
    it.

    The lock is the database connection's: it ends with the process, however that ends.
    """
    # The key has 32 bits: two accounts with the same ones wait for each other, and no more.
    key = int.from_bytes(account_id.bytes[:4], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [KIND, key])
        if cursor.fetchone() != (True,):
            raise LockHeld
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [KIND, key])
