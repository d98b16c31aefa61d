"""A whole log pasted by mistake is refused kindly, and nothing that was typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import (
    SCOPE,
    SYMPTOM,
    answers,
    expect_saved,
    open_run,
    press_answer,
    start,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("S16")]
PASTE = """(size) => {
  const field = document.getElementById("command-output");
  const line = "2026-02-03 10:00:00 the quick brown fox met an error 0x80070005\\n";
  field.value = line.repeat(Math.ceil(size / line.length)).slice(0, size);
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
}"""


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


@pytest.fixture
def page(open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors) -> Page:
    """The first step with a note, and 5 MB in the command output that nothing has sent yet."""
    page_errors.allow("status of 422")
    opened = open_tab(engineer)
    open_run(opened, work_session)
    opened.keyboard.press("o")
    opened.keyboard.type("the log is from the server")
    opened.evaluate(PASTE, 5_000_000)
    return opened


def test_autosave_says_that_it_does_not_fit(page: Page, work_session: Session) -> None:
    mark = page.locator("#saved")
    expect(mark).to_contain_text("5,000,000 characters; 1,000,000 fit", timeout=60_000)
    expect(mark).to_have_attribute("data-state", "failed")
    expect(page.locator("#notes")).to_have_value("the log is from the server")
    page.evaluate(PASTE, 1_000)
    expect_saved(page)
    work_session.refresh_from_db()
    assert work_session.drafts["scope"]["notes"] == "the log is from the server"


def test_answer_is_refused_and_everything_stays(page: Page, work_session: Session) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    refusal = page.locator("#output-error")
    expect(refusal).to_contain_text("5,000,000 characters; 1,000,000 fit", timeout=60_000)
    expect(page.locator("#command-output")).to_be_focused()
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    expect(page.locator("#notes")).to_have_value("the log is from the server")
    assert page.evaluate("document.getElementById('command-output').value.length") == 5_000_000
    assert answers(work_session) == []

    page.evaluate(PASTE, 1_000)
    page.keyboard.press("Escape")
    press_answer(page, "1", then=SYMPTOM)
    decision = work_session.decisions.get()
    assert decision.answer == "Only this person"
    assert decision.notes == "the log is from the server"
    assert len(decision.command_output) == 1_000


@pytest.fixture
def unsent(page: Page) -> Page:
    """17 MB in the command output: more than a request may have, and than the browser keeps."""
    page.evaluate(PASTE, 17_000_000)
    return page


def test_more_than_a_request_may_have_is_not_said_to_be_kept(
    unsent: Page, work_session: Session
) -> None:
    """The server isn't away, so nothing waits for it; the text stays in its field."""
    mark = unsent.locator("#saved")
    expect(mark).to_contain_text("too much to send at once", timeout=60_000)
    expect(mark).to_contain_text("copy it before you leave this page")
    expect(mark).to_have_attribute("data-state", "failed")
    expect(unsent.locator("#offline")).to_be_hidden()
    unsent.keyboard.press("Escape")
    unsent.keyboard.press("1")
    expect(unsent.locator("#toasts .toast")).to_contain_text("too much to send at once")
    expect(unsent.locator("#step-title")).to_have_text(SCOPE)
    assert unsent.evaluate("document.getElementById('command-output').value.length") == 17_000_000
    assert answers(work_session) == []
    assert not unsent.evaluate("Object.values(localStorage).some((text) => text.length > 5e6)")

    unsent.evaluate(PASTE, 1_000)
    expect_saved(unsent)
    unsent.keyboard.press("Escape")
    press_answer(unsent, "1", then=SYMPTOM)
    assert len(work_session.decisions.get().command_output) == 1_000


def test_the_sign_in_page_does_not_claim_it_either(unsent: Page, engineer: User) -> None:
    expect(unsent.locator("#saved")).to_contain_text("too much", timeout=60_000)
    unsent.context.clear_cookies()
    unsent.goto("/sign-in")
    expect(unsent.locator("[data-waiting]")).to_contain_text("too long for this browser to keep")
    expect(unsent.locator("[data-waiting]")).not_to_contain_text("Nothing is lost")
