"""Doing what was left to the worker, in a test."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


class WaitingJobs:
    """The jobs of a queue, done by `run`, each once."""

    def __init__(self, queue: str = "mail") -> None:
        self._queue = queue
        self._done: set[int] = set()

    def run(self) -> int:
        """Do what waits, in order, and return how many jobs that were."""
        waiting = ProcrastinateJob.objects.filter(queue_name=self._queue).exclude(pk__in=self._done)
        jobs = list(waiting.order_by("id"))
        for job in jobs:
            app.tasks[job.task_name].func(**job.args)
            self._done.add(job.pk)
        return len(jobs)
