"""Archiving an account's old sessions, then deleting what the archive holds ([H6]).

The archive is whole, safely stored and has its name before anything is deleted, and it is read back
for that: only a session that the archive holds exactly as the database has it is deleted. A marker
beside the archive says that this isn't finished; the next run finishes what a killed one began, so
that a session is either in the database or in one archive.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from django.db import transaction
from django.utils import timezone

from accounts_app.models import Account
from sessions_app.attachments import storage as file_store
from sessions_app.models import (
    Action,
    Addendum,
    Attachment,
    AuditEntry,
    Decision,
    Handover,
    Session,
)
from sessions_app.retention import archive, archive_writer, policies
from sessions_app.retention.account_lock import account_lock
from sessions_app.retention.archive import ArchiveWriter
from sessions_app.retention.archive_events import Damage, SessionBegin, SessionEnd
from sessions_app.retention.row_codec import digest, fields_of
from trees_app.models import Snapshot

BATCH_SIZE = 20
SESSIONS_IN_MEMORY = 5
logger = logging.getLogger(__name__)


class UnreadableArchiveError(Exception):
    """An archive that was just written can't be read back; nothing after that point is deleted."""


@dataclass
class Purged:
    """What a run did: how many sessions it deleted, and the archives that hold them."""

    sessions: int = 0
    archives: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ArchivedSession:
    """A session of an archive: its id, a hash of its fields, the tokens of its files."""

    pk: uuid.UUID
    digest: bytes
    files: list[str]


def purge(account: Account, *, check_stop: Callable[[], None] = lambda: None) -> Purged:
    """Archive and delete the account's expired sessions; finish an earlier run first.

    `check_stop` is called between the short pieces of work. Raises `LockHeld` when another process
    is at it, `OSError` when the archive can't be written or the attached files can't be seen; then
    nothing was deleted.
    """
    done = Purged()
    with account_lock(account.pk):
        file_store.require_seen(account.pk)
        for name in archive.pending_archives(_prefix(account.pk)):
            _delete_archived(account.pk, name, done, check_stop)
        if not policies.expired_sessions(account).exists():
            return done
        made_at = timezone.now()
        head = {
            "account": {"id": str(account.pk), "name": account.name},
            "made_at": made_at.isoformat(),
            "retention_days": account.retention_days,
        }
        with ArchiveWriter(f"{_prefix(account.pk)}{made_at:%Y%m%dT%H%M%S%fZ}", head) as draft:
            archive_writer.write_sessions(draft, account, check_stop)
            if not draft.sessions:
                return done
            name = draft.publish()
        _delete_archived(account.pk, name, done, check_stop)
    return done


def _prefix(account_id: uuid.UUID) -> str:
    return f"account-{account_id}-"


def _delete_archived(
    account_id: uuid.UUID, name: str, done: Purged, check_stop: Callable[[], None]
) -> None:
    """Delete the sessions that the archive holds as they are, then its pending marker.

    The marker stays while somebody holds one of the sessions. One that has changed since is not
    deleted; the next archive will hold it.
    """
    deleted = locked = 0
    storage = archive.archive_storage()
    with storage.open(name, "rb") as source:
        for batch in _batches(_archived_sessions(source, name)):
            check_stop()
            counts = _delete_batch(account_id, batch, name)
            deleted, locked = deleted + counts[0], locked + counts[1]
    done.sessions += deleted
    done.archives.append(name)
    if not locked:
        storage.delete(archive.pending_marker(name))


def _archived_sessions(source: IO[bytes], name: str) -> Iterator[ArchivedSession]:
    """Yield the sessions of the archive; raise `UnreadableArchiveError` where it is damaged."""
    current: ArchivedSession | None = None
    for event in archive.events(source):
        if isinstance(event, SessionBegin):
            current = _archived_session(event)
        elif isinstance(event, SessionEnd) and current is not None:
            yield current
        elif isinstance(event, Damage):
            # Without its marker it is left alone from now on; what it holds is archived anew.
            archive.archive_storage().delete(archive.pending_marker(name))
            raise UnreadableArchiveError(f"{name}, line {event.line}: {event.reason}")


def _batches(found: Iterable[ArchivedSession]) -> Iterator[list[ArchivedSession]]:
    sessions = iter(found)
    while batch := list(islice(sessions, BATCH_SIZE)):
        yield batch


def _archived_session(event: SessionBegin) -> ArchivedSession:
    values = event.record["session"]
    files = [one["stored_as"] for one in event.record["attachments"]]
    return ArchivedSession(uuid.UUID(values["id"]), digest(values), files)


def _delete_batch(
    account_id: uuid.UUID, batch: list[ArchivedSession], archive_name: str
) -> tuple[int, int]:
    """Delete the sessions that are still as archived; return how many, and how many are locked."""
    by_pk = {one.pk: one for one in batch}
    entries: list[AuditEntry] = []
    seen: set[uuid.UUID] = set()
    with transaction.atomic():
        # The policy as it is now: an admin who has just made it longer is obeyed.
        account = Account.objects.get(pk=account_id)
        due = policies.expired_sessions(account).filter(pk__in=by_pk)
        rows = due.select_for_update(skip_locked=True).order_by("pk")
        snapshots: set[uuid.UUID] = set()
        for row in rows.iterator(SESSIONS_IN_MEMORY):
            seen.add(row.pk)
            if digest(fields_of(row)) == by_pk[row.pk].digest:
                facts = {"days": account.retention_days, "archive": archive_name}
                entries.append(AuditEntry.objects.build_entry(row, Action.PURGED, by=None, **facts))
                snapshots.add(row.snapshot_id)
        doomed = [pk for entry in entries if (pk := entry.object_id)]
        if doomed:
            AuditEntry.objects.bulk_create(entries)
            file_store.delete_on_commit(file_store.files_of(doomed))
            for model in (Decision, Handover, Attachment, Addendum):
                model._default_manager.filter(session_id__in=doomed).delete()
            Session.objects.filter(pk__in=doomed).delete()
            Snapshot.objects.delete_unused(snapshots)
    unseen = by_pk.keys() - seen
    if not unseen:
        return len(doomed), 0
    there = set(Session.objects.filter(pk__in=unseen).values_list("pk", flat=True))
    _delete_leftover_files(account_id, [by_pk[pk] for pk in unseen - there])
    held = due.filter(pk__in=there).count() if there else 0
    return len(doomed), held


def _delete_leftover_files(account_id: uuid.UUID, gone: list[ArchivedSession]) -> None:
    """Delete the files of sessions that an earlier run deleted before it was killed."""
    tokens = {token for one in gone for token in one.files}
    if tokens:
        known = Attachment.objects.filter(stored_as__in=tokens)
        tokens -= set(known.values_list("stored_as", flat=True))
        file_store.delete((account_id, token) for token in sorted(tokens))
