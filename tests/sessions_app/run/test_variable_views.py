"""Variables, the ticket and the client, set while the session runs."""

from copy import deepcopy

import pytest

from tests.factories import store_snapshot
from tests.sessions_app.run.browser_driver import WAYS, text

pytestmark = pytest.mark.django_db


@pytest.mark.req("T3")
@WAYS
def test_a_variable_is_asked_for_inline(browser, headers):
    """What is typed at the step comes along."""
    browser.answer(0)
    assert "This step needs 1 value" in text(browser.get())
    data = {**browser.form(), "notes": "typed", "variable-gateway": "10.0.0.1"}
    response = browser.post("variables", data, headers)
    assert response.status_code == (200 if headers else 303)
    body = text(browser.get())
    assert "Ping 10.0.0.1" in body
    assert "Test-Connection 10.0.0.1 -Count 2" in body
    assert browser.form()["notes"] == "typed"


@WAYS
def test_a_wrong_variable_is_shown_again(browser, headers):
    browser.answer(0)
    data = {**browser.form(), "notes": "typed", "variable-gateway": "two words"}
    response = browser.post("variables", data, headers)
    assert response.status_code == 422
    assert "two words" in text(response)
    assert "Type a host name" in text(response)
    assert browser.form()["notes"] == "typed"


@WAYS
def test_variables_typed_into_an_old_page_are_not_lost(browser, headers):
    browser.answer(0)
    form = browser.form()
    browser.post("typing", {**form, "notes": "other tab"})
    data = {**form, "notes": "this tab", "variable-gateway": "10.9.8.7"}
    response = browser.post("variables", data, headers)
    assert response.status_code == 409
    assert "this tab" in text(response)
    assert "10.9.8.7" in text(response)


@WAYS
def test_ticket_and_client_are_set(browser, headers):
    response = browser.post("reference", {"ticket_number": "T-9", "client_name": "ACME"}, headers)
    assert response.status_code == (200 if headers else 303)
    assert (browser.now.ticket_number, browser.now.client_name) == ("T-9", "ACME")


@WAYS
@pytest.mark.parametrize("wrong", ["x" * 101, "T\x00"])
def test_a_wrong_ticket_number_says_why(browser, headers, wrong):
    response = browser.post("reference", {"ticket_number": wrong}, headers)
    assert response.status_code == 422
    assert 'role="alert"' in text(response)


@pytest.fixture
def optional(browser):
    """A step that mentions an optional variable beside the one that it needs."""
    structure = deepcopy(browser.now.structure)
    structure["nodes"]["ping"]["body"] = "Ask {{ contact }}."
    document = {**browser.now.tree_snapshot, "structure": structure}
    browser.work_session.snapshot_id = store_snapshot(browser.now.account, document)
    browser.work_session.save(update_fields=["snapshot"])
    browser.answer(0)
    return browser


@pytest.mark.req("T3")
@WAYS
def test_an_optional_value_is_skipped(optional, headers):
    """No step asks for it again, and what was typed beside it is kept."""
    assert "This step needs 2 values" in text(optional.get())
    sent = {**optional.form(), "notes": "typed", "variable-gateway": "gw1", "skip": "contact"}
    optional.post("variables", sent, headers)
    body = text(optional.get())
    assert "This step needs" not in body
    assert "Ask <span" in body
    assert "‹Contact›" in body
    assert optional.form()["notes"] == "typed"
    assert optional.now.session_variables == {"gateway": "gw1", "contact": ""}


@pytest.mark.parametrize("name", ["gateway", "unknown", "", "\x00"])
def test_what_is_needed_or_unknown_is_not_skipped(optional, name):
    optional.post("variables", {**optional.form(), "skip": name})
    assert "This step needs 2 values" in text(optional.get())
    assert optional.now.session_variables == {}


def test_skipping_takes_no_value_away_that_came_from_elsewhere(optional):
    sent = optional.form()
    optional.post("variables", {"variable-contact": "Ana"})
    optional.post("variables", {**sent, "skip": "contact"})
    assert optional.now.session_variables == {"contact": "Ana"}
