"""What sessions and published versions freeze of a flow, stored once."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef

from accounts_app.models import Account
from resolutionflow.json_shapes import ShapedJSONField
from resolutionflow.uuid_model import UUIDModel
from trees_app.document.stored import read_frozen
from trees_app.snapshot_cache import FrozenDict, SnapshotCache

cache = SnapshotCache()

# `KEY SHARE` is what a foreign key takes: whoever is about to point to the row keeps it from being
# deleted until that is committed, and stands in nobody else's way.
_FIND = "SELECT id FROM trees_app_snapshot WHERE account_id = %s AND digest = %s FOR KEY SHARE"
_INSERT = (
    "INSERT INTO trees_app_snapshot (id, account_id, digest, size, document, created_at) "
    "VALUES (%s, %s, %s, %s, %s::jsonb, now()) "
    "ON CONFLICT (account_id, digest) DO NOTHING RETURNING id"
)
_HOLD = "SELECT id FROM trees_app_snapshot WHERE id = %s FOR KEY SHARE"


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """Return the document as JSON in UTF-8, equal for equal content."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


class SnapshotManager(models.Manager["Snapshot"]):
    def store(self, account_id: UUID, document: Mapping[str, Any]) -> UUID:
        """Return the id of the account's snapshot with this content, which is made if need be.

        It can't be deleted until the transaction ends, which must point to it by then.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("A snapshot is stored in a transaction.")
        text = canonical_json(document)
        digest = hashlib.sha256(text).digest()
        pk = None
        with connection.cursor() as cursor:
            # Another process may insert or delete the same row between the two statements.
            while pk is None:
                cursor.execute(_FIND, [account_id, digest])
                row = cursor.fetchone()
                if row is None:
                    values: list[Any] = [uuid4(), account_id, digest, len(text), text.decode()]
                    cursor.execute(_INSERT, values)
                    row = cursor.fetchone()
                pk = row[0] if row else None
        cache.put(pk, document, len(text))
        return pk

    def hold(self, pk: UUID) -> bool:
        """Keep the snapshot from being deleted until the transaction ends; whether it is there."""
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [pk])
            return cursor.fetchone() is not None

    def read(self, pk: UUID) -> FrozenDict:
        """Return what was frozen, read-only; from memory when it was read lately."""
        return cache.get(pk) or self.read_many([pk])[pk]

    def read_many(self, pks: Iterable[UUID]) -> dict[UUID, FrozenDict]:
        """Return what was frozen by id, in one query for those that aren't in memory."""
        found = {pk: cache.get(pk) for pk in set(pks)}
        missing = [pk for pk, document in found.items() if document is None]
        read = {pk: document for pk, document in found.items() if document is not None}
        if missing:
            rows = self.filter(pk__in=missing).values_list("pk", "document", "size")
            read |= {pk: cache.put(pk, document, size) for pk, document, size in rows}
        return read

    def delete_unused(self, pks: Collection[UUID] | None = None) -> int:
        """Delete the snapshots (of `pks`, or all) that nothing points to; return how many.

        A row that somebody is about to point to is locked by them, and left alone. What was
        committed between looking and locking is seen by the second look.
        """
        candidates = self.all() if pks is None else self.filter(pk__in=pks)
        with transaction.atomic():
            unused = _unused(candidates).select_for_update(skip_locked=True, of=("self",))
            locked = list(unused.values_list("pk", flat=True))
            if not locked:
                return 0
            gone = _unused(self.filter(pk__in=locked))
            return gone._raw_delete(gone.db)


def _unused(snapshots: "models.QuerySet[Snapshot]") -> "models.QuerySet[Snapshot]":
    """Those that no row of another table points to, whichever tables there are."""
    for relation in Snapshot._meta.related_objects:
        pointing = relation.related_model._base_manager.filter(
            **{relation.field.attname: OuterRef("pk")}
        )
        snapshots = snapshots.filter(~Exists(pointing))
    return snapshots


class Snapshot(UUIDModel):
    """A flow as it was frozen; one row for each account and content, never changed."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="snapshots", db_index=False)
    digest = models.BinaryField(
        max_length=32, editable=False, help_text="SHA-256 of the canonical JSON."
    )
    size = models.PositiveIntegerField(help_text="Of the canonical JSON, in bytes.")
    document = ShapedJSONField(shape=read_frozen)
    created_at = models.DateTimeField()

    objects = SnapshotManager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("account", "digest"), name="snapshot_once_per_account"),
        )

    def __str__(self) -> str:
        document = Snapshot.objects.read(self.pk)
        return f"{document.get('name', '')}, version {document.get('version', '')}"
