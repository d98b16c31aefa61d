"""What a person asked a list for in place and didn't get is said, and nothing typed is lost."""

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts_app.models import User
from sessions_app import services
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import start
from tests.e2e.session_list_page import menu_button, place, stored
from trees_app.models import Tree

pytestmark = pytest.mark.browser
UNREACHED = "The server can’t be reached. Try again in a moment."


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


@pytest.fixture
def page(open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors) -> Page:
    page_errors.allow("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page = open_tab(engineer)
    page.goto("/sessions")
    expect(page.locator("#sidebar-list .side-list__item")).to_have_count(1)
    return page


def toasts(page: Page) -> Locator:
    return page.locator("#toasts .toast")


def from_menu(page: Page, work_session: Session, name: str) -> None:
    menu_button(page, work_session).click()
    page.locator("#session-menu").get_by_text(name).click()


@pytest.mark.parametrize("name", ["Keep", "Rename", "Delete…"])
def test_a_lines_menu_without_the_server(page: Page, work_session: Session, name: str) -> None:
    page.context.set_offline(True)
    for _ in range(2):  # said once, however often it is tried
        from_menu(page, work_session, name)
        expect(toasts(page)).to_have_text([UNREACHED])
    expect(page.get_by_role("dialog", name="Delete this session?")).to_be_hidden()
    page.context.set_offline(False)
    from_menu(page, work_session, name)
    expect(toasts(page).get_by_text(UNREACHED)).to_have_count(0)


def test_deleting_without_the_server_is_said_in_the_dialog(
    page: Page, work_session: Session
) -> None:
    from_menu(page, work_session, "Delete…")
    dialog = page.get_by_role("dialog", name="Delete this session?")
    expect(dialog).to_be_visible()
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Delete session").click()
    expect(dialog.get_by_role("alert")).to_have_text(UNREACHED)
    expect(toasts(page)).to_have_count(0)
    assert stored(work_session)
    page.context.set_offline(False)
    dialog.get_by_role("button", name="Delete session").click()
    expect(place(page, work_session)).to_have_count(0)


def test_a_title_is_still_there_when_the_server_is_back(page: Page, work_session: Session) -> None:
    from_menu(page, work_session, "Rename")
    form = place(page, work_session).locator("form.rename")
    form.get_by_label("Title").fill("Router of the branch")
    page.context.set_offline(True)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_have_text(UNREACHED)
    expect(form.get_by_label("Title")).to_have_value("Router of the branch")
    page.context.set_offline(False)
    form.get_by_role("button", name="Save").click()
    expect(place(page, work_session)).to_contain_text("Router of the branch")
    assert stored(work_session).title == "Router of the branch"


@pytest.mark.parametrize("field", ["Search sessions", "Find a session of yours"])
def test_searching_without_the_server(page: Page, work_session: Session, field: str) -> None:
    page.context.set_offline(True)
    page.get_by_label(field).fill("vpn")
    expect(toasts(page)).to_have_text([UNREACHED])
    expect(place(page, work_session)).to_have_count(1)
    page.context.set_offline(False)
    page.get_by_label(field).fill("vpn c")
    expect(toasts(page)).to_have_count(0)


def test_what_is_gone_says_so(
    page: Page, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 404", "Response Status Error Code 404")
    services.delete(user=engineer, pk=work_session.pk)
    from_menu(page, work_session, "Keep")
    expect(toasts(page)).to_have_text(
        ["That can’t be done any more. Reload the page to see how it stands."]
    )
