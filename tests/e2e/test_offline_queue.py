"""Everything that is done while the network is gone is sent when it is back: in order, once;
and two people on one session lose nothing to each other.
"""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, Page, Request, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import (
    HOTSPOT,
    SYMPTOM,
    answers,
    expect_step,
    open_run,
    press_answer,
    start,
    wait_until,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("S15")]
NO_NETWORK = ("net::ERR_", "htmx:sendError")
CONFLICT = ("status of 409", "htmx:responseError", "Response Status Error Code 409")
OFFLINE = "typed in the tunnel"


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


@pytest.fixture
def page(open_tab: OpenTab, engineer: User, work_session: Session) -> Page:
    opened = open_tab(engineer)
    open_run(opened, work_session)
    press_answer(opened, "1", then=SYMPTOM)
    return opened


def posts_of(page: Page) -> list[tuple[str, dict[str, list[str]]]]:
    """What the page sends from now on and what arrives: the end of the path, and the fields."""
    sent: list[tuple[str, dict[str, list[str]]]] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            end = urlsplit(request.url).path.rsplit("/", 1)[-1]
            sent.append((end, parse_qs(request.post_data or "")))

    page.on("requestfinished", note)
    return sent


def go_offline_and_do_four_things(page: Page) -> None:
    """A variable, the scratchpad, notes, and an answer."""
    page.context.set_offline(True)
    page.locator("#variable-vpn_gateway").fill("vpn.example.com")
    page.locator("#variable-vpn_gateway").press("Tab")
    banner = page.locator("#offline")
    expect(banner).to_contain_text("1 change waits")
    page.locator("#scratchpad").fill(f"scratch {OFFLINE}")
    expect(banner).to_contain_text("2 changes wait")
    page.locator("#notes").fill(f"notes {OFFLINE}")
    expect(banner).to_contain_text("3 changes wait")
    page.locator("#notes").press("Escape")
    page.keyboard.press("1")
    expect(page.locator(".option.is-pressed")).to_have_count(0)
    expect(banner).to_contain_text("3 changes wait")  # the answer carries the notes


def expect_all_of_it(work_session: Session) -> None:
    work_session.refresh_from_db()
    assert answers(work_session) == ["Only this person", "Server not reachable or timeout"]
    assert work_session.decisions.get(position=2).notes == f"notes {OFFLINE}"
    assert work_session.scratchpad == f"scratch {OFFLINE}"
    assert work_session.session_variables == {"vpn_gateway": "vpn.example.com"}


def test_several_changes_are_sent_in_order_once(
    page: Page, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow(*NO_NETWORK)
    sent = posts_of(page)
    go_offline_and_do_four_things(page)
    work_session.refresh_from_db()
    assert sent == [] and work_session.session_variables == {}
    page.context.set_offline(False)
    expect_step(page, HOTSPOT)
    expect(page.locator("#offline")).to_be_hidden()
    wait_until(page, lambda: len(sent) >= 3)
    assert [end for end, _ in sent] == ["variables", "scratchpad", "answer"]
    assert sent[-1][1]["notes"] == [f"notes {OFFLINE}"]
    expect_all_of_it(work_session)
    page.reload()
    expect(page.locator("#step-title")).to_have_text(HOTSPOT)
    expect(page.locator("#notes")).to_have_value("")
    expect(page.locator("#variable-vpn_gateway")).to_have_value("vpn.example.com")


def test_a_reload_without_a_network_keeps_all_of_it(
    page: Page, work_session: Session, page_errors: PageErrors
) -> None:
    """The browser's own error page comes; once there is a network, the run page sends it all."""
    page_errors.allow(*NO_NETWORK)
    go_offline_and_do_four_things(page)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
    page.context.set_offline(False)
    open_run(page, work_session)
    expect(page.locator("#step-title")).to_have_text(HOTSPOT)
    expect(page.locator("#scratchpad")).to_have_value(f"scratch {OFFLINE}")
    expect(page.locator("#scratch-saved")).to_contain_text("Saved")
    expect(page.locator("#variable-vpn_gateway")).to_have_value("vpn.example.com")
    with page.expect_response("**/healthz"):
        page.evaluate("fetch('/healthz')")
    page.reload()
    expect(page.locator("#step-title")).to_have_text(HOTSPOT)
    expect_all_of_it(work_session)


def test_an_answer_that_was_recorded_elsewhere_is_not_sent_again(
    open_tab: OpenTab, page: Page, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    """Pressed offline, then answered on another device: the page shows how it stands."""
    page_errors.allow(*NO_NETWORK)
    go_offline_and_do_four_things(page)
    other = open_tab(engineer)
    open_run(other, work_session)
    other.keyboard.press("2")
    expect(other.locator("#step-title")).not_to_have_text(SYMPTOM)
    page.goto("about:blank")
    page.context.set_offline(False)
    sent = posts_of(page)
    open_run(page, work_session)
    expect(page.locator("#scratch-saved")).to_contain_text("Saved")
    expect(page.locator(".path__answer")).to_have_count(2)
    assert "answer" not in [end for end, _ in sent]
    assert len(answers(work_session)) == 2


def test_a_step_of_ones_own_added_offline_is_added_once(
    page: Page, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow(*NO_NETWORK)
    page.context.set_offline(True)
    page.keyboard.press("a")
    page.keyboard.type("Looked at the router")
    page.keyboard.press("Enter")
    expect(page.locator("#offline")).to_contain_text("1 change waits")
    page.keyboard.press("Enter")
    page.context.set_offline(False)
    expect_step(page, "Looked at the router Custom step")
    expect(page.locator("#offline")).to_be_hidden()
    work_session.refresh_from_db()
    assert [step["title"] for step in work_session.custom_steps] == ["Looked at the router"]


def test_owner_and_assignee_in_two_browsers(
    open_tab: OpenTab,
    page: Page,
    colleague: User,
    work_session: Session,
    page_errors: PageErrors,
) -> None:
    """The second answer to one step is refused with its text to copy; a scratchpad that both
    type into isn't overwritten; whoever reloads goes on where the other one was."""
    page_errors.allow(*CONFLICT)
    work_session.refresh_from_db()
    work_session.assigned_to = colleague
    work_session.save(update_fields=["assigned_to"])
    theirs = open_tab(colleague)
    open_run(theirs, work_session)
    theirs.locator("#scratchpad").fill("from the colleague")
    expect(theirs.locator("#scratch-saved")).to_contain_text("Saved")
    page.locator("#scratchpad").fill("from the owner")
    mark = page.locator("#scratch-saved")
    expect(mark).to_contain_text("This was also typed into somewhere else.")
    theirs.locator("#step-title").focus()
    press_answer(theirs, "1", then=HOTSPOT)
    page.locator("#notes").fill("the owner's own words")
    page.locator("#notes").press("Escape")
    page.keyboard.press("2")
    expect(page.locator("#run-notices")).to_contain_text("was changed elsewhere")
    expect(page.locator("#kept-notes")).to_have_value("the owner's own words")
    expect(page.locator("#step-title")).to_have_text(HOTSPOT)
    expect(page.locator("#scratchpad")).to_have_value("from the colleague")
    expect(page.locator("#scratchpad-beside")).to_have_value("from the owner")
    work_session.refresh_from_db()
    assert work_session.scratchpad == "from the colleague"
    assert answers(work_session) == ["Only this person", "Server not reachable or timeout"]
    assert work_session.decisions.get(position=2).recorded_by == colleague
