"""Answering and bringing back: as a plain form and as HTMX, and every refusal."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app import limits
from sessions_app.completion import services as completion_services
from sessions_app.recording import discarded_branches
from sessions_app.recording import services as recording_services
from tests.sessions_app.run.browser_driver import (
    HTMX,
    WAYS,
    Browser,
    goes_to,
    run_on,
    statements,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("U1", "U6")]


@WAYS
def test_answering(browser, headers):
    response = browser.answer(0, headers, notes="One PC.")
    assert browser.path == ["One user"]
    if headers:
        assert response.status_code == 200
        assert "Ping ‹Gateway›" in text(response)
        assert "<html" not in text(response)
        assert re.search(r"<title>\s*Ping [^<]*ResolutionFlow</title>", text(response))
    else:
        assert goes_to(response, headers, browser.url("run"))


@WAYS
def test_answering_again(browser, headers):
    browser.answer(0)
    response = browser.answer(1, headers, query="?step=1")
    assert response.status_code in (200, 303)
    assert browser.path == ["Everyone"]
    assert "Bring back" in text(browser.get())


@WAYS
def test_the_whole_flow_to_a_completed_session(browser, headers):
    browser.answer(0, headers)
    browser.answer("", headers)
    browser.answer(0, headers)
    body = text(browser.get())
    assert 'value="resolved" required checked' in body
    assert "Call {{ contact }} tomorrow." in body
    response = browser.post(
        "complete",
        {"outcome": "resolved", "outcome_notes": "Reset.", "node_id": "reset-profile"},
        headers,
    )
    assert goes_to(response, headers, browser.url("detail"))
    assert (browser.now.outcome, browser.now.outcome_notes) == ("resolved", "Reset.")
    assert browser.now.decision_count == 4


@WAYS
@pytest.mark.parametrize("choice", ["", "9", "-1", "x", "1e9"])
def test_a_wrong_choice_keeps_what_was_typed(browser, headers, choice):
    response = browser.answer(choice, headers, notes="typed", command_output="pasted")
    assert response.status_code == 422
    assert "typed" in text(response)
    assert "pasted" in text(response)
    assert browser.path == []


@pytest.mark.req("S16")
@WAYS
def test_five_megabytes_of_output_are_refused_kindly(browser, headers):
    """422 with the rest of the form, never a 500."""
    form = browser.form()
    data = {**form, "choice": 0, "notes": "typed", "command_output": "x" * 5_000_000}
    response = browser.post("answer", data, headers)
    assert response.status_code == 422
    body = text(response)
    assert ">\ntyped</textarea>" in body
    assert f"{limits.COMMAND_OUTPUT:,}" in body
    assert form["request_id"] in body
    assert browser.path == []


@pytest.mark.req("S15")
@WAYS
def test_a_stale_step_answers_409_with_the_session_and_the_typed_text(browser, headers):
    form = browser.form()
    browser.answer(0)
    data = {**form, "request_id": str(uuid.uuid4()), "choice": 1, "notes": "typed here"}
    response = browser.post("answer", data, headers)
    assert response.status_code == 409
    body = text(response)
    assert "changed elsewhere" in body
    assert "typed here" in body
    assert "Ping ‹Gateway›" in body
    assert browser.path == ["One user"]


@pytest.mark.parametrize(
    "forged",
    [
        {"position": ""},
        {"position": "0"},
        {"position": "9" * 40},
        {"node_id": ""},
        {"node_id": "a\x00"},
        {"node_id": "x" * 65},
        {"request_id": "x"},
        {"revised_decision_id": "0"},
        {"revised_decision_id": "9" * 40},
        {"revised_decision_id": "-1"},
        {"choice": "9" * 40},
    ],
)
@WAYS
def test_a_forged_field_is_refused(browser, headers, forged):
    response = browser.answer(headers=headers, **{"choice": 0, "notes": "typed", **forged})
    assert response.status_code in (409, 422)
    assert "typed" in text(response)
    assert browser.path == []


@WAYS
def test_an_unkncustom_step_is_refused(browser, headers):
    response = browser.answer(0, headers, node_id="gone", notes="typed")
    assert response.status_code in (409, 422)
    assert "typed" in text(response)


@WAYS
@pytest.mark.parametrize("name", ["answer", "variables"])
def test_a_completed_session_takes_one_to_its_page(browser, headers, name):
    data = {**browser.form(), "choice": 0}
    completion_services.complete(
        user=browser.work_session.user, pk=browser.now.pk, outcome="resolved"
    )
    assert goes_to(browser.post(name, data, headers), headers, browser.url("detail"))
    assert browser.path == []


@WAYS
def test_a_client_typed_while_somebody_completes_is_saved(browser, headers):
    """Ticket and client can be changed afterwards as well."""
    completion_services.complete(
        user=browser.work_session.user, pk=browser.now.pk, outcome="resolved"
    )
    response = browser.post("reference", {"client_name": "Bakery Vogt"}, headers)
    assert response.status_code in (200, 303)
    assert browser.now.client_name == "Bakery Vogt"
    assert browser.now.is_completed


@WAYS
def test_bringing_back(browser, headers):
    browser.answer(0)
    browser.answer(1, query="?step=1")
    (discarded_branch,) = discarded_branches.restorable_branches(browser.now)
    response = browser.post("bring-back", {"discarded_branch": str(discarded_branch.id)}, headers)
    assert response.status_code == (200 if headers else 303)
    assert browser.path == ["One user"]


@WAYS
@pytest.mark.parametrize(("discarded_branch", "status"), [("", 422), ("x", 422), ("0" * 32, 409)])
def test_bringing_back_what_is_not_there_says_why(browser, headers, discarded_branch, status):
    response = browser.post("bring-back", {"discarded_branch": discarded_branch}, headers)
    assert response.status_code == status
    assert 'role="alert"' in text(response)


def test_recording_a_step_costs_the_same_at_step_1_and_step_500(page, engineer):
    """SPEC 9: at most 4 round trips, in the service and for the whole click."""
    counts = []
    for steps in (0, 499):
        work_session = run_on(engineer, steps)
        step = recording_services.StepInput(position=steps + 1, node_id="replies", choice=1)
        with CaptureQueriesContext(connection) as service:
            recording_services.answer(user=engineer, pk=work_session.pk, step=step)
            in_service = len(statements(service))
        browser = Browser(page(engineer), run_on(engineer, steps))
        form = browser.form()
        with CaptureQueriesContext(connection) as click:
            response = browser.post("answer", {**form, "choice": 1}, HTMX)
        assert response.status_code == 200
        counts.append((in_service, len(statements(click))))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 3
    assert counts[0][1] <= 4
