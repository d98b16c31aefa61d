"""Completing from the run page."""

import pytest

from tests.sessions_app.run.browser_driver import Browser, goes_to, text

pytestmark = [pytest.mark.django_db, pytest.mark.req("U2")]


@pytest.mark.parametrize("outcome", ["", "great"])
def test_completing_without_an_outcome_keeps_the_form(browser, outcome):
    data = {"outcome": outcome, "outcome_notes": "typed", "next_steps": "call"}
    response = browser.post("complete", data)
    assert response.status_code == 422
    assert ">\ntyped</textarea>" in text(response)
    assert ">\ncall</textarea>" in text(response)
    assert not browser.now.is_completed


def test_completing_twice_is_said(browser):
    browser.post("complete", {"outcome": "resolved"})
    assert goes_to(browser.post("complete", {"outcome": "escalated"}), {}, browser.url("detail"))
    assert browser.now.outcome == "resolved"
    assert goes_to(browser.client.get(browser.url("complete")), {}, browser.url("detail"))


def test_a_stranger_completes_nothing(page, browser, colleague, stranger):
    for user, status in ((colleague, 403), (stranger, 404)):
        other = Browser(page(user), browser.work_session)
        assert other.post("complete", {"outcome": "resolved"}).status_code == status
    assert not browser.now.is_completed
