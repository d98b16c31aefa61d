"""The background worker, as the supervisor starts it: it ends with the supervisor.

`manage.py procrastinate worker` runs the same tasks where something else does the supervising.
"""

import os
import signal
from typing import Any

from resolutionflow import lifeline

JOB_SECONDS = 2.0  # what a running job gets to finish in when the worker is told to stop


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resolutionflow.settings")
    # The worker's own order to stop is SIGTERM; SIGQUIT would end it with a core file.
    signal.signal(signal.SIGQUIT, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))
    lifeline.hold()
    import django

    django.setup()
    from procrastinate.contrib.django import app

    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(shutdown_graceful_timeout=JOB_SECONDS)


if __name__ == "__main__":
    main()
