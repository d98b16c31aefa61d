"""Deleting a session from the sidebar, which lists one's own on every page."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts_app.models import User
from sessions_app import services
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import next_page, open_run, start
from tests.e2e.session_list_page import place
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("H6", "H7")]


@pytest.fixture
def two(engineer: User, vpn_flow: Tree) -> tuple[Session, Session]:
    """Two active sessions, the second of which is listed first."""
    first = start(engineer, vpn_flow, client_name="Contoso Dental")
    return first, start(engineer, vpn_flow, client_name="Fabrikam")


def line(page: Page, work_session: Session) -> Locator:
    return page.locator(f"#side-session-{work_session.pk}")


def ask(page: Page, work_session: Session) -> Locator:
    """The question, opened from the line."""
    line(page, work_session).hover()
    line(page, work_session).get_by_role("button", name=re.compile("^Delete ")).click()
    return page.get_by_role("dialog", name="Delete this session?")


def test_deleting_on_another_page(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session]
) -> None:
    page = open_tab(engineer)
    page.goto("/flows")
    page.evaluate("window.isSamePage = true")
    dialog = ask(page, two[1])
    expect(dialog).to_contain_text("Fabrikam")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()
    assert Session.objects.count() == 2
    ask(page, two[1]).get_by_role("button", name="Delete session").click()
    expect(line(page, two[1])).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Session deleted.")
    expect(line(page, two[0]).locator(".side-list__item")).to_be_focused()
    assert page.evaluate("window.isSamePage")
    assert list(Session.objects.values_list("pk", flat=True)) == [two[0].pk]

    ask(page, two[0]).get_by_role("button", name="Delete session").click()
    expect(page.locator(".side-list__line")).to_have_count(0)
    expect(page.get_by_label("Find a session of yours")).to_be_focused()


def test_by_keyboard(open_tab: OpenTab, engineer: User, two: tuple[Session, Session]) -> None:
    page = open_tab(engineer)
    page.goto("/flows")
    line(page, two[1]).locator(".side-list__item").focus()
    page.keyboard.press("Tab")
    expect(line(page, two[1]).get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Delete this session?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(line(page, two[1]).get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Delete session").focus()
    page.keyboard.press("Enter")
    expect(line(page, two[1])).to_have_count(0)
    expect(line(page, two[0]).locator(".side-list__item")).to_be_focused()


def test_it_goes_from_the_list_beside_it_too(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session]
) -> None:
    page = open_tab(engineer)
    page.goto("/sessions")
    ask(page, two[1]).get_by_role("button", name="Delete session").click()
    expect(line(page, two[1])).to_have_count(0)
    expect(place(page, two[1])).to_have_count(0)
    expect(place(page, two[0])).to_be_visible()


def test_the_session_whose_page_is_open(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session]
) -> None:
    """Nothing is left to look at: the list follows."""
    page = open_tab(engineer)
    open_run(page, two[1])
    page.get_by_role("button", name="Collapse sidebar").click()
    with next_page(page):
        ask(page, two[1]).get_by_role("button", name="Delete session").click()
    expect(page).to_have_url(re.compile("/sessions$"))
    expect(page.locator("#toasts")).to_contain_text("Session deleted.")
    assert list(Session.objects.values_list("pk", flat=True)) == [two[0].pk]


def test_one_that_is_gone_already(
    open_tab: OpenTab,
    engineer: User,
    two: tuple[Session, Session],
    page_errors: PageErrors,
) -> None:
    page_errors.allow("status of 404", "Response Status Error Code 404")
    page = open_tab(engineer)
    page.goto("/sessions")
    expect(line(page, two[1])).to_be_visible()
    services.delete(user=engineer, pk=two[1].pk)
    with next_page(page):
        line(page, two[1]).hover()
        line(page, two[1]).get_by_role("button", name=re.compile("^Delete ")).click()
    expect(line(page, two[1])).to_have_count(0)
    expect(line(page, two[0])).to_have_count(1)


def test_what_is_only_assigned_has_no_button(
    open_tab: OpenTab, engineer: User, colleague: User, vpn_flow: Tree
) -> None:
    theirs = start(colleague, vpn_flow, client_name="Fabrikam")
    Session.objects.filter(pk=theirs.pk).update(assigned_to=engineer)
    page = open_tab(engineer)
    page.goto("/flows")
    expect(line(page, theirs)).to_be_visible()
    expect(line(page, theirs).locator("[data-delete-session]")).to_have_count(0)


def test_on_a_phone(open_tab: OpenTab, engineer: User, two: tuple[Session, Session]) -> None:
    """The button needs no pointer that hovers, and the focus stays in the page."""
    page = open_tab(engineer, width=390, height=844, has_touch=True, is_mobile=True)
    page.goto("/flows")
    page.get_by_role("button", name="Open the navigation").tap()
    button = line(page, two[1]).get_by_role("button", name=re.compile("^Delete "))
    expect(button).to_be_visible()
    box = button.bounding_box()
    assert box and min(box["width"], box["height"]) >= 44
    button.tap()
    page.get_by_role("button", name="Delete session").tap()
    expect(page.locator("#toasts")).to_contain_text("Session deleted.")
    assert list(Session.objects.values_list("pk", flat=True)) == [two[0].pk]
    assert page.evaluate("document.activeElement !== document.body")
