"""*Copy for ticket* on the run page brings along what is typed there, saved or not."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.preview_driver import CLIPBOARD, text
from tests.e2e.run_driver import clipboard, expect_copied, open_run, start
from trees_app.models import Tree

pytestmark = pytest.mark.browser
SLOW_MS = 400


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


@pytest.fixture
def page(open_tab: OpenTab, engineer: User, work_session: Session) -> Page:
    opened = open_tab(engineer, **CLIPBOARD)
    open_run(opened, work_session)
    return opened


def slow_down(page: Page) -> None:
    def later(route: Route) -> None:
        page.wait_for_timeout(SLOW_MS)
        route.continue_()

    page.route("**/typing", later)


def copy(page: Page) -> None:
    page.get_by_role("button", name="Copy for ticket").click()


def test_what_was_typed_a_moment_ago_is_in_the_copy(page: Page) -> None:
    slow_down(page)
    page.get_by_label("Notes").fill("Rang the provider.")
    copy(page)
    expect_copied(page)
    copied = clipboard(page)
    assert "(in progress)" in copied and "Rang the provider." in copied


def test_an_untouched_step_is_not_in_the_copy(page: Page) -> None:
    copy(page)
    expect_copied(page)
    assert "(in progress)" not in clipboard(page)


def test_the_level_is_chosen_beside_it_and_remembered(page: Page, work_session: Session) -> None:
    page.get_by_label("Notes").fill("Rang the provider.")
    page.get_by_label("Level of detail").select_option("summary")
    copy(page)
    expect_copied(page)
    assert "Rang the provider." not in clipboard(page)
    open_run(page, work_session)
    expect(page.get_by_label("Level of detail")).to_have_value("summary")


def test_what_can_not_be_saved_is_said_instead_of_left_out(
    page: Page, page_errors: PageErrors
) -> None:
    page_errors.allow("503", "Failed to load")
    page.route("**/typing", lambda route: route.fulfill(status=503))
    page.get_by_label("Notes").fill("Rang the provider.")
    copy(page)
    expect(page.locator("#announce")).to_contain_text("isn’t saved yet")


def test_the_preview_has_it_too(page: Page) -> None:
    slow_down(page)
    page.get_by_label("Notes").fill("Rang the provider.")
    page.get_by_role("link", name="Preview").click()
    expect(text(page)).to_have_value(re.compile("Rang the provider"))
    expect(page.get_by_label("Step in progress")).to_be_checked()
