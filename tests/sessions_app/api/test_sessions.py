"""One session over REST: reading, starting, completing and the rest."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.models import Decision, Session
from tests.factories import (
    TreeFactory,
    add_decision,
    make_completed,
    make_session,
)
from tests.sessions_app.api_helpers import fields, prepared_for, url
from trees_app.models import Tree

pytestmark = pytest.mark.django_db
NOBODY = str(uuid.UUID(int=7))


@pytest.mark.req("S2")
def test_answers_every_field_of_section_5(api, engineer):
    work_session = make_session(engineer, ticket_number="T-1", client_name="Contoso")
    add_decision(work_session, notes="One PC.", attachments=[{"name": "a", "url": "/a.png"}])
    answer = api(engineer).get(url(work_session))
    assert answer.status_code == 200
    assert set(answer.json()) == {
        *("id", "tree_id", "tree_name", "tree_snapshot", "user_id", "user_name"),
        *("assigned_to_id", "assigned_to_name", "prepared_by_id", "prepared_by_name"),
        *("ticket_number", "client_name"),
        *("title", "scratchpad", "session_variables", "started_at", "completed_at"),
        *("last_activity_at", "outcome", "outcome_notes", "next_steps", "exported", "batch_id"),
        *("target_label", "current_node", "decisions", "custom_steps", "decision_count"),
        *("status", "is_active", "path_taken", "variable_problems"),
    }
    assert answer.json()["user_id"] == str(engineer.pk)
    assert answer.json()["user_name"] == engineer.display_name
    assert answer.json()["path_taken"] == ["scope"]
    assert set(answer.json()["decisions"][0]) == {
        *("position", "node_id", "question", "answer", "action", "notes", "command_output"),
        *("timestamp", "entered_at", "attachments", "carried_over_from"),
        *("edited_at", "edited_by_name"),
    }
    assert answer.json()["tree_snapshot"]["structure"]["start"] == "scope"


def test_text_is_never_null(api, engineer):
    answer = api(engineer).get(url(make_session(engineer))).json()
    texts = "ticket_number client_name title scratchpad outcome outcome_notes next_steps"
    assert [answer[name] for name in texts.split()] == [""] * 7
    assert (answer["assigned_to_name"], answer["prepared_by_name"]) == ("", "")
    assert (answer["assigned_to_id"], answer["completed_at"], answer["batch_id"]) == (None,) * 3


def test_steps_that_were_set_aside_are_not_on_the_path(api, engineer):
    work_session = make_session(engineer)
    add_decision(work_session)
    add_decision(work_session, node_id="ping", discarded_branch=uuid.uuid4())
    assert api(engineer).get(url(work_session)).json()["path_taken"] == ["scope"]


def test_an_idle_session_is_not_active_but_its_status_is(api, engineer):
    work_session = make_session(engineer, last_activity_at=timezone.now() - timedelta(hours=1))
    answer = api(engineer).get(url(work_session)).json()
    assert (answer["status"], answer["is_active"]) == ("active", False)


@pytest.mark.req("S2")
@pytest.mark.parametrize("pk", [uuid.uuid4(), "7", "not-a-uuid", "%00", "x" * 300])
def test_unknown_or_malformed_id_is_404_in_json(api, engineer, pk):
    answer = api(engineer).get(f"/api/v1/sessions/{pk}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json()["detail"]


@pytest.fixture
def tree(author) -> Tree:
    return TreeFactory(author=author, published=True)


@pytest.mark.req("S3")
def test_starts_a_session(api, engineer, tree):
    given = {
        "tree_id": tree.pk,
        "ticket_number": "T-77",
        "client_name": "Müller GmbH",
        "session_variables": {"gateway": "gw-1", "contact": 12},
    }
    answer = api(engineer).post("/api/v1/sessions", given)
    assert answer.status_code == 201
    assert answer["ETag"] == '"1"'
    started = Session.objects.get(pk=answer.json()["id"])
    assert (started.user, started.ticket_number) == (engineer, "T-77")
    assert started.session_variables == {"gateway": "gw-1", "contact": "12"}
    tree.refresh_from_db()
    assert tree.usage_count == 1


@pytest.mark.req("S3")
def test_refusals(api, engineer, author, tree):
    client = api(engineer)

    def status(tree_id):
        return client.post("/api/v1/sessions", {"tree_id": tree_id}).status_code

    draft = TreeFactory(author=author)
    inactive = TreeFactory(author=author, published=True, is_active=False)
    private = TreeFactory(author=author, published=True, visibility="private")
    foreign = TreeFactory(published=True)
    public = TreeFactory(published=True, is_public=True)
    assert status(uuid.uuid4()) == 404
    assert status(str(uuid.uuid4()).upper()) == 404
    assert status(draft.pk) == 400
    assert status(inactive.pk) == 400
    assert status(private.pk) == 403
    assert status(foreign.pk) == 404
    assert status(public.pk) == 201
    assert Session.objects.count() == 1


@pytest.mark.req("S3")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "tree_id"),
        ({"tree_id": 1}, "tree_id"),
        ({"tree_id": True}, "tree_id"),
        ({"tree_id": 1.5}, "tree_id"),
        ({"tree_id": NOBODY.replace("-", "")}, "tree_id"),
        ({"tree_id": 0}, "tree_id"),
        ({"tree_id": None}, "tree_id"),
        ({"tree_id": NOBODY, "ticket_number": 7}, "ticket_number"),
        ({"tree_id": NOBODY, "ticket_number": "x" * 101}, "ticket_number"),
        ({"tree_id": NOBODY, "client_name": "a\x00b"}, "client_name"),
        ({"tree_id": NOBODY, "tiket_number": "7"}, "tiket_number"),
        ({"tree_id": NOBODY, "session_variables": []}, "session_variables"),
        ([], ""),
        ("text", ""),
        (7, ""),
    ],
)
def test_input_that_cant_be_used_is_422(api, engineer, given, field):
    assert field in fields(api(engineer).post("/api/v1/sessions", given))


@pytest.mark.req("S3")
def test_wrong_variables_are_named_by_the_field_that_was_sent(api, engineer, tree):
    given = {"tree_id": tree.pk, "session_variables": {"gateway": ["x"], "no-name": "x"}}
    answer = api(engineer).post("/api/v1/sessions", given)
    assert fields(answer) == {"session_variables.gateway", "session_variables.no-name"}


@pytest.mark.req("S5")
def test_completes_once_and_keeps_notes_that_are_left_out(api, engineer):
    work_session = make_session(engineer, next_steps="Call tomorrow.")
    client = api(engineer)
    given = {"outcome": "resolved_externally", "outcome_notes": "ISP fixed it."}
    answer = client.post(url(work_session, "complete"), given)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["outcome"]) == ("completed", "resolved_externally")
    assert (body["outcome_notes"], body["next_steps"]) == ("ISP fixed it.", "Call tomorrow.")
    assert client.post(url(work_session, "complete"), given).status_code == 400


@pytest.mark.req("S5")
def test_unknown_outcome_is_422(api, engineer):
    work_session = make_session(engineer)
    for given in ({}, *({"outcome": bad} for bad in ("fixed", "", None, ["resolved"]))):
        assert fields(api(engineer).post(url(work_session, "complete"), given)) == {"outcome"}


@pytest.mark.req("S5")
def test_prepared_is_400(api, engineer, colleague):
    work_session = prepared_for(engineer, by=colleague)
    answer = api(engineer).post(url(work_session, "complete"), {"outcome": "resolved"})
    assert answer.status_code == 400


@pytest.mark.req("S6")
def test_scratchpad_of_active_and_completed(api, engineer):
    client = api(engineer)
    for work_session in (make_session(engineer), make_completed(engineer)):
        answer = client.patch(url(work_session, "scratchpad"), {"scratchpad": "evidence"})
        assert answer.status_code == 200
        assert answer.json()["scratchpad"] == "evidence"
        assert answer["ETag"] == '"2"'
    assert fields(client.patch(url(work_session, "scratchpad"), {})) == {"scratchpad"}


@pytest.mark.req("S7")
def test_variables_merge(api, engineer):
    work_session = make_session(engineer, session_variables={"contact": "Ana", "gateway": "gw"})
    client = api(engineer)
    given = {"variables": {"gateway": "10.0.0.1", "extra": "1", "contact": None}}
    body = client.patch(url(work_session, "variables"), given).json()
    assert body["session_variables"] == {"contact": "", "gateway": "10.0.0.1", "extra": "1"}
    bad = client.patch(url(work_session, "variables"), {"variables": {"gateway": [1]}})
    assert fields(bad) == {"variables.gateway"}
    assert fields(client.patch(url(work_session, "variables"), {"variables": [1]})) == {"variables"}
    done = make_completed(engineer)
    assert client.patch(url(done, "variables"), {"variables": {}}).status_code == 400


@pytest.mark.req("S12")
def test_current_is_the_active_one_touched_last(api, engineer, colleague):
    client = api(engineer)
    assert client.get("/api/v1/sessions/current").status_code == 404
    older, newer = make_session(engineer), make_session(engineer)
    make_completed(engineer)
    make_session(colleague, assigned_to=engineer)
    assert client.get("/api/v1/sessions/current").json()["id"] == str(newer.pk)
    client.patch(url(older, "scratchpad"), {"scratchpad": "x"})
    assert client.get("/api/v1/sessions/current").json()["id"] == str(older.pk)


@pytest.mark.req("S13")
def test_title_has_1_to_30_characters(api, engineer):
    work_session = make_session(engineer)
    client = api(engineer)
    body = client.patch(url(work_session, "title"), {"title": "ä" * 30}).json()
    assert body["title"] == "ä" * 30
    for bad in ("", "   ", "x" * 31, None, 5):
        assert fields(client.patch(url(work_session, "title"), {"title": bad})) == {"title"}


@pytest.mark.req("S14")
def test_only_the_owner_deletes_and_decisions_go_along(api, engineer, colleague):
    work_session = make_session(engineer, assigned_to=colleague)
    add_decision(work_session)
    assert api(colleague).delete(url(work_session)).status_code == 403
    answer = api(engineer).delete(url(work_session))
    assert (answer.status_code, answer.content) == (204, b"")
    assert not Session.objects.exists()
    assert not Decision.objects.exists()
    assert api(engineer).delete(url(work_session)).status_code == 404
