"""Recognise a database that an unreleased version made: its migrations are gone."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OURS = ("accounts_app", "trees_app", "sessions_app")


def old_database_message(alias: str = "default") -> str:
    """Return what to do about the database, in one sentence or two; "" when it is fine.

    It is old when a migration was applied that no file describes any more.
    """
    connection = connections[alias]
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return ""  # what uses it says why it can't be used
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if all(key in known for key in applied if key[0] in OURS):
        return ""
    if settings.DATABASE_URL:
        return (
            "The database of DATABASE_URL was made by an earlier, unreleased version of "
            "ResolutionFlow. Use an empty database."
        )
    folder = settings.DATA_DIR
    if folder.is_relative_to(settings.BASE_DIR):
        folder = folder.relative_to(settings.BASE_DIR)
    return (
        f"The local database in {folder} was made by an earlier, unreleased version of "
        f"ResolutionFlow. Move {folder} away (mv {folder} {folder}-old) and start again."
    )


def check_database_age(*, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The same as a check, which `migrate` makes before it begins."""
    found = [old_database_message(alias) for alias in databases or ()]
    return [Error(message, id="resolutionflow.E001") for message in found if message]
