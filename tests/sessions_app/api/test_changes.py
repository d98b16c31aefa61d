"""Changing a session over REST, against the state that was seen."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app import limits
from sessions_app.models import Decision, Session
from tests.factories import (
    add_decision,
    make_completed,
    make_session,
)
from tests.sessions_app.api_helpers import OWN_ID, STEP, fields, prepared_for, url

pytestmark = [pytest.mark.django_db, pytest.mark.req("S4", "S15")]


@pytest.mark.req("S4")
@pytest.mark.parametrize("method", ["put", "patch"])
def test_changes_only_what_is_sent(api, engineer, method):
    work_session = make_session(engineer, scratchpad="kept", client_name="Contoso")
    add_decision(work_session)
    given = {"ticket_number": "T-2", "current_node": "ping"}
    answer = getattr(api(engineer), method)(url(work_session), given)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["ticket_number"], body["current_node"]) == ("T-2", "ping")
    assert (body["scratchpad"], body["client_name"]) == ("kept", "Contoso")
    assert body["path_taken"] == ["scope"]


@pytest.mark.req("S4")
def test_replaces_the_path_and_custom_steps(api, engineer):
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


@pytest.mark.req("S4")
def test_a_path_sent_again_keeps_rows_times_and_where_answers_led(api, engineer):
    work_session = make_session(engineer)
    client = api(engineer)
    client.put(url(work_session), {"decisions": [STEP, {"node_id": "ping", "answer": "Done"}]})
    before = list(Decision.objects.order_by("position").values())
    assert [row["next_node"] for row in before] == ["ping", "replies"]
    third = {"node_id": "replies", "answer": "Yes"}
    path = [STEP, {"node_id": "ping", "answer": "Done", "notes": "Two replies."}, third]
    client.put(url(work_session), {"decisions": path}, headers={"If-Match": "*"})
    after = list(Decision.objects.order_by("position").values())
    assert after[0] == before[0]
    edit = {"edited_by_id": engineer.pk, "edited_at": after[1]["edited_at"]}
    assert after[1] == {**before[1], **edit, "notes": "Two replies."}
    assert edit["edited_at"] is not None
    assert after[2]["next_node"] == "reset-profile"


@pytest.mark.req("S4")
def test_a_path_can_be_shortened_and_changed_in_the_middle(api, engineer):
    work_session = make_session(engineer)
    client = api(engineer)
    ping, replies = {"node_id": "ping"}, {"node_id": "replies", "answer": "Yes"}
    client.put(url(work_session), {"decisions": [STEP, ping, replies]})
    seen = {"If-Match": client.get(url(work_session))["ETag"]}
    body = client.put(url(work_session), {"decisions": [STEP, replies]}, headers=seen).json()
    assert body["path_taken"] == ["scope", "replies"]
    assert [step["position"] for step in body["decisions"]] == [1, 2]
    seen = {"If-Match": client.get(url(work_session))["ETag"]}
    emptied = client.put(url(work_session), {"decisions": []}, headers=seen)
    assert emptied.json()["decision_count"] == 0
    assert not Decision.objects.exists()


BAD_STEP = {
    "decisions.0.node_id": [{}, {"node_id": 5}, {"node_id": ""}, {"node_id": "A B"}],
    "decisions.0.notes": [
        {"node_id": "scope", "notes": 5},
        {"node_id": "scope", "notes": ["x"]},
        {"node_id": "scope", "notes": "\x00"},
        {"node_id": "scope", "notes": "x" * (limits.NOTES + 1)},
    ],
    "decisions.0.timestamp": [
        {"node_id": "scope", "timestamp": "yesterday"},
        {"node_id": "scope", "timestamp": 5},
        {"node_id": "scope", "timestamp": "2026-02-30T10:00:00Z"},
        {"node_id": "scope", "timestamp": "0001-01-01T00:00:00+14:00"},
    ],
    "decisions.0.attachments": [
        {"node_id": "scope", "attachments": {}},
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


@pytest.mark.req("S4")
@pytest.mark.parametrize(
    ("field", "step"), [(field, step) for field, steps in BAD_STEP.items() for step in steps]
)
def test_a_step_that_cant_be_used_is_422_by_place(api, engineer, field, step):
    work_session = make_session(engineer)
    assert field in fields(api(engineer).put(url(work_session), {"decisions": [step]}))
    assert not Decision.objects.exists()


@pytest.mark.req("S4")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"decisions": {}}, "decisions"),
        ({"decisions": [STEP] * (limits.DECISIONS + 1)}, "decisions"),
        ({"custom_steps": [{"id": "custom-1", "title": "x"}]}, "custom_steps.0.id"),
        ({"custom_steps": [{"id": OWN_ID}]}, "custom_steps.0.title"),
        ({"custom_steps": [{"id": OWN_ID, "title": " "}]}, "custom_steps.0.title"),
        ({"custom_steps": [{"id": OWN_ID, "title": "x"}] * 2}, "custom_steps"),
        ({"current_node": "nowhere"}, "current_node"),
        ({"current_node": 5}, "current_node"),
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
def test_what_cant_be_set_is_422_and_named(api, engineer, given, field):
    work_session = make_session(engineer)
    answer = api(engineer).generic(
        "PUT", url(work_session), dump(given), content_type="application/json"
    )
    assert field in fields(answer)


def dump(value) -> bytes:
    return json.dumps(value).encode("ascii")


@pytest.mark.req("S16")
@pytest.mark.parametrize(
    "field", ["scratchpad", "next_steps", "outcome_notes", "ticket_number", "client_name"]
)
@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "\\udc00 tail"])
def test_unstorable_text_is_422_never_500(api, engineer, field, text):
    work_session = make_session(engineer)
    body = f'{{"{field}": "{text}"}}'
    answer = api(engineer).generic("PUT", url(work_session), body, content_type="application/json")
    assert fields(answer) == {field}


@pytest.mark.req("S4")
def test_completed_is_400(api, engineer):
    work_session = make_completed(engineer)
    answer = api(engineer).put(url(work_session), {"scratchpad": "x"})
    assert answer.status_code == 400
    assert "completed" in answer.json()["detail"]


@pytest.mark.req("S4")
def test_first_update_starts_a_prepared_session_for_its_assignee(api, engineer, colleague):
    work_session = prepared_for(engineer, by=colleague)
    body = api(engineer).put(url(work_session), {"scratchpad": "x"}).json()
    assert body["status"] == "active"
    assert (body["user_id"], body["prepared_by_id"]) == (
        str(engineer.pk),
        str(colleague.pk),
    )
    assert body["started_at"] is not None


@pytest.mark.req("S15")
def test_a_write_against_an_older_state_answers_409_with_the_current_one(api, engineer):
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


@pytest.mark.req("S15")
@pytest.mark.parametrize("tag", ["*", '"1"', '"7", "1"', 'W/"1"'])
def test_tags_that_match(api, engineer, tag):
    work_session = make_session(engineer)
    answer = api(engineer).put(url(work_session), {"scratchpad": "x"}, headers={"If-Match": tag})
    assert answer.status_code == 200


@pytest.mark.req("S15")
@pytest.mark.parametrize("tag", ['"2"', "1", "", '"01"', '"2", "3"', "no tag at all"])
def test_tags_that_dont_match(api, engineer, tag):
    work_session = make_session(engineer)
    answer = api(engineer).put(url(work_session), {"scratchpad": "x"}, headers={"If-Match": tag})
    assert answer.status_code == 409
    assert set(answer.json()) == {"detail", "current"}


@pytest.mark.req("S15")
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
def test_every_write_honours_if_match(api, engineer, verb, method, given):
    work_session = make_session(engineer)
    call = getattr(api(engineer), method)
    assert call(url(work_session, verb), given, headers={"If-Match": '"9"'}).status_code == 409
    answer = call(url(work_session, verb), given, headers={"If-Match": '"1"'})
    assert answer.status_code in (200, 204)


@pytest.mark.req("S4")
def test_the_time_at_a_step_begins_when_the_run_is_put_there(api, engineer):
    work_session = make_session(engineer)
    before = timezone.now() - timedelta(hours=1)
    Session.objects.filter(pk=work_session.pk).update(node_entered_at=before)
    client = api(engineer)
    assert client.patch(url(work_session), {"current_node": "scope"}).status_code == 200
    work_session.refresh_from_db()
    assert work_session.node_entered_at == before
    assert client.patch(url(work_session), {"current_node": "ping"}).status_code == 200
    work_session.refresh_from_db()
    assert work_session.node_entered_at > before
