"""The focus stays with the step, or with what was pressed; it never falls to the body."""

import pytest
from playwright.sync_api import Page, Route, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import (
    GATEWAY_TEST,
    SCOPE,
    expect_step,
    next_page,
    open_run,
    press_answer,
    start,
)
from trees_app.models import Tree

pytestmark = pytest.mark.browser


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


@pytest.fixture
def page(open_tab: OpenTab, engineer: User, work_session: Session) -> Page:
    """The first step, over a network of 400 ms."""

    def delay(route: Route) -> None:
        opened.wait_for_timeout(400)
        route.continue_()

    opened = open_tab(engineer)
    open_run(opened, work_session)
    opened.route("**/sessions/**", delay)
    opened.locator("#step-title").focus()
    return opened


def test_use_it_leads_to_the_first_command_and_says_so(page: Page) -> None:
    press_answer(page, "3", then=GATEWAY_TEST)
    page.locator("#ask-vpn_gateway").fill("vpn.northwind.example")
    page.get_by_role("button", name="Use it").press("Enter")
    expect(page.locator("#command-1")).to_contain_text("'vpn.northwind.example'")
    expect(page.get_by_role("button", name="Copy: Public DNS")).to_be_focused()
    expect(page.locator("#announce")).to_have_text("The value is in the step now.")


def test_a_value_of_the_panel_keeps_the_focus(page: Page) -> None:
    field = page.locator("#variables input").first
    field.fill("vpn.northwind.example")
    field.press("Enter")
    expect(page.locator("#announce")).to_contain_text("is saved")
    expect(field).to_be_focused()


def test_back_leads_to_the_heading(page: Page) -> None:
    press_answer(page, "3", then=GATEWAY_TEST)
    with next_page(page):
        page.keyboard.press("b")
    expect_step(page, SCOPE)


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_closing_the_preview_leads_back_to_what_opened_it(page: Page, way: str) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("p")
    dialog = page.locator("#preview-dialog")
    expect(dialog.locator("[data-preview-title]")).to_be_focused()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        dialog.locator("[data-dialog-close]").first.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("[aria-keyshortcuts=p]")).to_be_focused()


def test_removing_a_file_leads_to_the_next_one(page: Page) -> None:
    file = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"a line\n"}
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Remove log.txt").press("Enter")
    expect(page.get_by_role("button", name="Remove log.txt")).to_have_count(0)
    expect(page.locator("#announce")).to_have_text("log.txt is removed.")
    expect(page.locator("#file")).to_be_focused()
