"""Files that can't be stored: the error is the disk's own, and nothing of the file is left."""

import errno
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from resolutionflow.file_storage import (
    TEMPORARY,
    AtomicFileSystemStorage,
    publish,
    save_exactly,
)
from tests.failing_disk import CALLS, FULL, READ_ONLY, fail_at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def storage(folder: Path) -> AtomicFileSystemStorage:
    return AtomicFileSystemStorage(location=folder, file_permissions_mode=0o600)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("number", [*FULL, *READ_ONLY])
@pytest.mark.parametrize("call", CALLS)
def test_a_file_that_cannot_be_stored_leaves_nothing(storage, folder, monkeypatch, call, number):
    save_exactly(storage, "a/earlier", ContentFile(b"earlier"))
    with monkeypatch.context() as patch:
        fail_at(patch, call, number, folder)
        with pytest.raises(OSError, match=r".") as failed:
            save_exactly(storage, "b/new" if call == "mkdir" else "a/new", ContentFile(b"x" * 9000))
    assert failed.value.errno == number
    assert files(folder) == ["a/earlier"]
    save_exactly(storage, "a/new", ContentFile(b"again"))
    assert (folder / "a" / "new").read_bytes() == b"again"


@pytest.mark.parametrize("call", ["link", "folder fsync"])
def test_a_file_that_was_written_in_pieces(storage, folder, monkeypatch, call):
    """Its owner deletes the part; it is never left under its name."""
    with storage.open(f"a/new{TEMPORARY}", "wb") as part:
        part.write(b"whole")
    with monkeypatch.context() as patch:
        fail_at(patch, call, errno.ENOSPC, folder)
        with pytest.raises(OSError, match=r"."):
            publish(storage, f"a/new{TEMPORARY}", "a/new")
    assert "a/new" not in files(folder)


def test_a_name_that_is_taken_is_never_replaced(storage, folder):
    save_exactly(storage, "a/one", ContentFile(b"first"))
    with pytest.raises(FileExistsError):
        save_exactly(storage, "a/one", ContentFile(b"second"))
    with pytest.raises(FileExistsError):
        storage._save("a/one", ContentFile(b"at the same moment"))
    assert (folder / "a" / "one").read_bytes() == b"first"
    assert files(folder) == ["a/one"]


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_a_file_system_without_links(storage, folder, monkeypatch, number):
    fail_at(monkeypatch, "link", number, folder)
    save_exactly(storage, "a/one", ContentFile(b"first"))
    with pytest.raises(FileExistsError):
        storage._save("a/one", ContentFile(b"second"))
    assert files(folder) == ["a/one"]
    assert (folder / "a" / "one").stat().st_mode & 0o777 == 0o600
