"""The step library in the run page, and a step added at an earlier one."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import LibraryStep, Session
from sessions_app.step_library import services as step_library_services
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import (
    SCOPE,
    SYMPTOM,
    answers,
    expect_step,
    next_page,
    open_run,
    press_answer,
    start,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("S17")]


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


@pytest.fixture
def router(colleague: User) -> LibraryStep:
    commands = [
        {"label": "Gateway", "shell": "powershell", "code": "Get-NetRoute"},
        {"label": "Ping", "shell": "cmd", "code": "ping 1.1.1.1"},
    ]
    step_library_services.add_library_step(user=colleague, title="Swap the cable")
    return step_library_services.add_library_step(
        user=colleague, title="Look at the router", body="Lamps and cable.", commands=commands
    )


@pytest.fixture
def page(open_tab: OpenTab, engineer: User, work_session: Session) -> Page:
    opened = open_tab(engineer)
    open_run(opened, work_session)
    press_answer(opened, "1", then=SYMPTOM)
    return opened


def open_library(page: Page) -> None:
    page.keyboard.press("a")
    page.get_by_role("link", name="From the library").click()
    expect(page.get_by_label("Search the library")).to_be_focused()


def test_found_as_it_is_typed_and_added_at_once(
    page: Page, work_session: Session, router: LibraryStep
) -> None:
    open_library(page)
    expect(page.locator(".library__item")).to_have_count(2)
    page.get_by_label("Search the library").fill("rout")
    expect(page.locator(".library__item")).to_have_count(1)
    page.get_by_role("button", name="Add Look at the router").click()
    expect_step(page, "Look at the router Custom step")
    expect(page.locator(".command")).to_have_count(2)
    press_answer(page, "1", then=SYMPTOM)
    decision = work_session.decisions.get(position=2)
    assert (decision.question, decision.action) == (
        "Look at the router",
        "Lamps and cable.\nGateway; Ping",
    )


def test_typed_on_from_a_step_of_the_library(
    page: Page, work_session: Session, router: LibraryStep
) -> None:
    open_library(page)
    page.get_by_role("link", name="Change Look at the router first").click()
    expect(page.get_by_label("What you did")).to_be_focused()
    expect(page.get_by_label("What you did")).to_have_value("Look at the router")
    expect(page.get_by_label("Ping")).to_have_value("ping 1.1.1.1")
    page.get_by_label("Ping").fill("ping 9.9.9.9")
    page.get_by_label("What you did").fill("Look at the second router")
    page.get_by_role("button", name="Add step").click()
    expect_step(page, "Look at the second router Custom step")
    work_session.refresh_from_db()
    (step,) = work_session.custom_steps
    assert [command["code"] for command in step["commands"]] == ["Get-NetRoute", "ping 9.9.9.9"]
    assert [command["shell"] for command in step["commands"]] == ["powershell", "cmd"]
    router.refresh_from_db()
    assert router.commands[1]["code"] == "ping 1.1.1.1"


def test_kept_for_others_when_it_is_typed(page: Page, engineer: User) -> None:
    page.keyboard.press("a")
    page.keyboard.type("Checked the docking station")
    page.get_by_label("Keep it in the step library for others").check()
    page.keyboard.press("Enter")
    expect_step(page, "Checked the docking station Custom step")
    assert [step.title for step in step_library_services.search_library(engineer)] == [
        "Checked the docking station"
    ]


def test_added_at_an_earlier_step_it_stands_right_after_it(
    page: Page, work_session: Session
) -> None:
    page.keyboard.press("b")
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    press_answer(page, "1", then=SYMPTOM)
    press_answer(page, "1", then="Does the VPN connect over a phone hotspot?")
    page.locator(".path__step").first.click()
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    page.locator("#step-title").focus()
    page.keyboard.press("a")
    expect(page.locator("#add-step")).to_contain_text("It goes right after this step")
    page.keyboard.type("Asked the colleague next door")
    page.keyboard.press("Enter")
    expect_step(page, "Asked the colleague next door Custom step")
    expect(page).to_have_url(re.compile(rf"/sessions/{work_session.pk}/run\?step=2$"))
    page.get_by_label("What came of it").fill("Same for her")
    page.get_by_role("button", name="Keep, and go on").click()
    expect_step(page, "Does the VPN connect over a phone hotspot?")
    assert answers(work_session) == [
        "Only this person",
        "Same for her",
        "Server not reachable or timeout",
    ]


def test_without_a_script(
    open_tab: OpenTab, engineer: User, work_session: Session, router: LibraryStep
) -> None:
    page = open_tab(engineer, java_script_enabled=False)
    open_run(page, work_session)
    page.get_by_role("link", name="Add step").click()
    page.get_by_role("link", name="From the library").click()
    page.get_by_label("Search the library").fill("cable")
    with next_page(page):
        page.get_by_role("button", name="Search").click()
    expect(page.locator(".library__item")).to_have_count(2)
    page.get_by_role("button", name="Add Swap the cable").click()
    expect(page.locator("#step-title")).to_have_text("Swap the cable Custom step")
