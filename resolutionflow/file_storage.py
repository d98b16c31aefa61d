"""Folders of files that are whole under their name, or not there.

Code that keeps files uses Django's storage API and no path, so that another backend can take a
folder's place: `storages["attachments"]`, `storages["archives"]` in `STORAGES`. It relies on one
thing that object stores have by themselves and a folder has not: a file that `save` was given
appears under its name when all of it is safely stored.
"""

import contextlib
import errno
import os
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage

# A file with this ending is being written. What a killed process leaves is deleted by its owner.
TEMPORARY = ".part"
# How a file system says that it gives a file one name only.
NO_LINKS = frozenset({errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


class SyncedFile(File):
    """A file that is safe on the disk once it is closed."""

    def close(self) -> None:
        if self.closed:
            return
        try:
            self.flush()
            os.fsync(self.fileno())
        finally:
            super().close()


class TemporaryFile(File):
    """A file that `save` may move instead of copying it."""

    def temporary_file_path(self) -> str:
        """Return where the file is: what Django's storages ask a file that they may move."""
        return str(self.name)


class AtomicFileSystemStorage(FileSystemStorage):
    """A folder in which `save` is atomic, and what is stored survives a power cut."""

    def _open(self, name: str, mode: str = "rb") -> File:
        path = Path(self.path(name))
        if "w" not in mode:
            kind = TemporaryFile if name.endswith(TEMPORARY) else File
            return kind(path.open(mode), name=str(path))
        self._make_folder(path.parent)
        descriptor = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self.file_permissions_mode or 0o600
        )
        return SyncedFile(os.fdopen(descriptor, mode), name=str(path))

    def _save(self, name: str, content: Any) -> str:
        if isinstance(content, TemporaryFile):
            self._publish(Path(content.temporary_file_path()), Path(self.path(name)))
            return name
        temporary = f"{name}{TEMPORARY}"
        try:
            with self._open(temporary, "wb") as part:
                for chunk in content.chunks():
                    part.write(chunk)
            self._publish(Path(self.path(temporary)), Path(self.path(name)))
        except BaseException:
            delete_quietly(self, temporary)
            raise
        return name

    def _publish(self, source: Path, path: Path) -> None:
        """Give a whole file its name; raise `FileExistsError` where another has it."""
        self._make_folder(path.parent)
        _move(source, path)
        try:
            _sync_folder(path.parent)
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()
            raise

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=self.directory_permissions_mode or 0o700, parents=True, exist_ok=True)


def _move(source: Path, path: Path) -> None:
    """Rename a file; raise `FileExistsError` where `path` is taken, as a link does by itself."""
    try:
        os.link(source, path)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        source.rename(path)
    else:
        source.unlink()


def _sync_folder(folder: Path) -> None:
    """Make sure that a new name in the folder survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def save_exactly(storage: Storage, name: str, content: File) -> None:
    """Store `content` under this very name; raise `FileExistsError` where one is stored."""
    if storage.exists(name):
        raise FileExistsError(name)
    saved = storage.save(name, content)
    if saved != name:  # taken at the same moment
        storage.delete(saved)
        raise FileExistsError(name)


def publish(storage: Storage, temporary: str, name: str) -> None:
    """Give a whole file that was written as `temporary` its name, as `save_exactly` does."""
    with storage.open(temporary, "rb") as whole:
        save_exactly(storage, name, whole)
    storage.delete(temporary)


def delete_quietly(storage: Storage, name: str) -> None:
    """Delete a file whose writing has failed: that error is the one to tell.

    What can't be deleted is left for the sweep.
    """
    with contextlib.suppress(OSError):
        storage.delete(name)


def names_in(storage: Storage, folder: str = "") -> list[str]:
    """Return the names of the files in a folder, sorted; none for a folder that isn't there."""
    with contextlib.suppress(FileNotFoundError):
        return sorted(storage.listdir(folder)[1])
    return []


def in_folder(folder: Path) -> dict[str, Any]:
    """Return the entry of `STORAGES` for files in `folder` that the product's user alone reads."""
    return {
        "BACKEND": "resolutionflow.file_storage.AtomicFileSystemStorage",
        "OPTIONS": {
            "location": folder,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
