"""Real transactions and threads: what must not happen by halves or twice."""

import uuid

import pytest
from django.db import IntegrityError

from resolutionflow.web.errors import LimitReached
from sessions_app import services
from sessions_app.batches import services as batches_services
from sessions_app.models import Session
from sessions_app.preparing import services as preparing_services
from sessions_app.save_as_flow import services as save_as_flow_services
from tests.factories import TreeFactory, UserFactory, add_decision, make_completed, make_session
from tests.sessions_app.threads import at_once
from trees_app import services as flows
from trees_app.models import NotPublishable, Tree, TreeVersion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("S9", "S11", "T5")]


@pytest.fixture
def patching(author):
    return TreeFactory(author=author, published=True, tree_type="maintenance")


@pytest.mark.req("S11")
def test_a_failure_between_two_inserts_leaves_no_session(engineer, patching, monkeypatch):
    """The rows go in by groups; what breaks the last one takes the first with it."""
    numbers = iter(range(1, 31))

    def made(**columns):
        # The 29th and 30th get the id of the 28th.
        return Session(id=uuid.UUID(int=min(next(numbers), 28)), **columns)

    made.objects = Session.objects
    monkeypatch.setattr(batches_services, "Session", made)
    labels = [f"srv-{number}" for number in range(30)]
    assert batches_services.INSERT_BATCH_SIZE < 28
    with pytest.raises(IntegrityError):
        batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=labels)
    assert not Session.objects.exists()


@pytest.mark.req("T5")
def test_a_prepared_session_that_many_start_at_once_is_one_use(engineer, colleague, patching):
    pk = preparing_services.prepare(user=engineer, tree=patching, assigned_to_id=colleague.pk).pk
    at_once(lambda index: services.set_scratchpad(user=colleague, pk=pk, text=str(index)), 12)
    patching.refresh_from_db()
    assert patching.usage_count == 1
    assert Session.objects.get(pk=pk).user == colleague


@pytest.mark.req("T5")
def test_the_targets_of_a_batch_started_at_once_are_counted_each(engineer, patching):
    _, sessions = batches_services.prepare_batch(
        user=engineer, tree_id=patching.pk, labels=[f"srv-{number}" for number in range(20)]
    )
    at_once(
        lambda index: services.set_scratchpad(user=engineer, pk=sessions[index].pk, text="x"), 20
    )
    patching.refresh_from_db()
    assert patching.usage_count == 20


@pytest.mark.req("S9")
def test_the_limit_holds_when_many_save_at_once(engineer, author):
    """Room for three: three are saved, whoever comes first; a draft made beside them counts too."""
    account = engineer.account
    people = [engineer, *(UserFactory(account=account) for _ in range(3))]
    sessions = [make_completed(person) for person in people]
    for work_session in sessions:
        add_decision(work_session)
    account.tree_limit = Tree.objects.count() + 3
    account.save()

    def save(index):
        try:
            if index % 5 == 4:
                return flows.create_tree(user=author, values={"name": f"Flow {index}"}).pk
            work_session = sessions[index % 4]
            return save_as_flow_services.save_as_tree(user=work_session.user, pk=work_session.pk).pk
        except LimitReached as error:
            return error.message

    results = at_once(save, 16)
    refusals = [result for result in results if isinstance(result, str)]
    assert len(refusals) == 13
    said = f"has {account.tree_limit} flows and may have {account.tree_limit}"
    assert all(said in refusal for refusal in refusals)
    assert Tree.objects.filter(account=account).count() == account.tree_limit


@pytest.mark.req("S9")
def test_a_flow_that_cannot_be_published_leaves_nothing_and_takes_no_room(engineer):
    work_session = make_session(engineer, custom_steps=[])
    add_decision(work_session, node_id=f"custom-{uuid.uuid4()}", question="Ask {{ nobody }}")
    account, before = engineer.account, Tree.objects.count()
    account.tree_limit = before + 1
    account.save()
    with pytest.raises(NotPublishable):
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, status="published")
    assert (Tree.objects.count(), TreeVersion.objects.filter(version=1).count()) == (before, 1)
    assert save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk).status == "draft"


@pytest.mark.req("S9")
def test_saving_while_steps_are_recorded_sees_whole_steps(engineer):
    """A custom step is saved with its text, though it arrived at that moment."""
    work_session = make_session(engineer)

    def act(index):
        if index % 2:
            return save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk).structure[
                "nodes"
            ]
        own = f"custom-{uuid.uuid4()}"
        before = Session.objects.get(pk=work_session.pk)
        steps = [*before.custom_steps, {"id": own, "title": own, "body": "B", "commands": []}]
        path = [*({"node_id": step["id"]} for step in steps)]
        changes = {"custom_steps": steps, "decisions": path}
        services.update(user=engineer, pk=work_session.pk, changes=changes)
        return {}

    act(0)  # a session without a step is no flow
    for nodes in at_once(act, 24):
        own = [node for node in nodes.values() if node["type"] == "action"]
        assert all(node["title"].startswith("custom-") and node["body"] == "B" for node in own)
