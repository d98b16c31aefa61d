"""One session over REST: [S2] to [S7], [S12] to [S16]."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app import limits
from sessions_app.models import Decision, Session
from tests.factories import (
    TreeFactory,
    add_decision,
    make_completed,
    make_session,
)
from trees_app.models import Tree

pytestmark = pytest.mark.django_db
OWN_ID = f"custom-{uuid.UUID(int=7)}"
STEP = {"node_id": "scope", "question": "Is one user affected?", "answer": "One user"}


def url(work_session, verb=""):
    return f"/api/v1/sessions/{work_session.pk}{verb and '/' + verb}"


def fields(response):
    assert response.status_code == 422, response.data
    return {problem["field"] for problem in response.json()["detail"]}


# -- [S2] reading --------------------------------------------------------------------------------


def test_s2_answers_every_field_of_section_5(api, engineer):
    work_session = make_session(engineer, ticket_number="T-1", client_name="Contoso")
    add_decision(work_session, notes="One PC.", attachments=[{"name": "a", "url": "/a.png"}])
    answer = api(engineer).get(url(work_session))
    assert answer.status_code == 200
    assert set(answer.json()) == {
        *("id", "tree", "tree_name", "tree_snapshot", "user", "user_name", "assigned_to"),
        *("assigned_to_name", "prepared_by", "prepared_by_name", "ticket_number", "client_name"),
        *("title", "scratchpad", "session_variables", "started_at", "completed_at"),
        *("last_activity_at", "outcome", "outcome_notes", "next_steps", "exported", "batch_id"),
        *("target_label", "current_node", "decisions", "custom_steps", "decision_count"),
        *("status", "is_active", "path_taken"),
    }
    assert answer.json()["user"] == engineer.pk
    assert answer.json()["user_name"] == engineer.display_name
    assert answer.json()["path_taken"] == ["scope"]
    assert set(answer.json()["decisions"][0]) == {
        *("position", "node_id", "question", "answer", "action", "notes", "command_output"),
        *("timestamp", "entered_at", "attachments", "carried_over_from"),
    }
    assert answer.json()["tree_snapshot"]["structure"]["start"] == "scope"


def test_text_is_never_null(api, engineer):
    answer = api(engineer).get(url(make_session(engineer))).json()
    texts = "ticket_number client_name title scratchpad outcome outcome_notes next_steps"
    assert [answer[name] for name in texts.split()] == [""] * 7
    assert (answer["assigned_to_name"], answer["prepared_by_name"]) == ("", "")
    assert (answer["assigned_to"], answer["completed_at"], answer["batch_id"]) == (None,) * 3


def test_steps_that_were_set_aside_are_not_on_the_path(api, engineer):
    work_session = make_session(engineer)
    add_decision(work_session)
    add_decision(work_session, node_id="ping", shelf=uuid.uuid4())
    assert api(engineer).get(url(work_session)).json()["path_taken"] == ["scope"]


def test_an_idle_session_is_not_active_but_its_status_is(api, engineer):
    work_session = make_session(engineer, last_activity_at=timezone.now() - timedelta(hours=1))
    answer = api(engineer).get(url(work_session)).json()
    assert (answer["status"], answer["is_active"]) == ("active", False)


@pytest.mark.parametrize("pk", [uuid.uuid4(), "7", "not-a-uuid", "%00", "x" * 300])
def test_s2_unknown_or_malformed_id_is_404_in_json(api, engineer, pk):
    answer = api(engineer).get(f"/api/v1/sessions/{pk}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["detail"]


# -- [S3] starting -------------------------------------------------------------------------------


@pytest.fixture
def tree(author) -> Tree:
    return TreeFactory(author=author, published=True)


def test_s3_starts_a_session(api, engineer, tree):
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


def test_s3_refusals(api, engineer, author, tree):
    client = api(engineer)

    def status(tree_id):
        return client.post("/api/v1/sessions", {"tree_id": tree_id}).status_code

    draft = TreeFactory(author=author)
    inactive = TreeFactory(author=author, published=True, is_active=False)
    private = TreeFactory(author=author, published=True, visibility="private")
    foreign = TreeFactory(published=True)
    public = TreeFactory(published=True, is_public=True)
    assert status(999_999) == 404
    assert status(2**63 - 1) == 404
    assert status(draft.pk) == 400
    assert status(inactive.pk) == 400
    assert status(private.pk) == 403
    assert status(foreign.pk) == 404
    assert status(public.pk) == 201
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "tree_id"),
        ({"tree_id": "1"}, "tree_id"),
        ({"tree_id": True}, "tree_id"),
        ({"tree_id": 1.5}, "tree_id"),
        ({"tree_id": 2**63}, "tree_id"),
        ({"tree_id": 0}, "tree_id"),
        ({"tree_id": None}, "tree_id"),
        ({"tree_id": 1, "ticket_number": 7}, "ticket_number"),
        ({"tree_id": 1, "ticket_number": None}, "ticket_number"),
        ({"tree_id": 1, "ticket_number": "x" * 101}, "ticket_number"),
        ({"tree_id": 1, "client_name": "a\x00b"}, "client_name"),
        ({"tree_id": 1, "tiket_number": "7"}, "tiket_number"),
        ({"tree_id": 1, "session_variables": []}, "session_variables"),
        ([], ""),
        ("text", ""),
        (7, ""),
    ],
)
def test_s3_input_that_cant_be_used_is_422(api, engineer, given, field):
    assert field in fields(api(engineer).post("/api/v1/sessions", given))


def test_s3_wrong_variables_are_named_by_the_field_that_was_sent(api, engineer, tree):
    given = {"tree_id": tree.pk, "session_variables": {"gateway": "two words", "no-name": "x"}}
    answer = api(engineer).post("/api/v1/sessions", given)
    assert fields(answer) == {"session_variables.gateway", "session_variables.no-name"}


# -- [S4] changing -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["put", "patch"])
def test_s4_changes_only_what_is_sent(api, engineer, method):
    work_session = make_session(engineer, scratchpad="kept", client_name="Contoso")
    add_decision(work_session)
    given = {"ticket_number": "T-2", "current_node": "ping"}
    answer = getattr(api(engineer), method)(url(work_session), given)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["ticket_number"], body["current_node"]) == ("T-2", "ping")
    assert (body["scratchpad"], body["client_name"]) == ("kept", "Contoso")
    assert body["path_taken"] == ["scope"]


def test_s4_replaces_the_path_and_custom_steps(api, engineer):
    work_session = make_session(engineer)
    own = f"custom-{uuid.uuid4()}"
    given = {
        "custom_steps": [{"id": own, "title": "Call the ISP", "commands": [{"code": "ping x"}]}],
        "decisions": [
            {**STEP, "timestamp": "2026-01-02T10:00:00+01:00", "notes": "a\nb"},
            {"node_id": own, "answer": "Done", "attachments": [{"name": "x", "url": "https://x"}]},
        ],
    }
    body = api(engineer).put(url(work_session), given).json()
    assert body["path_taken"] == ["scope", own]
    assert body["decision_count"] == 2
    assert body["decisions"][0]["timestamp"] == "2026-01-02T09:00:00Z"
    assert body["decisions"][0]["notes"] == "a\nb"
    assert body["decisions"][1]["attachments"] == [{"name": "x", "url": "https://x"}]
    assert body["custom_steps"] == [
        {
            "id": own,
            "title": "Call the ISP",
            "body": "",
            "commands": [{"label": "", "shell": "", "code": "ping x"}],
            "return_to": "",
        }
    ]


def test_s4_a_path_sent_again_keeps_rows_times_and_where_answers_led(api, engineer):
    work_session = make_session(engineer)
    client = api(engineer)
    client.put(url(work_session), {"decisions": [STEP, {"node_id": "ping", "answer": "Done"}]})
    before = list(Decision.objects.order_by("position").values())
    assert [row["next_node"] for row in before] == ["ping", "replies"]
    third = {"node_id": "replies", "answer": "Yes"}
    path = [STEP, {"node_id": "ping", "answer": "Done", "notes": "Two replies."}, third]
    client.put(url(work_session), {"decisions": path})
    after = list(Decision.objects.order_by("position").values())
    assert after[0] == before[0]
    assert after[1] == {**before[1], "notes": "Two replies."}
    assert after[2]["next_node"] == "reset-profile"


def test_s4_a_path_can_be_shortened_and_changed_in_the_middle(api, engineer):
    work_session = make_session(engineer)
    client = api(engineer)
    ping, replies = {"node_id": "ping"}, {"node_id": "replies", "answer": "Yes"}
    client.put(url(work_session), {"decisions": [STEP, ping, replies]})
    body = client.put(url(work_session), {"decisions": [STEP, replies]}).json()
    assert body["path_taken"] == ["scope", "replies"]
    assert [step["position"] for step in body["decisions"]] == [1, 2]
    assert client.put(url(work_session), {"decisions": []}).json()["decision_count"] == 0
    assert not Decision.objects.exists()


BAD_STEP = {
    "decisions.0.node_id": [{}, {"node_id": 5}, {"node_id": ""}, {"node_id": "A B"}],
    "decisions.0.notes": [
        {"node_id": "scope", "notes": None},
        {"node_id": "scope", "notes": 5},
        {"node_id": "scope", "notes": ["x"]},
        {"node_id": "scope", "notes": "\x00"},
        {"node_id": "scope", "notes": "x" * (limits.NOTES + 1)},
    ],
    "decisions.0.timestamp": [
        {"node_id": "scope", "timestamp": "yesterday"},
        {"node_id": "scope", "timestamp": None},
        {"node_id": "scope", "timestamp": 5},
        {"node_id": "scope", "timestamp": "2026-02-30T10:00:00Z"},
        {"node_id": "scope", "timestamp": "0001-01-01T00:00:00+14:00"},
    ],
    "decisions.0.attachments": [
        {"node_id": "scope", "attachments": {}},
        {"node_id": "scope", "attachments": None},
    ],
    "decisions.0.attachments.0": [{"node_id": "scope", "attachments": ["x"]}],
    "decisions.0.attachments.0.url": [
        {"node_id": "scope", "attachments": [{"name": "x", "url": "javascript:alert(1)"}]},
        {"node_id": "scope", "attachments": [{"name": "x"}]},
    ],
    "decisions.0.position": [
        {"node_id": "scope", "position": 2},
        {"node_id": "scope", "position": "1"},
        {"node_id": "scope", "position": 10**30},
    ],
    "decisions.0.anser": [{"node_id": "scope", "anser": "One user"}],
    "decisions.0": ["scope", [], None, 5],
}


@pytest.mark.parametrize(
    ("field", "step"), [(field, step) for field, steps in BAD_STEP.items() for step in steps]
)
def test_s4_a_step_that_cant_be_used_is_422_by_place(api, engineer, field, step):
    work_session = make_session(engineer)
    assert field in fields(api(engineer).put(url(work_session), {"decisions": [step]}))
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"decisions": {}}, "decisions"),
        ({"decisions": None}, "decisions"),
        ({"decisions": [{"node_id": "nowhere"}]}, "decisions.0.node_id"),
        ({"decisions": [STEP] * (limits.DECISIONS + 1)}, "decisions"),
        ({"custom_steps": [{"id": "custom-1", "title": "x"}]}, "custom_steps.0.id"),
        ({"custom_steps": [{"id": OWN_ID}]}, "custom_steps.0.title"),
        ({"custom_steps": [{"id": OWN_ID, "title": " "}]}, "custom_steps.0.title"),
        ({"custom_steps": [{"id": OWN_ID, "title": "x"}] * 2}, "custom_steps"),
        ({"current_node": "nowhere"}, "current_node"),
        ({"current_node": 5}, "current_node"),
        ({"current_node": None}, "current_node"),
        ({"scratchpad": "x" * (limits.SCRATCHPAD + 1)}, "scratchpad"),
        ({"scratchpad": {}}, "scratchpad"),
        ({"outcome": "resolved"}, "outcome"),
        ({"title": "x"}, "title"),
        ({"id": "x"}, "id"),
        ({"user": 1}, "user"),
        ({"revision": 1}, "revision"),
        ({"\ud800": 1}, "\ufffd"),
        ({"": 1}, ""),
    ],
)
def test_s4_what_cant_be_set_is_422_and_named(api, engineer, given, field):
    work_session = make_session(engineer)
    answer = api(engineer).generic(
        "PUT", url(work_session), dump(given), content_type="application/json"
    )
    assert field in fields(answer)


def dump(value) -> bytes:
    return json.dumps(value).encode("ascii")


@pytest.mark.parametrize(
    "field", ["scratchpad", "next_steps", "outcome_notes", "ticket_number", "client_name"]
)
@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "\\udc00 tail"])
def test_s16_unstorable_text_is_422_never_500(api, engineer, field, text):
    work_session = make_session(engineer)
    body = f'{{"{field}": "{text}"}}'
    answer = api(engineer).generic("PUT", url(work_session), body, content_type="application/json")
    assert fields(answer) == {field}


def test_s4_completed_is_400(api, engineer):
    work_session = make_completed(engineer)
    answer = api(engineer).put(url(work_session), {"scratchpad": "x"})
    assert answer.status_code == 400
    assert "completed" in answer.json()["detail"]


def prepared_for(assignee, *, by):
    work_session = make_session(by, assigned_to=assignee, prepared_by=by)
    Session.objects.filter(pk=work_session.pk).update(started_at=None)
    work_session.refresh_from_db()
    return work_session


def test_s4_first_update_starts_a_prepared_session_for_its_assignee(api, engineer, colleague):
    work_session = prepared_for(engineer, by=colleague)
    body = api(engineer).put(url(work_session), {"scratchpad": "x"}).json()
    assert body["status"] == "active"
    assert (body["user"], body["prepared_by"]) == (engineer.pk, colleague.pk)
    assert body["started_at"] is not None


# -- [S15] -------------------------------------------------------------------------------------


def test_s15_a_write_against_an_older_state_answers_409_with_the_current_one(api, engineer):
    work_session = make_session(engineer)
    client = api(engineer)
    seen = client.get(url(work_session))["ETag"]
    first = client.put(url(work_session), {"decisions": [STEP]}, headers={"If-Match": seen})
    assert first.status_code == 200
    assert first["ETag"] != seen
    late = client.put(url(work_session), {"decisions": []}, headers={"If-Match": seen})
    assert late.status_code == 409
    assert late.json()["current"] == client.get(url(work_session)).json()
    assert late["ETag"] == first["ETag"]
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("tag", ["*", '"1"', '"7", "1"', 'W/"1"'])
def test_s15_tags_that_match(api, engineer, tag):
    work_session = make_session(engineer)
    answer = api(engineer).put(url(work_session), {"scratchpad": "x"}, headers={"If-Match": tag})
    assert answer.status_code == 200


@pytest.mark.parametrize("tag", ['"2"', "1", "", '"01"', '"2", "3"', "no tag at all"])
def test_s15_tags_that_dont_match(api, engineer, tag):
    work_session = make_session(engineer)
    answer = api(engineer).put(url(work_session), {"scratchpad": "x"}, headers={"If-Match": tag})
    assert answer.status_code == 409
    assert set(answer.json()) == {"detail", "current"}


@pytest.mark.parametrize(
    ("verb", "method", "given"),
    [
        ("complete", "post", {"outcome": "resolved"}),
        ("scratchpad", "patch", {"scratchpad": "x"}),
        ("variables", "patch", {"variables": {}}),
        ("title", "patch", {"title": "x"}),
        ("", "delete", None),
    ],
)
def test_s15_every_write_honours_if_match(api, engineer, verb, method, given):
    work_session = make_session(engineer)
    call = getattr(api(engineer), method)
    assert call(url(work_session, verb), given, headers={"If-Match": '"9"'}).status_code == 409
    answer = call(url(work_session, verb), given, headers={"If-Match": '"1"'})
    assert answer.status_code in (200, 204)


# -- [S5] completing -----------------------------------------------------------------------------


def test_s5_completes_once_and_keeps_notes_that_are_left_out(api, engineer):
    work_session = make_session(engineer, next_steps="Call tomorrow.")
    client = api(engineer)
    given = {"outcome": "resolved_externally", "outcome_notes": "ISP fixed it."}
    answer = client.post(url(work_session, "complete"), given)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["outcome"]) == ("completed", "resolved_externally")
    assert (body["outcome_notes"], body["next_steps"]) == ("ISP fixed it.", "Call tomorrow.")
    assert client.post(url(work_session, "complete"), given).status_code == 400


def test_s5_unknown_outcome_is_422(api, engineer):
    work_session = make_session(engineer)
    for given in ({}, *({"outcome": bad} for bad in ("fixed", "", None, ["resolved"]))):
        assert fields(api(engineer).post(url(work_session, "complete"), given)) == {"outcome"}


def test_s5_prepared_is_400(api, engineer, colleague):
    work_session = prepared_for(engineer, by=colleague)
    answer = api(engineer).post(url(work_session, "complete"), {"outcome": "resolved"})
    assert answer.status_code == 400


# -- [S6], [S7], [S12] to [S14] ------------------------------------------------------------------


def test_s6_scratchpad_of_active_and_completed(api, engineer):
    client = api(engineer)
    for work_session in (make_session(engineer), make_completed(engineer)):
        answer = client.patch(url(work_session, "scratchpad"), {"scratchpad": "evidence"})
        assert answer.status_code == 200
        assert answer.json()["scratchpad"] == "evidence"
        assert answer["ETag"] == '"2"'
    assert fields(client.patch(url(work_session, "scratchpad"), {})) == {"scratchpad"}


def test_s7_variables_merge(api, engineer):
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


def test_s12_current_is_the_active_one_touched_last(api, engineer, colleague):
    client = api(engineer)
    assert client.get("/api/v1/sessions/current").status_code == 404
    older, newer = make_session(engineer), make_session(engineer)
    make_completed(engineer)
    make_session(colleague, assigned_to=engineer)
    assert client.get("/api/v1/sessions/current").json()["id"] == str(newer.pk)
    client.patch(url(older, "scratchpad"), {"scratchpad": "x"})
    assert client.get("/api/v1/sessions/current").json()["id"] == str(older.pk)


def test_s13_title_has_1_to_30_characters(api, engineer):
    work_session = make_session(engineer)
    client = api(engineer)
    body = client.patch(url(work_session, "title"), {"title": "ä" * 30}).json()
    assert body["title"] == "ä" * 30
    for bad in ("", "   ", "x" * 31, None, 5):
        assert fields(client.patch(url(work_session, "title"), {"title": bad})) == {"title"}


def test_s14_only_the_owner_deletes_and_decisions_go_along(api, engineer, colleague):
    work_session = make_session(engineer, assigned_to=colleague)
    add_decision(work_session)
    assert api(colleague).delete(url(work_session)).status_code == 403
    answer = api(engineer).delete(url(work_session))
    assert (answer.status_code, answer.content) == (204, b"")
    assert not Session.objects.exists()
    assert not Decision.objects.exists()
    assert api(engineer).delete(url(work_session)).status_code == 404
