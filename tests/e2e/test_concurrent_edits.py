"""Two browsers type at one step: neither text is lost."""

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
from sessions_app.completion import services as completion_services
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import expect_saved, open_run, start
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("S15")]


def test_text_of_another_browser_is_not_overwritten_by_what_was_kept(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 409")
    work_session = start(engineer, vpn_flow)
    ours, theirs = open_tab(engineer), open_tab(engineer)
    open_run(ours, work_session)
    open_run(theirs, work_session)
    theirs.locator("#notes").fill("Written at the other desk.")
    expect_saved(theirs)
    ours.locator("#notes").fill("Written on the phone.")
    expect(ours.locator("#saved")).to_contain_text("typed into somewhere else")
    ours.reload()
    expect(ours.locator("#notes")).to_have_value("Written at the other desk.")
    expect(ours.locator("#notes-beside")).to_have_value("Written on the phone.")
    work_session.refresh_from_db()
    draft = work_session.drafts[work_session.current_node]
    assert draft["notes"] == "Written at the other desk."


def test_text_typed_while_the_session_is_completed_elsewhere_is_shown(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 409")
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    open_run(page, work_session)
    completion_services.complete(user=engineer, pk=work_session.pk, outcome="cancelled")
    page.locator("#notes").fill("The user called back.")
    page.locator(".option").first.click()
    expect(page.locator("#kept-notes")).to_have_value("The user called back.")
    expect(page.locator("#step-title")).to_have_text("This session is completed")
