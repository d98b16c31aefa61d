"""A ticket by keyboard: values, commands, output, ticket and client without Tab or mouse."""

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import (
    GATEWAY_TEST,
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
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U1", "U4")]
CLIPBOARD = ["clipboard-read", "clipboard-write"]
MAX_KEYS = 20
OUTPUT = "Enabled   : True\r\nLockedOut : True\r\n"


class Keyboard:
    """What is pressed on a page, the keys counted that are not text."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed: list[str] = []

    def press(self, key: str) -> None:
        self.pressed.append(key)
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def paste(self, text: str) -> None:
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.press("Control+v")


def test_the_vpn_ticket_takes_few_keys(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    """From the first question to the completed session: no Tab, at most 20 keys beside the text."""
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer, permissions=CLIPBOARD)
    open_run(page, work_session)
    keys = Keyboard(page)

    keys.press("t")
    keys.type("T-20991")
    keys.press("Enter")
    keys.type("Harbour Dental")
    keys.press("Enter")
    expect(page.locator("#eyebrow")).to_contain_text("Harbour Dental")
    keys.press("1")
    expect_step(page, SYMPTOM)
    keys.press("2")
    expect_step(page, "Check the account and why it was refused")

    keys.press("x")
    username = page.locator("#ask-username")
    expect(username).to_be_focused()
    expect(page.locator("#ask-username-error")).to_contain_text("has no value yet")
    keys.type("jsmith")
    keys.press("Enter")
    expect(page.locator("#command-1")).to_contain_text("'jsmith'")
    expect(page.locator("#ask-user_upn")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".ask")).to_have_count(0)
    expect(page.locator(".command__copy").first).to_be_focused()
    keys.press("x")
    expect_copied(page)
    assert clipboard(page).startswith("Get-ADUser -Identity 'jsmith'")
    keys.paste(OUTPUT)
    expect(page.locator("#command-output")).to_have_value(OUTPUT.replace("\r", ""))
    expect(page.locator("[data-lines-of]")).to_have_text("2 lines")
    keys.press("1")
    expect_step(page, "Why was the sign-in refused?")
    expect(page.locator(".evidence .output")).to_contain_text("LockedOut : True")
    for then in (
        "Is the caller proved to be this user?",
        "Unlock the account or reset the password",
        "Does the VPN connect, and can the user work?",
        "VPN works again",
    ):
        keys.press("1")
        expect_step(page, then)
    keys.press("1")
    with next_page(page):
        keys.press("Enter")

    work_session.refresh_from_db()
    assert work_session.outcome == "resolved"
    assert work_session.ticket_number == "T-20991"
    assert work_session.client_name == "Harbour Dental"
    assert work_session.session_variables == {"username": "jsmith", "user_upn": ""}
    assert work_session.decisions.get(position=3).command_output == OUTPUT.replace("\r", "")
    assert "Tab" not in keys.pressed
    assert len(keys.pressed) <= MAX_KEYS, keys.pressed


def test_a_command_that_lacks_a_value_is_never_copied_silently(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    page = open_tab(engineer, permissions=CLIPBOARD)
    open_run(page, start(engineer, vpn_flow))
    press_answer(page, "4", then=GATEWAY_TEST)
    page.evaluate("navigator.clipboard.writeText('before')")
    page.get_by_role("button", name="Copy: Public DNS").click()
    field = page.locator("#ask-vpn_gateway")
    expect(field).to_be_focused()
    missing = "‹VPN gateway (public name or address)› has no value yet"
    expect(page.locator("#ask-vpn_gateway-error")).to_contain_text(missing)
    expect(page.locator("#announce")).to_contain_text(missing)
    page.locator("#step-title").focus()
    page.evaluate("document.getSelection().selectAllChildren(document.getElementById('command-1'))")
    page.keyboard.press("Control+c")
    expect(field).to_be_focused()
    assert clipboard(page) == "before"
    assert "{{" not in page.locator("#step").inner_text()


def test_copying_goes_from_command_to_command(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    work_session = start(engineer, vpn_flow)
    work_session.session_variables = {"vpn_gateway": "vpn.northwind.example"}
    work_session.save()
    page = open_tab(engineer, permissions=CLIPBOARD)
    open_run(page, work_session)
    press_answer(page, "4", then=GATEWAY_TEST)
    for start_of_command in ("Resolve-DnsName", "Test-NetConnection", "Resolve-DnsName"):
        page.keyboard.press("x")
        page.wait_for_function(
            "async start => (await navigator.clipboard.readText()).startsWith(start)",
            arg=start_of_command,
        )


def test_a_paste_beside_the_fields_is_output_of_an_action_alone(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer, permissions=CLIPBOARD)
    open_run(page, work_session)
    keys = Keyboard(page)
    output = page.locator("#command-output")
    keys.paste("not on a question")
    expect(output).to_have_value("")
    press_answer(page, "4", then=GATEWAY_TEST)
    keys.paste("first")
    keys.paste("second\n")
    expect(output).to_have_value("first\nsecond\n")
    expect_saved(page)
    expect_step(page, GATEWAY_TEST)
    keys.press("o")
    keys.paste("a note")
    expect(page.locator("#notes")).to_have_value("a note")
    expect(output).to_have_value("first\nsecond\n")
    page.keyboard.press("Escape")
    keys.press("r")
    expect(output).to_be_focused()
    page.keyboard.press("Escape")
    press_answer(page, "1", then="Does the gateway answer from outside?")
    assert work_session.decisions.get(position=2).command_output.split() == ["first", "second"]
    assert answers(work_session) == ["Not known", "Done"]


def test_the_path_shows_where_one_is(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    """Also after many steps, on loading and after an answer."""
    page = open_tab(engineer, height=600)
    open_run(page, start(engineer, vpn_flow))
    press_answer(page, "3", then=GATEWAY_TEST)
    page.keyboard.press("o")
    page.keyboard.type("noted")
    page.keyboard.press("Escape")
    press_answer(page, "1", then="Does the gateway answer from outside?")
    expect(page.locator(".path__item").nth(1).locator("[title=Notes]")).to_be_visible()
    for _ in range(6):
        press_answer(page, "1", then=SYMPTOM)
        press_answer(page, "1", then="Does the VPN connect over a phone hotspot?")
        press_answer(page, "2", then="Test the gateway from the user's PC")
        press_answer(page, "1", then="What did the test on the PC show?")
        press_answer(page, "5", then=GATEWAY_TEST)
        press_answer(page, "1", then="Does the gateway answer from outside?")
    current = page.locator("#path-current")
    expect(current).to_be_in_viewport()
    page.reload()
    expect(current).to_be_in_viewport()
