"""End a child process with its supervisor, even when that is killed.

The supervisor keeps the writing end of a pipe open and never writes; each child reads. The read
returns when the supervisor is gone, whatever ended it, on any POSIX system.
"""

import os
import signal
import threading

VARIABLE = "RESOLUTIONFLOW_LIFELINE"


def exit_with_parent() -> None:
    """Watch the supervisor from a thread, and end this process quickly when it is gone."""
    descriptor = os.environ.pop(VARIABLE, "")
    if descriptor.isdigit():
        threading.Thread(target=_watch, args=(int(descriptor),), daemon=True).start()


def _watch(descriptor: int) -> None:
    try:
        while os.read(descriptor, 1):
            pass
    except OSError:
        return  # no pipe: not started by the supervisor
    # gunicorn takes this as "now, without waiting"; what was answered is committed already.
    os.kill(os.getpid(), signal.SIGQUIT)
