"""What earlier sessions tell a running one: the panel, the hints, and carrying over."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.suggestions import bounded_sql
from tests.e2e.accessibility import problems
from tests.e2e.all_pages import walk
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import (
    SCOPE,
    SYMPTOM,
    answers,
    open_run,
    press_answer,
    start,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("H5")]
CLIENT = "Bäckerei Vogt & Söhne GmbH"
NO_NETWORK = ("net::ERR_", "htmx:sendError")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hints come however busy the machine is."""
    monkeypatch.setattr(bounded_sql, "MAX_HINT_MS", 60_000)


def past(
    user: User, tree: Tree, *choices: int | None, outcome: str, client: str = CLIENT, days: int = 9
) -> Session:
    """A session of so many days ago that answered so and took twelve minutes."""
    work_session = walk(user, start(user, tree, client_name=client), *choices)
    completion_services.complete(user=user, pk=work_session.pk, outcome=outcome)
    then = timezone.now() - timedelta(days=days)
    done: dict[str, Any] = {"started_at": then, "completed_at": then + timedelta(minutes=12)}
    Session.objects.filter(pk=work_session.pk).update(**done)
    work_session.all_decisions.update(timestamp=then)
    return work_session


@pytest.fixture
def remembered(engineer: User, colleague: User, vpn_flow: Tree) -> None:
    """A failure of this client's, one of a colleague, and five resolutions of others."""
    past(engineer, vpn_flow, 0, 0, outcome="escalated")
    past(colleague, vpn_flow, 1, outcome="unresolved", client="BACKEREI Vogt & sohne  gmbh", days=2)
    for _ in range(5):
        past(colleague, vpn_flow, 0, 3, outcome="resolved", client="Fabrikam", days=50)


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree, remembered: None) -> Session:
    return start(engineer, vpn_flow, client_name=CLIENT)


def carried(work_session: Session) -> list[bool]:
    rows = work_session.decisions.order_by("position")
    return [row.carried_over_from is not None for row in rows]


def test_the_panel_names_what_may_be_read(
    open_tab: OpenTab, engineer: User, colleague: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_run(page, work_session)
    panel = page.get_by_role("region", name=f"Tried before for {CLIENT}")
    items = panel.get_by_role("listitem")
    expect(items).to_have_count(2)
    expect(items.nth(0)).to_contain_text("Unresolved")
    expect(items.nth(0)).to_contain_text(SCOPE)
    expect(items.nth(0)).not_to_contain_text(colleague.display_name)
    expect(items.nth(0).get_by_role("link")).to_have_count(0)
    expect(items.nth(1)).to_contain_text("Escalated")
    expect(items.nth(1)).to_contain_text(engineer.display_name)
    items.nth(1).get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/sessions/[0-9a-f-]{36}$"))


def test_another_client_is_remembered_at_once(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, remembered: None
) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer)
    open_run(page, work_session)
    earlier = page.locator("#earlier")
    expect(earlier).to_be_hidden()
    page.locator("#notes").fill("typed before")
    page.locator("#client-name").fill("bäckerei vogt & söhne gmbh")
    page.locator("#client-name").press("Tab")
    expect(earlier).to_contain_text("Tried before for bäckerei vogt")
    expect(page.locator("#option-1-hint")).to_contain_text("for this client: did not help")
    expect(page.locator("#notes")).to_have_value("typed before")
    page.locator("#client-name").fill("")
    page.locator("#client-name").press("Tab")
    expect(earlier).to_be_hidden()
    expect(page.locator("#option-1-hint")).to_have_count(0)
    # What was swapped in answers as ever.
    page.locator("#client-name").press("Escape")
    press_answer(page, "1", then=SYMPTOM)
    assert answers(work_session) == ["Only this person"]


def test_hints_change_neither_order_nor_keys_nor_names(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    open_run(page, work_session)
    press_answer(page, "1", then=SYMPTOM)
    first = page.get_by_role("button", name="Server not reachable or timeout", exact=True)
    expect(first).to_have_accessible_description(re.compile("did not help"))
    expect(first).to_have_attribute("aria-keyshortcuts", "1")
    suggested = page.get_by_role("button", name="Certificate error", exact=True)
    expect(suggested).to_contain_text("Suggested")
    expect(suggested).to_contain_text("Of 5 sessions that answered so, 100 % resolved")
    expect(suggested).to_have_attribute("aria-keyshortcuts", "4")
    expect(page.get_by_text("Suggested")).to_have_count(1)


def test_carrying_over_by_key(open_tab: OpenTab, engineer: User, work_session: Session) -> None:
    page = open_tab(engineer)
    open_run(page, work_session)
    offer = page.locator(".carry")
    expect(offer).to_contain_text("Several people at the same place")  # the newest
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Carry an answer over")
    page.keyboard.press("Escape")
    page.locator("#notes").fill("y")
    assert answers(work_session) == []
    page.locator("#notes").press("Escape")
    page.keyboard.press("y")
    expect(page.locator("#step-title")).not_to_have_text(SCOPE)
    assert answers(work_session) == ["Several people at the same place"]
    assert carried(work_session) == [True]
    assert work_session.decisions.get().notes == "y"
    expect(page.locator("#run-path")).to_contain_text("Carried over from")

    page.keyboard.press("b")
    expect(page.locator("#step-title")).to_have_text(SCOPE)
    expect(page.locator("#step .banner")).to_contain_text("not tested again")
    expect(offer).to_have_count(0)
    page.keyboard.press("2")
    expect(page.locator("#step-title")).not_to_have_text(SCOPE)
    assert carried(work_session) == [False]
    expect(page.locator("#run-path")).not_to_contain_text("Carried over from")


def test_carrying_over_without_a_connection(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow(*NO_NETWORK)
    page = open_tab(engineer)
    open_run(page, work_session)
    page.context.set_offline(True)
    page.locator("#step-title").focus()
    page.keyboard.press("y")
    expect(page.locator("#offline")).to_contain_text("1 change waits")
    page.context.set_offline(False)
    expect(page.locator("#step-title")).not_to_have_text(SCOPE, timeout=20_000)
    assert carried(work_session) == [True]


def test_carrying_over_survives_a_reload_while_it_waits(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow(
        "status of 503", *NO_NETWORK, "htmx:responseError", "Response Status Error Code"
    )
    page = open_tab(engineer)
    open_run(page, work_session)
    page.route("**/answer", lambda route: route.fulfill(status=503))
    page.locator("#step-title").focus()
    page.keyboard.press("y")
    expect(page.locator("#offline")).to_contain_text("1 change waits")
    page.unroute("**/answer")
    page.reload()
    expect(page.locator("#step-title")).not_to_have_text(SCOPE, timeout=20_000)
    assert carried(work_session) == [True]


def test_carrying_over_with_scripts_off(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, java_script_enabled=False)
    open_run(page, work_session)
    page.get_by_role("button", name="Carry over").click()
    expect(page.locator("#step-title")).not_to_have_text(SCOPE)
    assert carried(work_session) == [True]


def test_on_a_phone_the_panel_is_in_the_drawer(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, width=390, height=844, has_touch=True)
    open_run(page, work_session)
    panel = page.get_by_role("region", name=f"Tried before for {CLIENT}")
    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Notes and variables").tap()
    panel.scroll_into_view_if_needed()
    expect(panel.get_by_role("listitem").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Carry over").tap()
    expect(page.locator("#step-title")).not_to_have_text(SCOPE)
    assert carried(work_session) == [True]


def test_axe_finds_nothing(open_tab: OpenTab, engineer: User, work_session: Session) -> None:
    page = open_tab(engineer, bypass_csp=True)
    open_run(page, work_session)
    found = list(problems(page))
    press_answer(page, "1", then=SYMPTOM)
    found += problems(page)
    assert not found, "\n".join(found)


def test_at_a_solution_that_failed(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    failed = past(engineer, vpn_flow, 3, None, 2, outcome="unresolved")
    work_session = walk(engineer, start(engineer, vpn_flow, client_name=CLIENT), 3, None)
    page: Page = open_tab(engineer)
    open_run(page, work_session)
    press_answer(page, "3", then=failed.node(failed.current_node)["title"].split("{{")[0].strip())
    expect(page.locator("#step-hint")).to_contain_text("for this client: did not help")
