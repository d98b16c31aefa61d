"""The preview on a slow or broken network: what leaves it is what its options say, or nothing."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.preview_driver import CLIPBOARD, copied, open_preview, option, text

pytestmark = pytest.mark.browser
BROKEN = ("htmx:sendError", "Failed to load resource")


@contextmanager
def held(page: Page) -> Iterator[Callable[[], None]]:
    """Keep what the preview asks for under way; the function lets it come, one by one."""
    waiting: list[Route] = []
    page.route("**/preview", lambda route: waiting.append(route))

    def let_come() -> None:
        with page.expect_response("**/preview"):
            waiting.pop(0).continue_()

    yield let_come
    page.unroute("**/preview")


def test_copy_waits_for_the_text_that_was_asked_for(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_preview(page, work_session)
    with held(page) as let_come:
        option(page, "Mask sensitive values").check()
        page.evaluate("navigator.clipboard.writeText('before')")
        copy = page.get_by_role("button", name="Copy", exact=True)
        copy.click()
        expect(copy).to_have_attribute("aria-busy", "true")
        assert copied(page)["text/plain"] == "before"
        let_come()
    expect(page.locator("[data-announce]").last).to_have_text("Copied to the clipboard")
    taken = copied(page)["text/plain"]
    assert "[IP REDACTED]" in taken
    assert "10.1.2.3" not in taken


def test_copy_takes_along_what_was_just_typed_into_the_summary(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_preview(page, work_session)
    option(page, "Summary block").check()
    expect(text(page)).to_have_value(re.compile("--- SUMMARY ---"))
    option(page, "Impact").fill("Nobody can print")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("[data-announce]").last).to_have_text("Copied to the clipboard")
    assert "Impact: Nobody can print\n" in copied(page)["text/plain"]


def test_a_choice_that_is_removed_while_its_text_is_made_is_removed(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_preview(page, work_session)
    with held(page) as let_come:
        option(page, "Mask sensitive values").check()
        option(page, "Mask sensitive values").uncheck()
        let_come()
        expect(text(page)).to_have_value(re.compile("IP REDACTED"))
        expect(page.locator("export-preview")).to_have_attribute("aria-busy", "true")
        let_come()
    expect(text(page)).to_have_value(re.compile(r"Seen from 10\.1\.2\.3"))
    expect(page.locator("export-preview")).not_to_have_attribute("aria-busy", "true")


def test_a_text_that_does_not_come_leaves_text_choices_and_edits_as_they_were(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow(*BROKEN)
    page = open_tab(engineer, **CLIPBOARD)
    open_preview(page, work_session)
    page.evaluate("navigator.clipboard.writeText('before')")
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Mine. ")
    page.route("**/preview", lambda route: route.abort())
    option(page, "Detail").select_option("full")
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(page.locator("[data-announce]").last).to_have_text(
        "The preview couldn’t be made. Check the connection and try again."
    )
    expect(option(page, "Detail")).to_have_value("standard")
    expect(page.locator("[data-meter-text]")).to_have_text(re.compile("^[0-9,]+ characters$"))
    expect(text(page)).to_have_value(re.compile("^Mine. VPN"))
    expect(text(page)).to_be_editable()
    option(page, "Detail").select_option("summary")
    expect(page.get_by_text("Replace your edits?")).to_be_visible()


def test_nothing_is_copied_when_the_text_that_was_asked_for_does_not_come(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow(*BROKEN)
    page = open_tab(engineer, **CLIPBOARD)
    open_preview(page, work_session)
    page.evaluate("navigator.clipboard.writeText('before')")
    page.route("**/preview", lambda route: route.abort())
    # In one go, so that the failure is not there before the click.
    page.evaluate(
        """() => {
          const box = document.querySelector("export-preview [name=redaction_mode]");
          box.click();
          document.querySelector("[data-preview-copy=text]").click();
        }"""
    )
    expect(page.locator("[data-announce]").last).to_have_text(re.compile("so nothing was copied"))
    assert copied(page)["text/plain"] == "before"
    expect(option(page, "Mask sensitive values")).not_to_be_checked()


def test_a_preview_that_cant_be_opened_says_so(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow(*BROKEN)
    page = open_tab(engineer)
    page.goto(f"/sessions/{work_session.pk}")
    page.route("**/preview", lambda route: route.abort())
    page.get_by_role("button", name="Preview").click()
    failed = page.get_by_role("alert")
    expect(failed).to_contain_text("The preview couldn’t be made")
    page.unroute("**/preview")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview-title")).to_be_focused()
    expect(failed).to_have_count(0)


def test_while_edits_stand_in_the_way_of_an_option_nothing_leaves(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_preview(page, work_session)
    page.evaluate("navigator.clipboard.writeText('before')")
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Mine. ")
    option(page, "Mask sensitive values").check()
    for name in ("Copy", "Download"):
        page.get_by_role("button", name=name, exact=True).last.click()
        expect(page.locator("[data-announce]").last).to_have_text(
            "First replace your edits, or keep them: the options have changed since."
        )
    assert copied(page)["text/plain"] == "before"
    page.get_by_role("button", name="Keep edits").click()
    expect(option(page, "Mask sensitive values")).not_to_be_checked()
    option(page, "Detail").select_option("summary")
    option(page, "Impact").fill("Nobody can print")
    page.get_by_role("button", name="Keep edits").click()
    expect(option(page, "Detail")).to_have_value("standard")
    page.get_by_role("button", name=re.compile("Cop(y|ied)$")).last.click()
    expect(page.locator("[data-announce]").last).to_have_text("Copied to the clipboard")
    assert copied(page)["text/plain"].startswith("Mine. VPN")


def test_an_option_that_is_refused_is_told_in_the_servers_words(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow("Failed to load resource")
    page = open_tab(engineer)
    open_preview(page, work_session)
    option(page, "Summary block").check()
    expect(text(page)).to_have_value(re.compile("--- SUMMARY ---"))
    option(page, "Impact").fill("x" * 100_001)
    expect(page.locator("[data-announce]").last).to_contain_text("100,001")
    expect(text(page)).to_be_editable()
