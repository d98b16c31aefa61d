"""The plain forms do the whole job where scripts are off."""

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import ESCALATE, GATEWAY_ANSWERS, GATEWAY_TEST, SCOPE, answers, next_page
from tests.factories import PASSWORD
from tests.sessions_app.run_driver import Run
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U4")]


def test_the_job_with_scripts_off(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    page = open_tab(java_script_enabled=False, accept_downloads=True)
    title = page.locator("#step-title")
    page.goto("/")
    page.get_by_label("Username").fill(engineer.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="New session").click()
    page.get_by_role("button", name=f"Start {vpn_flow.name}").click()

    expect(title).to_have_text(SCOPE)
    page.get_by_label("Notes", exact=True).fill("Asked the colleague next door")
    page.get_by_role("button", name="Everyone who uses this VPN").click()

    expect(title).to_have_text(GATEWAY_TEST)
    page.get_by_label("Notes", exact=True).fill("typed before the value was filled in")
    page.locator("#ask-vpn_gateway").fill("vpn.northwind.example")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#command-1")).to_contain_text("'vpn.northwind.example'")
    expect(page.get_by_label("Notes", exact=True)).to_have_value(
        "typed before the value was filled in"
    )
    page.get_by_role("button", name="Done, next step").click()

    expect(title).to_have_text(GATEWAY_ANSWERS)
    page.get_by_role("link", name="Add step").click()
    page.get_by_label("What you did").fill("Rang the provider")
    page.get_by_role("button", name="Add step", exact=True).click()
    expect(title).to_contain_text("Rang the provider")
    page.get_by_label("What came of it").fill("No fault known")
    page.get_by_role("button", name="Done, next step").click()

    expect(title).to_have_text(GATEWAY_ANSWERS)
    page.get_by_role("link", name="Back").click()
    expect(title).to_contain_text("Rang the provider")
    page.get_by_role("link", name="Go on where you were").click()
    page.get_by_role("button", name="Name missing or pointing to a wrong address").click()
    expect(title).to_have_text(ESCALATE)
    page.get_by_role("button", name="Complete session").click()

    work_session = Session.objects.get()
    expect(page.get_by_text("Session completed.")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    ticket = waiting.value.path().read_text()
    for text in (
        "Asked the colleague next door",
        "typed before the value was filled in",
        "[CUSTOM]",
        "Rang the provider",
        "No fault known",
        "--- RESOLUTION ---",
        "Outcome: Escalated",
    ):
        assert text in ticket, text
    assert answers(work_session)[:3] == ["Everyone who uses this VPN", "Done", "No fault known"]
    assert work_session.is_completed


def test_scratchpad_variables_and_reference_with_scripts_off(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    page = open_tab(engineer, java_script_enabled=False)

    def save_in(heading: str) -> None:
        part = page.locator("section", has=page.get_by_role("heading", name=heading))
        with next_page(page):
            part.get_by_role("button", name="Save").click()

    page.goto(f"/flows/{vpn_flow.pk}")
    page.get_by_label("Ticket").fill("T-1")
    with next_page(page):
        page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_label("Client", exact=True).fill("Straßenbau Müller GmbH")
    save_in("Ticket")
    page.get_by_role("textbox", name="Scratchpad").fill("Router: 2 lamps red")
    save_in("Scratchpad")
    page.locator("#variable-internal_ip").fill("10.20.0.5")
    with next_page(page):
        page.get_by_role("button", name="Save the values").click()
    expect(page.locator("#variable-internal_ip")).to_have_value("10.20.0.5")
    work_session = Session.objects.get()
    assert work_session.ticket_number == "T-1"
    assert work_session.client_name == "Straßenbau Müller GmbH"
    assert work_session.scratchpad == "Router: 2 lamps red"
    assert work_session.session_variables["internal_ip"] == "10.20.0.5"


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_in_what_came_of_a_custom_step_records_it(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, scripts: bool
) -> None:
    """The first button of the form was *Attach*, which replaced the step."""
    run = Run(engineer, tree=vpn_flow)
    run.add("Look at the router")
    page = open_tab(engineer, java_script_enabled=scripts)
    page.goto(f"/sessions/{run.pk}/run")
    page.locator("#step-form input[name=text]").fill("Lamp is green")
    page.locator("#step-form input[name=text]").press("Enter")
    expect(page.locator("#step-title")).not_to_contain_text("Look at the router")
    assert [step.answer for step in run.now.decisions] == ["Lamp is green"]
