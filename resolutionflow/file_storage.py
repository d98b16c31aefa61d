"""Folders of files that are whole under their name, or not there.

Code that keeps files uses Django's storage API and no path, so that another backend can take a
folder's place: `storages["attachments"]`, `storages["archives"]` in `STORAGES`. It relies on one
thing that object stores have by themselves and a folder has not: a file that `save` was given
appears under its name when all of it is safely stored.
"""

import contextlib
import os
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage

# A file with this ending is being written. What a killed process leaves is deleted by its owner.
TEMPORARY = ".part"


class SyncedFile(File):
    """A file that is safe on the disk once it is closed."""

    def close(self) -> None:
        if not self.closed:
            self.flush()
            os.fsync(self.fileno())
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
        if not isinstance(content, TemporaryFile):
            temporary = f"{name}{TEMPORARY}"
            with self._open(temporary, "wb") as part:
                for chunk in content.chunks():
                    part.write(chunk)
            with self._open(temporary) as whole:
                return self._save(name, whole)
        name = super()._save(name, content)  # type: ignore[misc]
        _sync_folder(Path(self.path(name)).parent)
        return name

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=self.directory_permissions_mode or 0o700, parents=True, exist_ok=True)


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
