"""A database that an unreleased version made is recognised, and said what to do about."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from resolutionflow.launch import supervisor
from resolutionflow.launch.old_database import OURS, old_database_message

pytestmark = pytest.mark.django_db
BASE_DIR = Path(__file__).parents[2]


@pytest.fixture
def old_database():
    MigrationRecorder(connection).record_applied("sessions_app", "0004_audit_of_titles")


def test_a_database_of_this_version_is_fine():
    assert old_database_message() == ""


def test_a_migration_that_is_gone_tells_an_old_database(old_database, settings):
    settings.DATABASE_URL, settings.DATA_DIR = "", BASE_DIR / ".data"
    assert old_database_message() == (
        "The local database in .data was made by an earlier, unreleased version of "
        "ResolutionFlow. Move .data away (mv .data .data-old) and start again."
    )
    settings.DATABASE_URL = "postgres://db.example.com/resolutionflow"
    assert old_database_message() == (
        "The database of DATABASE_URL was made by an earlier, unreleased version of "
        "ResolutionFlow. Use an empty database."
    )


def test_what_another_app_left_behind_is_no_sign():
    MigrationRecorder(connection).record_applied("django_q", "0001_initial")
    assert old_database_message() == ""


def test_migrate_stops_with_the_message(old_database):
    with pytest.raises(SystemCheckError, match="earlier, unreleased version"):
        call_command("migrate", verbosity=0, skip_checks=False)


def test_make_run_stops_with_the_message(old_database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    with pytest.raises(supervisor.CannotRunError, match="earlier, unreleased version"):
        supervisor.prepare_site("127.0.0.1")


@pytest.mark.parametrize("app", OURS)
def test_nothing_is_released_so_each_app_has_one_migration(app):
    names = [path.name for path in (BASE_DIR / app / "migrations").glob("0*.py")]
    assert names == ["0001_initial.py"]
