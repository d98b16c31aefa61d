"""One answer for many targets: in as many queries as for few, with all that one answer does."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app.batches import bulk_answer
from sessions_app.models import Action, AuditEntry, Decision, Session
from sessions_app.models.session_queryset import SEARCHED
from sessions_app.recording import drafts
from tests.factories import TreeFactory, UserFactory
from tests.sessions_app.batches.batch_factories import answer, answer_together, make_batch
from tests.sessions_app.run_driver import START
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S11")]
# What differs between two targets whatever is done.
OWN = {
    "id", "session_id", "target_label", "batch_id", "session_variables", "search_key",
    "created_at", "started_at", "last_activity_at", "node_entered_at", "timestamp", "entered_at",
    "request_id", "at", "action",
}  # fmt: skip


@pytest.fixture
def flow(author):
    return TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)


def values_of(row):
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in OWN
    }


def queries_for(user, flow, count):
    batch_id, sessions = make_batch(user, flow, count)
    with CaptureQueriesContext(connection) as seen:
        results = answer_together(user, batch_id, sessions)
    assert [result.skip_reason for result in results] == [""] * count
    return [query["sql"].split(" ", 1)[0] for query in seen]


@pytest.mark.parametrize("model", ["", "claude-haiku-4-5"])
def test_a_hundred_targets_cost_what_two_cost(engineer, flow, settings, model):
    settings.TITLE_MODEL = model
    few = queries_for(engineer, flow, 2)
    many = queries_for(engineer, flow, 100)
    assert len(many) == len(few) <= 12
    assert Decision.objects.count() == 102


def test_it_does_all_that_one_answer_does(engineer, flow):
    """Field by field: the sessions, their steps and the log."""
    _, (alone,) = make_batch(engineer, flow, 1)
    batch_id, sessions = make_batch(engineer, flow, 3)
    for work_session in (alone, *sessions):
        drafts.save_typing(user=engineer, pk=work_session.pk, step=draft_step(), base_hash=START)
    before = Tree.objects.get(pk=flow.pk).usage_count
    answer(engineer, alone, 0, notes="all of them")
    answer_together(engineer, batch_id, sessions, notes="all of them")
    assert Tree.objects.get(pk=flow.pk).usage_count == before
    alone = Session.objects.get(pk=alone.pk)
    for one in sessions:
        now = Session.objects.get(pk=one.pk)
        assert values_of(now) == values_of(alone)
        assert values_of(now.decisions.get()) == values_of(alone.decisions.get())
        assert now.last_activity_at >= now.decisions.get().timestamp
        assert now.title.lower() in now.search_key
        assert now.search_key.count("\n") == len(SEARCHED) - 1


def draft_step():
    from sessions_app.recording.services import StepInput

    return StepInput(position=1, node_id="scope", notes="typed here")


def test_prepared_ones_are_started(engineer, colleague, flow):
    batch_id, sessions = make_batch(engineer, flow, 4)
    Session.objects.filter(pk=sessions[0].pk).update(user=colleague, assigned_to=engineer)
    answer(engineer, sessions[3], 0)
    before = Tree.objects.get(pk=flow.pk).usage_count
    answer_together(engineer, batch_id, sessions)
    assert Tree.objects.get(pk=flow.pk).usage_count == before + 3
    rows = Session.objects.filter(batch_id=batch_id)
    assert rows.filter(started_at=None).count() == 0
    assert rows.get(pk=sessions[0].pk).user == engineer
    entries = AuditEntry.objects.filter(action=Action.STARTED, actor=engineer)
    assert {entry.object_id for entry in entries} == {one.pk for one in sessions}
    assert entries.count() == 4


def test_only_what_is_ones_own_is_answered(engineer, flow, account):
    batch_id, sessions = make_batch(engineer, flow, 3)
    other = UserFactory(account=account)
    Session.objects.filter(pk=sessions[0].pk).update(user=other, assigned_to=None)
    common = bulk_answer.SharedAnswer("scope", 0, request_id=uuid.uuid4())
    positions = {one.pk: 1 for one in sessions}
    results = bulk_answer.answer_targets(
        user=engineer, batch_id=batch_id, common=common, positions=positions
    )
    assert len(results) == 2
    assert not sessions[0].decisions.exists()


def test_the_revision_rises_so_that_an_older_page_is_refused(engineer, flow):
    batch_id, sessions = make_batch(engineer, flow, 3)
    before = {one.pk: one.revision for one in Session.objects.all()}
    answer_together(engineer, batch_id, sessions)
    after = {one.pk: one.revision for one in Session.objects.all()}
    assert after == {pk: revision + 1 for pk, revision in before.items()}
