"""Keys act in every script and with Caps Lock, and not at all for people who switch them off."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import Outcome, Session
from tests.e2e.all_pages import walk
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import SCOPE, SYMPTOM, answers, expect_step, open_run, start
from tests.factories import make_session
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U4")]


def press(page: Page, key: str, code: str, **more: Any) -> None:
    """Send a key as another keyboard does: Playwright's own has only the American layout."""
    page.evaluate(
        """([key, code, more]) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key, code, bubbles: true, cancelable: true, ...more}))""",
        [key, code, more],
    )


def choose(user: User, *, single: bool, answers: str) -> None:
    user.single_key_shortcuts, user.answer_keys = single, answers
    user.save(update_fields=["single_key_shortcuts", "answer_keys"])


@pytest.mark.parametrize(
    ("key", "code"),
    [("B", "KeyB"), ("и", "KeyB"), ("И", "KeyB"), ("β", "KeyB"), ("ب", "KeyB"), ("b", "KeyN")],
    ids=["caps lock", "cyrillic", "cyrillic caps lock", "greek", "arabic", "another place"],
)
def test_a_letter_acts_on_any_layout(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, key: str, code: str
) -> None:
    page = open_tab(engineer)
    open_run(page, walk(engineer, start(engineer, vpn_flow), 0))
    press(page, key, code)
    expect(page.locator("#step-title")).to_have_text(SCOPE)


@pytest.mark.parametrize(("key", "code"), [("&", "Digit1"), ("1", "Numpad1"), ("١", "Digit1")])
def test_a_digit_answers_on_any_layout(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, key: str, code: str
) -> None:
    page = open_tab(engineer)
    open_run(page, start(engineer, vpn_flow))
    press(page, key, code)
    expect_step(page, SYMPTOM)


@pytest.mark.parametrize(
    "more",
    [
        {"ctrlKey": True},
        {"metaKey": True},
        {"altKey": True},
        {"isComposing": True},
        {"keyCode": 229},
        {"modifierAltGraph": True},
    ],
    ids=str,
)
def test_no_key_acts_with_a_modifier_or_while_composing(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, more: dict[str, bool]
) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    open_run(page, work_session)
    page.locator("#step-title").focus()
    for key, code in (("1", "Digit1"), ("&", "Digit1"), ("o", "KeyO"), ("?", "Slash")):
        press(page, key, code, **more)
    expect(page.locator("#step-title")).to_be_focused()
    expect(page.locator("#keys")).to_be_hidden()
    assert answers(work_session) == []


def every_key(page: Page) -> None:
    for key in "abcdefghijklmnopqrstuvwxyzABCDNU123456789?/+-=0":
        page.keyboard.press(key)


def test_nothing_acts_where_single_keys_are_off(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    choose(engineer, single=False, answers="digits")
    work_session = start(engineer, vpn_flow)
    make_session(engineer)
    page = open_tab(engineer)
    open_run(page, work_session)
    page.locator("#step-title").focus()
    every_key(page)
    expect(page.locator("#step-title")).to_be_focused()
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    expect(page.locator("#add-step")).to_be_hidden()
    expect(page.locator("kbd:visible, .option__key:visible")).to_have_count(0)
    shortcuts = page.locator("[aria-keyshortcuts]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-keyshortcuts'))"
    )
    assert not [one for one in shortcuts if len(one) == 1]
    assert answers(work_session) == []
    page.get_by_label("Account menu").click()
    page.get_by_role("button", name="Keys").click()
    expect(page.locator("#keys")).to_contain_text("Single-key shortcuts are off")
    expect(page.locator("#keys")).not_to_contain_text("Go back one step")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()

    for path in ("/sessions", f"/flows/{vpn_flow.pk}", f"/sessions/{work_session.pk}/preview"):
        page.goto(path)
        page.locator("#main").focus()
        every_key(page)
        expect(page.locator("#main")).to_be_focused()
        expect(page).to_have_url(re.compile(re.escape(path)))
        expect(page.locator("dialog[open]")).to_have_count(0)


def close_popover(page: Page, work_session: Session) -> None:
    page.goto("/")
    page.locator(f"#session-{work_session.pk} [data-close-session]").click()
    expect(page.locator("#close-popover")).to_be_visible()


@pytest.mark.parametrize(
    ("single", "chosen", "plain", "alt"),
    [(True, "digits", True, False), (True, "alt", False, True), (True, "off", False, False),
     (False, "alt", False, True), (False, "digits", False, False)],
)  # fmt: skip
def test_the_chosen_keys_choose_an_outcome_and_an_answer(
    open_tab: OpenTab,
    engineer: User,
    vpn_flow: Tree,
    single: bool,
    chosen: str,
    plain: bool,
    alt: bool,
) -> None:
    choose(engineer, single=single, answers=chosen)
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    close_popover(page, work_session)
    radios = page.locator("#close-popover input[name=outcome]")
    page.keyboard.press("3")
    expect(radios.nth(2)).to_be_checked(checked=plain)
    page.keyboard.press("Alt+4")
    expect(radios.nth(3)).to_be_checked(checked=alt)

    page.goto(f"/sessions/{work_session.pk}/complete")
    radios = page.locator("main input[name=outcome]")
    values = radios.evaluate_all("all => all.map(one => one.value)")
    assert values == Outcome.values  # in the popover's order, so that a key means one thing
    page.locator("h1").first.click()
    page.keyboard.press("2")
    expect(radios.nth(1)).to_be_checked(checked=plain)

    open_run(page, work_session)
    page.keyboard.press("1" if plain else "Alt+1")
    if plain or alt:
        expect_step(page, SYMPTOM)
    else:
        expect(page.locator("#step-title")).to_have_text(SCOPE)
