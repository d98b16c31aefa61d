"""The shapes of the API: what all requests share, and that answers are what is described."""

import gc
import json
import tracemalloc
from typing import Annotated

import pytest
from django.test import override_settings

from exports_app.options import ExportOptions
from resolutionflow.web.errors import Invalid
from resolutionflow.web.schemas import Items, RequestModel, Text, validate
from sessions_app.api.schemas import SessionItem, SessionResponse, SessionUpdateRequest
from sessions_app.attachments.schemas import FileResponse
from sessions_app.preparing.schemas import BatchResponse
from sessions_app.schemas import DecisionRequest
from sessions_app.step_library.schemas import LibraryStepResponse
from tests.factories import TreeFactory, add_decision, make_completed, make_session
from trees_app.schemas import TreeItem, TreeResponse

pytestmark = pytest.mark.req("S16")


class Part(RequestModel):
    name: Annotated[str, Text(5)]


class Whole(RequestModel):
    parts: Annotated[list[Part], Items(1_000)] | None = None
    note: Annotated[str, Text(5)] | None = None


def refused(model, data):
    with pytest.raises(Invalid) as error:
        validate(model, data)
    return error.value


# -- how problems are told -----------------------------------------------------------------------


def test_each_problem_has_its_place_and_sentence():
    found = refused(Whole, {"parts": [{"name": 5}, 3, {}], "note": "too long", "nite": 1})
    assert dict(found.problems) == {
        "parts.0.name": "Send text.",
        "parts.1": "Send an object.",
        "parts.2.name": "This is needed.",
        "note": "8 characters; at most 5 fit here.",
        "nite": "This can't be set here. Known are: parts, note.",
    }


def test_a_name_that_isnt_known_is_answered_with_those_that_are():
    for name in ("nme", "\ud800", ""):
        found = refused(Whole, {"parts": [{"name": "a", name: 1}]})
        [(place, message)] = found.problems
        assert place.startswith("parts.0.") and place.isprintable()
        assert message == "Not known here; use name."


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_a_body_is_an_object(data):
    assert refused(Whole, data).fields == {"": "Send a JSON object."}


def test_the_length_of_a_list_is_checked_before_its_items():
    found = refused(Whole, {"parts": [{}] * 1_001})
    assert found.fields == {"parts": "1,001 items; at most 1,000 fit here."}


def test_null_for_an_optional_field_counts_as_left_out():
    assert validate(Whole, {"parts": None, "note": None}).sent() == {}
    assert refused(Whole, {"parts": [{"name": None}]}).fields.keys() == {"parts.0.name"}


def test_some_problems_are_told_and_the_others_counted():
    parts = [{"name": 1, "more": 1}] * 500
    names = {f"x{number}": 1 for number in range(300)}
    found = refused(Whole, {"parts": parts, **names})
    assert 20 <= len(found.problems) <= 60
    assert len(found.problems) + found.left_out == 1_300


@pytest.mark.django_db
def test_the_answer_to_four_megabytes_of_mistakes_is_small(api, engineer):
    """[H7] of the attacks: it was 93 MB, and took a gigabyte of memory."""
    names = {f"n{number}": 1 for number in range(300_000)}
    steps = {"decisions": [{f"n{name}": 1 for name in range(60)}] * 5_000}
    address = f"/api/v1/sessions/{make_session(engineer).pk}"
    for given in (names, steps):
        body = json.dumps(given)
        assert len(body) > 2_000_000
        answer = api(engineer).generic("PUT", address, body, content_type="application/json")
        assert answer.status_code == 422
        assert len(answer.content) < 10_000
        *told, last = answer.json()["detail"]
        assert len(told) == 20
        assert last["field"] == "" and last["message"].endswith("more problems were found.")


def test_a_thousand_mistakes_take_little_memory():
    body = {"decisions": [{f"n{name}": 1 for name in range(60)} for _ in range(5_000)]}
    gc.collect()
    tracemalloc.start()
    refused(SessionUpdateRequest, body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.django_db
@pytest.mark.req("S3", "S4", "S5", "S10", "X8")
def test_null_in_a_request_means_what_leaving_it_out_means(api, engineer):
    """Of each optional field; what is there stays."""
    work_session = make_session(engineer, client_name="Contoso", scratchpad="As noted.")
    add_decision(work_session)
    client, one = api(engineer), f"/api/v1/sessions/{work_session.pk}"
    nothing = dict.fromkeys(SessionUpdateRequest.model_fields)
    changed = client.put(one, nothing)
    assert changed.status_code == 200
    body = changed.json()
    assert (body["client_name"], body["scratchpad"]) == ("Contoso", "As noted.")
    assert body["path_taken"] == ["scope"]
    step = {**dict.fromkeys(DecisionRequest.__annotations__), "node_id": "scope"}
    assert client.put(one, {"decisions": [step]}, headers={"If-Match": "*"}).status_code == 200
    assert (
        client.post(f"{one}/export", dict.fromkeys(ExportOptions.model_fields)).status_code == 200
    )
    notes = {"outcome": "resolved", "outcome_notes": None, "next_steps": None}
    assert client.post(f"{one}/complete", notes).status_code == 200
    saved = client.post(
        f"{one}/save-as-tree", {"status": "draft", "tree_name": None, "description": None}
    )
    assert saved.status_code == 201


# -- answers -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_answers_are_what_is_described(api, author, engineer, colleague):
    """Each field, no other, and of its type."""
    work_session = make_completed(author, assigned_to=colleague, prepared_by=engineer)
    add_decision(work_session)
    tree = TreeFactory(author=author, tree_type="maintenance", published=True)
    client = api(author)
    client.post("/api/v1/steps", {"title": "Ping", "commands": [{"code": "ping"}]})
    batch = {"tree_id": str(tree.pk), "targets": [{"label": "srv-1"}]}
    if isinstance(tree.pk, int):
        batch["tree_id"] = tree.pk
    one = f"/api/v1/sessions/{work_session.pk}"
    for model, answer in [
        (SessionResponse, client.get(one)),
        (SessionItem, client.get("/api/v1/sessions")),
        (SessionItem, client.get("/api/v1/sessions?expand=decisions,custom_steps,tree_snapshot")),
        (TreeResponse, client.get(f"/api/v1/trees/{tree.pk}")),
        (TreeItem, client.get("/api/v1/trees")),
        (LibraryStepResponse, client.get("/api/v1/steps")),
        (FileResponse, client.get(f"{one}/attachments")),
        (BatchResponse, client.post("/api/v1/sessions/batch", batch)),
    ]:
        assert answer.status_code in (200, 201), answer.content
        assert answer["Content-Type"] == "application/json; charset=utf-8"
        body = answer.json()
        for item in body if isinstance(body, list) else [body]:
            model.model_validate_json(json.dumps(item))


# -- lists -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["sessions", "trees", "steps"])
def test_a_parameter_that_isnt_known_is_refused(api, engineer, address):
    answer = api(engineer).get(f"/api/v1/{address}", {"Ticket_Number": "x"})
    assert answer.status_code == 422
    [problem] = answer.json()["detail"]
    assert problem["field"] == "Ticket_Number"
    assert "page" in problem["message"]


@pytest.mark.django_db
@pytest.mark.req("S1")
def test_size_and_limit_are_one_thing_and_page_wins_over_skip(api, engineer):
    for number in range(5):
        make_session(engineer, ticket_number=f"T-{number}")
    client = api(engineer)

    def tickets(**asked):
        return [item["ticket_number"] for item in client.get("/api/v1/sessions", asked).json()]

    everything = tickets()
    assert tickets(size=2, skip=2) == tickets(limit=2, skip=2) == everything[2:4]
    assert tickets(page=2, limit=2) == tickets(page=2, size=2, skip=4) == everything[2:4]
    assert tickets(size=1, limit=3) == everything[:1]


@pytest.mark.django_db
@pytest.mark.req("S1")
def test_ticket_and_client_match_exactly(api, engineer, admin):
    """A ticket is found behind more than a page of longer numbers that begin like it."""
    wanted = make_session(engineer, ticket_number="482", client_name="Contoso")
    for number in range(3):
        make_session(engineer, ticket_number=f"4820{number}", client_name=f"Contoso {number}")
    for user in (engineer, admin):
        for asked in ({"ticket": "482"}, {"client": "Contoso"}, {"ticket": "482", "limit": 1}):
            found = api(user).get("/api/v1/sessions", asked).json()
            assert [item["id"] for item in found] == [str(wanted.pk)], asked


# -- what clients send -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_body_may_begin_with_a_byte_order_mark(api, engineer):
    work_session = make_session(engineer)
    body = b"\xef\xbb\xbf" + json.dumps({"client_name": "Müller"}).encode()
    answer = api(engineer).generic(
        "PATCH", f"/api/v1/sessions/{work_session.pk}", body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["client_name"]) == (200, "Müller")


@pytest.mark.django_db
def test_errors_name_their_encoding_too(api, engineer):
    client = api(engineer)
    with override_settings(MAX_REQUEST_BYTES=5):
        too_large = client.post("/api/v1/sessions", {"tree_id": "x" * 10})
    for answer in (client.get("/api/v1/nowhere"), client.get("/api/v1/sessions/7"), too_large):
        assert answer.status_code in (404, 413)
        assert answer["Content-Type"] == "application/json; charset=utf-8"
