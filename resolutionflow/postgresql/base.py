"""The database backend: Django's own, but a time that can't be one of ours is read as a bound.

Every write bounds its times (`resolutionflow.web.dates`), yet a database can hold what SQL or an
older release put there: `infinity`, the year 294276, the year 1. The driver refuses some of them
and arithmetic the others, and one such row would break every page that shows it.
"""

from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.utils import DataError
from psycopg import DataError as DriverDataError

# A hundred years on either side of what is written: policies count up to a hundred years on.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class BoundedTimeLoader(BaseTzLoader):
    """Reads a time, at least `EARLIEST` and at most `LATEST`."""

    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            moment: datetime = super().load(data)
        except (DriverDataError, DataError):
            text = bytes(data)
            return EARLIEST if text.startswith(b"-") or text.endswith(b"BC") else LATEST
        if EARLIEST <= moment <= LATEST:
            return moment
        return EARLIEST if moment < EARLIEST else LATEST


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with our reading of times on each connection."""

    def _configure_connection(self, connection: Any) -> bool:
        connection.adapters.register_loader("timestamptz", BoundedTimeLoader)
        commits: bool = super()._configure_connection(connection)  # type: ignore[misc]
        return commits
