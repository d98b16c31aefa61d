"""Whether this process can serve: looked at by a thread of its own, which alone may have to wait.

A health check must respond at once, also while the database hangs and every connection is taken.
"""

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from resolutionflow.web.outages import SQL_DISK_FULL, SQL_NOT_ALLOWED, sql_state

MAX_WAIT_SECONDS = 0.8
MAX_AGE_SECONDS = 0.5  # so long a result is given to others, however many ask
MIN_FREE_BYTES = 32 * 1024 * 1024
# How often the database is asked to write: for each a table is made and dropped.
SECONDS_BETWEEN_TRIALS = 30
# More than one page, so that the database has to ask the disk for room, and to ask at once.
TRIAL = (
    "CREATE TEMPORARY TABLE health_trial ON COMMIT DROP AS "
    "SELECT repeat('x', 1000) AS filling FROM generate_series(1, 500)"
)


class Health(StrEnum):
    """What the health check says, and nothing more."""

    OK = "ok"
    UNAVAILABLE = "unavailable"  # the database doesn't respond in time
    NOT_MIGRATED = "not migrated"
    READ_ONLY = "read-only"  # the database can't record anything
    FULL = "database full"  # its disk takes no more
    NO_FILES = "no files"  # steps are recorded, attached files can't be

    @property
    def status_code(self) -> int:
        codes = {Health.OK: 200, Health.NO_FILES: 507}
        return codes.get(self, 503)


class HealthMonitor:
    """Looks when somebody asks, one look at a time."""

    def __init__(self, look: Callable[[], Health]) -> None:
        self._look = look
        self._changed = threading.Condition()
        self._result = Health.UNAVAILABLE
        self._looked_at = float("-inf")
        self._is_looking = False

    def read(self) -> Health:
        """Return what is so now; `UNAVAILABLE` when that isn't known within `MAX_WAIT_SECONDS`."""
        asked_at = time.monotonic() - MAX_AGE_SECONDS
        with self._changed:
            if self._looked_at >= asked_at:
                return self._result
            if not self._is_looking:
                self._is_looking = True
                threading.Thread(target=self._run, daemon=True, name="health").start()
            is_known = self._changed.wait_for(
                lambda: self._looked_at >= asked_at, timeout=MAX_WAIT_SECONDS
            )
            return self._result if is_known else Health.UNAVAILABLE

    def _run(self) -> None:
        result = Health.UNAVAILABLE
        try:
            result = self._look()
        finally:
            with self._changed:
                self._result, self._looked_at = result, time.monotonic()
                self._is_looking = False
                self._changed.notify_all()


class Look:
    """One look at database and files. It connects anew: the pool's connections may all be taken."""

    def __init__(self) -> None:
        self._wanted_migrations: set[tuple[str, str]] = set()
        self._tried_at = float("-inf")

    def __call__(self) -> Health:
        try:
            health = self._look_at_database()
        except (DatabaseError, OSError):
            return Health.UNAVAILABLE
        if health is Health.OK and not can_keep_files(storages["attachments"]):
            return Health.NO_FILES
        return health

    def _look_at_database(self) -> Health:
        with contextlib.closing(connection.copy()) as own:
            own.settings_dict["OPTIONS"].pop("pool", None)
            with own.cursor() as cursor:
                cursor.execute(
                    "SELECT current_setting('transaction_read_only')::boolean, "
                    "to_regclass('django_migrations') IS NOT NULL"
                )
                is_read_only, has_table = cursor.fetchone()
                if is_read_only:
                    return Health.READ_ONLY
                if not has_table:
                    return Health.NOT_MIGRATED
                cursor.execute("SELECT app, name FROM django_migrations")
                if not self._migrations().issubset(cursor.fetchall()):
                    return Health.NOT_MIGRATED
                if not self._can_grow(cursor):
                    return Health.FULL
        if not settings.DATABASE_URL and not can_write(Path(settings.DATA_DIR)):
            return Health.FULL
        return Health.OK

    def _can_grow(self, cursor: Any) -> bool:
        """Return whether the database has room for another table; after a no it is asked again."""
        if time.monotonic() - self._tried_at < SECONDS_BETWEEN_TRIALS:
            return True
        try:
            cursor.execute(TRIAL)
        except DatabaseError as error:
            if sql_state(error) == SQL_DISK_FULL:
                return False
            if sql_state(error) != SQL_NOT_ALLOWED:
                raise
        self._tried_at = time.monotonic()
        return True

    def _migrations(self) -> set[tuple[str, str]]:
        """Return the last migration of every app, as this release has them."""
        if not self._wanted_migrations:
            self._wanted_migrations = set(MigrationLoader(None).graph.leaf_nodes())
        return self._wanted_migrations


def can_keep_files(storage: Any) -> bool:
    """Return whether files can be stored; of a storage that is no folder that isn't known here."""
    return not isinstance(storage, FileSystemStorage) or can_write(Path(storage.location))


def can_write(folder: Path) -> bool:
    """Return whether the folder, or the nearest one above it that exists, takes more files.

    One is written, without a name: neither rights nor free space tell of a quota.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = os.statvfs(folder)
    if free.f_bavail * free.f_frsize < MIN_FREE_BYTES or not os.access(folder, os.W_OK | os.X_OK):
        return False
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(bytes(4096))
    except OSError:
        return False
    return True


monitor = HealthMonitor(Look())
