"""Custom steps at the run page: added, and removed."""

import pytest

from tests.sessions_app.run.browser_driver import WAYS, text

pytestmark = pytest.mark.django_db


@WAYS
def test_a_custom_step(browser, headers):
    data = {"title": "Look at the router", "body": "LEDs", "command": "ping 1.1.1.1\n"}
    response = browser.post("add-custom-step", data, headers)
    assert response.status_code == (200 if headers else 303)
    body = text(browser.get())
    assert "Look at the router" in body
    assert "ping 1.1.1.1" in body
    browser.answer("", headers, text="All green")
    assert browser.path == ["All green"]


@WAYS
def test_a_custom_step_without_a_title_is_shown_again(browser, headers):
    response = browser.post("add-custom-step", {"title": " ", "body": "typed"}, headers)
    assert response.status_code == 422
    assert "Give the step a title" in text(response)
    assert "typed" in text(response)


@WAYS
def test_a_custom_step_is_removed(browser, headers):
    browser.post("add-custom-step", {"title": "Oops"})
    response = browser.post("drop-custom-step", browser.form(), headers)
    assert response.status_code == (200 if headers else 303)
    assert browser.now.current_node == "scope"
