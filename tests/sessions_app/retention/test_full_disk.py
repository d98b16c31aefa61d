"""Archiving and restoring while a disk takes nothing: nothing is deleted, nothing half is left."""

import errno

import pytest
from django.core.management import CommandError, call_command

from sessions_app.models import Attachment, Session
from sessions_app.retention import purging
from sessions_app.retention.restoring import restore
from tests.failing_disk import CALLS, fail_at
from tests.sessions_app.retention.lifecycle_factories import old, rich

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("H6")]


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("call", CALLS)
def test_an_archive_that_cannot_be_written(engineer, settings, monkeypatch, call, number):
    """Its sessions stay, and the next run archives them."""
    old(engineer)
    with monkeypatch.context() as patch:
        fail_at(patch, call, number, settings.ARCHIVE_DIR)
        with pytest.raises(OSError, match=r".") as failed:
            purging.purge(engineer.account)
    assert failed.value.errno == number
    assert Session.objects.count() == 1
    assert files(settings.ARCHIVE_DIR) == []
    done = purging.purge(engineer.account)
    assert (done.sessions, Session.objects.count()) == (1, 0)
    assert files(settings.ARCHIVE_DIR) == done.archives


@pytest.fixture
def archived_file(engineer, settings):
    """An archive of a session with two files that are in it alone."""
    rich(engineer.account)
    (name,) = purging.purge(engineer.account).archives
    assert files(settings.ATTACHMENTS_DIR) == []
    return settings.ARCHIVE_DIR / name


@pytest.mark.parametrize("call", ["open", "write", "fsync", "link", "folder fsync"])
def test_files_that_cannot_be_restored(archived_file, settings, monkeypatch, capsys, call):
    with monkeypatch.context() as patch:
        fail_at(patch, call, errno.ENOSPC, settings.ATTACHMENTS_DIR)
        with pytest.raises(CommandError, match="No space left on device"):
            call_command("restore_sessions", str(archived_file))
    assert not Session.objects.exists()
    assert not Attachment.objects.exists()
    assert files(settings.ATTACHMENTS_DIR) == []
    done = restore(archived_file)
    assert (done.sessions, done.problems) == (1, [])
    assert len(files(settings.ATTACHMENTS_DIR)) == Attachment.objects.count() > 0
