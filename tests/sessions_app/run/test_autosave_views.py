"""What is typed at a step and in the scratchpad, saved as it goes."""

import pytest

from sessions_app import limits
from sessions_app.completion import services as completion_services
from sessions_app.recording import services as recording_services
from tests.sessions_app.run.browser_driver import goes_to, text

pytestmark = pytest.mark.django_db


def test_typing_is_saved_and_survives_a_reload(browser):
    reply = browser.post("typing", {**browser.form(), "notes": "half a thought"})
    assert reply.json()["base_hash"] == browser.form()["base_hash"]
    assert browser.form()["notes"] == "half a thought"


def test_typing_over_another_tab_says_so(browser):
    form = browser.form()
    browser.post("typing", {**form, "notes": "mine"})
    reply = browser.post("typing", {**form, "notes": "other"})
    assert reply.status_code == 409
    assert "somewhere else" in reply.json()["message"]


def test_typing_too_much_says_so(browser):
    reply = browser.post("typing", {**browser.form(), "notes": "x" * (limits.NOTES + 1)})
    assert reply.status_code == 422
    assert "fit" in reply.json()["message"]


def test_typing_at_a_completed_session_says_so(browser):
    form = browser.form()
    completion_services.complete(
        user=browser.work_session.user, pk=browser.now.pk, outcome="resolved"
    )
    assert browser.post("typing", form).status_code == 400


def test_the_scratchpad_saves(browser):
    seen = recording_services.text_hash("")
    data = {"scratchpad": "one\x00", "base_hash": seen}
    assert goes_to(browser.post("scratchpad", data), {}, browser.url("run"))
    assert browser.now.scratchpad == "one"
    stale = {"scratchpad": "other", "base_hash": seen}
    refused = browser.post("scratchpad", stale)
    assert refused.status_code == 409
    assert "other" in text(refused)
    reply = browser.post("scratchpad", stale, {"Accept": "application/json"})
    assert (reply.status_code, browser.now.scratchpad) == (409, "one")
