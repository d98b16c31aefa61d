"""An archive that somebody made, not the product: a line about it, and nothing is moved."""

import uuid

import pytest
from django.db import connection

from sessions_app.models import Decision, Session
from sessions_app.retention.restoring import restore
from sessions_app.retention.row_codec import digest
from tests.factories import UserFactory
from tests.sessions_app.retention.lifecycle_factories import (
    files_on_disk,
    lines,
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
