"""The real background worker, that is killed at a chosen moment or “never”: `python -m … MOMENT`.

It is killed as a power cut would, by SIGKILL from within, so that the moment is exact.
"""

import os
import signal
import sys
import time


def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def at_call(number, sound):
    """What `sound` does, but for the call of this number, from 1, at which all ends."""
    calls = []

    def one(*args, **kwargs):
        calls.append(1)
        if len(calls) == number:
            die()
        return sound(*args, **kwargs)

    return one


def arrange(moment):
    from resolutionflow import file_storage
    from sessions_app.attachments import storage
    from sessions_app.retention import archive, closing_idle, purging

    purging.BATCH_SIZE, closing_idle.BATCH_SIZE = 3, 4
    if moment == "writing":
        archive.ArchiveWriter.add = at_call(5, archive.ArchiveWriter.add)
    elif moment == "marked":
        archive.publish = die
    elif moment == "named":
        file_storage._sync_folder = at_call(2, file_storage._sync_folder)
    elif moment == "archived":
        purging._delete_archived = die
    elif moment == "deleting":
        purging._delete_batch = at_call(2, purging._delete_batch)
    elif moment == "in the middle of a batch":
        storage.files_of = at_call(2, storage.files_of)
    elif moment == "before the files":
        storage.delete = die
    elif moment == "closing":
        closing_idle._close_session = at_call(7, closing_idle._close_session)
    elif moment == "slowly":
        sound = archive.ArchiveWriter.add

        def slow(*args):
            time.sleep(0.2)
            sound(*args)

        archive.ArchiveWriter.add = slow
    elif moment != "never":
        raise SystemExit(f"no such moment: {moment}")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "resolutionflow.settings"
    import django
    from django.conf import settings

    # A job that is to be done again is found at a look at the queue: every five seconds otherwise.
    settings.PROCRASTINATE_WORKER_DEFAULTS |= {"fetch_job_polling_interval": 0.2}
    django.setup()
    arrange(sys.argv[1])
    from resolutionflow.launch import worker

    worker.main()
