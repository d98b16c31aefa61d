"""One immutable row for each account and content, parsed once per process ([G1])."""

import threading
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sessions_app import services
from sessions_app.batches.services import prepare_batch
from sessions_app.models import Session
from tests.factories import AccountFactory, TreeFactory, UserFactory, make_session, structure
from trees_app.models import Snapshot, TreeVersion
from trees_app.models import snapshot as snapshot_module
from trees_app.snapshot_cache import FrozenDict, ReadOnlyError, SnapshotCache, freeze

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1")]
DOCUMENT = {"name": "VPN", "version": 1, "structure": {"nodes": {}}}


# -- one row -----------------------------------------------------------------------------------


def test_sessions_and_the_version_that_they_run_share_one_row(engineer, author):
    tree = TreeFactory(author=author, published=True)
    sessions = [make_session(engineer, tree=tree) for _ in range(3)]
    [snapshot] = Snapshot.objects.all()
    assert {one.snapshot_id for one in sessions} == {snapshot.pk}
    assert TreeVersion.objects.get().snapshot_id == snapshot.pk
    assert snapshot.document == {
        "name": tree.name,
        "description": tree.description,
        "category": tree.category,
        "version": 1,
        "tree_type": tree.tree_type,
        "intake_form": tree.intake_form,
        "structure": structure(),
    }


def test_what_is_frozen_follows_the_flow_and_not_its_sessions(engineer, author):
    tree = TreeFactory(author=author, published=True)
    before = make_session(engineer, tree=tree)
    tree.name = "Renamed"
    tree.save()
    renamed = make_session(engineer, tree=tree)
    tree.publish(by=author)
    tree.refresh_from_db()
    published = make_session(engineer, tree=tree)
    found = [Session.objects.get(pk=one.pk).tree_snapshot for one in (before, renamed, published)]
    assert [(one["name"] == "Renamed", one["version"]) for one in found] == [
        (False, 1),
        (True, 1),
        (True, 2),
    ]
    assert Snapshot.objects.count() == 3


def test_each_account_has_its_own(engineer, author):
    tree = TreeFactory(author=author, published=True, is_public=True)
    elsewhere = UserFactory(account=AccountFactory())
    ours, theirs = make_session(engineer, tree=tree), make_session(elsewhere, tree=tree)
    assert ours.tree_snapshot == theirs.tree_snapshot
    rows = Snapshot.objects.filter(pk__in=[ours.snapshot_id, theirs.snapshot_id])
    assert set(rows.values_list("account_id", flat=True)) == {
        engineer.account_id,
        elsewhere.account_id,
    }


@pytest.mark.req("S11")
def test_a_hundred_targets_share_one_row(engineer, author):
    tree = TreeFactory(author=author, published=True, tree_type="maintenance")
    labels = [f"SRV-{number}" for number in range(100)]
    _, sessions = prepare_batch(user=engineer, tree_id=tree.pk, labels=labels)
    assert len({one.snapshot_id for one in sessions}) == 1
    assert Snapshot.objects.count() == 1


def test_the_order_of_names_makes_no_other_content(account):
    with transaction.atomic():
        first = Snapshot.objects.store(account.pk, {"a": 1, "b": [{"c": 2, "d": "ü"}]})
        second = Snapshot.objects.store(account.pk, {"b": [{"d": "ü", "c": 2}], "a": 1})
        other = Snapshot.objects.store(account.pk, {"b": [{"d": "u", "c": 2}], "a": 1})
    assert first == second != other


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_is_stored_in_a_transaction(account):
    with pytest.raises(transaction.TransactionManagementError):
        Snapshot.objects.store(account.pk, DOCUMENT)


# -- in memory ---------------------------------------------------------------------------------


def test_a_session_is_read_without_its_document_when_that_is_in_memory(engineer):
    work_session = make_session(engineer)
    with CaptureQueriesContext(connection) as queries:
        again = Session.objects.one_in_account_of(engineer, work_session.pk)
        assert again.structure["start"] == "scope"
    assert len(queries) == 1
    snapshot_module.cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert again.structure == again.tree_snapshot["structure"] == structure()
    assert len(queries) == 1


def test_what_is_read_cannot_be_changed(engineer):
    frozen = make_session(engineer).tree_snapshot
    node = frozen["structure"]["nodes"]["scope"]
    for change in (
        lambda: frozen.update(name="x"),
        lambda: node.__setitem__("title", "x"),
        lambda: node.pop("title"),
        lambda: node["options"].append({}),
        lambda: node["options"][0].clear(),
        lambda: node["options"].sort(),
    ):
        with pytest.raises(ReadOnlyError):
            change()
    own = deepcopy(frozen)
    own["structure"]["nodes"]["scope"]["options"].append({"label": "x"})
    assert len(node["options"]) == 3
    assert type(own["structure"]["nodes"]["scope"]["options"]) is list


def test_the_memory_is_bounded_by_count_and_by_bytes():
    cache = SnapshotCache(max_documents=3, max_bytes=100)
    pks = [uuid4() for _ in range(5)]
    for pk in pks[:3]:
        cache.put(pk, {"pk": str(pk)}, 10)
    assert cache.get(pks[0]) is not None  # used last, so the next one to go is the second
    cache.put(pks[3], {}, 10)
    assert [cache.get(pk) is None for pk in pks[:4]] == [False, True, False, False]
    assert cache.size == (3, 30)
    cache.put(pks[4], {}, 90)
    assert cache.size == (2, 100)
    huge = uuid4()
    assert cache.put(huge, {"a": [1]}, 101) == {"a": [1]}
    assert (cache.get(huge), cache.size) == (None, (2, 100))


def test_the_memory_is_safe_for_threads():
    cache = SnapshotCache(max_documents=8, max_bytes=1_000)
    pks = [UUID(int=number) for number in range(40)]

    def work(seed):
        for turn in range(2_000):
            pk = pks[(turn * seed) % len(pks)]
            found = cache.get(pk) or cache.put(pk, {"pk": pk.int}, 7)
            assert found["pk"] == pk.int
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(1, 9)))
    count, size = cache.size
    assert (count, size) == (8, 56)


def test_freezing_keeps_values():
    value = {"a": [1, 2.5, None, True, "x", {"b": []}]}
    assert freeze(value) == value
    assert isinstance(freeze(value), FrozenDict)


# -- several at once ---------------------------------------------------------------------------


def at_once(count, work):
    """What `count` threads answered that began together, each on a connection of its own."""
    barrier = threading.Barrier(count)

    def run(number):
        try:
            barrier.wait(30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_many_who_freeze_the_same_at_once_get_one_row(account):
    def store(number):
        with transaction.atomic():
            return Snapshot.objects.store(account.pk, DOCUMENT)

    assert len(set(at_once(6, store))) == 1
    assert Snapshot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_starting_and_cleaning_up_at_once_lose_nothing(engineer, author):
    """Starts of a flow whose old snapshots nobody points to, while those are deleted."""
    tree = TreeFactory(author=author, published=True)
    rounds = 25

    def work(number):
        if number == 0:
            return sum(Snapshot.objects.delete_unused() for _ in range(rounds * 4))
        for turn in range(rounds):
            # A name of before: the row may be there unused, being deleted, or gone.
            tree_as_seen = type(tree).objects.get(pk=tree.pk)
            tree_as_seen.name = f"Name {turn % 3}"
            made = services.create_and_start(user=engineer, tree=tree_as_seen)
            assert made.tree_snapshot["name"] == f"Name {turn % 3}"
            if turn % 2:
                Session.objects.filter(pk=made.pk).delete()
        return 0

    assert at_once(3, work)[0] >= 0
    for work_session in Session.objects.all():
        assert Snapshot.objects.filter(pk=work_session.snapshot_id).exists()
    assert Session.objects.count() == 2 * (rounds - rounds // 2)


@pytest.mark.django_db(transaction=True)
def test_one_that_somebody_is_about_to_point_to_stays(account):
    """Held by a start that isn't committed yet, it is left for the next time."""
    with transaction.atomic():
        pk = Snapshot.objects.store(account.pk, DOCUMENT)
    held, may_end = threading.Event(), threading.Event()

    def start(number):
        with transaction.atomic():
            assert Snapshot.objects.store(account.pk, DOCUMENT) == pk
            held.set()
            may_end.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(start, 0)
        assert held.wait(30)
        assert Snapshot.objects.delete_unused() == 0
        may_end.set()
        waiting.result()
    assert Snapshot.objects.delete_unused() == 1


@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_deleted_is_made_anew(account):
    """A start waits for the deletion, and then makes the row again."""
    with transaction.atomic():
        pk = Snapshot.objects.store(account.pk, DOCUMENT)
    deleted, may_end = threading.Event(), threading.Event()

    def clean_up(number):
        with transaction.atomic():
            assert Snapshot.objects.delete_unused() == 1
            deleted.set()
            may_end.wait(2)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        cleaning = pool.submit(clean_up, 0)
        assert deleted.wait(30)
        with transaction.atomic():
            again = Snapshot.objects.store(account.pk, DOCUMENT)
        cleaning.result()
    assert again != pk
    assert Snapshot.objects.get().pk == again


def test_what_is_used_stays(engineer, author):
    tree = TreeFactory(author=author, published=True)
    make_session(engineer, tree=tree)
    tree.name = "Renamed"
    tree.save()
    work_session = make_session(engineer, tree=tree)
    assert Snapshot.objects.delete_unused() == 0
    work_session.delete()
    assert Snapshot.objects.delete_unused([uuid4()]) == 0
    assert Snapshot.objects.delete_unused([work_session.snapshot_id]) == 1
    assert Snapshot.objects.count() == 1
