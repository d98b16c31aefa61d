"""`Idempotency-Key`: a call that makes something, sent again, makes it once."""

import re
from datetime import timedelta
from threading import Barrier, Event, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts_app.models import Submission
from resolutionflow.api.docs import document
from resolutionflow.api.idempotency import KEY_PATTERN
from resolutionflow.templatetags.submission_token import TOKEN_FIELD
from sessions_app.models import Session
from sessions_app.retention.tasks import cleanup
from tests.accounts_app.idempotent_calls import KEPT, MADE, client_of, send
from tests.factories import make_key
from tests.permissions.api_table import SCOPES
from tests.permissions.world import World
from tests.sessions_app.threads import at_once
from trees_app.models import Tree

pytestmark = pytest.mark.req("I4")
START = "/api/v1/sessions"


def start(world, key, **more):
    return send(world, "api-sessions", key, **more)


@pytest.fixture
def world(db):
    return World.make()


def test_every_call_that_makes_something_is_here():
    assert set(KEPT) == MADE.keys(), SCOPES


@pytest.mark.parametrize("name", KEPT)
def test_sent_again_the_answer_is_the_same_and_one_thing_is_made(world, name):
    person, model = MADE[name]
    key = "ticket-7/start"
    world.url(name)  # makes what the address names
    before = model.objects.count() if model else 0
    first = send(world, name, key, person=person)
    assert first.status_code in (200, 201), first.content
    assert "Idempotency-Replayed" not in first
    after = model.objects.count() if model else 0
    assert after > before or model is None
    again = send(world, name, key, person=person)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotency-Replayed"] == "true"
    for header in ("ETag", "Content-Type", "Cache-Control"):
        assert again.get(header) == first.get(header)
    assert (model.objects.count() if model else 0) == after


@pytest.mark.parametrize("name", KEPT)
def test_without_a_key_each_call_is_one_of_its_own(world, name):
    answer = send(world, name, None, person=MADE[name][0])
    assert answer.status_code in (200, 201)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", KEPT)
def test_the_answer_with_a_key_is_the_one_without(name, db):
    """In its shape: ids and times are others."""
    plain, keyed = (send(World.make(), name, key, person=MADE[name][0]) for key in (None, "k"))
    assert plain.status_code == keyed.status_code
    assert plain.json().keys() == keyed.json().keys()
    assert dict(plain.items()).keys() - {"Content-Length"} == dict(keyed.items()).keys() - {
        "Content-Length"
    }


def test_another_body_is_refused(world):
    start(world, "k")
    before = Session.objects.count()
    answer = start(world, "k", body={"tree_id": str(world.tree.pk), "ticket_number": "7"})
    assert answer.status_code == 422
    [problem] = answer.json()["detail"]
    assert problem["field"] == "Idempotency-Key"
    assert "another body" in problem["message"]
    assert Session.objects.count() == before


def test_another_file_is_refused(world):
    name = "api-session-attachments"
    assert send(world, name, "k").status_code == 201
    assert send(world, name, "k", body=b"error 811").status_code == 422


def test_another_call_is_refused(world):
    start(world, "k")
    answer = send(world, "api-session-prepare", "k")
    assert answer.status_code == 422
    assert "another call" in answer.json()["detail"][0]["message"]


def test_the_order_of_names_makes_no_other_body(world):
    tree = str(world.tree.pk)
    first = start(world, "k", body={"tree_id": tree, "ticket_number": "7"})
    again = start(world, "k", body={"ticket_number": "7", "tree_id": tree})
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"


def test_the_key_is_each_users_own(world):
    mine, theirs = start(world, "k"), start(world, "k", person="mate")
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["id"] != theirs.json()["id"]


def test_two_api_keys_of_one_user_share_it(world):
    """A key that is replaced in the midst of something doesn't make it twice."""
    assert start(world, "k").json() == start(world, "k").json()


def test_a_key_without_the_scope_gets_no_kept_answer(world):
    start(world, "k")
    client = APIClient()
    key = make_key(world.people["owner"], scopes=["read"])
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    assert start(world, "k", client=client).status_code == 403


@pytest.mark.parametrize(
    "refused",
    [{"tree_id": str(uuid4())}, {"tree_id": "x"}, {"tree_id": None}, {"ticket": "misspelt"}],
)
def test_what_was_refused_is_not_kept(world, refused):
    assert start(world, "k", body=refused).status_code in (404, 422)
    assert not Submission.objects.exists()
    assert start(world, "k").status_code == 201


def test_a_refusal_that_is_answered_is_not_kept_either(world):
    """Publishing answers its problems without raising them."""
    draft = world.draft
    Tree.objects.filter(pk=draft.pk).update(structure={"schema_version": 1, "nodes": {}})
    client = client_of(world.people["owner"])
    address = f"/api/v1/trees/{draft.pk}/publish"
    answer = client.post(address, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_what_broke_is_not_kept_and_leaves_nothing(world, monkeypatch):
    from sessions_app.api.sessions import SessionList

    client, before = client_of(world.people["owner"]), Session.objects.count()
    client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("After everything was written.")

    with monkeypatch.context() as patched:
        patched.setattr(SessionList, "answer", broken)
        assert start(world, "k", client=client).status_code == 500
    assert Session.objects.count() == before
    assert not Submission.objects.exists()
    assert start(world, "k", client=client).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "naïve", "\x7f"])
def test_what_is_no_key_is_refused(world, key):
    before = Session.objects.count()
    answer = start(world, key)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["field"] == "Idempotency-Key"
    assert Session.objects.count() == before


@pytest.mark.parametrize("key", ["x" * 255, '"8e03978e-40d5-43e8-bc93-6894a57f9324"', "7", "a,b;c"])
def test_what_is_one(world, key):
    assert re.match(KEY_PATTERN, key)
    assert start(world, key).json() == start(world, key).json()


def test_calls_that_read_or_replace_ignore_it(world):
    client = client_of(world.people["owner"], HTTP_IDEMPOTENCY_KEY="two words")
    address = f"/api/v1/sessions/{world.work_session.pk}"
    assert client.get(address).status_code == 200
    assert client.patch(address, {"scratchpad": "x"}).status_code == 200
    assert client.post(f"{address}/export", {}).status_code == 200
    assert client.post("/api/v1/redact", {"text": "x"}).status_code == 200
    assert client.delete(address).status_code == 204
    assert not Submission.objects.exists()


def test_after_a_day_the_key_is_new(world):
    first = start(world, "k").json()["id"]
    age = timedelta(hours=24, seconds=1)
    Submission.objects.update(created_at=timezone.now() - age)
    assert start(world, "k").json()["id"] != first
    assert Submission.objects.count() == 1
    Submission.objects.update(created_at=timezone.now() - age)
    cleanup(0)
    assert not Submission.objects.exists()


def test_the_browser_may_send_one_too(world):
    client = APIClient()
    client.force_login(world.people["owner"])
    assert start(world, "k", client=client).json() == start(world, "k", client=client).json()


def test_a_forms_token_is_no_key_of_another_call(world):
    """Both are rows of one table."""
    token = str(uuid4())
    client = APIClient()
    client.force_login(world.people["owner"])
    client.post(world.url("session-start"), {TOKEN_FIELD: token}, format="multipart")
    assert Submission.objects.count() == 1
    assert start(world, token).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_told_to_wait():
    """Two connections, as of two processes; the first is rolled back in the end."""
    world = World.make()
    user = world.people["owner"]
    claimed, finish = Event(), Event()

    def first():
        try:
            with transaction.atomic():
                Submission.objects.claim(
                    user=user, key="k", path=START, fingerprint="x", wait=False
                )
                claimed.set()
                finish.wait(timeout=30)
                transaction.set_rollback(True)
        finally:
            connection.close()

    thread = Thread(target=first)
    thread.start()
    assert claimed.wait(timeout=30)
    try:
        answer = start(world, "k")
        other = start(world, "another")
    finally:
        finish.set()
        thread.join(timeout=30)
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    assert "still running" in answer.json()["detail"]
    assert other.status_code == 201
    assert start(world, "k").status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["api-sessions", "api-session-batch", "api-tree-fork"])
def test_eight_at_once_make_one(name):
    world = World.make()
    person, model = MADE[name]
    client_of(world.people[person])
    before, ready = model.objects.count(), Barrier(8)

    def call(index):
        client = client_of(world.people[person])
        ready.wait(timeout=30)
        return send(world, name, "k", client=client)

    answers = at_once(call, 8, workers=8)
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = [answer for answer in answers if answer.status_code == 201]
    assert len([answer for answer in made if "Idempotency-Replayed" not in answer]) == 1
    assert len({answer.content for answer in made}) == 1
    assert model.objects.count() == before + 1
    assert send(world, name, "k", person=person).content == made[0].content


def test_the_document_describes_it():
    described = set()
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            names = [one["name"] for one in operation.get("parameters", [])]
            if "Idempotency-Key" in names:
                described.add((method, path))
                responses = operation["responses"]
                assert {"409", "422"} <= responses.keys()
                assert "Retry-After" in responses["409"]["headers"]
                [done] = [one for status, one in responses.items() if status.startswith("2")]
                assert "Idempotency-Replayed" in done["headers"]
    assert len(described) == len(KEPT)
    assert {method for method, _ in described} == {"post"}
