"""Keys do what the list behind `?` says, never while someone types, and focus stays sensible."""

import re

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import SCOPE, SYMPTOM, answers, expect_step, open_run, press_answer, start
from trees_app.models import Tree

pytestmark = pytest.mark.browser


def test_keys_of_every_page(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    page = open_tab(engineer)
    page.goto("/sessions")
    page.keyboard.press("/")
    search = page.locator("#search")
    expect(search).to_be_focused()
    page.keyboard.type("n?/")
    expect(search).to_have_value("n?/")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/sessions\?q=n%3F%2F$"))
    search.blur()

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/sessions\?q=n%3F%2F$"))
    page.keyboard.press("Control+n")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1, name="New session")).to_be_visible()
    # Ready to be typed into: another `n` is a letter.
    expect(search).to_be_focused()
    page.keyboard.type("no such flow")
    expect(search).to_have_value("no such flow")
    expect(page.locator("#flow-results")).to_contain_text("no such flow")


def test_skip_link_is_first_and_leads_to_the_content(open_tab: OpenTab, engineer: User) -> None:
    page = open_tab(engineer)
    page.goto("/sessions")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_account_menu_by_keyboard(open_tab: OpenTab, engineer: User) -> None:
    page = open_tab(engineer)
    page.goto("/sessions")
    summary = page.get_by_label("Account menu")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Settings")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Settings")).to_be_hidden()
    expect(summary).to_be_focused()


def test_digits_are_text_while_one_types(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    open_run(page, work_session)
    for field in ("#notes", "#command-output", "#scratchpad", "#client-name", "#search"):
        page.locator(field).focus()
        page.keyboard.type("1 abceo 9")
        expect(page.locator(field)).to_have_value("1 abceo 9")
        expect(page.locator("#step-title")).to_have_text(SCOPE)
    page.locator("#notes").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#step-title")).to_be_focused()
    page.keyboard.press("Control+1")
    page.keyboard.press("9")
    page.keyboard.press("?")
    page.keyboard.press("1")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    assert answers(work_session) == []
    press_answer(page, "1", then=SYMPTOM)
    assert answers(work_session) == ["Only this person"]


def test_a_key_held_down_answers_once(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    open_run(page, work_session)
    for _ in range(5):
        page.keyboard.down("1")
    expect_step(page, SYMPTOM)
    for _ in range(5):
        page.keyboard.down("1")
    page.keyboard.up("1")
    page.keyboard.press("b")
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    assert answers(work_session) == ["Only this person"]


def test_focus_lands_on_the_new_heading(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    """A click moves the focus as a key does, and the window stands at the top."""
    page = open_tab(engineer, height=500)
    open_run(page, start(engineer, vpn_flow))
    page.get_by_role("button", name="Not known").click()
    expect_step(page, "Test the gateway from outside the client's network")
    expect(page.locator("#step-title")).to_be_in_viewport()
    assert page.evaluate("window.scrollY") == 0
