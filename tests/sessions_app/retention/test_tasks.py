"""The background jobs: when they run, that they don't pile up, and what failing means."""

from datetime import UTC, datetime

import croniter
import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from sessions_app.retention import tasks as retention_tasks
from sessions_app.retention.run_policies import AccountResult
from tests.project.doc_pages import doc, names, table

PERIODIC = {name: one for (name, _), one in app.periodic_registry.periodic_tasks.items()}
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC).timestamp()


def test_every_job_is_explained_with_its_times():
    rows = {row[0].strip("`"): row[1] for row in table(doc("operating.md"), "job")}
    assert list(rows) == names(table(doc("operating.md"), "job"))
    assert rows.keys() == PERIODIC.keys()
    for name, told in rows.items():
        minute, hour, *_ = PERIODIC[name].cron.split()
        if hour != "*":
            assert told == f"daily, {int(hour):02}:{int(minute):02}"
        elif minute != "*":
            assert told == f"hourly, at :{int(minute):02}"
        else:
            assert told == "every minute"


@pytest.mark.parametrize("name", sorted(PERIODIC))
def test_a_job_does_not_pile_up_and_is_not_missed(name):
    periodic = PERIODIC[name]
    assert periodic.task.queueing_lock == name
    turns = croniter.croniter(periodic.cron, AT)
    first, second = turns.get_next(), turns.get_next()
    assert 0 < second - first < settings.PROCRASTINATE_PERIODIC_DEFAULTS["max_delay"]


def test_jobs_that_change_sessions_work_one_at_a_time_and_are_tried_again():
    for name in ("sessions.close_idle", "sessions.purge", "sessions.cleanup"):
        task = app.tasks[name]
        assert task.lock == retention_tasks.LOCK
        assert task.retry_strategy.max_attempts == 5
    # What frees the locks of dead workers must not wait for one.
    assert app.tasks["jobs.retry_stalled"].lock is None


def test_a_job_fails_in_the_end_when_an_account_did(caplog):
    seen = []

    def lines():
        for text, failed in (("A: done.", False), ("B: failed.", True), ("C: done.", False)):
            seen.append(text)
            yield AccountResult(text, failed)

    with pytest.raises(RuntimeError, match="1 account"):
        retention_tasks._report(lines())
    assert len(seen) == 3
    assert "B: failed." in caplog.text


def test_a_job_that_did_all_is_done():
    retention_tasks._report(iter([AccountResult("A: done.")]))


OURS = {name for name in app.tasks if "procrastinate" not in name}


@pytest.mark.parametrize("name", sorted(OURS - {"sessions.title"}))
def test_nothing_waits_behind_the_titles(db, name):
    """A worker takes the most urgent job, then the oldest."""
    titles = app.tasks["sessions.title"]
    titles.batch_defer(*({"session_id": str(number)} for number in range(100)))
    arguments = {"timestamp": 0} if name in PERIODIC else {}
    app.tasks[name].configure(queueing_lock=None).defer(**arguments)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        worker = cursor.fetchone()[0]
        cursor.execute("SELECT task_name FROM procrastinate_fetch_job_v2(NULL, %s)", [worker])
        assert cursor.fetchone() == (name,)
