"""Archives carry what was frozen of a flow once, and retention deletes what nothing points to."""

import pytest

from sessions_app.models import Session
from sessions_app.retention import purging
from sessions_app.retention.restoring import restore
from sessions_app.retention.tasks import cleanup
from tests.factories import TreeFactory, UserFactory
from tests.sessions_app.retention.lifecycle_factories import lines, old, purge, write_lines
from trees_app.models import Snapshot
from trees_app.models import snapshot as snapshot_module

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("G1", "H6")]


@pytest.fixture
def archived(engineer, author, settings):
    """An archive of three sessions of two flows, both of which are gone."""
    first, second = (TreeFactory(author=author, published=True) for _ in range(2))
    sessions = [old(engineer, tree=tree) for tree in (first, first, second)]
    stored = {one.pk: dict(one.tree_snapshot) for one in sessions}
    first.delete()
    second.delete()
    path = purge(engineer.account, settings)
    snapshot_module.cache.clear()
    return path, stored


def test_purging_deletes_what_nothing_points_to_any_more(archived):
    assert not Session.objects.exists()
    assert not Snapshot.objects.exists()


def test_what_a_version_runs_stays(engineer, author, settings):
    old(engineer, tree=TreeFactory(author=author, published=True))
    purge(engineer.account, settings)
    assert Snapshot.objects.count() == 1


def test_an_archive_carries_each_snapshot_once_and_before_its_sessions(archived):
    path, _ = archived
    seen = []
    for line in lines(path):
        if "snapshot" in line:
            assert line["snapshot"] not in seen
            seen.append(line["snapshot"])
        elif "session" in line:
            assert line["session"]["snapshot_id"] in seen
            assert "tree_snapshot" not in line["session"]
    assert len(seen) == 2


def test_restored_sessions_share_what_they_ran(archived):
    path, stored = archived
    assert restore(path, dry_run=True).sessions == 3
    assert not Snapshot.objects.exists()
    assert restore(path).problems == []
    assert Snapshot.objects.count() == 2
    assert {one.pk: one.tree_snapshot for one in Session.objects.all()} == stored
    assert restore(path).already_present == 3
    assert Snapshot.objects.count() == 2


def test_a_snapshot_that_is_there_is_not_stored_again(engineer, author, settings):
    tree = TreeFactory(author=author, published=True)
    old(engineer, tree=tree)
    restore(purge(engineer.account, settings))
    assert Session.objects.get().snapshot_id == tree.versions.get().snapshot_id
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("damage", ["changed", "gone", "no object"])
def test_a_damaged_snapshot_costs_the_sessions_that_ran_it(archived, damage):
    path, stored = archived
    values = lines(path)
    at = next(number for number, line in enumerate(values) if "snapshot" in line)
    pk = values[at]["snapshot"]
    if damage == "changed":
        values[at]["document"]["name"] = "Another"
    elif damage == "gone":
        del values[at]
    else:
        values[at]["document"] = []
    write_lines(path, values)
    done = restore(path)
    lost = {
        line["session"]["id"] for line in values if line.get("session", {}).get("snapshot_id") == pk
    }
    assert {str(one.pk) for one in Session.objects.all()} == {str(one) for one in stored} - lost
    assert sum("what was frozen of its flow is missing" in one for one in done.problems) == len(
        lost
    )


def test_the_nightly_cleanup_deletes_what_nothing_points_to(engineer, author):
    """A session that its owner deleted leaves a snapshot of a renamed flow behind."""
    tree = TreeFactory(author=author, published=True)
    tree.name = "Renamed"
    tree.save()
    work_session = old(engineer, tree=tree)
    work_session.delete()
    assert Snapshot.objects.count() == 2
    cleanup(0)
    assert Snapshot.objects.get().pk == tree.versions.get().snapshot_id


def test_other_accounts_keep_theirs(engineer, author, settings):
    tree = TreeFactory(author=author, published=True, is_public=True)
    elsewhere = old(UserFactory(), tree=tree)
    purging.purge(engineer.account)
    assert Snapshot.objects.filter(pk=elsewhere.snapshot_id).exists()
