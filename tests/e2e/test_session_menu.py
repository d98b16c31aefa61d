"""A line's menu: deleting a session and keeping it."""

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
from sessions_app import services
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import next_page, start
from tests.e2e.session_list_page import menu_button, place, stored
from tests.factories import make_completed
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("H6", "H7")]


@pytest.fixture
def two(engineer: User, vpn_flow: Tree) -> tuple[Session, Session]:
    """Two active sessions, the second of which is listed first."""
    first = start(engineer, vpn_flow, client_name="Contoso Dental")
    return first, start(engineer, vpn_flow, client_name="Fabrikam")


def test_deleting_from_a_line(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session]
) -> None:
    page = open_tab(engineer)
    page.goto("/sessions")
    menu_button(page, two[1]).click()
    page.locator("#session-menu").get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog", name="Delete this session?")
    expect(dialog).to_contain_text("its notes")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(menu_button(page, two[1])).to_be_focused()
    assert Session.objects.count() == 2
    menu_button(page, two[1]).click()
    page.locator("#session-menu").get_by_role("button", name="Delete…").click()
    dialog.get_by_role("button", name="Delete session").click()
    expect(place(page, two[1])).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Session deleted.")
    expect(place(page, two[0]).locator(".row__title a")).to_be_focused()
    assert list(Session.objects.values_list("pk", flat=True)) == [two[0].pk]


def test_deleting_the_last_line_and_one_that_is_gone(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], page_errors: PageErrors
) -> None:
    page_errors.allow("status of 404", "Response Status Error Code 404")
    page = open_tab(engineer)
    page.goto("/sessions")
    services.delete(user=engineer, pk=two[1].pk)
    with next_page(page):  # the list comes anew
        menu_button(page, two[1]).click()
        page.locator("#session-menu").get_by_role("button", name="Delete…").click()
    expect(page.locator(".session-row")).to_have_count(1)
    menu_button(page, two[0]).click()
    page.locator("#session-menu").get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete session").click()
    expect(page.locator(".session-row")).to_have_count(0)
    expect(page.locator("main h1")).to_be_focused()


def test_deleting_from_its_page(open_tab: OpenTab, engineer: User) -> None:
    work_session = make_completed(engineer)
    page = open_tab(engineer)
    page.goto(f"/sessions/{work_session.pk}")
    page.get_by_role("button", name="Delete this session").click()
    page.get_by_role("button", name="Delete session").click()
    page.wait_for_url("**/sessions")
    expect(page.locator("#toasts")).to_contain_text("Session deleted.")
    assert not Session.objects.exists()


def test_deleting_without_a_script(open_tab: OpenTab, engineer: User) -> None:
    work_session = make_completed(engineer)
    page = open_tab(engineer, java_script_enabled=False)
    page.goto(f"/sessions/{work_session.pk}")
    page.get_by_role("link", name="Delete this session").click()
    page.get_by_role("button", name="Delete session").click()
    expect(page.locator("#toasts")).to_contain_text("Session deleted.")
    assert not Session.objects.exists()


def test_keeping_from_a_line_and_from_the_page(open_tab: OpenTab, engineer: User) -> None:
    work_session = make_completed(engineer)
    page = open_tab(engineer)
    page.goto("/sessions")
    menu_button(page, work_session).click()
    page.locator("#session-menu").get_by_role("button", name="Keep", exact=True).click()
    expect(place(page, work_session).locator(".row__pin")).to_be_visible()
    expect(menu_button(page, work_session)).to_be_focused()
    assert stored(work_session).pinned
    page.goto(f"/sessions/{work_session.pk}")
    expect(page.locator("#pin")).to_contain_text("Kept: retention won’t delete it.")
    page.get_by_role("button", name="Stop keeping it").click()
    expect(page.get_by_role("button", name="Keep", exact=True)).to_be_focused()
    assert not stored(work_session).pinned
