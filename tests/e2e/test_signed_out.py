"""Signed out while typing, signed in anew in another tab, another person in the same browser.

Nothing that was typed is lost, and nobody writes under another's name.
"""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts_app.models import BrowserSession, User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import (
    SCOPE,
    SYMPTOM,
    answers,
    expect_saved,
    expect_step,
    next_page,
    open_run,
    press_answer,
    start,
    wait_until,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("S15")]
PASSWORD = "open sesame 1"
REFUSED = (
    "status of 401",
    "status of 403",
    "status of 409",
    "Response Status Error Code",
    "htmx:responseError",
)


@pytest.fixture(autouse=True)
def refusals(page_errors: PageErrors) -> None:
    page_errors.allow(*REFUSED)


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    engineer.set_password(PASSWORD)
    engineer.save()
    return start(engineer, vpn_flow)


def expire(user: User) -> None:
    BrowserSession.objects.filter(user=user).delete()


def change_password(user: User) -> None:
    """As an admin does it: the session goes on, but its hash is no longer right."""
    user.set_password(PASSWORD + "!")
    user.save()


CAUSES: dict[str, Callable[[User], None]] = {"expired": expire, "new password": change_password}


def sign_in(page: Page, user: User, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(password)
    with next_page(page):
        page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("cause", CAUSES)
def test_an_answer_with_its_notes_is_sent_after_signing_in(
    open_tab: OpenTab, engineer: User, work_session: Session, cause: str
) -> None:
    page = open_tab(engineer)
    open_run(page, work_session)
    CAUSES[cause](engineer)
    page.get_by_label("Notes").fill("Only Anke.")
    with next_page(page):
        page.locator("#step-title").focus()
        page.keyboard.press("1")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("[data-waiting-text]")).to_contain_text("wait")
    sign_in(page, engineer, PASSWORD + ("!" if cause == "new password" else ""))
    expect_step(page, SYMPTOM)
    assert answers(work_session) == [answers(work_session)[0]]
    assert work_session.decisions.get().notes == "Only Anke."


def test_what_is_typed_goes_on_being_kept(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_run(page, work_session)
    expire(engineer)
    page.get_by_label("Notes").fill("Only Anke.")
    expect(page.locator("#saved")).to_contain_text("signed out")
    expect(page.locator("#other-user")).to_be_visible()
    with next_page(page):
        page.reload()
    expect(page.locator("[data-waiting-text]")).to_contain_text("1 change waits")
    sign_in(page, engineer)
    expect(page.get_by_label("Notes")).to_have_value("Only Anke.")
    expect_saved(page)


def test_a_form_that_was_sent_signed_out_is_filled_in_again(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    page.goto(f"/flows/{work_session.tree_id}")
    page.locator("#s-ticket").fill("T-77")
    page.locator("#s-client").fill("Bakery Vogt")
    expire(engineer)
    with next_page(page):
        page.get_by_role("button", name="Start", exact=True).click()
    sign_in(page, engineer)
    expect(page.locator("#s-ticket")).to_have_value("T-77")
    expect(page.locator("#s-client")).to_have_value("Bakery Vogt")
    with next_page(page):
        page.get_by_role("button", name="Start", exact=True).click()
    assert Session.objects.get(ticket_number="T-77").client_name == "Bakery Vogt"
    page.goto(f"/flows/{work_session.tree_id}")
    expect(page.locator("#s-ticket")).to_have_value("")


def second_tab_signs_in(page: Page, user: User) -> None:
    """Sign out and in again in another tab: the token of the first is another one then."""
    other = page.context.new_page()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    other.goto("/sign-in")
    sign_in(other, user)
    other.close()


def test_an_answer_after_signing_in_anew_in_another_tab(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_run(page, work_session)
    second_tab_signs_in(page, engineer)
    page.get_by_label("Notes").fill("Only Anke.")
    expect_saved(page)
    page.locator("#step-title").focus()
    press_answer(page, "1", then=SYMPTOM)
    assert work_session.decisions.get().notes == "Only Anke."


def test_a_plain_form_after_signing_in_anew_in_another_tab(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    page.goto(f"/flows/{work_session.tree_id}")
    page.locator("#s-ticket").fill("T-78")
    second_tab_signs_in(page, engineer)
    with next_page(page):
        page.get_by_role("button", name="Start", exact=True).click()
    assert Session.objects.filter(ticket_number="T-78").count() == 1


def test_nobody_writes_under_anothers_name(
    open_tab: OpenTab, engineer: User, author: User, work_session: Session
) -> None:
    author.set_password(PASSWORD)
    author.save()
    page = open_tab(engineer)
    open_run(page, work_session)
    second_tab_signs_in(page, author)
    page.get_by_label("Notes").fill("Only Anke.")
    expect(page.locator("#other-user")).to_contain_text(author.display_name)
    page.locator("#step-title").focus()
    page.keyboard.press("1")
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    assert not work_session.decisions.exists()
    # The other person, on a page of their own, sees nothing of it.
    page.goto(f"/flows/{work_session.tree_id}")
    open_run(page, work_session)
    expect(page.locator("body")).not_to_contain_text("Only Anke.")


def test_signing_out_leaves_no_text_behind(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    page.goto(f"/sessions/{work_session.pk}/complete")
    page.locator("[name=outcome_notes]").fill("password is Winter-22")
    with next_page(page):
        page.locator("form[data-sign-out]").evaluate("(form) => form.requestSubmit()")
    assert (
        page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})").count("Winter") == 0
    )
    expect(page.locator("[data-waiting]")).to_be_hidden()


def test_signing_out_saves_what_is_typed_first(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_run(page, work_session)
    page.get_by_label("Notes").fill("Typed a moment before.")
    with next_page(page):
        page.locator("form[data-sign-out]").evaluate("(form) => form.requestSubmit()")
    wait_until(
        page, lambda: "Typed a moment" in str(Session.objects.get(pk=work_session.pk).drafts)
    )


def test_signing_out_says_what_can_not_be_saved(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow("503", "Failed to load")
    page = open_tab(engineer)
    open_run(page, work_session)
    page.route("**/typing", lambda route: route.fulfill(status=503))
    page.get_by_label("Notes").fill("Typed in the tunnel.")
    page.locator("form[data-sign-out]").evaluate("(form) => form.requestSubmit()")
    expect(page.locator("[data-sign-out-text]")).to_contain_text("1 change isn’t saved")
    with next_page(page):
        page.locator("form[data-sign-out]").evaluate("(form) => form.requestSubmit()")
    expect(page.locator("[data-waiting-text]")).to_contain_text("1 change waits")
