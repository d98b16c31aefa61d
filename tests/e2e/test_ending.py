"""Completing by keyboard, mending ticket and client afterwards, and going on."""

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import next_page, open_run, start
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U2", "U4")]


def on(page: Page, work_session: Session, part: str = "") -> None:
    page.goto(f"/sessions/{work_session.pk}{part}")


def test_a_session_is_completed_and_its_ticket_mended_by_keys(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    work_session = start(engineer, vpn_flow, client_name="Contoso")
    page = open_tab(engineer)
    open_run(page, work_session)
    with next_page(page):
        page.keyboard.press("e")
    page.keyboard.press("2")
    expect(page.locator("input[name=outcome][value=escalated]")).to_be_checked()
    page.keyboard.press("t")
    expect(page.locator("#missing-ticket")).to_be_focused()
    page.keyboard.type("T-1")
    with next_page(page):
        page.keyboard.press("Control+Enter")
    expect(page.locator("#reference")).to_contain_text("T-1")
    page.locator("h1").first.click()
    page.keyboard.press("t")
    expect(page.locator("#reference-ticket")).to_be_focused()
    page.keyboard.type("T-20991")
    page.keyboard.press("Enter")
    expect(page.locator("[data-reference]")).to_be_focused()
    expect(page.locator("#reference")).to_contain_text("T-20991")
    page.keyboard.press("t")
    expect(page.locator("#reference-ticket")).to_be_focused()
    page.keyboard.type("never")
    page.keyboard.press("Escape")
    expect(page.locator("#reference")).to_contain_text("T-20991")
    work_session.refresh_from_db()
    assert (work_session.outcome, work_session.ticket_number) == ("escalated", "T-20991")


def test_all_of_it_works_without_a_script(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer, java_script_enabled=False)
    on(page, work_session, "/complete")
    page.get_by_label("Unresolved").check()
    page.get_by_label("Ticket number").fill("T-1")
    page.get_by_role("button", name="Complete session").click()
    page.get_by_role("link", name="Change ticket or client").click()
    page.get_by_label("Ticket number").fill("T-2")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#reference")).to_contain_text("T-2")
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("#step")).to_be_visible()
    page.get_by_role("link", name="Continue in another flow").click()
    expect(page.get_by_role("heading", name="Continue in another flow")).to_be_visible()
    on(page, work_session, "/run")
    page.get_by_role("button", name="Discard, begun by mistake").click()
    # Nothing was recorded, and nothing is noted.
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    assert not Session.objects.filter(pk=work_session.pk).exists()
