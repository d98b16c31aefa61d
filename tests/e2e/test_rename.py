"""Renaming a session in place, by mouse and by key."""

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import start
from tests.e2e.session_list_page import menu_button, place
from tests.factories import make_completed
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("H4")]


def test_the_heading_becomes_a_form_and_a_heading_again(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    page.goto(f"/sessions/{work_session.pk}")
    page.get_by_role("link", name="Rename this session").click()
    title = page.get_by_label("Title")
    expect(title).to_be_focused()
    expect(title).to_have_value("VPN connection failure")
    title.fill("Something else")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN connection failure")
    expect(page.get_by_role("link", name="Rename this session")).to_be_focused()
    page.keyboard.press("Enter")
    expect(title).to_be_focused()
    page.keyboard.type("VPN MTU")  # what stood there was selected
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN MTU")
    expect(page.locator(".toast")).to_contain_text("Renamed")
    work_session.refresh_from_db()
    assert (work_session.title, work_session.title_by_person) == ("VPN MTU", True)


def test_a_title_that_is_none_says_why_and_keeps_what_was_typed(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 422")
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    page.goto(f"/sessions/{work_session.pk}")
    page.get_by_role("link", name="Rename this session").click()
    title = page.get_by_label("Title")
    title.fill("   ")
    page.keyboard.press("Enter")
    expect(page.locator(".rename__error")).to_contain_text("1 to 30 characters")
    page.get_by_label("Title").fill("VPN")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN")


@pytest.mark.parametrize("width", [1440, 390])
def test_in_a_list_the_line_is_renamed_from_its_menu(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, width: int
) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer, width=width)
    page.goto("/sessions")
    row = page.locator(f"#session-{work_session.pk}")
    menu = page.get_by_role("link", name="Rename", exact=True)
    row.locator("[data-session-menu]").click()
    menu.click()
    title = row.get_by_label("Title")
    expect(title).to_be_focused()
    page.keyboard.press("Escape")
    expect(row.locator(".row__title a")).to_have_text("VPN connection failure")
    expect(row.locator("[data-session-menu]")).to_be_focused()
    row.locator("[data-session-menu]").click()
    menu.click()
    title.fill("VPN MTU")
    page.keyboard.press("Enter")
    expect(row.locator(".row__title a")).to_have_text("VPN MTU")
    expect(page.locator(".toast")).to_contain_text("Renamed")


def test_on_the_dashboard_too(open_tab: OpenTab, engineer: User) -> None:
    work_session = make_completed(engineer)
    page = open_tab(engineer)
    page.goto("/")
    menu_button(page, work_session).click()
    page.locator("#session-menu").get_by_role("link", name="Rename").click()
    place(page, work_session).get_by_label("Title").fill("VPN MTU")
    page.keyboard.press("Enter")
    expect(
        place(page, work_session).get_by_role("link", name="VPN MTU", exact=True)
    ).to_be_visible()


def test_without_javascript_it_is_a_page(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer, java_script_enabled=False)
    page.goto(f"/sessions/{work_session.pk}")
    page.get_by_role("link", name="Rename this session").click()
    page.get_by_label("Title").fill("VPN MTU")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN MTU")
