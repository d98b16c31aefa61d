"""The preview's editor under hard use: footers, long texts, undo, edits that are kept."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.attachments import services as attachments_services
from sessions_app.models import Decision, Session
from tests.e2e.conftest import OpenTab
from tests.e2e.preview_driver import CLIPBOARD, choose, copied, option, text
from tests.e2e.run_driver import tab_to
from tests.factories import add_decision, make_completed, make_session
from tests.sessions_app.attachments.sample_files import png

pytestmark = [pytest.mark.browser, pytest.mark.req("U3")]
LAYER = "(it) => it.textContent"
# How long the page itself works on a click, in ms; what it asks the server for doesn't count.
CLICKED = "it => { const began = performance.now(); it.click(); return performance.now() - began; }"


@pytest.fixture
def work_session(engineer: User) -> Session:
    made = make_completed(
        engineer,
        ticket_number="T-7",
        scratchpad="Seen from 10.1.2.3",
        outcome_notes="New lease.",
        next_steps="Call back.",
    )
    add_decision(made, notes="mail to ana@contoso.example, password: Sommer2024!")
    return made


def open_page(page: Page, work_session: Session, options: str = "") -> None:
    page.goto(f"/sessions/{work_session.pk}/preview?format=psa&{options}")
    expect(page.locator("[data-findings-count]")).not_to_be_empty()


def long_session(engineer: User, *, steps: int, **fields: Any) -> Session:
    made = make_session(engineer)
    Decision.objects.bulk_create(
        Decision(
            session=made,
            position=number,
            node_id="scope",
            question=f"Check number {number}",
            answer="Yes",
            **{name: value.replace("#", str(number)) for name, value in fields.items()},
        )
        for number in range(1, steps + 1)
    )
    made.decision_count = steps
    made.save(update_fields=["decision_count"])
    return made


def copy_redacted(page: Page) -> str:
    told = page.locator(".preview [data-announce]")
    told.evaluate("(it) => { it.textContent = '' }")
    page.get_by_role("button", name="Copy redacted").focus()
    page.keyboard.press("Enter")
    expect(told).to_have_text(re.compile("^Copied"))
    return str(copied(page)["text/plain"])


@pytest.mark.req("R3")
def test_copy_redacted_ends_with_one_footer_that_counts_by_kind(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_page(page, work_session)
    footer = "\n\nRedacted: 1 IP address, 1 e-mail address, 1 password or key.\n"
    taken = copy_redacted(page)
    assert taken.endswith(footer)
    assert taken.count("Redacted:") == 1
    assert "Redacted:" not in text(page).input_value()

    page.get_by_role("button", name="Mask all").click()
    expect(page.locator("[data-findings-count]")).to_have_text("all 3 masked")
    assert copy_redacted(page).endswith(footer)


@pytest.mark.req("R3")
def test_a_text_that_was_masked_on_the_server_keeps_its_footer(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_page(page, work_session, "redaction_mode=mask")
    made = text(page).input_value()
    assert made.count("Redacted:") == 1
    assert copy_redacted(page) == made
    expect(page.locator(".preview [data-announce]")).to_have_text(
        "Copied; everything found was masked before"
    )
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("From 192.0.2.7. ")
    taken = copy_redacted(page)
    assert taken.count("Redacted:") == 1
    assert taken.endswith("\nRedacted: 2 IP addresses, 1 e-mail address, 1 password or key.\n")


@pytest.mark.req("R3")
@pytest.mark.parametrize("mask", ["none", "mask"])
def test_html_has_its_one_footer_inside_of_the_page(
    open_tab: OpenTab, engineer: User, work_session: Session, mask: str
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_page(page, work_session, f"format=html&redaction_mode={mask}")
    page.get_by_role("button", name="Copy redacted").click()
    expect(page.locator(".preview [data-announce]")).to_have_text(re.compile("^Copied"))
    taken = copied(page)
    line = "Redacted: 1 IP address, 1 e-mail address, 1 password or key."
    assert taken["text/html"].count(f"<p>{line}</p>") == 1
    assert taken["text/plain"].endswith(f"\n\n{line}\n")
    assert "10.1.2.3" not in taken["text/html"] + taken["text/plain"]


def test_pictures_come_along_with_a_page_that_was_not_edited(
    open_tab: OpenTab, engineer: User
) -> None:
    made = make_session(engineer)
    picture = attachments_services.add_attachment(
        user=engineer, pk=made.pk, name="error.png", data=png()
    )
    add_decision(made, attachments=[{"name": "error.png", "url": picture.url}])
    page = open_tab(engineer, accept_downloads=True, **CLIPBOARD)
    open_page(page, made, "format=html")
    note = page.get_by_text("Pictures are not in this text.")
    expect(note).to_be_visible()
    told = page.locator(".preview [data-announce]")

    def taken() -> list[str]:
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download").click()
        page.get_by_role("button", name="Copy", exact=True).click()
        expect(told).to_have_text("Copied to the clipboard")
        told.evaluate("(it) => { it.textContent = '' }")
        return [waiting.value.path().read_text(), str(copied(page)["text/html"])]

    assert all("data:image/png;base64," in one for one in taken())
    text(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("<p>Mine.</p>")
    assert all("Mine." in one and "data:image" not in one for one in taken())


def test_what_was_masked_by_hand_stands_in_no_file_name(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    Session.objects.filter(pk=work_session.pk).update(ticket_number="ana@contoso.example")
    page = open_tab(engineer, accept_downloads=True)
    open_page(page, work_session)

    def saved_as() -> str:
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download").click()
        return str(waiting.value.suggested_filename)

    assert saved_as().startswith("ana-contoso-example-vpn-")
    page.get_by_role("button", name="Mask all").click()
    expect(page.locator("[data-findings-count]")).to_have_text("all 3 masked")
    assert saved_as().startswith("email-redacted-vpn-")


def test_more_options_leave_sections_out(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_page(page, work_session, "format=markdown")
    expect(option(page, "Times")).to_be_hidden()
    tab_to(page, page.get_by_text("More", exact=True))
    page.keyboard.press("Enter")
    choose(page, "Resolution section", "Space")
    expect(text(page)).not_to_have_value(re.compile("New lease"))
    choose(page, "Next steps section", "Space")
    expect(text(page)).not_to_have_value(re.compile("Call back"))
    expect(option(page, "Next steps section")).to_be_focused()
    open_page(page, work_session, "include_tree_info=false")
    expect(option(page, "About the flow")).to_be_visible()


def test_the_layer_of_marks_is_no_stop_for_the_keyboard(open_tab: OpenTab, engineer: User) -> None:
    page = open_tab(engineer)
    open_page(page, long_session(engineer, steps=100, notes="from 10.0.0.#"))
    page.get_by_text("More", exact=True).focus()
    page.keyboard.press("Tab")
    expect(text(page)).to_be_focused()
    text(page).evaluate("(it) => { it.scrollTop = 900 }")
    layer = page.locator("[data-backdrop]")
    expect(layer).to_have_js_property("scrollTop", 900)
    sizes = "(it) => [it.clientWidth, it.scrollHeight]"
    assert layer.evaluate(sizes) == text(page).evaluate(sizes)


def test_a_thousand_steps_are_masked_and_shown_again_at_once(
    open_tab: OpenTab, engineer: User
) -> None:
    made = long_session(
        engineer, steps=1000, notes="mail u#@contoso.example and v#@contoso.example"
    )
    page = open_tab(engineer)
    open_page(page, made)
    expect(page.locator("[data-findings-count]")).to_have_text("2000 of 2000 shown")
    before = text(page).input_value()
    took = page.get_by_role("button", name="Mask all").evaluate(CLICKED)
    expect(page.locator("[data-findings-count]")).to_have_text("all 2000 masked")
    assert took < 5_000, took
    after = text(page).input_value()
    assert "contoso" not in after
    text(page).focus()
    for keys, shown in (("Control+z", before), ("Control+Shift+z", after), ("Control+z", before)):
        page.keyboard.press(keys)
        expect(text(page)).to_have_value(shown)
    expect(page.locator("[data-findings-count]")).to_have_text("2000 of 2000 shown")


def test_the_marks_stay_under_their_words_while_the_text_is_edited(
    open_tab: OpenTab, engineer: User
) -> None:
    made = long_session(engineer, steps=200, notes="Host 10.0.0.# is down, over and over again")
    page = open_tab(engineer)
    open_page(page, made)
    layer, area = page.locator("[data-backdrop]"), text(page)
    marks = page.locator("[data-backdrop] mark")
    expect(marks).to_have_count(200)

    def edit(start: int, end: int, typed: str) -> None:
        area.evaluate("(it, [start, end]) => it.setSelectionRange(start, end)", [start, end])
        if typed:
            page.keyboard.insert_text(typed)
        else:
            page.keyboard.press("Delete")
        value = area.input_value()
        assert layer.evaluate(LAYER) == value + " "
        heads = (
            "(it) => [...it.children].slice(0, -2).every((one) => one.textContent.endsWith('\\n'))"
        )
        assert layer.evaluate(heads)

    area.focus()
    length = len(area.input_value())
    edges = area.evaluate(
        "() => { let at = 0; return [...document.querySelector('[data-backdrop]').children]"
        ".slice(0, -1).map((one) => (at += one.textContent.length)); }"
    )
    assert len(edges) > 3
    edit(length, length, "more at the end")
    edit(edges[0] - 1, edges[0], "")
    edit(edges[1] - 1, edges[1], "\n")
    edit(edges[1], edges[1], "a\nb\n10.9.9.9\n")
    edit(edges[0] - 40, edges[2] + 40, "")
    edit(0, 0, "\n")
    edit(100, 100, "a line of text\n" * 350)
    edit(3, len(area.input_value()), "")
    edit(0, 3, "10.2.2.2 and 10.3.3.3")
    expect(marks).to_have_text(["10.2.2.2", "10.3.3.3"])


def test_a_line_is_shown_where_it_is(open_tab: OpenTab, engineer: User) -> None:
    made = long_session(engineer, steps=400, notes="All is well here.")
    add_decision(made, notes="Gateway 10.1.2.3")
    page = open_tab(engineer)
    open_page(page, made)
    page.get_by_role("button", name=re.compile(r"show 10\.1\.2\.3")).click()
    expect(text(page)).to_be_focused()
    expect(page.locator("[data-backdrop] mark")).to_be_in_viewport()


LOG = "2026-03-04 09:15:02 INFO step # answered from 192.0.2.7 with status 200 and 5120 bytes\n"


def test_of_a_text_too_long_to_edit_all_is_taken_from_the_server(
    open_tab: OpenTab, engineer: User
) -> None:
    made = long_session(engineer, steps=6, command_output=LOG * 10_000)
    page = open_tab(engineer, accept_downloads=True, **CLIPBOARD)
    page.goto(f"/sessions/{made.pk}")
    page.get_by_role("button", name="Preview").click()
    option(page, "Detail").select_option("full")
    note = page.locator(".preview__note")
    expect(note).to_contain_text("this text is too long to edit here. You see its beginning")
    expect(page.locator("[data-meter-text]")).to_have_text(re.compile(r"^\d,\d{3},\d{3} char"))
    expect(text(page)).not_to_be_editable()
    expect(page.locator("[data-findings]")).to_be_hidden()
    dialog = page.locator("#preview-dialog")
    for name, kept in (("Copy redacted", 0), ("Copy", 60_000)):
        dialog.get_by_role("button", name=name, exact=True).click()
        expect(dialog.locator("[data-announce]")).to_have_text(
            "Copied to the clipboard" if kept else "Copied with 60000 IP addresses masked"
        )
        taken = copied(page)["text/plain"]
        assert taken.count("192.0.2.7") == kept
        assert taken.count("bytes") == 60_000
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Download").click()
    assert waiting.value.path().read_text() == taken
    option(page, "Ticket system").select_option("autotask")
    page.get_by_role("button", name="Cut command output to fit").click()
    expect(note).to_contain_text("Cut to fit Autotask note: output of steps 1, 2")
    expect(text(page)).to_be_editable()
    expect(page.locator("[data-findings-count]")).to_have_text("1 of 1 shown")


def test_a_long_text_stays_editable_and_its_edits_outlive_the_dialog(
    open_tab: OpenTab, engineer: User
) -> None:
    made = long_session(engineer, steps=1, command_output=LOG * 10_000)
    page = open_tab(engineer)
    page.goto(f"/sessions/{made.pk}")
    page.get_by_role("button", name="Preview").click()
    option(page, "Detail").select_option("full")
    expect(page.locator("[data-findings-count]")).to_have_text(
        "1 of 1 shown; the text is too long for highlights"
    )
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Mine. ")
    page.locator("#preview-dialog [data-dialog-close]").click()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-ask-text]")).to_contain_text("Your edits from before are back.")
    expect(option(page, "Detail")).to_have_value("full")
    assert text(page).evaluate("(it) => it.value.slice(0, 6)") == "Mine. "


def test_highlights_can_be_switched_off_for_good(
    open_tab: OpenTab, work_session: Session, engineer: User
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_page(page, work_session)
    switch = page.get_by_label("Show sensitive data highlights")
    expect(switch).to_be_checked()
    expect(page.locator("[data-backdrop] mark")).to_have_count(3)

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    switch.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-backdrop] mark")).to_have_count(0)
    expect(page.locator("[data-findings-list]")).to_be_hidden()
    expect(page.get_by_role("button", name="Mask all")).to_be_hidden()
    page.reload()
    expect(switch).not_to_be_checked()
    text(page).focus()
    page.keyboard.type("Seen at 192.0.2.7. ")
    page.wait_for_timeout(800)
    assert [url for url in asked if url.endswith("/redact")] == []
    masked = copy_redacted(page)
    assert "192.0.2.7" not in masked and "Sommer2024!" not in masked

    switch.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-findings-count]")).to_have_text("4 of 4 shown")
    expect(page.locator("[data-backdrop] mark")).to_have_count(4)
