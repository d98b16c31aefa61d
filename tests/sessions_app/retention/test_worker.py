"""The background worker itself: killed at nasty moments, stopped, off for a while."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from sessions_app.models import Action, AuditEntry, Session, State
from sessions_app.retention.restoring import restore
from tests.e2e.proxy import address
from tests.factories import make_session
from tests.sessions_app.retention.lifecycle_factories import (
    age,
    archived,
    files_on_disk,
    forget_jobs,
    old,
    picture,
    rich,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("H6")]
BASE_DIR = Path(__file__).resolve().parents[3]
DYING = "tests.sessions_app.retention.dying_worker"
PATIENCE = 120


@pytest.fixture(autouse=True)
def empty_queue(transactional_db):
    forget_jobs()
    yield
    forget_jobs()


@pytest.fixture
def worker(settings, tmp_path):
    """Start a real worker on the tests' database: `worker(module, *arguments)`."""
    started = []

    def start(*command):
        environment = {
            **os.environ,
            "DATABASE_URL": address(connection.settings_dict),
            "SECRET_KEY": settings.SECRET_KEY,
            "RESOLUTIONFLOW_DATA_DIR": str(tmp_path),
            "ARCHIVE_DIR": str(settings.ARCHIVE_DIR),
            "ATTACHMENTS_DIR": str(settings.ATTACHMENTS_DIR),
        }
        log = (tmp_path / "worker.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, *command], cwd=BASE_DIR, env=environment, stdout=log, stderr=log
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def asked(query, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def jobs(status=None):
    rows = asked("SELECT task_name, status FROM procrastinate_jobs")
    return sorted(name for name, now in rows if status in (None, now))


def wait_for(what, process=None):
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, jobs()
        assert process is None or process.poll() is None
        time.sleep(0.1)


def time_passes():
    """Half a minute without a sign of life, after which a worker counts as dead; and a minute."""
    asked(
        "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute' RETURNING 1"
    )
    asked(
        "DELETE FROM procrastinate_periodic_defers WHERE task_name = 'jobs.retry_stalled' "
        "RETURNING 1"
    )


def all_done():
    return jobs() and not jobs("todo") and not jobs("doing")


MOMENTS = [
    "writing",
    "marked",
    "named",
    "archived",
    "deleting",
    "in the middle of a batch",
    "before the files",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_worker_loses_and_doubles_nothing(moment, account, engineer, settings, worker):
    """Kill -9, then another worker: each session is once in the database or in an archive."""
    doomed = {str(rich(account).pk), str(rich(account).pk)}
    doomed |= {str(old(engineer).pk) for _ in range(8)}
    kept = rich(account)
    kept.pinned = True
    kept.save()
    stays = {str(kept.pk)}
    before = picture()

    killed = worker("-m", DYING, moment)
    assert killed.wait(PATIENCE) == -signal.SIGKILL
    now = {str(pk) for pk in Session.objects.values_list("pk", flat=True)}
    assert now | set(archived_whole(settings)) == doomed | stays  # at no moment is one nowhere
    assert "sessions.purge" in jobs("doing")

    time_passes()
    second = worker("-m", DYING, "never")
    wait_for(all_done, second)
    now = {str(pk) for pk in Session.objects.values_list("pk", flat=True)}
    assert now == stays
    assert sorted(archived(settings)) == sorted(doomed)
    assert len(files_on_disk(settings)) == 2
    names = sorted(path.name for path in settings.ARCHIVE_DIR.glob("*"))
    assert len(names) == 1
    purged = AuditEntry.objects.filter(action=Action.PURGED)
    assert sorted(map(str, purged.values_list("object_id", flat=True))) == sorted(doomed)

    assert restore(settings.ARCHIVE_DIR / names[0]).problems == []
    Session.objects.exclude(pk=kept.pk).update(pinned=False)
    assert picture() == before
    assert len(files_on_disk(settings)) == 6


def archived_whole(settings):
    """What archives hold that have their name; one that is being written doesn't count."""
    return archived(settings) if settings.ARCHIVE_DIR.exists() else []


def test_a_worker_that_is_killed_while_closing_closes_each_session_once(engineer, worker):
    sessions = [make_session(engineer, drafts={"scope": {"notes": "typed"}}) for _ in range(10)]
    for work_session in sessions:
        age(work_session.pk)
    killed = worker("-m", DYING, "closing")
    assert killed.wait(PATIENCE) == -signal.SIGKILL
    # The batch that it died in is as if it had never begun.
    assert Session.objects.in_state(State.COMPLETED).count() == 4
    time_passes()
    second = worker("-m", DYING, "never")
    wait_for(all_done, second)
    for work_session in Session.objects.all():
        assert (work_session.outcome, work_session.decision_count) == ("cancelled", 1)
        assert work_session.decisions.get().notes == "typed"
        assert work_session.outcome_notes.count("Closed automatically") == 1
    assert AuditEntry.objects.filter(action=Action.CLOSED_IDLE).count() == 10


def test_what_was_missed_while_all_was_off_is_done_at_the_start(engineer, worker):
    """Whatever the hour: each periodic job has its last turn, once, and not again."""
    gone, idle = old(engineer), make_session(engineer)
    age(idle.pk)
    first = worker("-m", "resolutionflow.launch.worker")
    wait_for(all_done, first)
    done = jobs("succeeded")
    assert set(done) == {
        "jobs.forget_old",
        "jobs.retry_stalled",
        "sessions.close_idle",
        "sessions.purge",
        "sessions.cleanup",
    }
    assert not Session.objects.filter(pk=gone.pk).exists()
    assert Session.objects.get(pk=idle.pk).is_completed
    first.terminate()
    assert first.wait(PATIENCE) == 0
    again = worker("manage.py", "procrastinate", "worker")
    wait_for(lambda: asked("SELECT 1 FROM procrastinate_workers"), again)
    time.sleep(1)
    assert jobs().count("sessions.purge") == 1
    assert jobs("failed") == []
    again.send_signal(signal.SIGINT)
    assert again.wait(PATIENCE) == 0


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_a_worker_in_the_middle_of_an_archive_ends_quickly(order, engineer, settings, worker):
    pks = {old(engineer).pk for _ in range(60)}  # twelve seconds of work
    slow = worker("-m", DYING, "slowly")
    wait_for(lambda: list(settings.ARCHIVE_DIR.glob("*.part")), slow)
    slow.send_signal(order)
    assert slow.wait(PATIENCE) == 0
    # Not at the end of its work: nothing is half done, and the job waits for the next start.
    assert set(Session.objects.values_list("pk", flat=True)) == pks
    assert list(settings.ARCHIVE_DIR.glob("*")) == []
    assert "sessions.purge" in jobs("todo")


def test_a_dead_workers_title_is_given_up_and_its_lock_is_free(worker):
    """Only what may be done twice is done again; and nothing dies for ever."""
    asked(
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) "
        "VALUES (now() - interval '1 hour') RETURNING id) "
        "INSERT INTO procrastinate_jobs "
        "(queue_name, task_name, lock, args, status, attempts, worker_id) "
        "SELECT 'titles', 'sessions.title', NULL::text, '{}'::jsonb, "
        "'doing'::procrastinate_job_status, 0, id FROM dead UNION ALL "
        "SELECT 'housekeeping', 'sessions.purge', 'sessions.retention', '{\"timestamp\": 0}', "
        "'doing', 5, id FROM dead RETURNING 1"
    )
    living = worker("-m", DYING, "never")
    wait_for(lambda: jobs("failed") == ["sessions.purge", "sessions.title"], living)
    wait_for(all_done, living)
    assert "sessions.purge" in jobs("succeeded")  # the turn of its own, once the lock was free
