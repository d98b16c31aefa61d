"""A write of the path may add to what is recorded; to change it, it must know the state ([S15])."""

from threading import Barrier, Event, Thread

import pytest
from django.db import connection
from django.test import Client

from sessions_app.api.representation import current_state
from sessions_app.models import Decision, Session
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from tests.factories import add_decision, make_key, make_session
from tests.sessions_app.api_helpers import OWN_ID, STEP, url
from tests.sessions_app.threads import at_once

NEXT = {"node_id": "ping", "answer": "Done"}
CHANGES = [
    [],
    [NEXT],
    [{**STEP, "answer": "Everyone"}, NEXT],
    [{**STEP, "notes": "Other notes."}, NEXT],
    [{"node_id": "scope", "answer": "One user"}, NEXT],
    [{**STEP, "notes": "Two laptops.", "timestamp": "2020-01-01T00:00:00Z"}, NEXT],
    [NEXT, {**STEP, "notes": "Two laptops."}],
]


@pytest.fixture
def recorded(engineer):
    work_session = make_session(engineer)
    add_decision(work_session, **STEP, notes="Two laptops.", recorded_by=engineer)
    return work_session


@pytest.mark.django_db
@pytest.mark.req("S4", "S15")
@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize("path", CHANGES)
def test_what_would_drop_or_change_a_recorded_step_is_refused(
    api, engineer, recorded, path, method
):
    before = list(Decision.objects.values())
    answer = getattr(api(engineer), method)(url(recorded), {"decisions": path})
    assert answer.status_code == 409
    assert "If-Match" in answer.json()["detail"]
    now = api(engineer).get(url(recorded))
    assert (answer.json()["current"], answer["ETag"]) == (now.json(), now["ETag"])
    assert list(Decision.objects.values()) == before


@pytest.mark.django_db
@pytest.mark.req("S4", "S15")
@pytest.mark.parametrize("path", CHANGES)
def test_the_same_with_the_state_that_was_seen_is_taken(api, engineer, recorded, path):
    client = api(engineer)
    seen = {"If-Match": client.get(url(recorded))["ETag"]}
    answer = client.put(url(recorded), {"decisions": path}, headers=seen)
    assert answer.status_code == 200
    assert answer.json()["path_taken"] == [step["node_id"] for step in path]


@pytest.mark.django_db
@pytest.mark.req("S4", "S15")
def test_old_callers_go_on_adding_steps(api, engineer, recorded):
    """Their own steps as they sent them, or the whole path as they read it."""
    client = api(engineer)
    path = [{**STEP, "notes": "Two laptops."}, NEXT]
    assert client.put(url(recorded), {"decisions": path}).status_code == 200
    read = client.get(url(recorded)).json()["decisions"]
    whole = [*read, {"node_id": "replies", "answer": "Yes"}]
    assert client.put(url(recorded), {"decisions": whole}).json()["decision_count"] == 3
    assert client.put(url(recorded), {"decisions": read}).status_code == 409


@pytest.mark.django_db
@pytest.mark.req("S4", "S15")
def test_custom_steps_are_added_to_and_not_dropped_unseen(api, engineer):
    work_session, client = make_session(engineer), api(engineer)
    first = {"id": OWN_ID, "title": "Call the ISP"}
    assert client.put(url(work_session), {"custom_steps": [first]}).status_code == 200
    second = {**first, "id": OWN_ID[:-1] + "8"}
    added = client.put(url(work_session), {"custom_steps": [first, second]})
    assert added.status_code == 200
    for dropped in ([], [second], [{**first, "title": "Other"}, second]):
        refused = client.put(url(work_session), {"custom_steps": dropped})
        assert refused.status_code == 409
        assert len(refused.json()["current"]["custom_steps"]) == 2
    seen = {"If-Match": added["ETag"]}
    assert client.put(url(work_session), {"custom_steps": []}, headers=seen).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("S15")
@pytest.mark.parametrize("turn", range(10))
def test_an_answer_of_the_page_and_a_path_of_the_api_at_once(api, engineer, turn):
    """Whichever comes first, the page's answer is never overwritten."""
    work_session = make_session(engineer)
    address, key = url(work_session), make_key(engineer)
    together = Barrier(2)

    def do(index):
        together.wait(timeout=60)
        if index == turn % 2:
            form = {"position": 1, "node_id": "scope", "choice": 0, "notes": "From the page."}
            browser = Client()
            browser.force_login(engineer)
            return browser.post(f"/sessions/{work_session.pk}/answer", form).status_code
        headers = {"Authorization": f"Token {key}"}
        given = {"decisions": [{**STEP, "notes": "From the API."}]}
        return (
            Client()
            .put(address, given, content_type="application/json", headers=headers)
            .status_code
        )

    results = at_once(do, 2, workers=2)
    page, api_status = results[turn % 2], results[1 - turn % 2]
    notes = list(Decision.objects.filter(session=work_session).values_list("notes", flat=True))
    assert (page, api_status, notes) in [
        (303, 409, ["From the page."]),
        (409, 200, ["From the API."]),
    ]


def _answer_often(user, pk, stop):
    """Record step after step until told to stop."""
    choices = {"scope": 0, "ping": None, "replies": 1}
    while not stop.is_set():
        now = Session.objects.get(pk=pk)
        step = StepInput(
            position=now.decision_count + 1,
            node_id=now.current_node,
            choice=choices[now.current_node],
        )
        recording_services.answer(user=user, pk=pk, step=step)
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("S2", "S15")
def test_fields_steps_and_entity_tag_are_of_one_moment(engineer):
    """While another connection records step after step."""
    work_session = make_session(engineer)
    first = work_session.revision
    stop = Event()
    writer = Thread(target=_answer_often, args=(engineer, work_session.pk, stop))
    writer.start()
    headers = {"Authorization": f"Token {make_key(engineer)}"}
    seen = set()
    try:
        for _ in range(60):
            answer = Client().get(url(work_session), headers=headers)
            body, tag = answer.json(), answer["ETag"]
            count = len(body["decisions"])
            # Each step raises the revision by one.
            assert tag == f'"{first + count}"'
            assert body["decision_count"] == count
            state = current_state(work_session.pk)
            assert state is not None
            assert state[1] == f'"{first + len(state[0]["decisions"])}"'
            listed = Client().get("/api/v1/sessions?expand=decisions", headers=headers).json()[0]
            assert listed["decision_count"] == len(listed["decisions"])
            seen.add(count)
    finally:
        stop.set()
        writer.join()
    assert len(seen) > 5
    assert connection.connection.isolation_level is None
