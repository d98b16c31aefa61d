"""What reading an archive yields: its sessions, piece by piece, and where it is damaged."""

from dataclasses import dataclass
from typing import Any


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
