"""An archive can be loaded back: exactly, again and again, and as far as it is whole."""

import gzip
import uuid

import pytest
from django.core.management import CommandError, call_command

from accounts_app.models import User
from sessions_app.models import Action, Attachment, AuditEntry, Decision, Handover, Session
from sessions_app.retention import archive, purging
from sessions_app.retention.archive import NotAnArchiveError
from sessions_app.retention.restoring import restore
from tests.factories import AccountFactory, UserFactory
from tests.sessions_app.retention.lifecycle_factories import (
    age,
    files_on_disk,
    lines,
    old,
    picture,
    purge,
    rich,
    unpinned,
    write_lines,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("H6")]


def test_everything_comes_back_as_it_was(account, settings):
    """Every field, step, discarded branch, time, id and byte; the use isn't counted again."""
    one, other = rich(account), rich(account)
    before, files = picture(), files_on_disk(settings)
    uses = dict(Tree.objects.values_list("pk", "usage_count"))
    assert len(files) == 4
    path = purge(account, settings)
    assert picture() == {}
    assert files_on_disk(settings) == {}
    assert not Decision.objects.exists()
    assert not Handover.objects.exists()
    assert not Attachment.objects.exists()

    done = restore(path)
    assert (done.sessions, done.files, done.already_present, done.problems) == (2, 4, 0, [])
    assert unpinned(picture()) == unpinned(before)
    assert files_on_disk(settings) == files
    assert dict(Tree.objects.values_list("pk", "usage_count")) == uses
    assert set(Session.objects.values_list("pk", "pinned")) == {(one.pk, True), (other.pk, True)}
    entry = AuditEntry.objects.filter(object_id=one.pk).first()
    assert (entry.action, entry.actor, entry.details) == (
        Action.RESTORED,
        None,
        {"archive": path.name},
    )
    # New rows go on counting above those that came back.
    assert Decision.objects.create(session=one, position=99, node_id="scope").pk > max(
        pk for kind, pk in before if kind == "Decision"
    )


def test_loading_again_changes_nothing(account, settings):
    kept, gone = rich(account), rich(account)
    path = purge(account, settings)
    restore(path)
    Session.objects.get(pk=gone.pk).delete()
    Session.objects.filter(pk=kept.pk).update(scratchpad="written since")
    first = picture([kept.pk])
    done = restore(path)
    assert (done.sessions, done.already_present) == (1, 1)
    assert picture([kept.pk]) == first
    done = restore(path)
    assert (done.sessions, done.already_present) == (0, 2)


def test_the_next_night_leaves_what_was_restored(account, settings):
    rich(account)
    restore(purge(account, settings))
    assert purging.purge(account).archives == []
    assert Session.objects.count() == 1


def test_a_dry_run_says_the_same_and_keeps_nothing(account, settings):
    rich(account)
    rich(account)
    path = purge(account, settings)
    people = User.objects.count()
    User.objects.filter(sessions_taken_over=None).delete()
    gone = people - User.objects.count()
    log = AuditEntry.objects.count()
    done = restore(path, dry_run=True)
    assert (done.sessions, done.files, done.problems) == (2, 4, [])
    assert done.users_created > 0
    assert not Session.objects.exists()
    assert files_on_disk(settings) == {}
    assert AuditEntry.objects.count() == log
    assert User.objects.count() == people - gone
    assert restore(path).users_created == done.users_created


def test_people_who_are_gone_come_back_switched_off(account, settings, engineer):
    work_session = rich(account)
    names = {one: User.objects.get(pk=one) for one in (work_session.user_id,)}
    path = purge(account, settings)
    User.objects.all().delete()
    # Their name belongs to somebody of another account by now.
    taken = UserFactory(username=names[work_session.user_id].username)
    done = restore(path)
    there = Session.objects.get()
    assert done.users_created == 2  # the two sides of the hand-over, one of whom owns it
    assert there.user.display_name == names[work_session.user_id].display_name
    assert (there.user.username, there.user.is_active) == (taken.username, False)
    assert there.user.account_id == account.pk
    assert not there.user.has_usable_password()
    assert there.assigned_to in (None, there.user)
    recorded = set(there.all_decisions.values_list("recorded_by", flat=True))
    assert recorded <= {*there.handovers.values_list("from_user", flat=True), there.user_id}


def test_who_only_recorded_a_step_and_is_gone_is_left_out(account, engineer, settings):
    work_session = old(engineer)
    helper = UserFactory(account=account)
    Decision.objects.create(session=work_session, position=1, node_id="scope", recorded_by=helper)
    path = purge(account, settings)
    helper.delete()
    assert restore(path).users_created == 0
    assert Decision.objects.get().recorded_by is None


def test_a_flow_that_is_gone_is_null(account, settings):
    rich(account)
    path = purge(account, settings)
    Tree.objects.all().delete()
    assert restore(path).problems == []
    there = Session.objects.get()
    assert there.tree is None
    assert there.tree_snapshot["structure"]["start"] == "scope"


@pytest.mark.req("A1")
def test_a_flow_of_another_account_under_the_old_id_is_not_the_sessions(
    account, settings, stranger
):
    """In a database that was made anew, ids are given anew too."""
    rich(account)
    path = purge(account, settings)
    Tree.objects.update(account=stranger.account, is_public=False)
    assert restore(path).problems == []
    assert Session.objects.get().tree is None


def test_fields_of_another_version_are_taken_as_far_as_they_are_known(account, settings):
    """What is new there is passed over, what didn't exist yet has its default."""
    work_session = rich(account)
    path = purge(account, settings)
    head, frozen, row, *rest = lines(path)
    head["compression"] = "level 6"
    row["reviews"] = [{"id": 1}]
    row["session"]["mood"] = "good"
    row["decisions"][0]["emoji"] = "✓"
    del row["session"]["exported"]
    row.pop("digest")
    row["digest"] = archive.row_codec.digest(row).hex()
    write_lines(path, [head, frozen, row, *rest])
    done = restore(path)
    assert (done.sessions, done.problems) == (1, [])
    there = Session.objects.get()
    assert (there.pk, there.exported) == (work_session.pk, False)


def test_a_later_format_is_refused_whole(account, settings):
    rich(account)
    path = purge(account, settings)
    head, *rest = lines(path)
    write_lines(path, [{**head, "version": 3}, *rest])
    with pytest.raises(NotAnArchiveError, match=r"format version 3; this .* reads version 2"):
        restore(path)
    assert not Session.objects.exists()


def test_ids_that_are_taken_are_given_anew(account, settings, engineer):
    rich(account)
    path = purge(account, settings)
    ids = [row["id"] for row in lines(path)[2]["decisions"]]
    other = old(engineer)
    squatter = Decision.objects.create(pk=ids[0], session=other, position=1, node_id="scope")
    assert restore(path).problems == []
    squatter.refresh_from_db()
    assert squatter.session_id == other.pk
    assert Decision.objects.exclude(session=other).count() == len(ids)


def test_bytes_that_were_gone_before_are_counted(account, settings):
    rich(account)
    Attachment.objects.order_by("pk").first()
    missing = sorted(settings.ATTACHMENTS_DIR.glob("*/*"))[0]
    missing.unlink()
    before, files = picture(), files_on_disk(settings)
    done = restore(purge(account, settings))
    assert (done.sessions, done.files, done.files_missing) == (1, 1, 1)
    assert unpinned(picture()) == unpinned(before)
    assert files_on_disk(settings) == files


def test_a_file_that_had_become_empty_comes_back_empty(account, settings):
    rich(account)
    for path in settings.ATTACHMENTS_DIR.glob("*/*"):
        path.write_bytes(b"")
    done = restore(purge(account, settings))
    assert (done.files, set(files_on_disk(settings).values())) == (2, {b""})


# -- whose it is -------------------------------------------------------------------------------


@pytest.mark.req("A1")
def test_an_archive_goes_to_its_account_alone(account, settings, stranger):
    rich(account)
    path = purge(account, settings)
    first, *rest = lines(path)
    other = stranger.account
    write_lines(path, [{**first, "account": {"id": str(other.pk), "name": other.name}}, *rest])
    done = restore(path)
    assert done.sessions == 0
    assert done.problems == ["Line 3: the session is of another account."]
    assert not Session.objects.exists()


def test_a_renamed_account_is_named_by_hand(account, settings):
    rich(account)
    path = purge(account, settings)
    was, account.name = account.name, "Northwind Managed Services"
    account.save()
    for name in (None, was, "Somebody"):
        with pytest.raises(NotAnArchiveError, match="was renamed"):
            restore(path, account_name=name)
    assert restore(path, account_name=account.name).sessions == 1


def test_an_account_that_is_not_there(account, settings):
    rich(account)
    path = purge(account, settings)
    first, *rest = lines(path)
    write_lines(
        path, [{**first, "account": {"id": str(uuid.UUID(int=7)), "name": "Nobody"}}, *rest]
    )
    with pytest.raises(
        NotAnArchiveError,
        match="“Nobody” \\(00000000-0000-0000-0000-000000000007\\) of the archive isn't there",
    ):
        restore(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no file"),
        (b"", "no archive"),
        (b"plain text", "no archive"),
        (gzip.compress(b"{}\n", mtime=0), "no archive"),
        (gzip.compress(b"[1]\n", mtime=0), "no archive"),
        (
            gzip.compress(b'{"format": "resolutionflow-sessions", "version": 9}\n', mtime=0),
            "version 9",
        ),
        (
            gzip.compress(b'{"format": "resolutionflow-sessions", "version": 2}\n', mtime=0),
            "whose it is",
        ),
    ],
)
def test_what_is_no_archive_says_so(tmp_path, content, words):
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("restore_sessions", str(path))


def test_the_command_says_what_it_did(account, settings, capsys):
    rich(account)
    old(User.objects.filter(account=account).first())
    path = str(purge(account, settings))
    call_command("restore_sessions", path, "--dry-run")
    assert capsys.readouterr().out == (
        f"{account.name}: would restore 2 sessions with 2 files, pinned.\n"
    )
    call_command("restore_sessions", path)
    assert capsys.readouterr().out == f"{account.name}: restored 2 sessions with 2 files, pinned.\n"
    call_command("restore_sessions", path)
    out = capsys.readouterr().out
    assert out == f"{account.name}: restored 0 sessions; 2 there already.\n"


def test_an_account_without_sessions_has_no_archive(settings):
    assert purging.purge(AccountFactory()).archives == []
    assert not settings.ARCHIVE_DIR.exists()


def test_age_moves_every_time(engineer):
    """The tests' own tool: 91 days are 91 days."""
    work_session = old(engineer)
    was = work_session.completed_at
    age(work_session.pk)
    assert (was - Session.objects.get().completed_at).days == 91
