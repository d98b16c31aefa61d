"""Closing where sessions are listed, and undoing it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.recording import services as recording_services
from tests.e2e.accessibility import problems
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import next_page, start, stop_time, tab_to
from tests.e2e.session_list_page import (
    choose,
    close_button,
    confirm,
    menu_button,
    place,
    popover,
    stored,
    undo,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("H8")]
PLACES = pytest.mark.parametrize("path", ["/", "/sessions"])
# What a page without anchor positioning is: its script places the popover.
NO_ANCHORS = """const had = CSS.supports;
CSS.supports = (...asked) => !/anchor|position-area/.test(asked) && had(...asked);"""
INSIDE = """element => { const box = element.getBoundingClientRect();
  return box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight; }"""


@pytest.fixture
def two(engineer: User, vpn_flow: Tree) -> tuple[Session, Session]:
    """Two active sessions, the second of which is listed first."""
    first = start(engineer, vpn_flow, client_name="Contoso Dental")
    return first, start(engineer, vpn_flow, client_name="Fabrikam")


# -- the popover -------------------------------------------------------------------------------


@PLACES
def test_by_mouse(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], path: str
) -> None:
    page = open_tab(engineer)
    page.goto(path)
    for name in ("View details", "Close", "Resume"):
        expect(place(page, two[0]).get_by_text(name, exact=True)).to_be_visible()
    close_button(page, two[0]).click()
    expect(popover(page)).to_be_visible()
    expect(popover(page).locator("input[type=radio]")).to_have_count(6)
    expect(popover(page).get_by_label("Notes")).to_have_attribute("rows", "2")
    expect(confirm(page)).to_be_disabled()
    popover(page).get_by_role("radio", name="Workaround").click()
    expect(confirm(page)).to_be_enabled()
    popover(page).get_by_label("Notes").fill("Restarted it.")
    confirm(page).click()
    expect(popover(page)).to_be_hidden()
    expect(place(page, two[0])).to_contain_text("Workaround")
    expect(close_button(page, two[0])).to_have_count(0)
    expect(close_button(page, two[1])).to_have_count(1)
    expect(page.locator("#toasts")).to_contain_text("Closed as workaround.")
    expect(place(page, two[0]).locator(":focus")).to_have_count(1)
    now = stored(two[0])
    assert (now.outcome, now.outcome_notes) == ("workaround", "Restarted it.")
    assert not stored(two[1]).is_completed


@PLACES
def test_by_keyboard_alone(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], path: str
) -> None:
    page = open_tab(engineer)
    page.goto(path)
    tab_to(page, close_button(page, two[1]))
    page.keyboard.press("Enter")
    radios = popover(page).locator("input[type=radio]")
    expect(radios.first).to_be_focused()
    page.keyboard.press("Control+Enter")  # nothing is chosen yet
    expect(popover(page)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(radios.nth(2)).to_be_checked()
    page.keyboard.press("2")
    expect(radios.nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Sent to 2nd line")
    page.keyboard.press("Control+Enter")
    expect(popover(page)).to_be_hidden()
    expect(place(page, two[1])).to_contain_text("Escalated")
    assert stored(two[1]).outcome_notes == "Sent to 2nd line"
    page.keyboard.press("u")
    expect(close_button(page, two[1])).to_be_focused()
    assert not stored(two[1]).is_completed


def escape(page: Page) -> None:
    page.keyboard.press("Escape")


def click_outside(page: Page) -> None:
    page.mouse.click(600, 70)


def cancel(page: Page) -> None:
    popover(page).get_by_role("button", name="Cancel").click()


@pytest.mark.parametrize("dismiss", [escape, click_outside, cancel])
def test_it_closes_and_the_focus_goes_back(
    open_tab: OpenTab,
    engineer: User,
    two: tuple[Session, Session],
    dismiss: Callable[[Page], None],
) -> None:
    page = open_tab(engineer)
    page.goto("/")
    button = close_button(page, two[0])
    button.click()
    choose(page, "resolved")
    expect(button).to_have_attribute("aria-expanded", "true")
    dismiss(page)
    expect(popover(page)).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    assert not stored(two[0]).is_completed


def test_only_one_is_open_and_each_speaks_of_its_own(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session]
) -> None:
    page = open_tab(engineer)
    page.goto("/sessions")
    close_button(page, two[0]).click()
    choose(page, "cancelled")
    popover(page).get_by_label("Notes").fill("of the first")
    close_button(page, two[1]).click()
    expect(popover(page)).to_be_visible()
    expect(page.locator(":popover-open")).to_have_count(1)
    expect(popover(page).get_by_label("Notes")).to_have_value("")
    expect(confirm(page)).to_be_disabled()
    expect(close_button(page, two[0])).to_have_attribute("aria-expanded", "false")
    close_button(page, two[1]).click()  # its own button closes it
    expect(popover(page)).to_be_hidden()
    close_button(page, two[1]).click()
    choose(page, "resolved")
    confirm(page).click()
    expect(place(page, two[1])).to_contain_text("Resolved")
    assert not stored(two[0]).is_completed


@pytest.mark.parametrize("script", ["", NO_ANCHORS], ids=["anchors", "placed by script"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_it_stands_at_its_button_and_flips_at_the_edge(
    open_tab: OpenTab,
    engineer: User,
    vpn_flow: Tree,
    script: str,
    width: int,
    height: int,
) -> None:
    sessions = [start(engineer, vpn_flow) for _ in range(12)]
    page = open_tab(engineer, width=width, height=height, has_touch=width == 390)
    if script:
        page.add_init_script(script)
    page.goto("/sessions")
    for work_session in (sessions[-1], sessions[0]):
        button = close_button(page, work_session)
        button.scroll_into_view_if_needed()
        button.click()
        assert popover(page).evaluate(INSIDE)
        at, box = button.bounding_box(), popover(page).bounding_box()
        assert at is not None and box is not None
        below, above = box["y"] - at["y"] - at["height"], at["y"] - box["y"] - box["height"]
        assert 0 <= max(below, above) <= 12, (below, above)
        assert box["x"] <= at["x"] + at["width"] and at["x"] <= box["x"] + box["width"]
        page.keyboard.press("Escape")
    # Scrolled to the end, the first session's line stands near the bottom edge.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    button = close_button(page, sessions[0])
    button.click()
    flipped = popover(page).bounding_box()
    at = button.bounding_box()
    assert flipped is not None and at is not None
    assert popover(page).evaluate(INSIDE)
    if at["y"] + at["height"] + flipped["height"] + 14 > height:
        assert flipped["y"] + flipped["height"] <= at["y"]


@pytest.mark.parametrize("script", ["", NO_ANCHORS], ids=["anchors", "placed by script"])
@PLACES
def test_at_two_hundred_percent_all_of_it_is_in_sight(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, path: str, script: str
) -> None:
    sessions = [start(engineer, vpn_flow) for _ in range(6)]
    page = open_tab(engineer, width=720, height=450)
    page.add_init_script(script)
    page.goto(path)
    for work_session in sessions:
        close_button(page, work_session).click()
        assert popover(page).evaluate(INSIDE)
        page.keyboard.press("Escape")


# -- what went on elsewhere --------------------------------------------------------------------


def test_one_that_moved_on_keeps_what_was_typed_and_is_confirmed_again(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], page_errors: PageErrors
) -> None:
    page_errors.allow("status of 409")
    page = open_tab(engineer)
    page.goto("/")
    close_button(page, two[0]).click()
    choose(page, "resolved")
    popover(page).get_by_label("Notes").fill("All well")
    step = recording_services.StepInput(position=1, node_id=two[0].current_node, choice=0)
    recording_services.answer(user=engineer, pk=two[0].pk, step=step)
    confirm(page).click()
    expect(popover(page).get_by_role("alert")).to_contain_text("changed elsewhere")
    expect(popover(page).get_by_label("Notes")).to_have_value("All well")
    expect(place(page, two[0])).to_contain_text("Step 2")
    confirm(page).click()
    expect(place(page, two[0])).to_contain_text("Resolved")
    assert stored(two[0]).outcome_notes == "All well"


def test_one_that_was_closed_elsewhere_is_shown_as_it_is(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], page_errors: PageErrors
) -> None:
    page_errors.allow("status of 409")
    page = open_tab(engineer)
    page.goto("/")
    close_button(page, two[0]).click()
    choose(page, "resolved")
    popover(page).get_by_label("Notes").fill("Mine")
    completion_services.complete(user=engineer, pk=two[0].pk, outcome="escalated")
    confirm(page).click()
    expect(popover(page)).to_be_hidden()
    expect(place(page, two[0])).to_contain_text("Escalated")
    expect(page.locator("#toasts")).to_contain_text("completed already")
    expect(page.locator("#toasts")).to_contain_text("Mine")
    expect(undo(page)).to_have_count(0)


def test_without_the_server_it_says_so_and_keeps_what_was_typed(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], page_errors: PageErrors
) -> None:
    page_errors.allow("ERR_INTERNET_DISCONNECTED", "htmx:sendError")
    page = open_tab(engineer)
    page.goto("/")
    close_button(page, two[0]).click()
    choose(page, "resolved")
    page.context.set_offline(True)
    confirm(page).click()
    expect(popover(page).get_by_role("alert")).to_contain_text("can’t be reached")
    page.context.set_offline(False)
    confirm(page).click()
    expect(place(page, two[0])).to_contain_text("Resolved")


# -- undo --------------------------------------------------------------------------------------


@PLACES
def test_undo_puts_the_place_back(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], path: str
) -> None:
    page = open_tab(engineer)
    page.goto(path)
    before = place(page, two[0]).inner_text()
    close_button(page, two[0]).click()
    choose(page, "resolved")
    confirm(page).click()
    undo(page).click()
    expect(close_button(page, two[0])).to_be_focused()
    expect(place(page, two[0])).to_have_text(re.sub(r"\s+", " ", before), use_inner_text=True)
    expect(undo(page)).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("open again")
    assert not stored(two[0]).is_completed


def test_undo_is_offered_for_ten_seconds_that_stand_still_under_the_pointer(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session]
) -> None:
    page = open_tab(engineer)
    page.clock.install()
    page.goto("/")
    stop_time(page)
    close_button(page, two[0]).click()
    choose(page, "resolved")
    confirm(page).click()
    expect(undo(page)).to_be_visible()
    page.clock.run_for(9_000)
    expect(undo(page)).to_be_visible()
    undo(page).hover()
    page.clock.run_for(30_000)
    expect(undo(page)).to_be_visible()
    page.mouse.move(5, 5)
    undo(page).focus()
    page.clock.run_for(30_000)
    expect(undo(page)).to_be_visible()
    undo(page).blur()
    page.clock.run_for(2_000)
    expect(undo(page)).to_have_count(0)
    page.keyboard.press("u")
    assert stored(two[0]).is_completed


def test_a_late_undo_is_refused_kindly(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], page_errors: PageErrors
) -> None:
    page_errors.allow("status of 409")
    page = open_tab(engineer)
    page.goto("/")
    close_button(page, two[0]).click()
    choose(page, "resolved")
    confirm(page).click()
    expect(undo(page)).to_be_visible()
    services.set_title(user=engineer, pk=two[0].pk, title="Told by phone")
    undo(page).click()
    expect(page.locator("#toasts")).to_contain_text(completion_services.CHANGED_MESSAGE)
    expect(place(page, two[0])).to_contain_text("Told by phone")
    assert stored(two[0]).is_completed


@pytest.mark.parametrize("scripts", [True, False])
def test_undo_after_the_form_of_the_run_page(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session], scripts: bool
) -> None:
    page = open_tab(engineer, java_script_enabled=scripts)
    page.goto(f"/sessions/{two[0].pk}/complete")
    page.get_by_role("radio", name=re.compile("^Resolved")).first.check(force=True)
    page.get_by_role("button", name="Complete session").click()
    page.wait_for_url(f"**/sessions/{two[0].pk}")
    undo(page).click()
    page.wait_for_url(f"**/sessions/{two[0].pk}/run")
    expect(page.locator("#toasts")).to_contain_text("open again")
    assert not stored(two[0]).is_completed


def test_without_a_script_close_is_a_page(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session]
) -> None:
    page = open_tab(engineer, java_script_enabled=False)
    page.goto("/")
    with next_page(page):
        place(page, two[0]).get_by_role("link", name=re.compile("^Close ")).click()
    page.get_by_role("radio", name=re.compile("^Escalated")).check(force=True)
    with next_page(page):
        page.get_by_role("button", name="Complete session").click()
    assert stored(two[0]).outcome == "escalated"


# -- who can't see -----------------------------------------------------------------------------


def test_axe_finds_nothing_in_what_opens(
    open_tab: OpenTab, engineer: User, two: tuple[Session, Session]
) -> None:
    page = open_tab(engineer, bypass_csp=True)
    found: list[str] = []
    for path in ("/", "/sessions"):
        page.goto(path)
        close_button(page, two[0]).click()
        found.extend(problems(page))
        choose(page, "resolved")
        confirm(page).click()
        undo(page).focus()  # the toast stays as long
        found.extend(problems(page))
        undo(page).click()
        expect(close_button(page, two[0])).to_be_focused()
    menu_button(page, two[0]).click()
    found.extend(problems(page))
    page.locator("#session-menu").get_by_role("button", name="Delete…").click()
    expect(page.locator("#delete-dialog")).to_be_visible()
    found.extend(problems(page))
    assert not found, "\n".join(found)
