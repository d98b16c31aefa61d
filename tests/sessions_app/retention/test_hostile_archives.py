"""An archive that somebody made, not the product: a line about it, and nothing is moved."""

import base64
import gzip
import json
import tracemalloc
import uuid
from pathlib import Path

import pytest
from django.db import connection

from accounts_app.models import User
from sessions_app.models import Decision, Session
from sessions_app.retention import archive, archive_lines, purging
from sessions_app.retention.archive import NotAnArchiveError
from sessions_app.retention.restoring import restore
from sessions_app.retention.row_codec import digest, fields_of
from sessions_app.retention.staged_files import StagedFiles
from tests.factories import UserFactory
from tests.sessions_app.retention.lifecycle_factories import (
    files_on_disk,
    lines,
    old,
    purge,
    rich,
    write_lines,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("H6")]


def sequence():
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value, is_called FROM sessions_app_decision_id_seq")
        return cursor.fetchone()


def rewrite(path, change):
    values = lines(path)
    record = values[2]
    record.pop("digest")
    change(record)
    write_lines(path, [*values[:2], {**record, "digest": digest(record).hex()}, *values[3:]])


def set_on(part, name, value):
    def change(record):
        rows = record[part] if isinstance(record[part], list) else [record[part]]
        rows[0][name] = value

    return change


def repeat_step(record):
    record["decisions"].append(dict(record["decisions"][0]))


HOSTILE = [
    set_on("decisions", "id", 2**63 - 1),
    set_on("decisions", "id", 2**63),
    set_on("decisions", "id", -1),
    set_on("decisions", "id", "x"),
    set_on("decisions", "timestamp", "9999-12-31T23:59:59+00:00"),
    set_on("decisions", "timestamp", "0001-01-01T00:00:00+00:00"),
    set_on("decisions", "position", 2**31),
    set_on("session", "started_at", "1999-12-31T23:59:59+00:00"),
    set_on("session", "account_id", str(uuid.UUID(int=1))),
    set_on("session", "revision", -1),
    set_on("session", "snapshot_id", str(uuid.UUID(int=1))),
    set_on("attachments", "stored_as", "/etc/passwd"),
    set_on("attachments", "stored_as", "../../secret_key"),
    repeat_step,
]


@pytest.mark.parametrize("change", HOSTILE)
@pytest.mark.parametrize("dry_run", [True, False])
def test_it_is_left_out_with_one_line(account, settings, change, dry_run):
    rich(account)
    path = purge(account, settings)
    rewrite(path, change)
    before = sequence()
    done = restore(path, dry_run=dry_run)
    assert (done.sessions, len(done.problems)) == (0, 1)
    assert "\n" not in done.problems[0]
    assert not Session.objects.exists()
    assert files_on_disk(settings) == {}
    if dry_run:
        assert sequence() == before


@pytest.mark.parametrize("are_taken", [True, False])
def test_a_dry_run_moves_no_sequence(account, settings, are_taken):
    rich(account)
    path = purge(account, settings)
    if are_taken:
        ids = [row["id"] for row in lines(path)[2]["decisions"]]
        other = rich(UserFactory().account)
        Decision.objects.create(pk=ids[0], session=other, position=99, node_id="scope")
    before = sequence()
    assert restore(path, dry_run=True).problems == []
    assert sequence() == before


# -- small files that unpack to large ones -----------------------------------------------------


def written(path, *pieces):
    """Replace all but the first two lines, head and snapshot, by these bytes."""
    head = gzip.decompress(path.read_bytes()).splitlines(keepends=True)[:2]
    with gzip.open(path, "wb") as packed:
        for piece in (*head, *pieces):
            packed.write(piece)


def signed(record):
    return json.dumps({**record, "digest": digest(record).hex()}).encode() + b"\n"


@pytest.fixture
def bounds(monkeypatch):
    """Bounds that a test can reach in a moment."""
    monkeypatch.setattr(archive_lines, "MAX_LINE_BYTES", 1_000_000)
    monkeypatch.setattr(archive_lines, "MAX_VALUES", 50_000)
    monkeypatch.setattr(archive, "MAX_UNUSED_LINES", 500)


END = b'{"end":{"sessions":1,"files":0}}\n'
BOMBS = [
    ("the line is too long", [b"x" * 1_000_001]),
    ("the line is too long", [b'{"session":"', b"x" * 5_000_000]),
    ("too many values", [b'{"session":{},"decisions":[' + b"{}," * 60_000 + b"{}]}\n", END]),
    ("too many values", [b'{"session":{},"decisions":' + b"[" * 60_000 + b"\n", END]),
    ("the line is damaged", [b"[" * 40_000 + b"\n", END]),
    ("the line is damaged", [b'{"a":' * 40_000 + b"\n", END]),
    ("the line is damaged", [b'{"session":' + b"9" * 900_000 + b"}\n", END]),
    ("nothing from here on is read", [b"x\n" * 5_000]),
    ("nothing from here on is read", [b"{}\n" * 5_000]),
    ("nothing from here on is read", [b"\n" * 5_000]),
    ("nothing from here on is read", [END * 5_000]),
    ("nothing from here on is read", [b'{"file":"x","bytes":""}\n' * 5_000]),
    ("nothing from here on is read", [b'{"snapshot":"x","document":{}}\n' * 5_000]),
]


@pytest.mark.parametrize(("words", "pieces"), BOMBS)
def test_a_bomb_is_left_where_it_is(account, settings, bounds, words, pieces):
    rich(account)
    path = purge(account, settings)
    written(path, *pieces)
    tracemalloc.start()
    try:
        done = restore(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert any(words in problem for problem in done.problems)
    assert len(done.problems) <= 1_000
    assert peak < 20_000_000
    assert not Session.objects.exists()


@pytest.mark.parametrize("line", [b"[" * 500_000, b"x" * 5_000_000, b"{}", b"", b"\x00", b"[1]"])
def test_a_head_that_is_none(account, settings, line):
    rich(account)
    path = purge(account, settings)
    path.write_bytes(gzip.compress(line))
    with pytest.raises(NotAnArchiveError, match="this is no archive"):
        restore(path)


def test_the_same_session_again_and_again(account, settings, bounds, django_assert_max_num_queries):
    rich(account)
    path = purge(account, settings)
    whole = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    written(path, whole[2] * 2_000)
    with django_assert_max_num_queries(60):
        done = restore(path)
    assert any("twice" in problem for problem in done.problems)
    assert any("nothing from here on" in problem for problem in done.problems)
    assert not Session.objects.exists()  # its files are missing


def test_a_file_that_goes_on_and_on(account, settings):
    rich(account)
    path = purge(account, settings)
    record = lines(path)[2]
    pk = record["attachments"][0]["id"]
    piece = json.dumps({"file": pk, "bytes": base64.b64encode(bytes(300_000)).decode()}).encode()
    written(path, json.dumps(record).encode() + b"\n", (piece + b"\n") * 100, END)
    done = restore(path)
    assert any("more bytes than were attached" in problem for problem in done.problems)
    assert files_on_disk(settings) == {}


def set_sizes(size):
    def change(record):
        for one in record["attachments"]:
            one["size"] = size

    return change


@pytest.mark.parametrize("size", [-1, 2**40, 17 * 1024 * 1024, "x", None, [], True])
def test_sizes_that_no_file_has(account, settings, size):
    rich(account)
    path = purge(account, settings)
    rewrite(path, set_sizes(size))
    done = restore(path)
    assert (done.sessions, len(done.problems)) == (0, 1)
    assert files_on_disk(settings) == {}


def test_more_files_than_the_account_has_room_for(account, settings):
    rich(account)
    path = purge(account, settings)
    rewrite(path, set_sizes(16 * 1024 * 1024))
    account.attachment_quota_mb = 20
    account.save()
    done = restore(path)
    assert "raise that first" in done.problems[0]


@pytest.mark.parametrize("part", ["people", "handovers"])
def test_more_people_than_a_session_has(account, settings, part, django_assert_max_num_queries):
    rich(account)
    path = purge(account, settings)

    def change(record):
        for number in range(1_001):
            pk = str(uuid.UUID(int=number))
            if part == "people":
                record["people"][pk] = {"username": f"u{number}", "first_name": "", "last_name": ""}
            else:
                record["handovers"].append({**record["handovers"][0], "to_user_id": pk})

    rewrite(path, change)
    before = User.objects.count()
    with django_assert_max_num_queries(60):
        done = restore(path)
    assert "more than 1,000 people" in done.problems[0]
    assert User.objects.count() == before


def test_many_files_are_open_one_at_a_time(account, settings):
    """A session may have more files than a process may open."""
    staged = StagedFiles(account.pk, dry_run=False)
    before = len(list(Path("/proc/self/fd").iterdir()))
    names = {str(number): f"token-of-the-file-{number:05}" for number in range(50)}
    staged.begin(names)
    for pk in names:
        staged.write(pk, b"x" * 10)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2
    assert staged.commit(without=frozenset()) == 50
    assert len(files_on_disk(settings)) == 50


def test_a_session_that_could_not_be_read_back_stays(account, settings, monkeypatch):
    """Nothing is deleted that its archive can't give back; the others go."""
    large, small = rich(account), old(UserFactory(account=account))
    limit = len(json.dumps(fields_of(small))) + 5_000
    monkeypatch.setattr(archive_lines, "MAX_LINE_BYTES", limit)
    done = purging.purge(account)
    assert done.sessions == 1
    assert list(Session.objects.all()) == [large]
    assert purging.purge(account).archives == []
    assert restore(settings.ARCHIVE_DIR / done.archives[0]).sessions == 1
