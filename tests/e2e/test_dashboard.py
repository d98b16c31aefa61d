"""The dashboard follows what is done on it."""

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import start
from tests.e2e.session_list_page import choose, close_button, confirm, undo
from trees_app.models import Tree

pytestmark = pytest.mark.browser


def test_what_is_open_is_counted_along(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    two = [start(engineer, vpn_flow) for _ in range(2)]
    page = open_tab(engineer)
    page.goto("/")
    lead, count = page.locator("#lead"), page.locator("#active-count")
    for work_session, said, number in ((two[0], "1 session open.", "1"), (two[1], "Nothing", "")):
        close_button(page, work_session).click()
        choose(page, "resolved")
        confirm(page).click()
        expect(lead).to_contain_text(said)
        expect(count).to_have_text(number)
    undo(page).last.click()
    expect(lead).to_contain_text("1 session open.")
    expect(count).to_have_text("1")
