"""Writing an account's old sessions to an archive, a few at a time, in few queries."""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.db.models import Q

from accounts_app.models import Account, User
from sessions_app.attachments import storage as file_store
from sessions_app.models import Addendum, Attachment, Decision, Handover, Session
from sessions_app.retention import policies
from sessions_app.retention.archive import ArchiveWriter
from sessions_app.retention.row_codec import fields_of

logger = logging.getLogger(__name__)
BATCH_SIZE = 50
# Rows held at once: a session may be large, and a step's output too.
SESSIONS_IN_MEMORY, STEPS_IN_MEMORY = 5, 20
Child = TypeVar("Child", bound=models.Model)
Key = tuple[datetime | None, uuid.UUID]


def write_sessions(draft: ArchiveWriter, account: Account, check_stop: Callable[[], None]) -> None:
    """Write every session that the account's retention has come to, the oldest first."""
    people = UserNames()
    for pks in _id_batches(policies.expired_sessions(account)):
        # The rows are read through cursors, which live as long as a transaction.
        with transaction.atomic():
            for work_session, record in _session_records(pks):
                check_stop()
                draft.add_snapshot(str(work_session.snapshot_id), work_session.tree_snapshot)
                if not draft.add({**record, "people": people.names_in_record(record)}):
                    logger.error(
                        "Session %s is too large to be archived; it stays.", work_session.pk
                    )
                    continue
                for file in record["attachments"]:
                    _add_file(draft, work_session.account_id, file, check_stop)


def _id_batches(due: "models.QuerySet[Session]") -> Iterator[list[uuid.UUID]]:
    """Yield the ids in batches, by key, so that the last batch costs what the first did."""
    last: Key | None = None
    while True:
        rows = due
        if last is not None:
            same = Q(completed_at=last[0], pk__gt=last[1])
            rows = rows.filter(Q(completed_at__gt=last[0]) | same, completed_at__gte=last[0])
        keys = list(
            rows.order_by("completed_at", "pk").values_list("completed_at", "pk")[:BATCH_SIZE]
        )
        if not keys:
            return
        yield [pk for _, pk in keys]
        last = keys[-1]


def _session_records(pks: list[uuid.UUID]) -> Iterator[tuple[Session, dict[str, Any]]]:
    """Yield each session with all that belongs to it, in five queries for all of them."""
    decisions = Decision.objects.filter(session_id__in=pks).order_by("session_id", "pk")
    steps = GroupedRows(decisions.iterator(STEPS_IN_MEMORY), lambda row: row.session_id)
    handed = Handover.objects.filter(session_id__in=pks).order_by("session_id", "pk")
    handovers = GroupedRows(handed.iterator(STEPS_IN_MEMORY), lambda row: row.session_id)
    files = Attachment.objects.filter(session_id__in=pks).order_by("session_id", "created_at", "pk")
    attachments = GroupedRows(files.iterator(STEPS_IN_MEMORY), lambda row: row.session_id)
    added = Addendum.objects.filter(session_id__in=pks).order_by("session_id", "written_at", "pk")
    addenda = GroupedRows(added.iterator(STEPS_IN_MEMORY), lambda row: row.session_id)
    rows = Session.objects.filter(pk__in=pks).order_by("pk")
    for row in rows.iterator(SESSIONS_IN_MEMORY):
        yield (
            row,
            {
                "session": fields_of(row),
                "decisions": [fields_of(one) for one in steps.of(row.pk)],
                "handovers": [fields_of(one) for one in handovers.of(row.pk)],
                "attachments": [fields_of(one) for one in attachments.of(row.pk)],
                "addenda": [fields_of(one) for one in addenda.of(row.pk)],
            },
        )


class GroupedRows(Generic[Child]):
    """Rows of several sessions, sorted by session, returned session by session."""

    def __init__(self, rows: Iterable[Child], parent: Callable[[Child], uuid.UUID]) -> None:
        self._groups = groupby(rows, key=parent)
        self._next = next(self._groups, None)

    def of(self, pk: uuid.UUID) -> Iterator[Child]:
        """Return the rows of this session; sessions must be asked for in their order."""
        while self._next is not None and self._next[0] < pk:
            self._next = next(self._groups, None)
        if self._next is not None and self._next[0] == pk:
            yield from self._next[1]
            self._next = next(self._groups, None)


def _add_file(
    draft: ArchiveWriter,
    account_id: uuid.UUID,
    file: dict[str, Any],
    check_stop: Callable[[], None],
) -> None:
    check_stop()
    try:
        with file_store.open_file(account_id, file["stored_as"]) as source:
            draft.add_file(file["id"], source)
    except FileNotFoundError:
        draft.add_file(file["id"], None)


class UserNames:
    """The names of the people in sessions, so that an archive still has them when they
    are deleted.
    """

    REFERENCES = (
        ("session", ("user_id", "assigned_to_id", "prepared_by_id")),
        ("decisions", ("recorded_by_id", "edited_by_id")),
        ("handovers", ("from_user_id", "to_user_id")),
        ("attachments", ("created_by_id",)),
        ("addenda", ("author_id",)),
    )

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    @classmethod
    def user_ids(cls, record: dict[str, Any]) -> set[str]:
        found: set[Any] = set()
        for part, names in cls.REFERENCES:
            rows = record[part] if isinstance(record[part], list) else [record[part]]
            found |= {row.get(name) for row in rows for name in names}
        return found - {None}

    def names_in_record(self, record: dict[str, Any]) -> dict[str, dict[str, str]]:
        """Return username, first and last name of each person in the record, by id (as text)."""
        wanted = self.user_ids(record)
        names = ("username", "first_name", "last_name")
        if unknown := wanted - self._known.keys():
            for values in User.objects.filter(pk__in=unknown).values("pk", *names):
                self._known[str(values["pk"])] = {name: values[name] for name in names}
        return {pk: self._known[pk] for pk in sorted(wanted & self._known.keys())}
