"""Of a damaged archive each session comes back whole or not at all; the damage is named."""

import re

import pytest
from django.core.management import CommandError, call_command

from accounts_app.models import User
from sessions_app.models import Session
from sessions_app.retention import archive
from sessions_app.retention.archive import NotAnArchiveError
from sessions_app.retention.restoring import restore
from tests.sessions_app.retention.lifecycle_factories import (
    files_on_disk,
    lines,
    picture,
    purge,
    rich,
    unpinned,
    write_lines,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("H6")]


@pytest.fixture
def three(account, settings):
    """An archive of three sessions, with their pictures by id."""
    pks = [rich(account).pk for _ in range(3)]
    whole = unpinned(picture())
    path = purge(account, settings)
    order = [line["session"]["id"] for line in lines(path) if "session" in line]
    assert sorted(order) == sorted(map(str, pks))
    return path, whole, order


def only(stored, sessions):
    """What of a picture belongs to these sessions."""
    return {
        key: row for key, row in stored.items() if str(row.get("session_id", key[1])) in sessions
    }


def there():
    return {str(pk) for pk in Session.objects.values_list("pk", flat=True)}


def place_of(values, session):
    return next(i for i, one in enumerate(values) if one.get("session", {}).get("id") == session)


def test_a_damaged_line_costs_its_session_only(three, settings):
    path, whole, order = three
    values = lines(path)
    middle = place_of(values, order[1])
    values[middle] = b'{"session": {"id": "bro\n'
    write_lines(path, values)
    done = restore(path)
    assert there() == {order[0], order[2]}
    assert [one.split(":")[0] for one in done.problems] == [f"Line {middle + 1}"]
    assert unpinned(picture()) == only(whole, there())
    assert len(files_on_disk(settings)) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row["session"].update(title="Somebody else's"),
        lambda row: row["decisions"].pop(),
        lambda row: row.pop("digest"),
        lambda row: row.update(attachments=7),
    ],
)
def test_a_line_that_was_changed_is_noticed(three, change):
    path, _, order = three
    values = lines(path)
    change(values[place_of(values, order[1])])
    write_lines(path, values)
    done = restore(path)
    assert there() == {order[0], order[2]}
    assert len(done.problems) == 1


@pytest.mark.parametrize("kind", ["bytes", "end", "swapped"])
def test_a_damaged_file_costs_its_session_only(three, settings, kind):
    path, _, order = three
    values = lines(path)
    start = place_of(values, order[1])
    pieces = [i for i in range(start + 1, place_of(values, order[2])) if "file" in values[i]]
    if kind == "bytes":
        values[pieces[0]]["bytes"] = "AAAA"
    elif kind == "end":
        del values[pieces[1]]
    else:
        values[pieces[0]]["file"] = "somebody-elses"
    write_lines(path, values)
    done = restore(path)
    assert there() == {order[0], order[2]}
    assert len(done.problems) == 1
    assert done.problems[0].startswith("Line ")
    assert len(files_on_disk(settings)) == 4


def test_wherever_an_archive_is_cut_off_each_session_is_whole_or_absent(three, settings):
    """Cut at forty places: what comes back is exact, what doesn't leaves nothing behind."""
    path, whole, order = three
    content = path.read_bytes()
    seen = set()
    for cut in range(200, len(content), max(1, len(content) // 40)):
        path.write_bytes(content[:cut])
        done = restore(path)
        assert done.problems[-1].endswith("what came after is not in it.")
        found = there()
        assert found == set(order[: len(found)])
        assert unpinned(picture()) == only(whole, found)
        assert len(files_on_disk(settings)) == 2 * len(found)
        seen.add(len(found))
        Session.objects.all().delete()
        for file in settings.ATTACHMENTS_DIR.glob("*/*"):
            file.unlink()
    assert seen >= {0, 1, 2}


def test_any_flipped_byte_is_noticed(three, settings):
    path, whole, _ = three
    content = bytearray(path.read_bytes())
    for place in range(40, len(content), max(1, len(content) // 30)):
        damaged = bytearray(content)
        damaged[place] ^= 0x55
        path.write_bytes(bytes(damaged))
        try:
            done = restore(path)
        except NotAnArchiveError:
            continue
        assert done.problems
        found = there()
        assert unpinned(picture()) == only(whole, found)
        Session.objects.all().delete()
        for file in settings.ATTACHMENTS_DIR.glob("*/*"):
            file.unlink()


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row["session"].update(outcome="victory"),
        lambda row: row["session"].update(started_at="yesterday"),
        lambda row: row["session"].update(id="7"),
        lambda row: row["session"].update(scratchpad="a\x00b"),
        lambda row: row["session"].pop("account_id"),
        lambda row: row["decisions"][0].update(position=0),
        lambda row: row["attachments"][0].update(stored_as="../../outside"),
        lambda row: row.update(people=[]),
        lambda row: row.update(handovers=None),
        lambda row: row.update(session="gone"),
        lambda row: row["session"].update(user_id={"a": 1}),
    ],
)
def test_a_session_that_cannot_be_is_left_out_whole(three, settings, change):
    """Whoever writes an archive by hand gets nothing past the database's own rules."""
    path, _, order = three
    values = lines(path)
    row = values[place_of(values, order[1])]
    change(row)
    row.pop("digest")
    row["digest"] = archive.row_codec.digest(row).hex()
    write_lines(path, values)
    people = User.objects.count()
    done = restore(path)
    assert there() == {order[0], order[2]}
    (problem,) = done.problems
    assert not re.search("object|attribute|indices|NoneType|hashable", problem)
    assert len(files_on_disk(settings)) == 4
    assert User.objects.count() == people
    assert not list(settings.ATTACHMENTS_DIR.parent.glob("**/*outside*"))


def test_the_command_ends_with_an_error_when_something_is_missing(three, capsys):
    path, *_ = three
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(CommandError):
        call_command("restore_sessions", str(path))
    said = capsys.readouterr()
    assert "cut off here" in said.err
    assert "restored" in said.out
    assert len(there()) >= 2
