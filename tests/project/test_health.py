"""The health check: what it says of a database or folder that takes nothing, and how soon."""

import errno
import os
import threading
import time
from types import SimpleNamespace

import pytest
from django.db import InterfaceError, OperationalError, connection

from resolutionflow.web import health
from resolutionflow.web.health import Health, HealthMonitor


@pytest.fixture(autouse=True)
def monitor(monkeypatch):
    """A monitor without a result of an earlier test."""
    made = HealthMonitor(health.Look())
    monkeypatch.setattr(health, "monitor", made)
    return made


def answer(client):
    response = client.get("/healthz")
    return response.status_code, response.json()


def test_the_health_check(db, client):
    assert answer(client) == (200, {"status": "ok"})
    assert client.post("/healthz").status_code == 405


@pytest.mark.parametrize("error", [OperationalError("at 10.0.0.1"), InterfaceError("closed")])
def test_a_database_that_is_away(client, monkeypatch, error):
    def away(*args):
        raise error

    monkeypatch.setattr(health.Look, "_look_at_database", away)
    assert answer(client) == (503, {"status": "unavailable"})


def test_a_database_that_is_not_migrated(transactional_db, client, monitor):
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations "
            "WHERE app = 'sessions_app') RETURNING app, name, applied"
        )
        row = cursor.fetchone()
        try:
            assert answer(client) == (503, {"status": "not migrated"})
        finally:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row
            )


def test_a_database_without_any_table(transactional_db, client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO not_there")
        try:
            assert answer(client) == (503, {"status": "not migrated"})
        finally:
            cursor.execute("ALTER TABLE not_there RENAME TO django_migrations")


def test_a_database_that_is_read_only(transactional_db, client):
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        try:
            assert answer(client) == (503, {"status": "read-only"})
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')


def test_a_folder_for_files_that_is_read_only(db, client, monkeypatch, attachments_dir):
    monkeypatch.setattr(
        health.os, "access", lambda path, mode: os.fspath(path) != str(attachments_dir.parent)
    )
    assert answer(client) == (507, {"status": "no files"})


def test_a_full_disk_below_the_files(db, client, monkeypatch, attachments_dir):
    attachments_dir.mkdir()
    full = SimpleNamespace(f_bavail=10, f_frsize=4096)
    real = os.statvfs
    monkeypatch.setattr(
        health.os, "statvfs", lambda path: full if path == attachments_dir else real(path)
    )
    assert answer(client) == (507, {"status": "no files"})


def test_a_full_disk_below_the_embedded_database(db, client, monkeypatch, settings, tmp_path):
    settings.DATABASE_URL, settings.DATA_DIR = "", tmp_path
    full = SimpleNamespace(f_bavail=10, f_frsize=4096)
    monkeypatch.setattr(health.os, "statvfs", lambda path: full)
    assert answer(client) == (503, {"status": "database full"})


def test_a_quota_below_the_files(db, client, monkeypatch, attachments_dir):
    """Neither the rights of the folder nor the free space of its disk tell of it."""
    attachments_dir.mkdir()

    real = health.tempfile.TemporaryFile

    def refuse(*, dir):
        if dir == attachments_dir:
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        return real(dir=dir)

    monkeypatch.setattr(health.tempfile, "TemporaryFile", refuse)
    assert answer(client) == (507, {"status": "no files"})


def test_a_full_disk_below_a_database_elsewhere(db, client, monkeypatch):
    """It is asked again at each look until it takes something, then now and then."""
    monkeypatch.setattr(health, "MAX_AGE_SECONDS", 0)
    monkeypatch.setattr(health, "TRIAL", "DO $$ BEGIN RAISE EXCEPTION SQLSTATE '53100'; END $$")
    assert answer(client) == (503, {"status": "database full"})
    assert answer(client) == (503, {"status": "database full"})
    monkeypatch.undo()
    assert answer(client) == (200, {"status": "ok"})


def test_a_role_that_may_make_no_tables_of_its_own(db, client, monkeypatch):
    monkeypatch.setattr(health, "TRIAL", "DO $$ BEGIN RAISE EXCEPTION SQLSTATE '42501'; END $$")
    assert answer(client) == (200, {"status": "ok"})


def test_the_trial_makes_nothing_that_stays(db, client):
    assert answer(client) == (200, {"status": "ok"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = 'health_trial'")
        assert cursor.fetchone() == (0,)


def test_many_callers_are_told_in_time_by_one_look_that_hangs():
    looks, let_go = [], threading.Event()

    def look():
        looks.append(1)
        let_go.wait(120)
        return Health.OK

    monitor = HealthMonitor(look)
    results = []
    start = time.monotonic()
    callers = [threading.Thread(target=lambda: results.append(monitor.read())) for _ in range(20)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert time.monotonic() - start < 60  # the machine may be busy
    assert results == [Health.UNAVAILABLE] * 20
    assert len(looks) == 1
    let_go.set()
    assert monitor.read() is Health.OK


def test_a_result_is_shared_for_a_moment(monkeypatch):
    looks = []
    monitor = HealthMonitor(lambda: looks.append(1) or Health.OK)
    assert [monitor.read() for _ in range(5)] == [Health.OK] * 5
    assert len(looks) == 1
    monkeypatch.setattr(health, "MAX_AGE_SECONDS", 0)
    monitor.read()
    assert len(looks) == 2
