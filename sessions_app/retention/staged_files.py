"""Files that come back from an archive: beside their place until their session is whole."""

import os
from pathlib import Path
from typing import BinaryIO

from sessions_app.attachments import storage as file_store


class StagedFiles:
    """The files of one session: received piece by piece, then kept together or dropped together.

    Until they are kept they lie under a name of their own, which the sweep takes away should this
    process be killed. With `dry_run` nothing is written.
    """

    def __init__(self, account_id: int, *, dry_run: bool) -> None:
        self._account_id, self._dry_run = account_id, dry_run
        self._tokens: dict[str, str] = {}
        self._open: dict[str, BinaryIO] = {}

    def expect(self, tokens: dict[str, str]) -> None:
        """The files to come: by attachment, the name of each on the disk."""
        self._tokens = tokens

    def take(self, pk: str, data: bytes) -> None:
        """The next bytes of a file."""
        if self._dry_run:
            return
        if pk not in self._open:
            part = self._part(pk)
            part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._open[pk] = os.fdopen(descriptor, "wb")
        self._open[pk].write(data)

    def keep(self, *, without: frozenset[str]) -> int:
        """Have every file safe under its own name, but for those that are gone; how many."""
        kept = [pk for pk in self._tokens if pk not in without]
        if not self._dry_run:
            for pk in kept:
                self.take(pk, b"")  # an empty file came without bytes
                file = self._open.pop(pk)
                file.flush()
                os.fsync(file.fileno())
                file.close()
                self._part(pk).rename(file_store.path_of(self._account_id, self._tokens[pk]))
        self._tokens = {}
        return len(kept)

    def drop(self) -> None:
        """Forget what was received and not kept."""
        for pk, file in self._open.items():
            file.close()
            self._part(pk).unlink(missing_ok=True)
        self._open, self._tokens = {}, {}

    def _part(self, pk: str) -> Path:
        token = self._tokens[pk]
        return file_store.path_of(self._account_id, token).with_name(f"{token}.part")
