"""One step is recorded once, and a form makes one thing, whatever hands, tabs and browsers do."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import ApiKey, User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import (
    HOTSPOT,
    SCOPE,
    SYMPTOM,
    answers,
    expect_saved,
    expect_step,
    open_run,
    press_answer,
    start,
)
from tests.factories import PASSWORD, TreeFactory
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("S15")]


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


def test_double_click_answers_one_step(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_run(page, work_session)
    page.locator(".option").first.dblclick()
    expect_step(page, SYMPTOM)
    expect(page.locator(".path__answer")).to_have_count(1)
    assert answers(work_session) == ["Only this person"]


@pytest.fixture
def alike(author: User) -> Tree:
    """Two questions that look the same, so that their answers lie at the same place."""
    question = {"type": "question", "options": [{"label": "Yes", "next": "second"}]}
    nodes = {
        "first": {**question, "title": "First question?"},
        "second": {
            **question,
            "title": "Second question?",
            "options": [{"label": "Yes", "next": "end"}],
        },
        "end": {"type": "solution", "title": "Done"},
    }
    structure = {"schema_version": 1, "start": "first", "nodes": nodes}
    tree: Tree = TreeFactory(author=author, structure=structure, intake_form=[], published=True)
    return tree


def test_slow_second_click_does_not_answer_the_next_step(
    open_tab: OpenTab, engineer: User, alike: Tree
) -> None:
    """The server may be faster than a hand: the second click lands on the next step's answer."""
    work_session = start(engineer, alike)
    page = open_tab(engineer)
    open_run(page, work_session)
    box = page.locator(".option").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    expect_step(page, "Second question?")
    under = page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('.option')", [x, y])
    assert under is not None, "the next answer lies elsewhere: this would prove nothing"
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.keyboard.press("o")
    page.keyboard.type("still at the second")
    expect_saved(page)
    assert answers(work_session) == ["Yes"]
    page.keyboard.press("Escape")
    page.mouse.click(x, y)
    expect_step(page, "Done")


def test_second_tab_gets_a_notice_and_keeps_its_text(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 409")
    first = open_tab(engineer)
    second = first.context.new_page()
    open_run(first, work_session)
    open_run(second, work_session)
    first.bring_to_front()
    press_answer(first, "1", then=SYMPTOM)

    second.bring_to_front()
    second.keyboard.press("o")
    second.keyboard.type("seen from the second tab")
    second.keyboard.press("Escape")
    second.keyboard.press("3")
    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.locator("#kept-notes")).to_have_value("seen from the second tab")
    expect(second.locator("#step-title")).to_have_text(SYMPTOM)
    assert answers(work_session) == ["Only this person"]

    press_answer(second, "1", then=HOTSPOT)
    assert answers(work_session) == ["Only this person", "Server not reachable or timeout"]


def test_same_answer_in_two_tabs_is_one_step(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 409")
    first = open_tab(engineer)
    second = first.context.new_page()
    for page in (first, second):
        open_run(page, work_session)
    for page in (first, second):
        page.bring_to_front()
        page.keyboard.press("1")
        expect(page.locator("#step-title")).to_have_text(SYMPTOM)
    assert answers(work_session) == ["Only this person"]


def test_back_and_forward_in_the_browser(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    """The browser's Back leaves the run, and Forward stands at the step to answer now."""
    page = open_tab(engineer)
    page.goto("/flows")
    open_run(page, work_session)
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    page.keyboard.press("o")
    page.keyboard.type("a note of step 1")
    page.keyboard.press("Escape")
    press_answer(page, "1", then=SYMPTOM)
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Flows")).to_be_visible()
    page.go_forward()
    expect(page.locator("#step-title")).to_have_text(SYMPTOM)
    expect(page.locator("#notes")).to_have_value("")
    expect(page.locator(".path__answer")).to_have_count(1)
    page.keyboard.press("1")
    expect(page.locator("#step-title")).to_have_text(HOTSPOT)
    assert answers(work_session) == ["Only this person", "Server not reachable or timeout"]
    assert work_session.decisions.get(position=1).notes == "a note of step 1"


def delay_requests(page: Page) -> None:
    """Let every request of the page take 400 ms longer."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    conditions = {
        "offline": False,
        "latency": 400,
        "downloadThroughput": -1,
        "uploadThroughput": -1,
    }
    network.send("Network.emulateNetworkConditions", conditions)


def count_sessions() -> int:
    return Session.objects.count()


@pytest.mark.req("I4")
@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize(
    ("address", "button", "count", "then"),
    [
        ("/flows/{flow}", "Start", count_sessions, r"/sessions/[0-9a-f-]{36}/run$"),
        ("/flows", "Start VPN", count_sessions, r"/sessions/[0-9a-f-]{36}/run$"),
        ("/flows/{flow}/prepare", "Prepare session", count_sessions, r"/sessions/[0-9a-f-]{36}$"),
        ("/settings", "Create key", ApiKey.objects.count, r"/settings/keys$"),
    ],
    ids=["start", "list", "prepare", "key"],
)
def test_double_click_makes_one(
    open_tab: OpenTab,
    engineer: User,
    vpn_flow: Tree,
    address: str,
    button: str,
    count: Callable[[], int],
    then: str,
    scripted: bool,
) -> None:
    page = open_tab(engineer, java_script_enabled=scripted)
    page.goto(address.format(flow=vpn_flow.pk))
    if button == "Create key":
        page.get_by_label("What is it for?").fill("HaloPSA")
        page.get_by_label("Your password").fill(PASSWORD)
    delay_requests(page)
    page.get_by_role("button", name=button).first.dblclick(no_wait_after=True)
    expect(page).to_have_url(re.compile(then))
    if button == "Create key":
        expect(page.get_by_text(re.compile(r"rf_[0-9a-f]{8}_[\w-]{43}")).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert count() == 1


@pytest.mark.req("I4")
def test_back_and_sent_again_makes_one(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    page = open_tab(engineer)
    page.goto(f"/flows/{vpn_flow.pk}/prepare")
    page.get_by_role("button", name="Prepare session").click()
    expect(page).to_have_url(re.compile(r"/sessions/[0-9a-f-]{36}$"))
    made = page.url
    page.go_back()
    page.get_by_role("button", name="Prepare session").click()
    expect(page).to_have_url(made)
    assert Session.objects.count() == 1


@pytest.mark.req("I4")
def test_back_and_another_ticket_makes_another(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    page = open_tab(engineer)
    page.goto(f"/flows/{vpn_flow.pk}/prepare")
    for number in ("T-1", "T-2", "T-2"):
        page.get_by_label("Ticket").fill(number)
        page.get_by_role("button", name="Prepare session").click()
        expect(page).to_have_url(re.compile(r"/sessions/[0-9a-f-]{36}$"))
        page.go_back()
        expect(page.get_by_role("heading", name="Prepare for later")).to_be_visible()
    found = Session.objects.order_by("created_at").values_list("ticket_number", flat=True)
    assert list(found) == ["T-1", "T-2"]
