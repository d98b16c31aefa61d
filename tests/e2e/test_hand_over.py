"""A pasted screenshot, a hand-over to a colleague, and the colleague completes."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts_app.models import Account, User
from sessions_app.handover.services import hand_over
from sessions_app.models import Attachment, Session
from tests.e2e.accessibility import look_at, problems
from tests.e2e.all_pages import Place
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import (
    SCOPE,
    SYMPTOM,
    next_page,
    open_run,
    press_answer,
    start,
    wait_until,
)
from tests.factories import TeamFactory, UserFactory
from tests.sessions_app.attachments.sample_files import SVG, png
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U1", "A2")]
PASTE = """(bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = """(bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "dropped.log", { type: "text/plain" }));
  document.getElementById("notes").dispatchEvent(
    new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def mates(account: Account) -> list[User]:
    team = TeamFactory(account=account)
    return [
        UserFactory(account=account, team=team, first_name=name, last_name="Lind")
        for name in ("Ana", "Bo")
    ]


def names() -> list[str]:
    return sorted(Attachment.objects.values_list("name", flat=True))


def files(page: Page) -> Locator:
    return page.locator("#step-files .file")


def test_paste_hand_over_complete(
    open_tab: OpenTab, mates: list[User], vpn_flow: Tree, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 403", "Status Error Code 403")
    ana, bo = mates
    work_session = start(ana, vpn_flow, ticket_number="T-7")
    page = open_tab(ana)
    open_run(page, work_session)
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    page.locator("#notes").fill("Says 809")
    page.evaluate(PASTE, list(png(40, 30)))
    expect(files(page)).to_have_count(1)
    expect(page.locator("#notes")).to_have_value("Says 809")
    expect(page.locator(".file__picture")).to_have_js_property("naturalWidth", 40)
    page.evaluate(PASTE, list(png(40, 30)))
    page.evaluate(DROP, list(b"tunnel down"))
    expect(files(page)).to_have_count(2)
    assert [name.split("-")[0] for name in names()] == ["dropped.log", "screenshot"]
    page.locator("#step-title").focus()
    press_answer(page, "1", then=SYMPTOM)
    expect(files(page)).to_have_count(0)

    stale = open_tab(ana)
    open_run(stale, work_session)
    page.get_by_role("link", name="Hand over").click()
    page.get_by_label("To", exact=True).select_option(label="Bo Lind (" + bo.username + ")")
    page.get_by_label("Note").fill("Bob waits for a call by 5.")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("Handed to Bo Lind.")).to_be_visible()

    stale.locator("#notes").fill("I still had this")
    stale.locator("#step-title").focus()
    stale.keyboard.press("1")
    expect(stale.locator("#run-notices")).to_contain_text("You handed this session to Bo Lind")
    expect(stale.locator("#kept-notes")).to_have_value("I still had this")

    other = open_tab(bo)
    other.goto("/")
    expect(other.get_by_text("handed it to you")).to_be_visible()
    with next_page(other):
        other.get_by_role("link", name="Resume").first.click()
    expect(other.locator("#told")).to_contain_text("Bob waits for a call by 5.")
    expect(other.locator("#told")).to_contain_text(SCOPE)
    with next_page(other):
        other.keyboard.press("e")
    other.locator("input[name=outcome][value=resolved]").check()
    other.get_by_role("button", name="Complete").click()
    expect(other.locator(".timeline")).to_contain_text("Ana Lind handed it to Bo Lind")
    expect(other.locator(".timeline .file")).to_have_count(2)
    done = Session.objects.get(pk=work_session.pk)
    assert (done.user, done.outcome, done.decisions.count()) == (bo, "resolved", 1)


def test_what_can_not_be_attached_is_said_in_words_and_files_can_go(
    open_tab: OpenTab, mates: list[User], vpn_flow: Tree, page_errors: PageErrors, tmp_path: Path
) -> None:
    page_errors.allow("status of 422")
    work_session = start(mates[0], vpn_flow)
    page = open_tab(mates[0], bypass_csp=True)
    open_run(page, work_session)
    logo = tmp_path / "logo.png"
    logo.write_bytes(SVG)
    page.get_by_label("Attach a file").set_input_files(logo)
    expect(page.locator("#file-error")).to_contain_text("carry scripts")
    big = tmp_path / "big.log"
    big.write_bytes(b"x" * (11 * 1024 * 1024))
    page.get_by_label("Attach a file").set_input_files(big)
    expect(page.locator("#file-error")).to_contain_text("big.log has 11.0 MB; 10 MB fit.")
    log = tmp_path / "trace.log"
    log.write_bytes(b"809")
    page.get_by_label("Attach a file").set_input_files(log)
    expect(files(page)).to_have_count(1)
    assert not list(problems(page))
    page.get_by_role("button", name="Remove trace.log").click()
    expect(files(page)).to_have_count(0)
    assert names() == []


def test_a_screenshot_waits_for_the_connection(
    open_tab: OpenTab, mates: list[User], vpn_flow: Tree, page_errors: PageErrors
) -> None:
    page_errors.allow("ERR_INTERNET_DISCONNECTED")
    page = open_tab(mates[0])
    open_run(page, start(mates[0], vpn_flow))
    page.context.set_offline(True)
    page.evaluate(PASTE, list(png()))
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("[data-files-state]")).to_contain_text("waits here")
    page.context.set_offline(False)
    expect(files(page)).to_have_count(1)
    expect(page.locator("#offline")).to_be_hidden()
    assert len(names()) == 1


def test_axe_finds_nothing_where_a_session_is_handed_over(
    open_tab: OpenTab, mates: list[User], vpn_flow: Tree
) -> None:
    ana, bo = mates
    own, given = start(ana, vpn_flow), start(bo, vpn_flow)
    hand_over(user=bo, pk=given.pk, to=ana.pk, note="Call Bob by 5.")
    places = [
        Place("hand over", f"/sessions/{own.pk}/hand-over"),
        Place("told", f"/sessions/{given.pk}/run"),
        Place("history", f"/sessions/{given.pk}"),
        Place("dashboard", "/"),
    ]
    look_at(open_tab, ana, places)


NEWS = ".toast--news"
VISIBILITY = """(isHidden) => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def asked(page: Page) -> list[str]:
    """Return, growing, the requests by which the page asks for hand-overs."""
    found: list[str] = []
    page.on("request", lambda sent: "/sessions/news" in sent.url and found.append(sent.url))
    return found


def test_the_receivers_open_page_shows_it_without_being_loaded_again(
    open_tab: OpenTab, mates: list[User], vpn_flow: Tree, settings: Any
) -> None:
    settings.HANDOVER_NEWS_SECONDS = 8
    ana, bo = mates
    work_session = start(ana, vpn_flow, ticket_number="T-7", client_name="Contoso")
    page = open_tab(bo)
    page.clock.install()
    page.goto("/sessions")
    hand_over(user=ana, pk=work_session.pk, to=bo.pk)
    page.clock.run_for(9_000)
    expect(page.locator(NEWS)).to_contain_text("Ana Lind handed you VPN")
    expect(page.locator(NEWS)).to_contain_text("T-7")
    expect(page.locator("#sidebar-list")).to_contain_text("T-7")
    page.clock.run_for(30_000)
    expect(page.locator(NEWS)).to_have_count(1)
    with next_page(page):
        page.locator(NEWS).get_by_role("link").click()
    expect(page.locator("#told")).to_contain_text("Open here")


def test_a_hidden_page_asks_nothing_and_a_signed_out_one_says_nothing(
    open_tab: OpenTab, mates: list[User], vpn_flow: Tree, settings: Any
) -> None:
    settings.HANDOVER_NEWS_SECONDS = 8
    ana, bo = mates
    work_session = start(ana, vpn_flow)
    page = open_tab(bo)
    page.clock.install()
    page.goto("/sessions")
    requests = asked(page)
    page.evaluate(VISIBILITY, True)
    before = len(requests)
    page.clock.run_for(120_000)
    hand_over(user=ana, pk=work_session.pk, to=bo.pk)
    page.clock.run_for(120_000)
    assert len(requests) == before
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.evaluate(VISIBILITY, False)
    wait_until(page, lambda: len(requests) > before)
    expect(page.locator(NEWS)).to_have_count(0)
    # Signed in again, in another tab.
    page.context.add_cookies(kept)  # type: ignore[arg-type]

    def is_said() -> bool:
        page.evaluate(VISIBILITY, False)
        return page.locator(NEWS).count() == 1

    wait_until(page, is_said)
