"""The archive file: gzipped JSON, one object a line, written once and never changed.

    {"format": "resolutionflow-sessions", "version": 2, "account": {"id", "name"}, "made_at", …}
    {"snapshot": "<its id>", "document": {…}, "digest": "<of the rest of the line>"}
    {"session": {…}, "decisions": […], "handovers": […], "attachments": […],
     "addenda": […], "people": {…}, "digest": "<of the rest of the line>"}
    {"file": "<attachment id>", "bytes": "<base64>"}            # as often as the file needs
    {"file": "<attachment id>", "size": 1234, "sha256": "…"}    # its end; size null: it was gone
    {"end": {"sessions": 12, "files": 3}}

A snapshot stands once, before the first of the sessions that ran it and name it by its id. A
session's line is followed by the files of its attachments, each in pieces, so that neither
writing nor reading holds more than one session without its files. The last line tells a whole
archive from one that was cut off.
"""

import base64
import contextlib
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from resolutionflow.file_storage import (
    TEMPORARY,
    delete_quietly,
    names_in,
    publish,
    save_exactly,
)
from sessions_app.retention import row_codec

FORMAT = "resolutionflow-sessions"
VERSION = 2
SUFFIX = ".jsonl.gz"
PENDING = ".unfinished"
CHUNK_BYTES = 512 * 1024  # bytes of a file in one line


# -- writing -----------------------------------------------------------------------------------


class ArchiveWriter:
    """An archive that is being written, under a temporary name until `publish`.

    It is deleted where the `with` block ends without `publish`.
    """

    def __init__(self, name: str, head: dict[str, Any]) -> None:
        self._storage = archive_storage()
        self.name = f"{name}{SUFFIX}"
        self._temporary = f"{self.name}{TEMPORARY}"
        self._raw = self._storage.open(self._temporary, "wb")
        self._opened: list[Any] = [self._raw]
        self.sessions = self.files = 0
        self._snapshots: set[str] = set()
        try:
            self._packed = gzip.GzipFile(filename="", mode="wb", fileobj=self._raw, compresslevel=6)
            self._opened.insert(0, self._packed)
            self._put({"format": FORMAT, "version": VERSION, **head})
        except OSError:
            self._close()
            raise

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        """Delete what has no name by now. On a full disk closing fails as writing did."""
        for file in self._opened:
            with contextlib.suppress(OSError, ValueError):
                file.close()
        delete_quietly(self._storage, self._temporary)

    def add_snapshot(self, pk: str, document: Mapping[str, Any]) -> None:
        """Write what was frozen of a flow, once: the same id again writes nothing."""
        if pk not in self._snapshots:
            self._snapshots.add(pk)
            record = {"snapshot": pk, "document": document}
            self._put({**record, "digest": row_codec.digest(record).hex()})

    def add(self, record: dict[str, Any]) -> None:
        """Write a session's line, after its snapshot's; its files follow by `add_file`."""
        self._put({**record, "digest": row_codec.digest(record).hex()})
        self.sessions += 1

    def add_file(self, pk: str, source: BinaryIO | None) -> None:
        """Write the bytes of an attachment; `None` says that they are gone."""
        if source is None:
            self._put({"file": pk, "size": None, "sha256": ""})
            return
        digest, size = hashlib.sha256(), 0
        while piece := source.read(CHUNK_BYTES):
            digest.update(piece)
            size += len(piece)
            self._put({"file": pk, "bytes": base64.b64encode(piece).decode()})
        self._put({"file": pk, "size": size, "sha256": digest.hexdigest()})
        self.files += 1

    def publish(self) -> str:
        """Write the last line, give the archive its name, and return it.

        The pending marker beside it says from before it has its name that its sessions are still
        to be deleted. Raises `FileExistsError` rather than replace an archive.
        """
        self._put({"end": {"sessions": self.sessions, "files": self.files}})
        self._packed.close()
        self._raw.close()
        save_exactly(self._storage, pending_marker(self.name), ContentFile(b""))
        try:
            publish(self._storage, self._temporary, self.name)
        except OSError:
            if not self._storage.exists(self.name):
                delete_quietly(self._storage, pending_marker(self.name))
            raise
        return self.name

    def _put(self, value: dict[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        self._packed.write(line.encode() + b"\n")
        # So that a file that is cut off later can be read up to its last whole line.
        self._packed.flush(zlib.Z_SYNC_FLUSH)


def archive_storage() -> Storage:
    """Return where archives are stored."""
    return storages["archives"]


def pending_marker(name: str) -> str:
    """Return the name of the marker beside an archive whose sessions aren't all deleted yet."""
    return f"{name}{PENDING}"


def pending_archives(prefix: str) -> Iterator[str]:
    """Yield the archives, of those that begin with `prefix`, that have a pending marker.

    Delete what runs left that were killed before their archive had its name.
    """
    storage = archive_storage()
    names = [name for name in names_in(storage) if name.startswith(prefix)]
    for name in names:
        if name.endswith(TEMPORARY):
            storage.delete(name)
    for marker in names:
        if marker.endswith(PENDING):
            name = marker.removesuffix(PENDING)
            if name in names:
                yield name
            else:
                storage.delete(marker)


# -- reading -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class FrozenFlow:
    """What was frozen of a flow, for the sessions after it that name it by this id."""

    pk: str
    document: dict[str, Any]


@dataclass(frozen=True)
class SessionBegin:
    """A session's line; its files follow."""

    line: int
    record: dict[str, Any]


@dataclass(frozen=True)
class FileChunk:
    """The next bytes of a file of the session that has begun."""

    file: str
    data: bytes


@dataclass(frozen=True)
class SessionEnd:
    """The session that has begun is complete, with all of its files."""

    line: int
    missing_files: frozenset[str]
    "Attachments whose bytes were gone already when the archive was written."


@dataclass(frozen=True)
class Damage:
    """A line that can't be used; the session that it belongs to must be left out."""

    line: int
    reason: str


Event = FrozenFlow | SessionBegin | FileChunk | SessionEnd | Damage


class NotAnArchiveError(Exception):
    """The file can't be read as an archive at all; says why in one sentence."""


def head_of(path: Path) -> dict[str, Any]:
    """Return the first line of the archive. Raises `NotAnArchiveError`."""
    try:
        with gzip.open(path, "rb") as packed:
            head = json.loads(packed.readline(1024 * 1024))
    except FileNotFoundError:
        raise NotAnArchiveError(f"There is no file {path}.") from None
    except (OSError, EOFError, zlib.error, ValueError):
        raise NotAnArchiveError("Line 1: this is no archive of sessions.") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise NotAnArchiveError("Line 1: this is no archive of sessions.")
    if head.get("version") != VERSION:
        raise NotAnArchiveError(
            f"Line 1: the archive has format version {head.get('version')}; "
            f"this ResolutionFlow reads version {VERSION}."
        )
    return head


def events(source: Path | IO[bytes]) -> Iterator[Event]:
    """Yield what the archive holds, in order. Damage is an event, never an error.

    After a line that can't be used, reading goes on with the next session; where the file itself
    is damaged or cut off, that is the last event.
    """
    current: _PendingFiles | None = None
    ended, number = False, 0
    for number, value, reason in _lines(source):
        if not reason and ended:
            reason = "a line after the end"
        if reason:
            yield from _session_end(current, quietly=True)
            current = None
            yield Damage(number, reason)
        elif "snapshot" in value:
            yield from _session_end(current)
            current = None
            yield _frozen_flow(value) or Damage(number, "the line is damaged")
        elif "session" in value:
            yield from _session_end(current)
            current = _PendingFiles.of(number, value)
            yield SessionBegin(number, value) if current else Damage(number, "the line is damaged")
        elif "file" in value and current is not None:
            try:
                if (piece := current.take(value)) is not None:
                    yield piece
            except _DamagedFileError as error:
                current = None
                yield Damage(number, str(error))
        elif "end" in value:
            yield from _session_end(current)
            current, ended = None, True
    if not ended:
        yield from _session_end(current, quietly=True)
        yield Damage(number + 1, "the archive is cut off here; what came after is not in it")


def _lines(source: Path | IO[bytes]) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Yield each line's number, from 1, its object, and why it can't be read ("" when it can)."""
    number = 0
    with gzip.open(source, "rb") as packed:
        while True:
            try:
                line = packed.readline()
            except EOFError:
                return
            except (OSError, zlib.error) as error:
                yield number + 1, {}, f"the file is damaged here ({error})"
                return
            if not line:
                return
            number += 1
            try:
                value = json.loads(line)
            except ValueError:
                yield number, {}, "the line is damaged"
                continue
            ok = isinstance(value, dict)
            yield number, value if ok else {}, "" if ok else "the line is no object"


def _frozen_flow(record: dict[str, Any]) -> FrozenFlow | None:
    """The snapshot of the line; None when it isn't as it was written."""
    digest = record.pop("digest", None)
    if digest != row_codec.digest(record).hex():
        return None
    pk, document = record["snapshot"], record.get("document")
    if not isinstance(pk, str) or not isinstance(document, dict):
        return None
    return FrozenFlow(pk, document)


class _DamagedFileError(Exception):
    """Why a file's line can't be used."""


@dataclass
class _PendingFiles:
    """The files that a session's line announces and that are still to be read."""

    line: int
    open: set[str]
    gone: set[str] = field(default_factory=set)
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    @classmethod
    def of(cls, line: int, record: dict[str, Any]) -> "_PendingFiles | None":
        """Return the files that the line announces; None when the line isn't as it was written."""
        digest = record.pop("digest", None)
        if digest != row_codec.digest(record).hex():
            return None
        try:
            return cls(line, {str(values["id"]) for values in record["attachments"]})
        except (TypeError, KeyError):
            return None

    def take(self, value: dict[str, Any]) -> FileChunk | None:
        pk = value["file"]
        if not isinstance(pk, str) or pk not in self.open:
            raise _DamagedFileError("a file that the session doesn't have")
        if "bytes" in value:
            try:
                data = base64.b64decode(value["bytes"], validate=True)
            except (TypeError, ValueError):
                raise _DamagedFileError("a file's bytes are damaged") from None
            self.size += len(data)
            self.digest.update(data)
            return FileChunk(pk, data)
        if value.get("size") is None:
            self.gone.add(pk)
        elif (value.get("size"), value.get("sha256")) != (self.size, self.digest.hexdigest()):
            raise _DamagedFileError("a file's bytes are not those that were archived")
        self.open.discard(pk)
        self.size, self.digest = 0, hashlib.sha256()
        return None


def _session_end(current: _PendingFiles | None, *, quietly: bool = False) -> Iterator[Event]:
    """Yield that the session is whole, or which files are missing; with `quietly`, only
    the former.
    """
    if current is not None and not current.open:
        yield SessionEnd(current.line, frozenset(current.gone))
    elif current is not None and not quietly:
        yield Damage(current.line, "files of the session are missing")
