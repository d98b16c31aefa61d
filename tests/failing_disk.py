"""A disk that takes nothing below a folder, at the call that is chosen."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FULL = (errno.ENOSPC, errno.EDQUOT)
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EIO, errno.ENOTDIR)
# What storing a file asks the system for, in this order.
CALLS = ("mkdir", "open", "write", "fsync", "link", "folder fsync")


def fail_at(monkeypatch: pytest.MonkeyPatch, call: str, number: int, folder: Path) -> None:
    """Have one of `CALLS` fail with this error for files below `folder`."""

    def refuse_if(is_meant: bool) -> None:
        if is_meant:
            raise OSError(number, os.strerror(number))

    def is_below(path: Any) -> bool:
        known = isinstance(path, str | os.PathLike)
        return known and folder in (Path(path), *Path(path).parents)

    def wrap(owner: Any, name: str, is_meant: Callable[..., bool]) -> None:
        real = getattr(owner, name)

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            refuse_if(is_meant(*args))
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, wrapper)

    def path_of(descriptor: int) -> Path:
        return Path(f"/proc/self/fd/{descriptor}").readlink()

    if call == "mkdir":
        wrap(Path, "mkdir", is_below)
    elif call == "open":
        wrap(os, "open", lambda path, flags, *mode: is_below(path) and bool(flags & os.O_CREAT))
    elif call == "write":
        _write_to_full(monkeypatch, number)
    elif call == "link":
        wrap(os, "link", lambda source, target: is_below(target))
    else:
        is_folder = call == "folder fsync"
        wrap(
            os,
            "fsync",
            lambda number: is_below(path_of(number)) and path_of(number).is_dir() == is_folder,
        )


def _write_to_full(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Take the first bytes of a file, as a disk does, and refuse the rest."""
    from resolutionflow.file_storage import SyncedFile

    def write(self: Any, data: bytes) -> int:
        self.file.write(data[:1])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(SyncedFile, "write", write, raising=False)
