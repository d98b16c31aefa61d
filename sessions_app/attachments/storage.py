"""The bytes of attached files on disk: `ATTACHMENTS_DIR/<account>/<token>`.

A file is whole and on the disk before its row is committed, and its row is gone before the file
is: a process that is killed leaves at most a file without a row, which the sweep finds.
"""

import contextlib
import os
import secrets
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from sessions_app.models import Attachment

# A file this young may belong to a row that isn't committed yet.
GRACE_SECONDS = 3600


def path_of(account_id: int, token: str) -> Path:
    """Where the file of this account with this token lies."""
    return settings.ATTACHMENTS_DIR / str(account_id) / token


def save(account_id: int, data: bytes) -> str:
    """Write `data` under a token that nobody can guess, safe on the disk; answer the token."""
    token = secrets.token_urlsafe(32)
    path = path_of(account_id, token)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{token}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return token


def open_file(account_id: int, token: str) -> BinaryIO:
    """The file for reading; `FileNotFoundError` when it is gone."""
    return path_of(account_id, token).open("rb")


def delete(files: Iterable[tuple[int, str]]) -> None:
    """Delete files, each by account and token; one that is gone already is no error."""
    for account_id, token in files:
        with contextlib.suppress(OSError):
            path_of(account_id, token).unlink()


def files_of(session_ids: Iterable[uuid.UUID]) -> list[tuple[int, str]]:
    """Account and token of every file of these sessions, for deleting them with their sessions."""
    rows = Attachment.objects.filter(session_id__in=session_ids).order_by()
    return list(rows.values_list("account_id", "stored_as"))


def delete_on_commit(files: Iterable[tuple[int, str]]) -> None:
    """Delete files from the disk once the rows that named them are gone for good."""
    doomed = list(files)
    if doomed:
        transaction.on_commit(lambda: delete(doomed))


def stale_files() -> Iterator[Path]:
    """Every file that is older than the grace; younger ones may be on their way."""
    before = time.time() - GRACE_SECONDS
    folder = settings.ATTACHMENTS_DIR
    for path in sorted(folder.glob("*/*")) if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before:
                yield path
