"""The export preview as tests drive it."""

from playwright.sync_api import Locator, Page, expect

from sessions_app.models import Session
from tests.e2e.run_driver import tab_to

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
RICH = """
navigator.clipboard.read().then(async ([item]) => Object.fromEntries(await Promise.all(
  item.types.map(async (type) => [type, await (await item.getType(type)).text()]))))
"""


def text(page: Page) -> Locator:
    return page.locator("#preview-text")


def option(page: Page, label: str) -> Locator:
    """A field of the preview; the export bar behind it has some of the same names."""
    return page.locator("export-preview").get_by_label(label, exact=True)


def open_preview(page: Page, work_session: Session) -> None:
    """Open the dialog from the session's page with the keyboard."""
    page.goto(f"/sessions/{work_session.pk}")
    tab_to(page, page.get_by_role("button", name="Preview"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Preview")).to_be_visible()
    expect(page.locator("#preview-title")).to_be_focused()
    expect(page.locator("[data-findings-count]")).to_have_text("3 of 3 shown")


def choose(page: Page, label: str, *keys: str) -> None:
    """Reach a field by Tab and press keys there."""
    tab_to(page, option(page, label))
    for key in keys:
        page.keyboard.press(key)


def copied(page: Page) -> dict[str, str]:
    return dict(page.evaluate(RICH))
