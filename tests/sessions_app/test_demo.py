"""The demo of a fresh local installation: small, true, and only where nothing else is."""

import pytest

from accounts_app.models import Account, User
from sessions_app import demo
from sessions_app.models import Session, State
from tests.factories import AccountFactory, structure
from trees_app.models import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


def names(sign_ins):
    return [one.username for one in sign_ins]


def test_an_empty_database_gets_the_demo(client):
    sign_ins = demo.ensure(is_private=True)
    assert names(sign_ins) == ["admin", "author", "engineer", "viewer", "integration"]
    assert [one.role for one in sign_ins] == names(sign_ins)
    for one in sign_ins:
        assert client.login(username=one.username, password=one.password)
    assert Tree.objects.filter(is_default=True, status="published").count() > 3
    assert not User.objects.filter(is_superuser=True).exists()


def test_its_sessions_are_as_a_run_leaves_them():
    demo.ensure(is_private=True)
    done = Session.objects.in_state(State.COMPLETED).get()
    running = Session.objects.in_state(State.ACTIVE).get()
    assert done.outcome
    assert done.outcome_notes
    assert done.started_at < done.completed_at
    for work_session in (done, running):
        steps = list(work_session.decisions)
        assert [step.position for step in steps] == list(range(1, len(steps) + 1))
        assert len(steps) == work_session.decision_count > 0
        assert work_session.node(work_session.current_node) is not None
    assert running.node(running.current_node)["title"]


def test_a_second_start_makes_nothing_and_knows_the_sign_ins():
    first = demo.ensure(is_private=True)
    assert demo.ensure(is_private=True) == first
    assert Account.objects.count() == 1


def test_a_database_in_use_is_left_alone():
    AccountFactory()
    assert demo.ensure(is_private=True) == []
    assert Account.objects.count() == 1


def test_a_changed_or_closed_sign_in_is_told_no_more():
    demo.ensure(is_private=True)
    changed = User.objects.get(username="engineer")
    changed.set_password("their own words")
    changed.save()
    User.objects.filter(username="viewer").update(is_active=False)
    assert names(demo.ensure(is_private=True)) == ["admin", "author", "integration"]


def test_a_server_that_others_reach_has_no_known_password(data_dir):
    sign_ins = demo.ensure(is_private=False)
    assert demo.KNOWN_PASSWORD not in {one.password for one in sign_ins}
    assert demo.sign_ins_file().stat().st_mode & 0o077 == 0


def test_the_known_password_ends_when_others_can_reach_the_server():
    demo.ensure(is_private=True)
    changed = User.objects.get(username="engineer")
    changed.set_password("their own words")
    changed.save()
    sign_ins = demo.ensure(is_private=False)
    assert names(sign_ins) == ["admin", "author", "viewer", "integration"]
    assert demo.KNOWN_PASSWORD not in {one.password for one in sign_ins}
    changed.refresh_from_db()
    assert changed.check_password("their own words")
    assert demo.ensure(is_private=True) == sign_ins


def test_the_way_ends_at_the_nearest_solution_that_resolves():
    document = structure()
    resolving = [node for node in document["nodes"].values() if node.get("outcome") == "resolved"]
    assert demo.shortest_way(document)[-1][0] == "replies"
    for node in resolving:
        del node["outcome"]
    assert demo.shortest_way(document) == [("scope", 1)]  # the nearest of all
