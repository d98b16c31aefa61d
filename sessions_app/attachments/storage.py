"""The bytes of attached files: `<account>/<token>` in the storage “attachments”.

A file is whole and safely stored before its row is committed, and its row is deleted before the
file is: a process that is killed leaves at most a file without a row, which the sweep finds.
"""

import contextlib
import errno
import logging
import secrets
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction

from accounts_app.models import Account
from resolutionflow.file_storage import TEMPORARY, names_in, save_exactly
from resolutionflow.web.errors import NotStored
from resolutionflow.web.outages import is_full
from sessions_app.models import Attachment

# A file this young may belong to a row that isn't committed yet.
GRACE_SECONDS = 3600
logger = logging.getLogger(__name__)
FULL_MESSAGE = (
    "The server's disk is full, so the file is not attached. Tell your admin to make room, then "
    "try again."
)
NOT_WRITABLE_MESSAGE = (
    "The server can't write files just now, so the file is not attached. Tell your admin, then try "
    "again."
)
UNSEEN_MESSAGE = "the folder of attached files is missing or empty; is it mounted?"


class FilesUnseenError(OSError):
    """The folder of the files isn't the one that the rows speak of, or can't be written to."""


def attachment_storage() -> Storage:
    """Return where attached files are stored."""
    return storages["attachments"]


def name_of(account_id: uuid.UUID, token: str) -> str:
    """Return the stored name of the account's file with this token."""
    return f"{account_id}/{token}"


def save(account_id: uuid.UUID, data: bytes) -> str:
    """Store `data` under a token that nobody can guess; return the token.

    Raises `NotStored` where the folder is full, read-only or away; nothing of the file is left.
    """
    token = secrets.token_urlsafe(32)
    try:
        save_exactly(attachment_storage(), name_of(account_id, token), ContentFile(data))
    except OSError as error:
        logger.exception("A file can't be stored.")
        full = is_full(error)
        message = FULL_MESSAGE if full else NOT_WRITABLE_MESSAGE
        raise NotStored(message, is_full=full) from error
    return token


def open_file(account_id: uuid.UUID, token: str) -> BinaryIO:
    """Open the file for reading; raise `FileNotFoundError` when it is gone."""
    return cast(BinaryIO, attachment_storage().open(name_of(account_id, token), "rb"))


def delete(files: Iterable[tuple[uuid.UUID, str]]) -> None:
    """Delete files, each by account and token; one that is gone already is no error."""
    storage = attachment_storage()
    for account_id, token in files:
        with contextlib.suppress(OSError):
            storage.delete(name_of(account_id, token))


def files_of(session_ids: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """Return account and token of every file of these sessions, to delete them with the rows."""
    rows = Attachment.objects.filter(session_id__in=session_ids).order_by()
    return list(rows.values_list("account_id", "stored_as"))


def delete_on_commit(files: Iterable[tuple[uuid.UUID, str]]) -> None:
    """Delete files once the deletion of the rows that named them is committed."""
    deleted = list(files)
    if deleted:
        transaction.on_commit(lambda: delete(deleted))


def require_seen(account_id: uuid.UUID) -> None:
    """Raise `FilesUnseenError` unless the account's files can be seen and deleted.

    A folder that is missing, not mounted, or another one looks like one whose files are all gone.
    Whoever deletes rows or files must know the difference.
    """
    if not Attachment.objects.filter(account_id=account_id).exists():
        return
    storage = attachment_storage()
    try:
        if not storage.listdir(str(account_id))[1]:
            raise FilesUnseenError(errno.ENOENT, UNSEEN_MESSAGE)
        probe = name_of(account_id, f"probe-{secrets.token_hex(8)}{TEMPORARY}")
        storage.open(probe, "wb").close()
        storage.delete(probe)
    except FilesUnseenError:
        raise
    except FileNotFoundError:
        raise FilesUnseenError(errno.ENOENT, UNSEEN_MESSAGE) from None
    except OSError as error:
        message = f"the folder of attached files can't be used: {error.strerror}"
        raise FilesUnseenError(error.errno, message) from error


def stale_files() -> Iterator[str]:
    """Yield the name of every file that is older than the grace; younger ones may be in use.

    Only of folders that are those of accounts of this database: others are not ours to judge.
    Raises `FilesUnseenError` where rows name files and the folder of an account isn't there.
    """
    before = time.time() - GRACE_SECONDS
    storage = attachment_storage()
    for account_id in Account.objects.order_by("pk").values_list("pk", flat=True):
        require_seen(account_id)
        folder = str(account_id)
        for file in names_in(storage, folder):
            name = f"{folder}/{file}"
            with contextlib.suppress(FileNotFoundError):
                if storage.get_modified_time(name).timestamp() < before:
                    yield name
