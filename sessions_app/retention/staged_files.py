"""Files that are restored from an archive, under temporary names until their session is whole."""

import contextlib
from typing import IO
from uuid import UUID

from resolutionflow.file_storage import TEMPORARY, delete_quietly, publish
from sessions_app.attachments.storage import attachment_storage, name_of


class StagedFiles:
    """The files of one session: written piece by piece, then committed or rolled back together.

    Until they are committed they have temporary names, which the sweep deletes should this process
    be killed. One is open at a time, however many there are. With `dry_run` nothing is written.
    """

    def __init__(self, account_id: UUID, *, dry_run: bool) -> None:
        self._account_id, self._dry_run = account_id, dry_run
        self._storage = attachment_storage()
        self._names: dict[str, str] = {}
        self._written: set[str] = set()
        self._current: tuple[str, IO[bytes]] | None = None

    def begin(self, tokens: dict[str, str]) -> None:
        """Announce the files of the session: the token of each by its attachment's id."""
        self._names = {pk: name_of(self._account_id, token) for pk, token in tokens.items()}

    def write(self, pk: str, data: bytes) -> None:
        """Write the next bytes of a file."""
        if self._dry_run:
            return
        if self._current is None or self._current[0] != pk:
            self._close()
            self._written.add(pk)
            self._current = pk, self._storage.open(self._names[pk] + TEMPORARY, "wb")
        self._current[1].write(data)

    def _close(self) -> None:
        if self._current is not None:
            file, self._current = self._current[1], None
            file.close()

    def commit(self, *, without: frozenset[str]) -> int:
        """Give every file its name, but for those in `without`; return how many have one.

        Where one can't have it, none has: raises `OSError`, and `rollback` deletes the rest.
        """
        written = [pk for pk in self._names if pk not in without]
        if not self._dry_run:
            self._publish(written)
        self._written, self._names = set(), {}
        return len(written)

    def _publish(self, written: list[str]) -> None:
        published: list[str] = []
        try:
            for pk in written:
                if pk not in self._written:
                    self.write(pk, b"")  # an empty file came without bytes
                self._close()
                name = self._names[pk]
                # No session has it: it is what a process left that was killed at this point.
                self._storage.delete(name)
                publish(self._storage, name + TEMPORARY, name)
                published.append(name)
        except OSError:
            for name in published:
                delete_quietly(self._storage, name)
            raise

    def rollback(self) -> None:
        """Delete what was written and not committed."""
        with contextlib.suppress(OSError):
            self._close()
        for pk in self._written:
            delete_quietly(self._storage, self._names[pk] + TEMPORARY)
        self._written, self._names = set(), {}
