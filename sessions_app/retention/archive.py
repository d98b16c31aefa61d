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
from sessions_app.retention.archive_events import (
    Damage,
    Event,
    FileChunk,
    FrozenFlow,
    SessionBegin,
    SessionEnd,
)
from sessions_app.retention.archive_lines import (
    MAX_HEAD_BYTES,
    MAX_UNUSED_LINES,
    Line,
    encode_line,
    is_readable,
    parse_line,
    read_lines,
)

FORMAT = "resolutionflow-sessions"
VERSION = 2
SUFFIX = ".jsonl.gz"
PENDING = ".unfinished"
CHUNK_BYTES = 512 * 1024  # bytes of a file in one line
MAX_FILE_BYTES = 16 * 1024 * 1024  # of any that could be attached


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

    def add(self, record: dict[str, Any]) -> bool:
        """Write a session's line, after its snapshot's; its files follow by `add_file`.

        Return False, with nothing written, for a session that is too large to be read back.
        """
        line = encode_line({**record, "digest": row_codec.digest(record).hex()})
        if not is_readable(line):
            return False
        self._put_line(line)
        self.sessions += 1
        return True

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
        self._put_line(encode_line(value))

    def _put_line(self, line: bytes) -> None:
        self._packed.write(line)
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


class NotAnArchiveError(Exception):
    """The file can't be read as an archive at all; says why in one sentence."""


def head_of(path: Path) -> dict[str, Any]:
    """Return the first line of the archive. Raises `NotAnArchiveError`."""
    try:
        with gzip.open(path, "rb") as packed:
            head = parse_line(1, packed.readline(MAX_HEAD_BYTES)).value
    except FileNotFoundError:
        raise NotAnArchiveError(f"There is no file {path}.") from None
    except (OSError, EOFError, zlib.error):
        raise NotAnArchiveError("Line 1: this is no archive of sessions.") from None
    if head.get("format") != FORMAT:
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
    is damaged, cut off, or goes on without anything that can be used, that is the last event.
    """
    reader = _EventReader()
    number = 0
    for line in read_lines(source):
        number = line.number
        yield from reader.read(line)
        if reader.unused_lines > MAX_UNUSED_LINES:
            yield Damage(number, "nothing from here on is read: there is nothing to use")
            return
    if not reader.has_ended:
        yield from reader.end_session(quietly=True)
        yield Damage(number + 1, "the archive is cut off here; what came after is not in it")


class _EventReader:
    """Makes events of lines; knows which session has begun, and which there were."""

    def __init__(self) -> None:
        self.has_ended = False
        self.unused_lines = 0
        self._current: _PendingFiles | None = None
        self._seen: set[str] = set()

    def read(self, line: Line) -> Iterator[Event]:
        """Yield what the line says, and before it what the session before it came to."""
        self.unused_lines += 1
        value, reason = line.value, line.reason
        if not reason and self.has_ended:
            reason = "a line after the end"
        if reason:
            yield from self.end_session(quietly=True)
            yield Damage(line.number, reason)
        elif "snapshot" in value:
            yield from self.end_session()
            yield _frozen_flow(value) or Damage(line.number, "the line is damaged")
        elif "session" in value:
            yield from self.end_session()
            yield self._begin_session(line)
        elif "file" in value:
            yield from self._read_file(line)
        elif "end" in value:
            yield from self.end_session()
            self.has_ended = True
        elif line.number > 1:
            yield from self.end_session(quietly=True)
            yield Damage(line.number, "the line says nothing of a session")

    def _begin_session(self, line: Line) -> Event:
        begun = _PendingFiles.of(line.number, line.value)
        if begun is None:
            return Damage(line.number, "the line is damaged")
        pk = str(line.value["session"].get("id"))
        if pk in self._seen:
            return Damage(line.number, "the session is in the archive twice")
        self._seen.add(pk)
        self._current = begun
        return SessionBegin(line.number, line.value)

    def _read_file(self, line: Line) -> Iterator[Event]:
        if self._current is None:
            return
        try:
            piece = self._current.take(line.value)
        except _DamagedFileError as error:
            self._current = None
            yield Damage(line.number, str(error))
            return
        if piece is not None and piece.data:
            self.unused_lines = 0
            yield piece

    def end_session(self, *, quietly: bool = False) -> Iterator[Event]:
        """Yield that the session is whole, or that files are missing; with `quietly`, only
        the former.
        """
        current, self._current = self._current, None
        if current is not None and not current.open:
            self.unused_lines = 0
            yield SessionEnd(current.line, frozenset(current.gone))
        elif current is not None and not quietly:
            yield Damage(current.line, "files of the session are missing")


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
    """The files that a session's line announces and that are still to be read, with their sizes."""

    line: int
    open: dict[str, int]
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
            sizes = {str(values["id"]): int(values["size"]) for values in record["attachments"]}
            is_whole = isinstance(record["session"], dict)
        except (TypeError, KeyError, ValueError):
            return None
        if not is_whole or not all(0 <= size <= MAX_FILE_BYTES for size in sizes.values()):
            return None
        return cls(line, sizes)

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
            if self.size > self.open[pk]:
                raise _DamagedFileError("a file has more bytes than were attached")
            self.digest.update(data)
            return FileChunk(pk, data)
        if value.get("size") is None:
            self.gone.add(pk)
        elif (value.get("size"), value.get("sha256")) != (self.size, self.digest.hexdigest()):
            raise _DamagedFileError("a file's bytes are not those that were archived")
        del self.open[pk]
        self.size, self.digest = 0, hashlib.sha256()
        return None
