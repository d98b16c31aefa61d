"""The theme follows the system until someone chooses, and the choice stays."""

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from tests.e2e.conftest import OpenTab

pytestmark = pytest.mark.browser


def is_dark(page: Page) -> bool:
    """Whether the page's ground is darker than its text."""
    return bool(
        page.evaluate(
            """() => {
              const light = (colour) => {
                const canvas = new OffscreenCanvas(1, 1).getContext("2d");
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
                return red + green + blue;
              };
              const ground = getComputedStyle(document.documentElement).backgroundColor;
              return light(ground) < light(getComputedStyle(document.body).color);
            }"""
        )
    )


def test_theme_persists(open_tab: OpenTab, engineer: User) -> None:
    page = open_tab(engineer, color_scheme="light")
    page.goto("/settings")
    assert not is_dark(page)
    page.emulate_media(color_scheme="dark")
    assert is_dark(page)

    page.emulate_media(color_scheme="light")
    dark = page.locator("main").get_by_role("button", name="Dark")
    dark.click()
    expect(dark).to_have_attribute("aria-pressed", "true")
    assert is_dark(page)
    page.goto("/flows")
    assert is_dark(page)
    page.reload()
    assert is_dark(page)
    second = page.context.new_page()
    second.goto("/sessions")
    assert is_dark(second)

    page.get_by_label("Account menu").click()
    page.get_by_role("button", name="Like the system").click()
    assert not is_dark(page)
    expect(second.locator("html")).to_have_attribute("data-theme", "auto")


def sidebar_width(page: Page) -> float:
    box = page.locator("#sidebar").bounding_box()
    assert box is not None
    return box["width"]


def test_sidebar_stays_as_it_was_left(open_tab: OpenTab, engineer: User) -> None:
    page = open_tab(engineer)
    page.goto("/flows")
    wide = sidebar_width(page)
    page.get_by_role("button", name="Collapse sidebar").click()
    narrow = sidebar_width(page)
    assert narrow < wide / 2
    page.goto("/sessions")
    assert sidebar_width(page) == narrow
    page.get_by_role("button", name="Collapse sidebar").click()
    assert sidebar_width(page) == wide
