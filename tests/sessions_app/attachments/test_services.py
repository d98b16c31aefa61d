"""Files at the steps of a session: giving, listing, moving along, removing, sweeping."""

import io
import os
import threading
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.http import Http404

from resolutionflow.web.errors import Conflict, Invalid, StateError
from sessions_app import limits, permissions, services
from sessions_app.attachments import services as attachments_services
from sessions_app.attachments import storage as file_store
from sessions_app.attachments.services import StepRef
from sessions_app.completion import services as completion_services
from sessions_app.handover import services as handover_services
from sessions_app.models import Attachment
from sessions_app.recording import custom_steps
from sessions_app.recording import services as recording_services
from tests.factories import TeamFactory, UserFactory, make_completed, make_session
from tests.sessions_app.attachments.sample_files import SVG, png
from tests.sessions_app.run_driver import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(engineer):
    return Run(engineer)


def give(run, data=b"809", *, name="error.log", place=None):
    return attachments_services.add_attachment(
        user=run.user, pk=run.pk, name=name, data=data, place=place
    )


def listed(run, position=None):
    now = run.now
    if position is None:
        return [item["name"] for item in now.draft_attachments(now.current_node)]
    return [item["name"] for item in now.decisions.get(position=position).attachments]


def on_disk(folder):
    return [path for path in folder.glob("*/*") if path.is_file()]


def refusal(run, **more):
    with pytest.raises(Invalid) as refused:
        give(run, **more)
    return refused.value.fields["file"]


def test_a_file_waits_at_the_current_step_and_joins_when_it_is_recorded(run):
    file = give(run, png(), name="a.png")
    assert listed(run) == ["a.png"]
    run.answer(0, notes="seen")
    assert listed(run, 1) == ["a.png"]
    assert run.now.decisions.get().attachments == [{"name": "a.png", "url": file.url}]
    assert listed(run) == []


def test_typing_and_files_of_a_step_dont_undo_each_other(run):
    run.type("one")
    give(run)
    run.type("two", base_hash=recording_services.text_hash("one", "", ""))
    assert listed(run) == ["error.log"]
    assert run.now.drafts["scope"]["notes"] == "two"


def test_a_file_reaches_a_recorded_step_at_once(run):
    run.answer(0)
    before = run.now.revision
    give(run, place=StepRef(1, "scope"))
    assert listed(run, 1) == ["error.log"]
    assert run.now.revision == before + 1


def test_a_file_of_a_step_that_was_answered_meanwhile_is_still_its(run):
    run.answer(0)
    give(run, place=StepRef(1, "scope"))
    assert (listed(run, 1), listed(run)) == (["error.log"], [])


@pytest.mark.parametrize("place", [StepRef(2, "scope"), StepRef(1, "ping"), StepRef(9, "ping")])
def test_a_file_for_a_step_that_is_not_there_is_a_conflict(run, place):
    with pytest.raises(Conflict):
        give(run, place=place)


def test_the_same_bytes_at_the_same_step_are_one_file(run, attachments_dir):
    first, again = give(run), give(run, name="again.log")
    assert first.pk == again.pk
    run.answer(0)
    elsewhere = give(run)
    assert elsewhere.pk != first.pk
    assert give(run, place=StepRef(1, "scope")).pk == first.pk
    assert len(on_disk(attachments_dir)) == Attachment.objects.count() == 2


def test_the_file_lies_under_a_name_that_tells_nothing(run, attachments_dir):
    file = give(run, name="../../../etc/cron.d/x")
    (path,) = on_disk(attachments_dir)
    assert path.parent.name == str(run.user.account_id)
    assert path.name == file.stored_as
    assert len(path.name) >= 43
    assert path.read_bytes() == b"809"
    assert path.stat().st_mode & 0o077 == 0
    assert file.name == "x.txt"


def test_what_can_not_be_attached_says_why(run, settings, account, attachments_dir):
    settings.MAX_ATTACHMENT_MB = 1
    assert "1.5 MB; 1 MB fit" in refusal(run, data=b"x" * (3 * 1024 * 512))
    assert "empty" in refusal(run, data=b"")
    assert "scripts" in refusal(run, data=SVG, name="logo.png")
    account.attachment_quota_mb = 0
    account.save()
    assert "room for files is full: 0 of 0 MB" in refusal(run)
    assert on_disk(attachments_dir) == []
    assert run.now.drafts == {}


def test_the_quota_counts_the_whole_account(run, colleague, account):
    account.attachment_quota_mb = 1
    account.save()
    give(run, b"a" * 600_000)
    with pytest.raises(Invalid):
        give(Run(colleague), b"b" * 600_000)
    give(Run(colleague), b"b" * 400_000)


def test_a_step_has_room_for_so_many(run, monkeypatch):
    monkeypatch.setattr(limits, "FILES_PER_STEP", 1)
    give(run, b"one")
    assert "room for 1 files" in refusal(run, data=b"two")


def test_who_may_give_and_when(run, colleague, stranger, engineer):
    for user, refused in ((colleague, PermissionDenied), (stranger, Http404)):
        with pytest.raises(refused):
            attachments_services.add_attachment(user=user, pk=run.pk, name="x", data=b"x")
    with pytest.raises(StateError):
        attachments_services.add_attachment(
            user=engineer, pk=make_completed(engineer).pk, name="x", data=b"x"
        )


def test_answering_otherwise_takes_the_files_along(run):
    give(run)
    run.answer(0)
    run.again(1, 1)
    assert listed(run, 1) == ["error.log"]
    run.bring_back(run.discarded_branches[0])
    assert listed(run, 1) == ["error.log"]


def test_files_of_a_custom_step_that_is_removed_stay(run):
    step_id = run.add()
    give(run)
    custom_steps.remove_custom_step(user=run.user, pk=run.pk, step_id=step_id)
    assert listed(run) == ["error.log"]


def test_completing_records_a_step_that_has_only_a_file(run):
    run.answer(1)
    give(run)
    completion_services.complete(user=run.user, pk=run.pk, outcome="escalated")
    assert listed(run, 2) == ["error.log"]


@pytest.mark.req("S4")
def test_a_path_sent_by_the_api_keeps_uploads(run):
    """A caller that sends the path without attachments doesn't take them away."""
    give(run)
    run.answer(0)
    give(run, b"later")

    def put(*nodes):
        steps = [{"node_id": node, "answer": "x"} for node in nodes]
        services.update(user=run.user, pk=run.pk, changes={"decisions": steps})

    put("scope")
    assert listed(run, 1) == ["error.log"]
    put("scope", "ping")
    assert (listed(run, 2), run.now.draft_attachments("ping")) == (["error.log"], [])
    put("ping", "scope")
    assert (listed(run, 1), listed(run, 2)) == (["error.log"], ["error.log"])
    put("ping")
    assert len(run.now.draft_attachments("scope")) == 1


def test_removing_takes_it_from_the_step_and_the_disk(
    run, attachments_dir, django_capture_on_commit_callbacks
):
    waiting = give(run, b"one")
    with django_capture_on_commit_callbacks(execute=True):
        attachments_services.remove_attachment(user=run.user, pk=waiting.pk)
    assert (listed(run), on_disk(attachments_dir)) == ([], [])
    recorded = give(run, b"two")
    run.answer(0)
    attachments_services.remove_attachment(user=run.user, pk=recorded.pk)
    assert listed(run, 1) == []
    with pytest.raises(Http404):
        attachments_services.remove_attachment(user=run.user, pk=recorded.pk)


def test_only_an_open_session_loses_files(run, colleague, stranger):
    file = give(run)
    for user, refused in ((colleague, PermissionDenied), (stranger, Http404)):
        with pytest.raises(refused):
            attachments_services.remove_attachment(user=user, pk=file.pk)
    completion_services.complete(user=run.user, pk=run.pk, outcome="resolved")
    with pytest.raises(StateError):
        attachments_services.remove_attachment(user=run.user, pk=file.pk)


@pytest.mark.req("S14")
def test_deleting_the_session_deletes_its_files(
    run, attachments_dir, django_capture_on_commit_callbacks
):
    give(run)
    with django_capture_on_commit_callbacks(execute=True) as after:
        services.delete(user=run.user, pk=run.pk)
        assert len(on_disk(attachments_dir)) == 1
    assert len(after) == 1
    assert on_disk(attachments_dir) == []


def test_a_write_that_fails_leaves_no_row(run, monkeypatch):
    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(file_store, "save", full)
    with pytest.raises(OSError, match="No space"):
        give(run)
    assert not Attachment.objects.exists()
    assert listed(run) == []


def test_the_sweep_finds_files_without_a_row(run, attachments_dir):
    kept = give(run)
    old = time.time() - 2 * file_store.GRACE_SECONDS
    for name in ("orphan", "torn.part"):
        (attachments_dir / str(run.user.account_id) / name).write_bytes(b"x")
    (attachments_dir / str(run.user.account_id) / "young").write_bytes(b"x")
    for path in on_disk(attachments_dir):
        if path.name != "young":
            os.utime(path, (old, old))

    def sweep(*arguments):
        out = io.StringIO()
        call_command("sweep_attachments", *arguments, stdout=out)
        return out.getvalue()

    assert sweep("--dry-run").startswith("Would delete 2 files")
    assert len(on_disk(attachments_dir)) == 4
    assert sweep().startswith("Deleted 2 files")
    assert {path.name for path in on_disk(attachments_dir)} == {kept.stored_as, "young"}
    assert sweep().startswith("Deleted 0 files")


def test_a_folder_that_is_not_there_yet_is_swept(attachments_dir):
    assert attachments_services.orphaned_files() == []


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_dont_share_the_last_room(engineer, account):
    account.attachment_quota_mb = 1
    account.save()
    runs = [Run(engineer) for _ in range(4)]
    kept, lock = [], threading.Lock()

    def send(run):
        try:
            give(run, b"a" * 600_000)
            with lock:
                kept.append(run)
        except Invalid:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_hand_over_and_answer_at_once_come_one_after_the_other(account):
    team = TeamFactory(account=account)
    giver, receiver = (UserFactory(account=account, team=team) for _ in range(2))
    for _ in range(5):
        run = Run(giver)
        step = run.input(0, notes="mine")
        done = []

        def answer(run=run, step=step, done=done):
            try:
                run.send(step)
                done.append("answer")
            except permissions.HandedOver:
                done.append("refused")
            finally:
                connection.close()

        def give_away(run=run):
            try:
                handover_services.hand_over(user=giver, pk=run.pk, to=receiver.pk)
            finally:
                connection.close()

        threads = [threading.Thread(target=answer), threading.Thread(target=give_away)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        now = permissions.get_readable_session(receiver, run.pk)
        assert now.user_id == receiver.pk
        assert now.decision_count == now.decisions.count() == (done == ["answer"])
        assert now.handovers.get().step_count in (0, now.decision_count)


@pytest.mark.req("S4")
def test_a_prepared_session_is_started_by_a_file(engineer):
    work_session = make_session(engineer, started_at=None)
    attachments_services.add_attachment(user=engineer, pk=work_session.pk, name="x.txt", data=b"x")
    work_session.refresh_from_db()
    assert work_session.started_at is not None
