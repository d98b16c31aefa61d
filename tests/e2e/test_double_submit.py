"""One step is recorded once, whatever hands, tabs and browsers do."""

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
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
from tests.factories import TreeFactory
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
