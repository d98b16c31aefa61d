"""The engineer's job from sign-in to the ticket, by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from accounts_app.models import Account, User
from sessions_app.models import Outcome, Session
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import (
    ESCALATE,
    GATEWAY_ANSWERS,
    GATEWAY_TEST,
    SCOPE,
    SYMPTOM,
    answers,
    clipboard,
    expect_copied,
    expect_saved,
    expect_step,
    next_page,
    open_run,
    press_answer,
    start,
    tab_to,
)
from tests.factories import PASSWORD
from trees_app.importing.json_import import load_starter_flows
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U1", "U2", "U4")]
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def test_from_sign_in_to_the_ticket_by_keyboard(
    open_tab: OpenTab, account: Account, engineer: User
) -> None:
    load_starter_flows(account)
    page = open_tab(permissions=CLIPBOARD)
    page.goto("/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(engineer.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with next_page(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Start your first flow")).to_be_visible()

    with next_page(page):
        page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1, name="New session")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("vpn connection")
    expect(page).to_have_url(re.compile(r"\?q=vpn%20connection$"))  # no more rows are to come
    expect(page.locator(".flow-row")).to_have_count(1)
    tab_to(page, page.get_by_role("button", name="Start VPN connection failure"))
    with next_page(page):
        page.keyboard.press("Enter")

    expect(page.locator("#step-title")).to_have_text(SCOPE)
    page.keyboard.press("o")
    page.keyboard.type("Nobody has answered 4 calls yet")
    page.keyboard.press("Escape")
    press_answer(page, "4", then=GATEWAY_TEST)

    expect(page.locator("#command-1")).to_contain_text("‹VPN gateway (public name or address)›")
    tab_to(page, page.get_by_label("VPN gateway (public name or address)").first)
    page.keyboard.type("vpn.northwind.example")
    page.keyboard.press("Enter")
    expect(page.locator("#command-1")).to_contain_text("-Name 'vpn.northwind.example'")
    tab_to(page, page.get_by_role("button", name="Copy: Public DNS"))
    page.keyboard.press("Enter")
    expect_copied(page)
    command = "Resolve-DnsName -Name 'vpn.northwind.example' -Type A -Server 1.1.1.1"
    assert clipboard(page) == command
    page.keyboard.press("o")
    page.keyboard.type("Asked from my own desk")
    page.keyboard.press("Tab")
    page.keyboard.type("DNS name does not exist")
    expect_saved(page)
    page.keyboard.press("Escape")
    press_answer(page, "1", then=GATEWAY_ANSWERS)
    press_answer(page, "3", then=ESCALATE)

    with next_page(page):
        page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Complete this session")).to_be_visible()
    expect(page.get_by_role("radio", name="Escalated")).to_be_checked()
    expect(page.get_by_label("What fixed it")).to_have_value(ESCALATE)
    expect(page.get_by_label("Next steps")).to_have_value(_next_steps(account))
    tab_to(page, page.get_by_role("button", name="Complete session"))
    with next_page(page):
        page.keyboard.press("Enter")

    expect(page.get_by_text("Session completed.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Copy for ticket"))
    page.keyboard.press("Enter")
    expect_copied(page)
    ticket = clipboard(page)
    work_session = Session.objects.get()
    for text in (
        "VPN connection failure",
        SCOPE,
        "Not known",
        "Nobody has answered 4 calls yet",
        "Test the gateway from outside",
        "Asked from my own desk",
        "DNS name does not exist",
        "Name missing or pointing to a wrong address",
        "--- RESOLUTION ---",
        ESCALATE,
        "Outcome: Escalated",
    ):
        assert text in ticket, text
    assert work_session.outcome == Outcome.ESCALATED
    assert work_session.exported


def _next_steps(account: Account) -> str:
    tree = Tree.objects.get(account=account, name="VPN connection failure")
    return str(tree.structure["nodes"]["gateway-escalate"]["next_steps"])


@pytest.mark.req("U1")
def test_copy_for_ticket_never_ends_the_session(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    """The quiet copy in the middle of a run leaves everything as it is."""
    work_session = start(engineer, vpn_flow, ticket_number="T-4711")
    page = open_tab(engineer, permissions=CLIPBOARD)
    open_run(page, work_session)
    press_answer(page, "1", then=SYMPTOM)
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    expect_copied(page)
    ticket = clipboard(page)
    assert "In Progress" in ticket
    assert "Only this person" in ticket
    assert "T-4711" in ticket
    expect_step(page, SYMPTOM)
    work_session.refresh_from_db()
    assert not work_session.is_completed
    assert not work_session.exported
    assert answers(work_session) == ["Only this person"]
