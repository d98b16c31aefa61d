"""The export preview by keyboard alone: editing, options, masking, meter, ways out."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.accessibility import problems
from tests.e2e.conftest import OpenTab
from tests.e2e.preview_driver import (
    CLIPBOARD,
    choose,
    copied,
    open_preview,
    option,
    text,
)
from tests.e2e.run_driver import arrived, expect_copied, open_run, press_answer, start, tab_to
from tests.factories import make_completed
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U3")]


def test_options_change_the_text(open_tab: OpenTab, engineer: User, work_session: Session) -> None:
    page = open_tab(engineer)
    open_preview(page, work_session)
    expect(text(page)).to_have_value(re.compile("^VPN .*--- TROUBLESHOOTING STEPS ---", re.S))
    choose(page, "Format", "ArrowDown")
    expect(text(page)).to_have_value(re.compile(r"^# VPN .*\*\*Ticket:\*\* T-7", re.S))
    expect(option(page, "Format")).to_be_focused()
    choose(page, "Export", "ArrowDown")
    expect(text(page)).to_have_value(re.compile("Showing steps 1–1 of 3"))
    choose(page, "Kind", "ArrowDown")
    expect(text(page)).not_to_have_value(re.compile("Evidence"))
    choose(page, "Summary block", "Space")
    choose(page, "Impact")
    page.keyboard.type("Three people can't work")
    expect(text(page)).to_have_value(re.compile("Three people can't work"))
    expect(option(page, "Impact")).to_be_focused()


def test_edits_are_kept_asked_for_and_never_reach_the_session(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    before = Session.objects.filter(pk=work_session.pk).values().get()
    page = open_tab(engineer)
    open_preview(page, work_session)
    tab_to(page, text(page))
    page.keyboard.press("Control+Home")
    page.keyboard.type("Typed by hand. ")

    option(page, "Detail").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("Replace your edits?")).to_be_visible()
    expect(page.get_by_role("button", name="Keep edits")).to_be_focused()
    page.keyboard.press("Enter")
    expect(option(page, "Detail")).to_be_focused()
    expect(option(page, "Detail")).to_have_value("standard")
    expect(text(page)).to_have_value(re.compile("^Typed by hand. VPN"))

    page.keyboard.press("Escape")
    expect(page.locator("#preview-dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Preview")).to_be_focused()
    page.reload()
    tab_to(page, page.get_by_role("button", name="Preview"))
    page.keyboard.press("Enter")
    expect(text(page)).to_have_value(re.compile("^Typed by hand. VPN"))
    expect(page.get_by_text("Your edits from before are back.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Replace", exact=True))
    page.keyboard.press("Enter")
    expect(text(page)).to_have_value(re.compile("^VPN"))
    expect(page.locator("[data-ask]")).to_be_hidden()
    assert Session.objects.filter(pk=work_session.pk).values().get() == before


def test_edits_come_back_with_the_format_that_they_were_made_in(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, accept_downloads=True)
    open_preview(page, work_session)
    choose(page, "Format", "ArrowDown")
    expect(text(page)).to_have_value(re.compile("^# VPN"))
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# Mine\n")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(text(page)).to_have_value(re.compile("^# Mine\n# VPN"))
    expect(option(page, "Format")).to_have_value("markdown")
    with page.expect_download() as waiting:
        tab_to(page, page.locator("[data-preview-download]"))
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.startswith("t-7-vpn-")
    assert waiting.value.suggested_filename.endswith(".md")
    assert waiting.value.path().read_text().startswith("# Mine\n# VPN")


def test_highlights_toggles_and_mask_all(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_preview(page, work_session)
    marks = page.locator("[data-backdrop] mark")
    expect(marks).to_have_text(["10.1.2.3", "ana@contoso.example", "10.1.2.3", "Sommer2024!"])
    tab_to(page, page.get_by_label("Mask 10.1.2.3"))
    with page.expect_response("**/redact"):  # the list is drawn anew once more, after a pause
        page.keyboard.press("Space")
    arrived(page)
    expect(text(page)).to_have_value(re.compile(r"😀 Seen from \[IP REDACTED\]\n"))
    expect(text(page)).not_to_have_value(re.compile(r"10\.1\.2\.3"))
    expect(page.get_by_label("Mask 10.1.2.3")).to_be_focused()
    expect(page.locator("[data-findings-count]")).to_have_text("2 of 3 shown")
    page.keyboard.press("Space")
    expect(text(page)).to_have_value(re.compile(r"😀 Seen from 10\.1\.2\.3\n"))

    tab_to(page, page.get_by_role("button", name="Mask all"))
    page.keyboard.press("Enter")
    expect(text(page)).not_to_have_value(re.compile(r"10\.1\.2\.3|ana@|Sommer"))
    expect(page.locator("[data-findings-count]")).to_have_text("all 3 masked")
    text(page).focus()
    page.keyboard.press("Control+z")
    expect(text(page)).to_have_value(re.compile(r"password: Sommer2024!"))
    expect(page.locator("[data-findings-count]")).to_have_text("3 of 3 shown")

    page.keyboard.press("Control+End")
    page.keyboard.type("Router at 192.0.2.77")
    expect(marks.last).to_have_text("192.0.2.77")
    tab_to(page, page.get_by_role("button", name=re.compile(r"show 192\.0\.2\.77")))
    page.keyboard.press("Enter")
    expect(text(page)).to_be_focused()
    chosen = "(area) => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert text(page).evaluate(chosen) == "192.0.2.77"


def test_copy_and_copy_redacted_take_what_is_in_the_editor(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_preview(page, work_session)
    text(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Gateway 192.0.2.77 is up 😀")
    tab_to(page, page.get_by_role("button", name="Copy redacted"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_have_text("Copied with 1 IP address masked")
    footer = "\n\nRedacted: 1 IP address.\n"
    assert copied(page) == {"text/plain": f"Gateway [IP REDACTED] is up 😀{footer}"}
    expect(text(page)).to_have_value("Gateway 192.0.2.77 is up 😀")
    tab_to(page, page.get_by_role("button", name="Copy", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_have_text("Copied to the clipboard")
    assert copied(page) == {"text/plain": "Gateway 192.0.2.77 is up 😀"}


def test_when_the_redaction_cant_be_reached_nothing_is_copied(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: Any
) -> None:
    page_errors.allow("Failed to load resource", "net::ERR_FAILED")
    page = open_tab(engineer, **CLIPBOARD)
    open_preview(page, work_session)
    page.evaluate("navigator.clipboard.writeText('before')")
    page.route("**/api/v1/redact", lambda route: route.abort())
    tab_to(page, page.get_by_role("button", name="Copy redacted"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_have_text(
        "The text couldn’t be redacted, so nothing was copied."
    )
    assert copied(page)["text/plain"] == "before"


def test_html_is_copied_as_rich_and_plain_text_and_rendered_in_a_sandbox(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_preview(page, work_session)
    choose(page, "Format", "End")
    expect(text(page)).to_have_value(re.compile("^<!DOCTYPE html>"))
    tab_to(page, page.get_by_role("button", name="Rendered"))
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe[name=preview-frame]")
    expect(frame.get_by_role("heading", name="Evidence / Reference")).to_be_visible()
    width = "(element) => getComputedStyle(element).maxWidth"
    assert frame.locator("main").evaluate(width) == "736px"

    tab_to(page, page.get_by_role("button", name="Copy", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_have_text("Copied to the clipboard")
    taken = copied(page)
    assert set(taken) == {"text/plain", "text/html"}
    assert "<h2>Evidence / Reference</h2>" in taken["text/html"]
    assert "\nTicket: T-7\n" in taken["text/plain"]
    assert "\n\nEvidence / Reference\n😀 Seen from 10.1.2.3\n" in taken["text/plain"]
    assert "<" not in taken["text/plain"]

    page.keyboard.press("Escape")
    page.locator("#x-format").select_option("html")
    page.get_by_role("button", name="Copy for ticket").click()
    expect_copied(page)
    assert set(copied(page)) == {"text/plain", "text/html"}


def test_what_is_typed_into_html_cant_run_in_the_rendered_view(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: Any
) -> None:
    page_errors.allow("Blocked script execution", "Content Security Policy", "sandbox")
    page = open_tab(engineer)
    open_preview(page, work_session)
    choose(page, "Format", "End")
    expect(text(page)).to_have_value(re.compile("^<!DOCTYPE html>"))
    text(page).fill(
        "<title>mine</title><body><p>before</p><script>document.body.append('RAN')</script>"
        "<img src=x onerror=\"document.body.append('RAN')\"><p>after</p>"
    )
    page.get_by_role("button", name="Rendered").click()
    frame = page.frame_locator("iframe[name=preview-frame]")
    expect(frame.get_by_text("after")).to_be_visible()
    expect(frame.locator("body")).not_to_contain_text("RAN")


def test_the_meter_offers_to_cut_output_and_says_what_was_cut(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_preview(page, work_session)
    choose(page, "Detail", "End")
    expect(page.locator("[data-meter-text]")).to_contain_text(re.compile(r"^1\d\d,\d{3} char"))
    cut = page.get_by_role("button", name="Cut command output to fit")
    expect(cut).to_be_hidden()
    choose(page, "Ticket system", "ArrowDown")
    expect(page.locator("[data-meter-text]")).to_contain_text("of 32,000 characters")
    expect(page.locator("[data-meter-text]")).to_contain_text("too many")
    tab_to(page, cut)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cut to fit Autotask note: output of step 2.")).to_be_visible()
    expect(cut).to_be_hidden()
    assert len(text(page).input_value()) <= 32_000
    expect(text(page)).to_have_value(re.compile("2. Ping the gateway -> Done"))
    tab_to(page, page.get_by_role("button", name="Show all of it"))
    page.keyboard.press("Enter")
    expect(cut).to_be_visible()


def test_from_the_run_page_by_its_key(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    open_run(page, work_session)
    press_answer(page, "1", then="What does the VPN client say?")
    page.keyboard.press("p")
    expect(page.locator("#preview-title")).to_be_focused()
    expect(text(page)).to_have_value(re.compile(r"1\. Is only this person affected"))
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    expect(page.locator("#preview-dialog")).to_be_hidden()
    expect(page.locator("#step-title")).to_have_text("What does the VPN client say?")
    work_session.refresh_from_db()
    assert not work_session.exported


def test_copying_marks_a_completed_session_as_exported(open_tab: OpenTab, engineer: User) -> None:
    done = make_completed(engineer)
    page = open_tab(engineer, **CLIPBOARD)
    page.goto(f"/sessions/{done.pk}/preview")
    with page.expect_response(f"**/sessions/{done.pk}/exported"):
        page.get_by_role("button", name="Copy", exact=True).click()
    done.refresh_from_db()
    assert done.exported


def test_the_page_with_scripts_off(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, java_script_enabled=False, accept_downloads=True)
    page.goto(f"/sessions/{work_session.pk}")
    page.get_by_label("Export through step").select_option("1")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1, name="Preview")).to_be_visible()
    expect(text(page)).to_have_value(re.compile("Showing steps 1–1 of 3"))
    expect(text(page)).not_to_be_editable()
    option(page, "Format").select_option("html")
    page.get_by_label("Mask sensitive values").check()
    page.get_by_role("button", name="Update the preview").click()
    expect(text(page)).to_have_value(re.compile("^<!DOCTYPE html>.*IP REDACTED", re.S))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    saved = waiting.value.path().read_text()
    assert "[IP REDACTED]" in saved
    assert "10.1.2.3" not in saved
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Show as a page").click()
    expect(opened.value.get_by_role("heading", name="Evidence / Reference")).to_be_visible()


def states(page: Page, work_session: Session) -> Iterator[str]:
    """What axe finds in the dialog: as it opens, with a question, masked, cut and as HTML."""
    open_preview(page, work_session)
    yield from problems(page)
    page.get_by_role("button", name="Mask all").click()
    page.locator("#pv-level").evaluate("(it) => { it.closest('details').open = true }")
    option(page, "Detail").select_option("full")
    yield from problems(page)
    page.get_by_role("button", name="Replace", exact=True).click()
    option(page, "Ticket system").select_option("autotask")
    page.get_by_role("button", name="Cut command output to fit").click()
    expect(page.locator(".preview__note")).to_have_count(1)
    page.set_viewport_size({"width": 1440, "height": 900})
    option(page, "Format").select_option("html")
    option(page, "Summary block").check()
    expect(text(page)).to_have_value(re.compile("<h2>Summary</h2>"))
    yield from problems(page)


def test_axe_finds_nothing_in_the_preview(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, bypass_csp=True)
    found = list(states(page, work_session))
    page.goto(f"/sessions/{work_session.pk}/preview")
    found.extend(problems(page))
    assert not found, "\n".join(found)


def test_it_fits_a_phone(open_tab: OpenTab, engineer: User, work_session: Session) -> None:
    page = open_tab(engineer, width=390, height=844, has_touch=True)
    page.goto(f"/sessions/{work_session.pk}")
    page.get_by_role("button", name="Preview").tap()
    expect(text(page)).to_be_visible()
    expect(option(page, "Format")).to_be_hidden()
    buttons = page.locator("#preview-dialog").get_by_role("button")
    for name in ("Download", "Copy redacted", "Copy"):
        expect(buttons.and_(page.get_by_role("button", name=name, exact=True))).to_be_in_viewport(
            ratio=1
        )
    page.get_by_text("Options").tap()
    expect(page.locator("#pv-format")).to_be_visible()
    expect(text(page)).to_be_hidden()
    page.locator("#pv-format").select_option("text")
    page.get_by_text("Options").tap()
    expect(text(page)).to_have_value(re.compile("={20}"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
