"""The policies and the housekeeping as background tasks (times are UTC).

What was missed while no worker ran is done at the next start (`PROCRASTINATE_PERIODIC_DEFAULTS`). A
`queueing_lock` keeps runs from piling up; the shared `lock` lets one of them work at a time.
"""

import io
import logging
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy, exceptions, utils
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

from accounts_app import shared_cache
from accounts_app.models import AuditEntry, BrowserSession, MinuteCount, Submission
from resolutionflow.web.text import count_with_noun
from sessions_app.completion import services as completion_services
from sessions_app.retention import run_policies
from sessions_app.retention.run_policies import AccountResult
from trees_app.models import Snapshot

QUEUE = "housekeeping"
LOCK = "sessions.retention"
# A job that was stopped or failed is tried again soon; after that, its next turn comes anyway.
RETRY = RetryStrategy(max_attempts=5, wait=120)
# A job that its worker did not survive so often is given up until its next turn.
MAX_DEATHS = 5
KEEP_DONE_HOURS, KEEP_FAILED_HOURS = 3 * 24, 30 * 24
logger = logging.getLogger(__name__)


@app.periodic(cron="7 * * * *")
@app.task(
    name="sessions.close_idle",
    queue=QUEUE,
    lock=LOCK,
    queueing_lock="sessions.close_idle",
    retry=RETRY,
    pass_context=True,
)
def close_idle(context: JobContext, timestamp: int) -> None:
    """Close idle sessions in every account, each hour."""
    _report(run_policies.close_idle(check_stop=_stop_check(context)))


@app.periodic(cron="37 2 * * *")
@app.task(
    name="sessions.purge",
    queue=QUEUE,
    lock=LOCK,
    queueing_lock="sessions.purge",
    retry=RETRY,
    pass_context=True,
)
def purge(context: JobContext, timestamp: int) -> None:
    """Archive and delete what is older than each account keeps it, each night."""
    _report(run_policies.purge(check_stop=_stop_check(context)))


@app.periodic(cron="17 3 * * *")
@app.task(
    name="sessions.cleanup", queue=QUEUE, lock=LOCK, queueing_lock="sessions.cleanup", retry=RETRY
)
def cleanup(timestamp: int) -> None:
    """Delete what nobody needs any more: files without a row, unused snapshots, undo states, old
    browser sessions, forms that were sent, counts of calls and attempts, sign-ins of long ago.
    """
    said = io.StringIO()
    call_command("sweep_attachments", stdout=said)
    logger.info("Attachments: %s", said.getvalue().strip())
    completion_services.clear_expired_undo(timezone.now())
    logger.info("Snapshots that nothing points to: %d deleted.", Snapshot.objects.delete_unused())
    call_command("clearsessions")
    old_sign_ins = AuditEntry.objects.delete_old_sign_ins(days=settings.AUDIT_SIGN_IN_DAYS)
    logger.info("Entries of old sign-ins: %d deleted.", old_sign_ins)
    logger.info("Browsers that were left alone: %d.", BrowserSession.objects.delete_idle())
    logger.info("Expired rows of the shared cache: %d deleted.", shared_cache.delete_expired())
    logger.info("Counts of more than an hour ago: %d deleted.", MinuteCount.objects.delete_old())
    logger.info("Submissions of more than a day ago: %d deleted.", Submission.objects.delete_old())


@app.periodic(cron="47 3 * * *")
@app.task(
    name="jobs.forget_old",
    queue=QUEUE,
    queueing_lock="jobs.forget_old",
    retry=RETRY,
    pass_context=True,
)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Delete finished jobs after three days, failed ones after a month."""
    jobs = context.app.job_manager
    await jobs.delete_old_jobs(nb_hours=KEEP_DONE_HOURS)
    await jobs.delete_old_jobs(
        nb_hours=KEEP_FAILED_HOURS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )


# No lock: it is what frees the locks of dead workers.
@app.periodic(cron="* * * * *")
@app.task(
    name="jobs.retry_stalled",
    queue=QUEUE,
    queueing_lock="jobs.retry_stalled",
    pass_context=True,
)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Have the jobs of dead workers done again, those that may be; give the others up."""
    for job in await context.app.job_manager.get_stalled_jobs():
        if job.id != context.job.id:
            await _retry_or_fail(context, job)


async def _retry_or_fail(context: JobContext, job: Job) -> None:
    jobs = context.app.job_manager
    task = context.app.tasks.get(job.task_name)
    if task is not None and task.retry_strategy is not None and job.attempts < MAX_DEATHS:
        try:
            await jobs.retry_job(job, retry_at=utils.utcnow())
        except exceptions.UniqueViolation:
            pass  # the next one waits already
        except exceptions.ConnectorException:
            return  # it ended in the meantime
        else:
            logger.warning("The job %s of a dead worker is done again.", job.task_name)
            return
    try:
        await jobs.finish_job(job, status=Status.FAILED, delete_job=False)
    except exceptions.ConnectorException:
        return  # it ended in the meantime
    logger.warning("A job of a dead worker is given up: %s.", job.task_name)


def _stop_check(context: JobContext) -> Callable[[], None]:
    """Return the function that ends the job, between two pieces of work, when its
    worker is to end.
    """

    def check_stop() -> None:
        if context.should_abort():
            raise exceptions.JobAborted

    return check_stop


def _report(lines: Iterator[AccountResult]) -> None:
    """Write down what was done; fail in the end when some account's turn failed."""
    failed = []
    for line in lines:
        logger.log(logging.ERROR if line.failed else logging.INFO, line.text)
        if line.failed:
            failed.append(line.text)
    if failed:
        raise RuntimeError(f"It could not be done in {count_with_noun(len(failed), 'account')}.")
