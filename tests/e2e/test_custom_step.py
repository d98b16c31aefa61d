"""A step that the flow forgot: added by key, answered, taken back."""

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import SYMPTOM, answers, expect_step, open_run, press_answer, start
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("S17", "X9")]


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


@pytest.fixture
def page(open_tab: OpenTab, engineer: User, work_session: Session) -> Page:
    opened = open_tab(engineer)
    open_run(opened, work_session)
    press_answer(opened, "1", then=SYMPTOM)
    return opened


def add_step(page: Page, title: str) -> None:
    page.keyboard.press("a")
    expect(page.get_by_label("What you did")).to_be_focused()
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    expect_step(page, f"{title} Custom step")


def test_added_by_key_answered_and_back_at_the_place(page: Page, work_session: Session) -> None:
    add_step(page, "Checked the docking station")
    page.get_by_label("What came of it").focus()
    page.keyboard.type("Its firmware was 2 years old")
    page.keyboard.press("Escape")
    press_answer(page, "1", then=SYMPTOM)
    assert answers(work_session) == ["Only this person", "Its firmware was 2 years old"]
    decision = work_session.decisions.get(position=2)
    assert decision.question == "Checked the docking station"
    assert decision.node_id.startswith("custom-")
    expect(page.locator(".path__item").nth(1)).to_contain_text("(custom step)")


def test_taken_back_before_it_is_recorded(page: Page, work_session: Session) -> None:
    add_step(page, "Added by mistake")
    page.get_by_role("button", name="Remove").click()
    expect_step(page, SYMPTOM)
    work_session.refresh_from_db()
    assert work_session.custom_steps == []
    assert answers(work_session) == ["Only this person"]


def test_cancelled_form_leaves_the_step_as_it_was(page: Page, work_session: Session) -> None:
    page.keyboard.press("o")
    page.keyboard.type("kept")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#add-step")).to_be_hidden()
    expect_step(page, SYMPTOM)
    expect(page.locator("#notes")).to_have_value("kept")
    work_session.refresh_from_db()
    assert work_session.custom_steps == []
