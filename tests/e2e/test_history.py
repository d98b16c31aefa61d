"""The history page and the sidebar in a browser: searching as one types, filters in
the address, the endless list, keys, and the phone.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import Session
from sessions_app.preparing import services as preparing_services
from tests.e2e.accessibility import look_at, problems
from tests.e2e.all_pages import CLIENT, Place, fill_history
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import (
    SYMPTOM,
    arrived,
    next_page,
    open_run,
    press_answer,
    start,
    wait_until,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("H1", "H2", "H3")]
ROWS = "#session-results .session-row"
ITEMS = "#sidebar-list .side-list__item"
READABLE = "rows => rows.map((row) => row.querySelector('.session-row__client').clientWidth)"
LINES = "rows => rows.map((row) => getComputedStyle(row).gridTemplateRows.split(' ').length)"


def search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    expect(page.get_by_label("Search sessions")).to_be_focused()
    page.keyboard.type(text, delay=15)


def recorded(user: User, flow: Tree, count: int) -> None:
    """So many sessions, of which the newest is active."""
    fill_history(user, flow, count - 1)


def test_searching_as_one_types_keeps_the_focus_and_the_address(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    start(engineer, vpn_flow, client_name="Müller & Söhne GmbH", ticket_number="INC-7")
    start(engineer, vpn_flow, client_name="Contoso")
    page = open_tab(engineer)
    page.goto("/flows")
    page.goto("/sessions")
    search(page, "muller inc")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(f"{ROWS} mark")).to_have_text(["Müller", "INC"])
    expect(page).to_have_url(re.compile(r"/sessions\?q=muller\+inc$"))
    expect(page.get_by_label("Search sessions")).to_be_focused()
    expect(page.get_by_label("Search sessions")).to_have_value("muller inc")
    expect(page.locator("#announce")).to_have_text("1 session")

    # A letter more finds nothing, and says what to leave out.
    page.keyboard.type("x")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.locator(".history__ways .chip").click()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.get_by_label("Search sessions")).to_have_value("muller")

    # Opened and come back: what was searched is there, with its words.
    page.locator(f"{ROWS} .row__title a").click()
    expect(page).to_have_url(re.compile("/run$"))
    page.go_back()
    expect(page.get_by_label("Search sessions")).to_have_value("muller")
    expect(page.locator(ROWS)).to_have_count(1)


def test_a_filter_follows_each_choice_and_back_leads_to_the_one_before(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    recorded(engineer, vpn_flow, 12)
    page = open_tab(engineer)
    page.goto("/sessions")
    expect(page.locator(".history__count")).to_have_text("12 sessions")
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Ended as").select_option("resolved")
    expect(page.locator(".history__count")).to_have_text("2 sessions")
    expect(page).to_have_url(re.compile(r"/sessions\?outcome=resolved$"))
    page.get_by_label("Started").focus()
    page.get_by_label("Started").select_option("today")
    expect(page).to_have_url(re.compile(r"\?outcome=resolved&period=today$"))
    expect(page.locator(".history__count")).to_have_text("1 session")
    expect(page.get_by_label("Started")).to_be_focused()
    # The form stays open until it is put away, by Show or by Escape.
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#history-filter")).to_be_hidden()

    page.go_back()
    expect(page).to_have_url(re.compile(r"\?outcome=resolved$"))
    expect(page.locator(".history__count")).to_have_text("2 sessions")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_label("Ended as")).to_have_value("resolved")
    expect(page.get_by_label("Started")).to_have_value("")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="ended as resolved").click()
    expect(page.locator(".history__count")).to_have_text("12 sessions")


def test_the_list_goes_on_as_one_scrolls(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    recorded(engineer, vpn_flow, 230)
    page = open_tab(engineer)
    page.goto("/sessions")
    expect(page.locator(ROWS)).to_have_count(50)
    more = page.locator("main").get_by_role("link", name="Show older")
    for loaded in (100, 150, 200):
        more.scroll_into_view_if_needed()
        expect(page.locator(ROWS)).to_have_count(loaded)
    # By key: the focus goes on to what has come.
    more.focus()
    expect(page.locator(ROWS)).to_have_count(230)
    expect(more).to_have_count(0)
    expect(page).to_have_url(re.compile("/sessions$"))
    titles = page.locator(".day__title").all_inner_texts()
    assert len(titles) == len(set(titles))
    ids = page.locator(ROWS).evaluate_all("rows => rows.map((row) => row.id)")
    assert len(set(ids)) == 230


def test_the_headings_stay_in_sight(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    recorded(engineer, vpn_flow, 40)
    page = open_tab(engineer, height=500)
    page.goto("/sessions")
    days = page.locator(".day")
    days.last.locator(".session-row").nth(5).scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    heading = days.last.locator(".day__title")
    bar = page.locator(".topbar").bounding_box()
    assert bar

    def is_stuck() -> bool:
        box = heading.bounding_box()
        return box is not None and abs(box["y"] - bar["height"]) < 2

    wait_until(page, is_stuck)  # a wheel turns for a while
    expect(heading).to_be_in_viewport()


def test_moving_along_the_lines_by_key(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    recorded(engineer, vpn_flow, 5)
    page = open_tab(engineer)
    page.goto("/sessions")
    rows = page.locator(f"{ROWS} .row__title a")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Search sessions")).to_be_focused()
    # Letters are letters there.
    page.keyboard.type("jk")
    expect(page.get_by_label("Search sessions")).to_have_value("jk")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(rows).to_have_count(5)
    page.keyboard.press("ArrowDown")
    expect(rows.nth(0)).to_be_focused()
    address = rows.nth(0).get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{address}$"))


def test_the_sidebar_finds_and_goes_on(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    recorded(engineer, vpn_flow, 50)
    wanted = start(engineer, vpn_flow, client_name="Rhône Médical", ticket_number="INC-99")
    page = open_tab(engineer, height=700)
    page.goto("/flows")
    expect(page.locator(ITEMS)).to_have_count(20)
    page.locator("#sidebar-list").get_by_role(
        "link", name="Show older"
    ).scroll_into_view_if_needed()
    expect(page.locator(ITEMS)).to_have_count(40)
    page.get_by_label("Find a session of yours").fill("rhone")
    expect(page.locator(ITEMS)).to_have_count(1)
    expect(page.get_by_label("Find a session of yours")).to_be_focused()
    page.get_by_label("In which state").select_option("completed")
    expect(page.locator("#sidebar-list")).to_contain_text("None of yours match")
    page.get_by_label("In which state").select_option("active")
    with next_page(page):
        page.locator(ITEMS).click()
    expect(page).to_have_url(re.compile(f"/sessions/{wanted.pk}/run$"))
    current = page.locator(f'{ITEMS}[aria-current="page"]')
    page.get_by_role("button", name="Collapse sidebar").click()
    expect(current).to_contain_text("Rhône Médical")


def test_the_sidebar_follows_what_happens(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    """Named after the first step, and closed from a list: without a reload of the page."""
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    open_run(page, work_session)
    page.get_by_role("button", name="Collapse sidebar").click()
    item = page.locator(ITEMS)
    expect(item).to_have_count(1)
    page.evaluate("window.isSamePage = true")
    press_answer(page, "1", then=SYMPTOM)
    work_session.refresh_from_db()
    assert work_session.title
    expect(item.locator(".side-list__title")).to_have_text(work_session.title)

    page.goto("/sessions")
    page.evaluate("window.isSamePage = true")
    expect(item.locator(".state-icon")).to_have_class(re.compile("is-active"))
    page.locator("[data-close-session]").click()
    page.get_by_role("radio", name="Resolved", exact=True).check()
    page.get_by_role("button", name="Confirm").click()
    expect(item.locator(".state-icon")).to_have_class(re.compile("is-resolved"))
    assert page.evaluate("window.isSamePage")


@pytest.mark.req("H3")
def test_new_session_is_one_click_away_everywhere(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    """And starting one leaves the others as they are."""
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    for path in ("/", "/flows", "/sessions", f"/sessions/{work_session.pk}/run", "/settings"):
        page.goto(path)
        expect(page.get_by_role("link", name="New session").first).to_be_visible()
    with next_page(page):
        page.get_by_role("link", name="New session").first.click()
    page.get_by_role("button", name=f"Start {vpn_flow.name}").click()
    expect(page).to_have_url(re.compile("/run$"))
    before = (work_session.revision, work_session.last_activity_at)
    work_session.refresh_from_db()
    assert (work_session.revision, work_session.last_activity_at) == before
    assert Session.objects.count() == 2


def test_without_a_script_it_is_a_form_and_links(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    recorded(engineer, vpn_flow, 60)
    page = open_tab(engineer, java_script_enabled=False)
    page.goto("/sessions")
    expect(page.locator("#sidebar-list").get_by_role("link", name="Your sessions")).to_be_visible()
    expect(page.locator("#sidebar-list .skeleton").first).to_be_hidden()
    page.locator("main").get_by_role("link", name="Show older").click()
    expect(page.locator(ROWS)).to_have_count(10)
    with next_page(page):
        page.get_by_role("link", name="Newest").click()
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Ended as").select_option("escalated")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(ROWS)).to_have_count(10)
    expect(page).to_have_url(re.compile(r"/sessions\?outcome=escalated$"))
    page.get_by_label("Search sessions").fill("nothing")
    page.get_by_label("Search sessions").press("Enter")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=nothing&outcome=escalated$"))


def test_on_a_phone(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    recorded(engineer, vpn_flow, 30)
    page = open_tab(engineer, width=390, height=844, has_touch=True)
    page.goto("/sessions")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Filter").click()
    arrived(page)
    sheet = page.locator("#history-filter").bounding_box()
    assert sheet
    assert (sheet["x"], sheet["width"]) == (0, 390)
    assert abs(sheet["y"] + sheet["height"] - 844) < 2
    page.get_by_label("Ended as").select_option("resolved")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".history__count")).to_have_text("5 sessions")
    page.get_by_role("button", name="Open the navigation").click()
    expect(page.locator(ITEMS)).to_have_count(20)
    page.get_by_label("Find a session of yours").fill(CLIENT[:12])
    expect(page.locator(f"{ITEMS} mark").first).to_be_visible()
    page.get_by_role("button", name="Close the navigation").click()
    expect(page.locator("#sidebar")).to_be_hidden()


@pytest.mark.req("H8")
@pytest.mark.parametrize("width", [320, 390, 720])
def test_each_line_is_two_on_a_phone(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, width: int
) -> None:
    """An open one too, with what it offers; the menu has the rest."""
    recorded(engineer, vpn_flow, 3)
    start(engineer, vpn_flow, client_name=CLIENT, ticket_number="INC-2026-0004711")
    preparing_services.prepare(user=engineer, tree=vpn_flow, client_name=CLIENT)
    page = open_tab(engineer, width=width, height=844, has_touch=True)
    page.goto("/sessions")
    expect(page.locator(".session-row")).to_have_count(5)
    assert page.locator(".session-row").evaluate_all(LINES) == [2] * 5
    assert min(page.locator(".session-row").evaluate_all(READABLE)) >= 80
    page.get_by_role("button", name=re.compile("^Close ")).first.tap()
    expect(page.locator("#close-popover")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_each_line_is_two_whatever_its_day(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, width: int, hour: int
) -> None:
    """Yesterday and last year's dates are wider than a time of today."""
    now = timezone.now()
    for days in (0, 1, 2, 6, 8, 60, 400):
        one = start(engineer, vpn_flow, client_name=CLIENT, ticket_number="INC-2026-0004711")
        at = (now - timedelta(days=days)).replace(hour=hour, minute=58)
        at = min(at, now)
        Session.objects.filter(pk=one.pk).update(started_at=at, last_activity_at=at)
    page = open_tab(engineer, width=width, height=844, has_touch=True)
    page.goto("/sessions")
    expect(page.locator(".session-row")).to_have_count(7)
    assert page.locator(".session-row").evaluate_all(LINES) == [2] * 7
    assert min(page.locator(".session-row").evaluate_all(READABLE)) >= 80


def test_axe_finds_nothing_in_any_state_of_the_history(
    open_tab: OpenTab, engineer: User, admin: User, vpn_flow: Tree, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 422")
    recorded(engineer, vpn_flow, 8)
    preparing_services.prepare(user=engineer, tree=vpn_flow)
    places = [
        Place("filtered", "/sessions?q=donau&outcome=resolved&owner=mine&period=30days"),
        Place("nothing matches", "/sessions?q=donau+xylophon&status=completed"),
        Place("refused", "/sessions?status=open"),
    ]
    look_at(open_tab, engineer, places)
    page = open_tab(admin, bypass_csp=True)
    page.goto("/sessions")
    page.get_by_role("button", name="Filter").click()
    found = list(problems(page))
    assert not found, "\n".join(found)


@pytest.mark.req("H2")
def test_a_past_session_is_only_read(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    """Its page writes nothing of the record, and the run page leads to it."""
    recorded(engineer, vpn_flow, 2)
    work_session = Session.objects.get(completed_at__isnull=False)
    page = open_tab(engineer)
    page.goto(f"/sessions/{work_session.pk}/run")
    expect(page).to_have_url(re.compile(f"/sessions/{work_session.pk}$"))
    main = page.locator("main")
    expect(main.get_by_role("heading", level=1)).to_be_visible()
    # An addendum can be added; the record itself can't be changed.
    expect(main.locator("textarea:not(#addendum), [contenteditable]")).to_have_count(0)
    expect(main.get_by_role("link", name="Resume")).to_have_count(0)
    expect(main.get_by_role("button", name="Start")).to_have_count(0)
