"""Writes under real threads: row locks, not luck."""

from collections import Counter
from threading import Barrier
from uuid import uuid4

import pytest
from django.test import Client

from exports_app.options import ExportOptions
from exports_app.service import export_session
from resolutionflow.web.errors import Conflict, StateError
from sessions_app import permissions, services
from sessions_app.completion import services as completion_services
from sessions_app.models import Decision, Session
from sessions_app.recording import drafts
from sessions_app.recording import services as recording_services
from tests.factories import TreeFactory, make_session
from tests.sessions_app.threads import at_once
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("S15", "T5")]


def loop_step(position, **more):
    """The step at a position of the path scope, ping, replies, ping, replies, …"""
    node_id = "scope" if position == 1 else ("ping" if position % 2 == 0 else "replies")
    choice = {"scope": 0, "ping": None, "replies": 1}[node_id]
    return recording_services.StepInput(position=position, node_id=node_id, choice=choice, **more)


def test_fifty_clients_on_one_session(engineer):
    """Each accepted step exactly once; positions count 1..N without a gap."""
    pk = make_session(engineer).pk

    def client(index):
        taken = []
        for _ in range(6):
            position = Session.objects.values_list("decision_count", flat=True).get(pk=pk) + 1
            try:
                step = loop_step(position, notes=f"client {index}")
                taken.append(recording_services.answer(user=engineer, pk=pk, step=step)[1].position)
            except Conflict:
                continue
        return taken

    accepted = [position for taken in at_once(client, 50) for position in taken]
    rows = list(Decision.objects.filter(session_id=pk).order_by("position"))
    assert sorted(accepted) == [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert Session.objects.get(pk=pk).decision_count == len(rows) > 10
    assert all(row.discarded_branch is None for row in rows)


@pytest.mark.req("S15")
def test_fifty_browsers_hammer_the_page_of_one_session(engineer):
    """At the door: fifty signed-in clients at once, each with the form that it was shown.

    A form is answered with the way to the next step, or with how the session stands now (409).
    """
    work_session = make_session(engineer)
    url = f"/sessions/{work_session.pk}"
    start = Barrier(50)

    def client(index):
        browser = Client()
        browser.force_login(engineer)
        statuses = []
        start.wait(timeout=60)
        for turn in range(3):
            position = Session.objects.values_list("decision_count", flat=True).get() + 1
            step = loop_step(position)
            form = {"position": position, "node_id": step.node_id, "notes": f"{index}/{turn}"}
            form |= {} if step.choice is None else {"choice": step.choice}
            form["request_id"] = str(uuid4())
            for _ in range(2):  # a double click: the same form twice
                answer = browser.post(f"{url}/answer", form)
                statuses.append((form["notes"], answer.status_code))
        return statuses

    replies = [reply for taken in at_once(client, 50, workers=50) for reply in taken]
    assert {status for _, status in replies} == {303, 409}
    accepted = {notes for notes, status in replies if status == 303}
    rows = list(Decision.objects.filter(session=work_session).order_by("position"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert sorted(row.notes for row in rows) == sorted(accepted)
    assert Session.objects.get().decision_count == len(rows) >= 3


def test_the_same_step_of_many_clients_is_recorded_once(engineer):
    pk = make_session(engineer).pk
    results = at_once(
        lambda index: recording_services.answer(user=engineer, pk=pk, step=loop_step(1))[1].pk, 20
    )
    counts = Counter(result is Conflict for result in results)
    assert counts == {True: 19, False: 1}


@pytest.mark.req("T5")
def test_twenty_starts_count_twenty_uses(engineer, author):
    tree = TreeFactory(author=author, published=True)
    at_once(lambda index: services.create_and_start(user=engineer, tree=tree).pk, 20)
    tree.refresh_from_db()
    assert tree.usage_count == Session.objects.count() == 20


@pytest.mark.req("S5")
def test_a_session_is_completed_once(engineer):
    pk = make_session(engineer).pk
    outcomes = ["resolved", "escalated"] * 4
    results = at_once(
        lambda index: (
            completion_services.complete(user=engineer, pk=pk, outcome=outcomes[index]).outcome
        ),
        8,
    )
    (kept,) = [result for result in results if result is not StateError]
    assert Session.objects.get(pk=pk).outcome == kept


@pytest.mark.req("H8")
def test_of_two_people_who_close_at_once_one_does_and_the_other_learns_it(engineer, colleague):
    """At the door, with the card that both were shown."""
    work_session = make_session(engineer, assigned_to=colleague)
    people, outcomes = (engineer, colleague), ("resolved", "escalated")
    clients = [Client(), Client()]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person)
    together = Barrier(2)

    def close(index):
        form = {"outcome": outcomes[index], "revision": work_session.revision, "shape": "card"}
        together.wait(timeout=60)
        address = f"/sessions/{work_session.pk}/close"
        return clients[index].post(address, form, headers={"HX-Request": "true"})

    replies = at_once(close, 2, workers=2)
    assert sorted(reply.status_code for reply in replies) == [200, 409]
    kept = Session.objects.get(pk=work_session.pk).outcome
    assert replies[outcomes.index(kept)].status_code == 200
    told = replies[1 - outcomes.index(kept)].content.decode()
    assert "This session is completed already." in told
    assert "/reopen" not in told


@pytest.mark.parametrize("turn", range(6))
def test_an_undo_and_a_write_at_once_are_one_before_the_other(engineer, turn):
    """Either the write came first and the undo is refused, or the write is in the open session."""
    done = completion_services.complete(
        user=engineer, pk=make_session(engineer).pk, outcome="resolved"
    )
    together = Barrier(2)

    def do(index):
        together.wait(timeout=60)
        if index == turn % 2:
            return completion_services.reopen(user=engineer, pk=done.pk, revision=done.revision).pk
        return services.set_scratchpad(user=engineer, pk=done.pk, text="late").pk

    results = at_once(do, 2, workers=2)
    stored = Session.objects.get(pk=done.pk)
    assert stored.scratchpad == "late"
    assert stored.undo_state is None
    assert results[turn % 2] == (StateError if stored.is_completed else done.pk)
    assert stored.revision == done.revision + (1 if stored.is_completed else 2)


def test_an_undo_sent_many_times_undoes_once(engineer):
    run = make_session(engineer)
    done = completion_services.complete(user=engineer, pk=run.pk, outcome="resolved")
    results = at_once(
        lambda index: (
            completion_services.reopen(user=engineer, pk=done.pk, revision=done.revision).pk
        ),
        8,
    )
    assert Counter(results) == {done.pk: 1, StateError: 7}
    stored = Session.objects.get(pk=done.pk)
    assert (stored.outcome, stored.revision) == ("", done.revision + 1)


@pytest.mark.parametrize("turn", range(6))
def test_closing_while_a_step_is_recorded(engineer, turn):
    """One after the other: the step is in the closed session, or one of the two is refused."""
    work_session = make_session(engineer)
    seen, together = work_session.revision, Barrier(2)

    def do(index):
        together.wait(timeout=60)
        if index == turn % 2:
            completion_services.complete(
                user=engineer, pk=work_session.pk, outcome="resolved", revision=seen
            )
            return "closed"
        recording_services.answer(user=engineer, pk=work_session.pk, step=loop_step(1))
        return "recorded"

    results = set(at_once(do, 2, workers=2))
    stored = Session.objects.get(pk=work_session.pk)
    assert stored.decisions.count() == stored.decision_count
    if stored.is_completed:
        assert (results, stored.decision_count) == ({"closed", StateError}, 0)
    else:
        assert (results, stored.decision_count) == ({"recorded", Conflict}, 1)


@pytest.mark.parametrize("turn", range(4))
def test_an_undo_and_an_export_at_once(engineer, turn):
    """The database holds that only a completed session is exported; neither may fail on it."""
    done = completion_services.complete(
        user=engineer, pk=make_session(engineer).pk, outcome="resolved"
    )
    together = Barrier(2)

    def do(index):
        together.wait(timeout=60)
        if index == turn % 2:
            return completion_services.reopen(user=engineer, pk=done.pk, revision=done.revision).pk
        found = permissions.get_readable_session(engineer, done.pk)
        return len(export_session(found, ExportOptions(), actor=engineer).content) > 0

    results = at_once(do, 2, workers=2)
    stored = Session.objects.get(pk=done.pk)
    assert results[1 - turn % 2] is True
    assert stored.exported == stored.is_completed == (results[turn % 2] is StateError)


def test_who_types_at_once_loses_nothing_unnoticed(engineer):
    pk, seen = make_session(engineer).pk, recording_services.text_hash("")
    results = at_once(
        lambda index: drafts.save_scratchpad(
            user=engineer, pk=pk, text=f"text {index}", base_hash=seen
        ),
        8,
    )
    (mark,) = [result for result in results if result is not Conflict]
    assert mark == recording_services.text_hash(Session.objects.get(pk=pk).scratchpad)


def test_publishing_at_once_gives_each_version_once(author):
    tree = TreeFactory(author=author)
    numbers = at_once(lambda index: Tree.objects.get(pk=tree.pk).publish(by=author).version, 8)
    assert sorted(numbers) == list(range(1, 9))
    tree.refresh_from_db()
    assert tree.version == 8
