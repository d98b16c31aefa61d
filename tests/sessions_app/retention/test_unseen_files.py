"""A folder of files that can't be seen ends retention and the sweep before anything is deleted."""

import os
import shutil
import time

import pytest
from django.core.management import CommandError, call_command

from sessions_app.attachments import services as attachments_services
from sessions_app.models import Attachment, Session
from tests.factories import make_session
from tests.sessions_app.retention.lifecycle_factories import age

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("H6", "G7")]


@pytest.fixture
def expired(engineer):
    work_session = make_session(engineer)
    attachments_services.add_attachment(
        user=engineer, pk=work_session.pk, name="a.log", data=b"Error 809"
    )
    Session.objects.filter(pk=work_session.pk).update(
        outcome="resolved", completed_at=work_session.started_at
    )
    age(work_session.pk)
    return work_session


def hide(folder, how):
    if how == "missing":
        shutil.move(folder, folder.with_name("unmounted"))
    elif how == "empty":
        shutil.move(folder, folder.with_name("unmounted"))
        folder.mkdir()
    elif how == "emptied":
        for file in folder.rglob("*"):
            if file.is_file():
                file.unlink()
    else:
        shutil.move(folder, folder.with_name("unmounted"))
        folder.write_text("not a folder")


@pytest.mark.parametrize("how", ["missing", "empty", "emptied", "a file"])
@pytest.mark.parametrize("command", ["purge_sessions", "sweep_attachments"])
def test_nothing_is_deleted(expired, attachments_dir, how, command, capsys):
    hide(attachments_dir, how)
    with pytest.raises(CommandError) as stopped:
        call_command(command)
    assert "attached files" in f"{stopped.value}{capsys.readouterr().err}"
    assert Session.objects.filter(pk=expired.pk).exists()
    assert Attachment.objects.count() == 1


def test_it_goes_on_where_the_folder_is_back(expired, attachments_dir):
    hide(attachments_dir, "missing")
    with pytest.raises(CommandError):
        call_command("purge_sessions")
    shutil.move(attachments_dir.with_name("unmounted"), attachments_dir)
    call_command("purge_sessions")
    assert not Session.objects.filter(pk=expired.pk).exists()


def test_files_of_another_installation_are_left_alone(expired, attachments_dir):
    theirs = attachments_dir / "00000000-0000-4000-8000-000000000001" / ("x" * 43)
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"1")
    before = time.time() - 10_000
    os.utime(theirs, (before, before))
    call_command("sweep_attachments")
    assert theirs.exists()
