"""Earlier steps open with what was noted; another answer sets later ones aside."""

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import (
    HOTSPOT,
    SYMPTOM,
    answers,
    clipboard,
    expect_copied,
    expect_step,
    open_run,
    press_answer,
    start,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U6")]
MFA = "What happens with the MFA prompt?"
THREE = ["Only this person", "Server not reachable or timeout", "No, same error"]


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


@pytest.fixture
def page(open_tab: OpenTab, engineer: User, work_session: Session) -> Page:
    """Three steps in, with a note at the second."""
    opened = open_tab(engineer, permissions=["clipboard-read", "clipboard-write"])
    open_run(opened, work_session)
    press_answer(opened, "1", then=SYMPTOM)
    opened.keyboard.press("o")
    opened.keyboard.type("error 809")
    opened.keyboard.press("Escape")
    press_answer(opened, "1", then=HOTSPOT)
    press_answer(opened, "2", then="Test the gateway from the user's PC")
    return opened


def go_back_to_symptom(page: Page) -> None:
    for text in (HOTSPOT, SYMPTOM):
        page.keyboard.press("b")
        expect(page.locator("#step-title")).to_have_text(text)
    expect(page.locator("#notes")).to_have_value("error 809")
    expect(page.locator(".option--was")).to_contain_text("Server not reachable or timeout")


def test_same_answer_keeps_what_follows(page: Page, work_session: Session) -> None:
    go_back_to_symptom(page)
    page.keyboard.press("o")
    page.keyboard.press("End")
    page.keyboard.type(", from the client's photo")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect_step(page, "Test the gateway from the user's PC")
    expect(page.get_by_role("button", name="Bring back")).to_have_count(0)
    assert answers(work_session) == THREE
    assert work_session.decisions.get(position=2).notes == "error 809, from the client's photo"


def test_another_answer_sets_later_steps_aside_and_they_come_back(
    page: Page, work_session: Session
) -> None:
    go_back_to_symptom(page)
    press_answer(page, "3", then=MFA)
    expect(page.locator("#run-notices")).to_contain_text("2 steps from “What does the VPN client")
    assert answers(work_session) == ["Only this person", "MFA prompt missing or fails"]
    page.keyboard.press("c")
    expect_copied(page)
    ticket = clipboard(page)
    assert "MFA prompt missing or fails" in ticket
    assert "Server not reachable or timeout" not in ticket
    assert HOTSPOT not in ticket

    page.get_by_role("button", name="Bring back").click()
    expect_step(page, "Test the gateway from the user's PC")
    assert answers(work_session) == THREE
    assert work_session.decisions.get(position=2).notes == "error 809"
    expect(page.locator("#run-notices")).to_contain_text("answered MFA prompt missing or fails")


def test_an_earlier_step_opens_from_the_path(page: Page) -> None:
    page.locator(".path__step").nth(1).click()
    expect(page.locator("#step-title")).to_have_text(SYMPTOM)
    expect(page.locator(".path__item.is-current")).to_have_count(1)
    page.get_by_role("link", name="Go on where you were").click()
    expect(page.locator("#step-title")).to_have_text("Test the gateway from the user's PC")
