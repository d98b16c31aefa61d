"""Every call that makes something × what may come between it and its repetition ([I4])."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.utils import timezone

from accounts_app.models import Submission
from sessions_app.models import Attachment
from tests.accounts_app.idempotent_calls import KEPT, MADE, client_of, send
from tests.permissions.world import World
from tests.sessions_app.threads import at_once

pytestmark = pytest.mark.req("I4")
# Another body that is as good as the first one; of a call without a body there is no other.
OTHER_BODIES = {
    "api-sessions": {"tree_id": "{tree}", "client_name": "Contoso"},
    "api-session-prepare": {"tree_id": "{tree}", "client_name": "Contoso"},
    "api-session-batch": {"tree_id": "{tree}", "targets": [{"label": "srv-2"}]},
    "api-session-save-as-tree": {"status": "draft", "tree_name": "Another"},
    "api-session-attachments": b"error 811",
    "api-session-addenda": {"text": "Rang a third time."},
    "api-session-complete": {"outcome": "escalated"},
    "api-steps": {"title": "Look thrice"},
    "api-trees": {"name": "Newer"},
    "api-tree-fork": {"name": "Newer"},
}
# Where the object that is named allows it once, a second call is refused by that, not by its key.
ONCE = ("api-session-complete",)


@pytest.fixture
def world(db):
    return World.make()


def rows(name):
    model = MADE[name][1]
    return set(model.objects.values_list("pk", flat=True)) if model else set()


@pytest.mark.parametrize("name", OTHER_BODIES)
def test_another_body_of_any_call_is_refused(world, name):
    person = MADE[name][0]
    assert send(world, name, "k", person=person).status_code in (200, 201)
    before, other = rows(name), OTHER_BODIES[name]
    answer = send(world, name, "k", person=person, body=world.fill(other))
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["field"] == "Idempotency-Key"
    assert rows(name) == before


@pytest.mark.parametrize("name", sorted(MADE.keys() - {*ONCE}))
def test_after_a_day_the_key_of_any_call_is_new(world, name):
    person = MADE[name][0]
    first = send(world, name, "k", person=person)
    before = rows(name)
    age = timedelta(hours=24, seconds=1)
    Submission.objects.update(created_at=timezone.now() - age)
    again = send(world, name, "k", person=person)
    assert again.status_code in (200, 201)
    assert "Idempotency-Replayed" not in again
    # The same bytes at the same step are one file, with or without a key.
    assert (rows(name) > before) == (MADE[name][1] not in (None, Attachment))
    assert Submission.objects.count() == 1
    assert first.status_code == again.status_code


@pytest.mark.parametrize("name", KEPT)
def test_the_key_of_any_call_is_each_users_own(world, name):
    """Another user of the account gets what they would without a key, never the first's answer."""
    first = send(world, name, "k", person=MADE[name][0])
    for person in ("admin", "mate", "stranger"):
        plain = send(world, name, None, person=person)
        keyed = send(world, name, "k", person=person)
        assert "Idempotency-Replayed" not in keyed
        assert keyed.status_code == plain.status_code
        assert keyed.content != first.content


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("failure", [RuntimeError, OperationalError, IntegrityError])
def test_a_call_that_failed_at_its_end_may_be_sent_again(world, name, failure, monkeypatch):
    """Whatever it had written is taken back, the key as well."""
    person = MADE[name][0]
    client = client_of(world.people[person])
    client.raise_request_exception = False
    world.url(name)
    before = rows(name)

    def broken(response):
        raise failure("After everything was written.")

    with monkeypatch.context() as patched:
        patched.setattr("accounts_app.api_idempotency._kept_answer", broken)
        failed = send(world, name, "k", client=client)
    assert failed.status_code in (500, 503)
    assert rows(name) == before
    assert not Submission.objects.exists()
    done = send(world, name, "k", client=client)
    assert done.status_code in (200, 201)
    assert "Idempotency-Replayed" not in done


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", KEPT)
def test_a_call_that_is_rolled_back_leaves_its_key_free(name):
    """The database refuses the transaction when it is committed, as at a lost connection."""
    world = World.make()
    person = MADE[name][0]
    client = client_of(world.people[person])
    client.raise_request_exception = False
    world.url(name)
    before = rows(name)
    trigger = "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON accounts_app_submission "
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'refused at commit'; END $$"
        )
        cursor.execute(
            f"{trigger} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    try:
        failed = send(world, name, "k", client=client)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse() CASCADE")
    assert failed.status_code in (500, 503)
    assert rows(name) == before
    assert not Submission.objects.exists()
    assert send(world, name, "k", client=client).status_code in (200, 201)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", KEPT)
def test_two_at_once_make_one(name):
    world = World.make()
    person, model = MADE[name]
    address = world.url(name)
    before, ready = rows(name), Barrier(2)

    def call(index):
        client = client_of(world.people[person])
        ready.wait(timeout=30)
        return send(world, name, "k", client=client)

    answers = at_once(call, 2, workers=2)
    done = [answer for answer in answers if answer.status_code != 409]
    assert {answer.status_code for answer in done} <= {200, 201}, address
    assert len([answer for answer in done if "Idempotency-Replayed" not in answer]) == 1
    assert len(rows(name) - before) == (1 if model else 0)
    again = send(world, name, "k", person=person)
    assert (again.status_code, again.content) == (done[0].status_code, done[0].content)
