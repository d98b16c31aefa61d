"""The background worker: `python -m resolutionflow.launch.worker`. `make run` starts and ends it.

`manage.py procrastinate worker` runs the same tasks; both take what is set in
`PROCRASTINATE_WORKER_DEFAULTS`.
"""

import os
import signal
from typing import Any

from resolutionflow.launch import parent_watch


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resolutionflow.settings")
    # The worker's own order to stop is SIGTERM; SIGQUIT would end it with a core file.
    signal.signal(signal.SIGQUIT, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))
    parent_watch.exit_with_parent()
    import django

    django.setup()
    from procrastinate.contrib.django import app

    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        worker_app.run_worker()


if __name__ == "__main__":
    main()
