"""An input method's own keys (Enter takes the word, Escape drops it) do nothing on the page."""

import pytest
from playwright.sync_api import Locator, expect

from accounts_app.models import User
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import open_run, start
from trees_app.models import Tree

pytestmark = pytest.mark.browser

# Chromium marks the key itself; Safari sends it after the end, with the code alone.
WAYS = ("isComposing: true", "keyCode: 229")


def press_while_composing(field: Locator, key: str, way: str, modifiers: str = "") -> bool:
    """Whether the page left the key alone."""
    return bool(
        field.evaluate(
            f"""(field) => field.dispatchEvent(new KeyboardEvent("keydown", {{
              key: "{key}", {way}, {modifiers} bubbles: true, cancelable: true }}))"""
        )
    )


@pytest.mark.parametrize("way", WAYS)
def test_escape_leaves_no_field_of_a_step(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, way: str
) -> None:
    page = open_tab(engineer)
    open_run(page, start(engineer, vpn_flow))
    notes = page.get_by_label("Notes")
    for field in (notes, page.locator("#scratchpad"), page.locator("#ticket-number")):
        field.focus()
        assert press_while_composing(field, "Escape", way)
        expect(field).to_be_focused()
    notes.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#step-title")).to_be_focused()


@pytest.mark.parametrize("way", WAYS)
def test_escape_keeps_the_title_that_is_typed(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, way: str
) -> None:
    page = open_tab(engineer)
    page.goto(f"/sessions/{start(engineer, vpn_flow).pk}")
    page.get_by_role("link", name="Rename this session").click()
    title = page.get_by_label("Title")
    title.fill("東京")
    assert press_while_composing(title, "Escape", way)
    page.wait_for_timeout(300)
    expect(title).to_have_value("東京")
    expect(title).to_be_focused()


@pytest.mark.parametrize("way", WAYS)
def test_enter_closes_no_session(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, way: str
) -> None:
    page = open_tab(engineer)
    work_session = start(engineer, vpn_flow)
    page.goto("/sessions")
    page.locator(f"#session-{work_session.pk} [data-close-session]").click()
    popover = page.locator("#close-popover")
    expect(popover).to_be_visible()
    popover.locator("input[type=radio]").first.check()
    note = popover.locator("textarea, input[type=text], input:not([type])").first
    assert press_while_composing(note, "Enter", way, "ctrlKey: true,")
    page.wait_for_timeout(300)
    work_session.refresh_from_db()
    assert not work_session.is_completed
