"""Old sessions are archived first, then deleted; pinned ones never."""

import gzip
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts_app.models import MAX_RETENTION_DAYS
from sessions_app import services
from sessions_app.models import (
    Action,
    Addendum,
    Attachment,
    AuditEntry,
    Decision,
    Handover,
    Session,
)
from sessions_app.retention import archive, pinning, policies, purging
from sessions_app.retention.account_lock import LockHeld, account_lock
from sessions_app.retention.purging import UnreadableArchiveError
from sessions_app.retention.restoring import restore
from tests.factories import AccountFactory, UserFactory, make_completed, make_session
from tests.sessions_app.retention.lifecycle_factories import age, archived, files_on_disk, old, rich
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("H6")]


def names(settings):
    return sorted(path.name for path in settings.ARCHIVE_DIR.glob("*"))


def there():
    return {str(pk) for pk in Session.objects.values_list("pk", flat=True)}


# -- which -------------------------------------------------------------------------------------


def test_only_what_the_policy_reaches_is_deleted(engineer, stranger, settings):
    gone = old(engineer)
    kept = [
        old(engineer, days=89),
        old(engineer, pinned=True),
        make_completed(engineer),
        make_session(engineer),
        old(stranger, days=400),
    ]
    done = purging.purge(engineer.account)
    assert done.sessions == 1
    assert there() == {str(one.pk) for one in kept}
    assert archived(settings) == [str(gone.pk)]


@pytest.mark.parametrize("days", [1, 30, 90, 3650])
@pytest.mark.parametrize(("seconds", "deleted"), [(-60, 0), (60, 1)])
def test_the_day_is_counted_to_the_minute(engineer, days, seconds, deleted):
    engineer.account.retention_days = days
    engineer.account.save()
    at = timezone.now() - timedelta(days=days, seconds=seconds)
    work_session = make_completed(engineer)
    Session.objects.filter(pk=work_session.pk).update(started_at=at, completed_at=at)
    assert purging.purge(engineer.account).sessions == deleted


def test_the_longest_policy_keeps_everything(engineer):
    type(engineer.account).objects.update(retention_days=MAX_RETENTION_DAYS)
    engineer.account.refresh_from_db()
    old(engineer)
    assert purging.purge(engineer.account).sessions == 0


@pytest.mark.parametrize("policy", ["retention_days", "close_idle_after_days"])
def test_a_policy_beyond_all_dates_cannot_be_stored(engineer, policy):
    """A number that is written past the forms ends no run."""
    with pytest.raises(IntegrityError, match="account_policies_are_days"), transaction.atomic():
        type(engineer.account).objects.update(**{policy: MAX_RETENTION_DAYS + 1})


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_no_time_zone_moves_the_day_or_the_times(zone, settings):
    user = UserFactory(account=AccountFactory(time_zone=zone))
    gone, kept = old(user), make_completed(user)
    age(kept.pk, timedelta(days=90, minutes=-1))
    with timezone.override(zone):
        purging.purge(user.account)
        assert there() == {str(kept.pk)}
        text = gzip.decompress(next(settings.ARCHIVE_DIR.glob("*.gz")).read_bytes())
        assert json.loads(text.splitlines()[2])["session"]["completed_at"].endswith("+00:00")
        restore(next(settings.ARCHIVE_DIR.glob("*.gz")))
    assert Session.objects.get(pk=gone.pk).completed_at == gone.completed_at


# -- what goes ---------------------------------------------------------------------------------


def test_everything_of_a_session_goes_and_nothing_else(account, engineer, settings):
    rich(account)
    kept = rich(account)
    pinning.set_pinned(user=kept.user, pk=kept.pk, pinned=True)
    counts = {model: model.objects.filter(session=kept).count()
              for model in (Decision, Handover, Attachment, Addendum)}  # fmt: skip
    uses = list(Tree.objects.order_by("pk").values_list("usage_count", flat=True))
    purging.purge(account)
    assert there() == {str(kept.pk)}
    for model, count in counts.items():
        assert model.objects.count() == count > 0
    assert len(files_on_disk(settings)) == 2
    assert list(Tree.objects.order_by("pk").values_list("usage_count", flat=True)) == uses


def test_nothing_else_refers_to_a_session():
    """A new kind of row of a session belongs into the archive, and here."""
    related = {relation.related_model for relation in Session._meta.related_objects}
    assert related == {Decision, Handover, Attachment, Addendum}


def test_the_log_says_which_archive_and_by_which_policy(engineer, settings):
    work_session = old(engineer, ticket_number="T-5")
    (name,) = purging.purge(engineer.account).archives
    entry = AuditEntry.objects.filter(object_id=work_session.pk).first()
    assert (entry.action, entry.actor, entry.ticket_number, entry.details) == (
        Action.PURGED,
        None,
        "T-5",
        {"archive": name, "days": 90},
    )


# -- the file ----------------------------------------------------------------------------------


def test_the_archive_is_ours_alone_and_says_what_it_is(engineer, settings):
    old(engineer)
    (name,) = purging.purge(engineer.account).archives
    path = settings.ARCHIVE_DIR / name
    assert names(settings) == [name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.ARCHIVE_DIR.stat().st_mode) == 0o700
    head, _, _, end = (json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines())
    assert head.keys() == {"format", "version", "account", "made_at", "retention_days"}
    assert head["account"] == {"id": str(engineer.account_id), "name": engineer.account.name}
    assert end == {"end": {"sessions": 1, "files": 0}}


def test_no_archive_is_ever_written_over(settings):
    settings.ARCHIVE_DIR.mkdir()
    there_already = settings.ARCHIVE_DIR / f"one{archive.SUFFIX}"
    there_already.write_text("precious")
    with archive.ArchiveWriter("one", {}) as draft, pytest.raises(FileExistsError):
        draft.publish()
    assert there_already.read_text() == "precious"


def test_each_run_has_a_file_of_its_own(engineer, settings):
    for _ in range(3):
        old(engineer)
        purging.purge(engineer.account)
    assert len(names(settings)) == 3
    assert len(set(archived(settings))) == 3


def test_a_full_disk_deletes_nothing(engineer, settings, monkeypatch, capsys):
    old(engineer)

    def full(self, record):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.ArchiveWriter, "add", full)
    with pytest.raises(CommandError, match="in 1 account"):
        call_command("purge_sessions")
    assert "No space left on device" in capsys.readouterr().err
    assert len(there()) == 1
    assert names(settings) == []


def test_what_cannot_be_read_back_deletes_nothing_and_is_archived_anew(
    engineer, settings, monkeypatch
):
    work_session = old(engineer)
    sound = archive.ArchiveWriter.publish

    def damaging(self):
        name = sound(self)
        path = settings.ARCHIVE_DIR / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
        return name

    monkeypatch.setattr(archive.ArchiveWriter, "publish", damaging)
    with pytest.raises(UnreadableArchiveError):
        purging.purge(engineer.account)
    assert there() == {str(work_session.pk)}
    monkeypatch.undo()
    assert purging.purge(engineer.account).sessions == 1
    assert there() == set()


# -- what changes in between -------------------------------------------------------------------


@pytest.fixture
def in_between(monkeypatch):
    """Have something happen after the archive is written and before anything is deleted."""
    sound = archive.ArchiveWriter.publish

    def set_up(happens):
        def publish(self):
            name = sound(self)
            happens()
            return name

        monkeypatch.setattr(archive.ArchiveWriter, "publish", publish)

    return set_up


def test_who_pins_at_the_last_moment_keeps_it(engineer, in_between):
    work_session, other = old(engineer), old(engineer)
    in_between(lambda: pinning.set_pinned(user=engineer, pk=work_session.pk, pinned=True))
    assert purging.purge(engineer.account).sessions == 1
    assert there() == {str(work_session.pk)}
    assert not Session.objects.filter(pk=other.pk).exists()


def test_what_is_written_at_the_last_moment_is_not_lost(engineer, settings, in_between):
    work_session = old(engineer)
    in_between(
        lambda: services.set_scratchpad(user=engineer, pk=work_session.pk, text="one more thing")
    )
    assert purging.purge(engineer.account).sessions == 0
    assert Session.objects.get().scratchpad == "one more thing"
    in_between(lambda: None)
    assert purging.purge(engineer.account).sessions == 1
    latest = gzip.decompress((settings.ARCHIVE_DIR / names(settings)[-1]).read_bytes())
    assert json.loads(latest.splitlines()[2])["session"]["scratchpad"] == "one more thing"


def test_a_longer_policy_at_the_last_moment_is_obeyed(engineer, in_between):
    old(engineer)
    in_between(lambda: type(engineer.account).objects.update(retention_days=365))
    assert purging.purge(engineer.account).sessions == 0
    assert len(there()) == 1


def test_what_somebody_holds_is_passed_by_and_goes_with_the_next_run(engineer, settings):
    held, other = old(engineer), old(engineer)
    locked, done = Event(), Event()

    def holding():
        try:
            with transaction.atomic():
                Session.objects.select_for_update().get(pk=held.pk)
                locked.set()
                assert done.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(holding)
        assert locked.wait(20)
        assert purging.purge(engineer.account).sessions == 1
        assert there() == {str(held.pk)}
        done.set()
        holder.result(20)
    assert purging.purge(engineer.account).sessions == 1
    assert there() == set()
    # Archived once: the second run went on with the first one's archive.
    assert sorted(archived(settings)) == sorted([str(held.pk), str(other.pk)])
    assert len(names(settings)) == 1


def test_two_runs_at_once_take_turns(engineer):
    old(engineer)
    entered, done = Event(), Event()

    def first():
        try:
            with account_lock(engineer.account_id):
                entered.set()
                assert done.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert entered.wait(20)
        with pytest.raises(LockHeld):
            purging.purge(engineer.account)
        done.set()
        running.result(20)
    assert purging.purge(engineer.account).sessions == 1


def test_many_runs_at_once_archive_each_session_once(engineer, settings):
    pks = {str(old(engineer).pk) for _ in range(30)}

    def one(_):
        try:
            return purging.purge(engineer.account).sessions
        except LockHeld:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 30
    assert sorted(archived(settings)) == sorted(pks)
    assert AuditEntry.objects.filter(action=Action.PURGED).count() == 30


# -- the command -------------------------------------------------------------------------------


def test_the_command_says_one_line_an_account(engineer, stranger, capsys, settings):
    one, other = engineer.account, stranger.account
    old(engineer)
    old(engineer)
    log = AuditEntry.objects.count()
    call_command("purge_sessions", "--dry-run")
    assert capsys.readouterr().out.splitlines() == [
        f"{one.name}: would archive and delete 2 sessions older than 90 days.",
        f"{other.name}: nothing to delete.",
    ]
    assert (len(there()), AuditEntry.objects.count()) == (2, log)
    assert not settings.ARCHIVE_DIR.exists()
    call_command("purge_sessions")
    (name,) = names(settings)
    assert capsys.readouterr().out.splitlines() == [
        f"{one.name}: archived and deleted 2 sessions older than 90 days: {name}.",
        f"{other.name}: nothing to delete.",
    ]


def test_one_account_that_fails_keeps_no_other_waiting(engineer, stranger, capsys, monkeypatch):
    old(engineer)
    old(stranger)
    sound = policies.expired_sessions

    def failing(account):
        if account.pk == engineer.account_id:
            raise OSError(5, "Input/output error")
        return sound(account)

    monkeypatch.setattr(policies, "expired_sessions", failing)
    with pytest.raises(CommandError):
        call_command("purge_sessions")
    assert "Input/output error" in capsys.readouterr().err
    assert set(Session.objects.values_list("account", flat=True)) == {engineer.account_id}
