"""Restoring sessions from an archive, each whole or not at all ([H6]).

A session that exists is left alone, so the same file can be loaded again. A restored session is
pinned: it is as old as it was, and the next night would delete it again.
"""

import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from accounts_app.models import Account
from resolutionflow.web.forms import uuid_or_none
from sessions_app.models import (
    STORED_NAME,
    Action,
    Addendum,
    Attachment,
    AuditEntry,
    Decision,
    Handover,
    Session,
)
from sessions_app.retention import archive
from sessions_app.retention.account_lock import account_lock
from sessions_app.retention.archive import NotAnArchiveError
from sessions_app.retention.archive_events import (
    Damage,
    FileChunk,
    FrozenFlow,
    SessionBegin,
    SessionEnd,
)
from sessions_app.retention.archive_writer import UserNames
from sessions_app.retention.row_codec import row_of
from sessions_app.retention.staged_files import StagedFiles
from sessions_app.retention.user_resolver import UserResolver
from trees_app.models import Snapshot, Tree

MAX_PROBLEMS = 1000
RECORD_ERRORS = (DatabaseError, ValidationError, ValueError, TypeError, KeyError, AttributeError)


@dataclass
class Restored:
    """What came of an archive; `problems` are sentences that name the line, the first of many."""

    account: Account
    sessions: int = 0
    files: int = 0
    already_present: int = 0
    files_missing: int = 0
    users_created: int = 0
    problems: list[str] = field(default_factory=list)
    more_problems: int = 0


def restore(path: Path, *, dry_run: bool = False, account_name: str | None = None) -> Restored:
    """Load the archive; with `dry_run`, try everything and keep nothing.

    The account must exist with the id and the name that the archive has, or with `account_name`,
    for one that was renamed since. Raises `NotAnArchiveError`, or `LockHeld` while another process
    is at work on the account.
    """
    account = _get_account(archive.head_of(path), account_name)
    with account_lock(account.pk):
        return _Restorer(account, path.name, dry_run=dry_run).run(archive.events(path))


def _get_account(head: dict[str, Any], account_name: str | None) -> Account:
    named = head.get("account")
    pk, name = (named.get("id"), named.get("name")) if isinstance(named, dict) else (None, None)
    if not isinstance(pk, str) or not uuid_or_none(pk) or not isinstance(name, str):
        raise NotAnArchiveError("Line 1: the archive doesn't say whose it is.")
    account = Account.objects.filter(pk=pk).first()
    if account is None:
        raise NotAnArchiveError(f"The account “{name}” ({pk}) of the archive isn't there.")
    if account.name != (account_name or name):
        raise NotAnArchiveError(
            f"The archive is of the account “{name}” ({pk}); here that is “{account.name}”. "
            "If it was renamed, say its name with --account."
        )
    return account


class _Restorer:
    def __init__(self, account: Account, name: str, *, dry_run: bool) -> None:
        self._name, self._dry_run = name, dry_run
        self._people = UserResolver(account)
        self._report = Restored(account)
        self._record: dict[str, Any] | None = None
        # Packed: all of an archive's snapshots together take no more than the archive.
        self._snapshots: dict[str, bytes] = {}
        self._files = StagedFiles(account.pk, dry_run=dry_run)

    def run(self, events: Iterable[archive.Event]) -> Restored:
        try:
            for event in events:
                if isinstance(event, FrozenFlow):
                    document = json.dumps(event.document).encode()
                    self._snapshots[event.pk] = zlib.compress(document, 1)
                elif isinstance(event, SessionBegin):
                    self._begin(event)
                elif isinstance(event, FileChunk) and self._record is not None:
                    self._files.write(event.file, event.data)
                elif isinstance(event, SessionEnd) and self._record is not None:
                    self._finish(event, self._record)
                elif isinstance(event, Damage):
                    self._leave_out(event.line, event.reason)
        finally:
            self._files.rollback()
        return self._report

    def _begin(self, event: SessionBegin) -> None:
        self._record = None
        self._files.rollback()
        try:
            record = event.record
            if record["session"]["account_id"] != str(self._report.account.pk):
                raise ValueError("the session is of another account")
            if Session.objects.filter(pk=record["session"]["id"]).exists():
                self._report.already_present += 1
                return
            if record["session"]["snapshot_id"] not in self._snapshots:
                raise ValueError("what was frozen of its flow is missing")
            tokens = {str(file["id"]): file["stored_as"] for file in record["attachments"]}
            if not all(re.fullmatch(STORED_NAME, token) for token in tokens.values()):
                raise ValueError("a file has a name that isn't ours")
            _require_room(record["attachments"], self._report.account)
            self._files.begin(tokens)
        except RECORD_ERRORS as error:
            self._leave_out(event.line, _describe(error))
        else:
            self._record = record

    def _finish(self, event: SessionEnd, record: dict[str, Any]) -> None:
        self._record = None
        made = set(self._people.created)
        try:
            with transaction.atomic():
                self._insert(record)
                # So that a missing row is noticed here, and not when all is committed.
                connection.check_constraints()
                files = self._files.commit(without=event.missing_files)
                if self._dry_run:
                    transaction.set_rollback(True)
        except RECORD_ERRORS as error:
            self._people.created = made
            self._people.clear()
            self._leave_out(event.line, _describe(error))
            return
        if self._dry_run:
            self._people.clear()
        self._report.sessions += 1
        self._report.files += files
        self._report.files_missing += len(event.missing_files)
        self._report.users_created = len(self._people.created)

    def _leave_out(self, line: int, reason: str) -> None:
        self._record = None
        self._files.rollback()
        if len(self._report.problems) < MAX_PROBLEMS:
            self._report.problems.append(f"Line {line}: {reason}.")
        else:
            self._report.more_problems += 1

    def _insert(self, record: dict[str, Any]) -> None:
        account = self._report.account
        record.setdefault("addenda", [])  # archives of before know none
        here = self._people.resolve(record["people"], needed=_required_user_ids(record))
        for part, names in UserNames.REFERENCES:
            for values in record[part] if isinstance(record[part], list) else [record[part]]:
                for name in names:
                    values[name] = here.get(values.get(name))
        frozen = json.loads(zlib.decompress(self._snapshots[record["session"]["snapshot_id"]]))
        snapshot_id = Snapshot.objects.store(account.pk, frozen)
        work_session = row_of(Session, {**record["session"], "snapshot_id": snapshot_id})
        work_session.pinned = True
        # By now the flow's id may be that of another account's flow.
        theirs = Tree.objects.filter(Q(account=account) | Q(is_public=True))
        tree_id = work_session.tree_id
        if tree_id is None or not theirs.filter(pk=tree_id).exists():
            work_session.tree = None
        # Not `save`: times, counts and the flow's figures stay as they were.
        Session.objects.bulk_create([work_session])
        own: dict[str, Any] = {"session_id": work_session.pk}
        decisions = [{**row, **own} for row in record["decisions"]]
        # A sequence knows no transaction: what is only tried must not move it.
        if self._dry_run:
            rows = [row_of(Decision, row) for row in decisions]
            for number, row in enumerate(rows, start=1):
                row.pk = -number
            Decision.objects.bulk_create(rows)
        elif _insert_decisions(decisions):
            _reset_decision_sequence()
        Handover.objects.bulk_create(
            [row_of(Handover, {**row, **own}) for row in record["handovers"]]
        )
        Addendum.objects.bulk_create(
            [row_of(Addendum, {**row, **own}) for row in record["addenda"]]
        )
        own["account_id"] = account.pk
        Attachment.objects.bulk_create(
            [row_of(Attachment, {**row, **own}) for row in record["attachments"]]
        )
        AuditEntry.objects.log_action(work_session, Action.RESTORED, by=None, archive=self._name)


def _require_room(attachments: list[dict[str, Any]], account: Account) -> None:
    """Raise `ValueError` for files that no session of the account could have had."""
    needed = sum(int(one["size"]) for one in attachments)
    if needed > account.attachment_quota_mb * 1024 * 1024:
        raise ValueError(
            f"its files have {needed / 1024 / 1024:,.0f} MB, and the account has room for "
            f"{account.attachment_quota_mb:,} MB: raise that first"
        )


def _required_user_ids(record: dict[str, Any]) -> set[str]:
    """Return the people without whom the rows can't exist."""
    sides = [row[name] for row in record["handovers"] for name in ("from_user_id", "to_user_id")]
    return {record["session"]["user_id"], *sides}


def _insert_decisions(rows: list[dict[str, Any]]) -> bool:
    """Insert steps under their own ids, or under new ones where an id is taken by now.

    Return whether the database must be made to continue above those ids.
    """
    if not rows:
        return False
    taken = Decision.objects.filter(pk__in=[row["id"] for row in rows]).exists()
    if taken:
        rows = [{**row, "id": None} for row in rows]
    Decision.objects.bulk_create([row_of(Decision, row) for row in rows])
    return not taken


def _reset_decision_sequence() -> None:
    """Make the database number new steps above the restored ones: it may count from 1 itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Decision]):
            cursor.execute(statement)


def _describe(error: Exception) -> str:
    """Return the first sentence of an error, without the rows that the database may show."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages).rstrip(".")
    if isinstance(error, KeyError):
        return f"{error} is missing"
    if isinstance(error, (TypeError, AttributeError)):
        return "what stands there is no session"
    return str(error).split("\n")[0].rstrip(".") or type(error).__name__
