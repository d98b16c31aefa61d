"""Prepared sessions and a batch of thirty targets in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
from sessions_app.batches import services as batches_services
from sessions_app.completion import services as completion_services
from sessions_app.models import Outcome, Session, State
from sessions_app.preparing import services as preparing_services
from tests.e2e.accessibility import look_at
from tests.e2e.all_pages import Place
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import (
    SCOPE,
    arrived,
    clipboard,
    expect_copied,
    expect_step,
    next_page,
    press_answer,
    wait_until,
)
from tests.factories import TeamFactory, TreeFactory
from tests.sessions_app.batches.batch_factories import answer
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("S10", "S11")]
CLIPBOARD = ["clipboard-read", "clipboard-write"]
QUESTION = "Is one user affected, or everyone?"


@pytest.fixture
def team(engineer: User, colleague: User) -> None:
    team = TeamFactory(account=engineer.account)
    User.objects.filter(pk__in=(engineer.pk, colleague.pk)).update(team=team)
    for user in (engineer, colleague):
        user.refresh_from_db()


@pytest.fixture
def maintenance(author: User) -> Tree:
    flow: Tree = TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)
    return flow


def make_batch(user: User, flow: Tree, count: int = 30) -> tuple[str, list[Session]]:
    labels = [f"SRV-{number:02}" for number in range(1, count + 1)]
    batch_id, sessions = batches_services.prepare_batch(user=user, tree_id=flow.pk, labels=labels)
    return f"/batches/{batch_id}", sessions


def test_prepare_for_a_colleague_who_starts_it(
    open_tab: OpenTab,
    engineer: User,
    colleague: User,
    team: None,
    vpn_flow: Tree,
    page_errors: PageErrors,
) -> None:
    page_errors.allow("status of 422")
    page = open_tab(engineer)
    page.goto(f"/flows/{vpn_flow.pk}")
    with next_page(page):
        page.get_by_role("link", name="Prepare for later").click()
    page.get_by_label("Client").fill("Contoso Dental")
    page.get_by_label("Who will run it").select_option(colleague.display_name)
    page.get_by_label("VPN gateway (public name or address)").fill("two words")
    page.get_by_role("button", name="Prepare session").click()
    expect(page.get_by_text("Type a host name or address, without spaces.")).to_be_visible()
    expect(page.get_by_label("Client")).to_have_value("Contoso Dental")
    page.get_by_label("VPN gateway (public name or address)").fill("vpn.contoso.example")
    page.get_by_role("button", name="Prepare session").click()
    expect(page.get_by_text(f"Prepared for {colleague.display_name}.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text(f"Waits for {colleague.display_name}")).to_be_visible()

    theirs = open_tab(colleague)
    theirs.goto("/")
    expect(theirs.get_by_role("heading", name="Prepared for you")).to_be_visible()
    expect(theirs.get_by_text(f"Prepared by {engineer.display_name}")).to_be_visible()
    with next_page(theirs):
        theirs.get_by_role("button", name="Start VPN connection failure").first.click()
    expect(theirs.locator("#step-title")).to_have_text(SCOPE)
    work_session = Session.objects.get()
    assert (work_session.state, work_session.user) == (State.ACTIVE, colleague)
    assert work_session.session_variables == {"vpn_gateway": "vpn.contoso.example"}
    press_answer(theirs, "1", then="What does the VPN client say?")


def test_thirty_targets_from_a_list_to_one_answer(
    open_tab: OpenTab, engineer: User, maintenance: Tree
) -> None:
    page = open_tab(engineer, permissions=CLIPBOARD)
    page.goto(f"/flows/{maintenance.pk}")
    page.get_by_role("link", name="Run over several targets").click()
    lines = "\n".join(f"SRV-{number:02}" for number in range(1, 31))
    page.get_by_label("Targets, one a line").fill(f"{lines}\nsrv-01")
    expect(page.locator("#targets-count")).to_have_text("30 targets, 1 duplicate left out")
    page.get_by_role("button", name="Make the batch").click()
    expect(page.get_by_text("30 targets read. 1 duplicate was left out: srv-01.")).to_be_visible()
    expect(page.locator(".batch-target")).to_have_count(30)

    page.get_by_role("link", name=f"Answer together: {QUESTION}").click()
    form = page.locator(".batch-answer")
    button = form.get_by_role("button", name="Record for")
    expect(button).to_have_text("Record for 30 targets")
    form.get_by_role("checkbox", name="SRV-07").uncheck()
    form.get_by_role("checkbox", name="SRV-08").uncheck()
    expect(button).to_have_text("Record for 28 targets")
    form.get_by_role("radio", name="One user").check()
    form.get_by_label("Note for each of them").fill("Seen in the console")
    # One of them moves on while the form is open.
    moved = Session.objects.get(target_label="SRV-30")
    answer(engineer, moved, 1)
    button.click()
    expect(page.get_by_text("Recorded for 27 targets.")).to_be_visible()
    expect(page.get_by_text("It has moved on to “Escalate to the network team”.")).to_be_visible()
    assert Session.objects.filter(decision_count=1).count() == 28
    assert Session.objects.filter(started_at=None).count() == 2

    # The one that was answered otherwise stands out.
    with next_page(page):
        page.get_by_role("link", name=re.compile("^Odd ones out")).click()
    expect(page.locator(".batch-target")).to_have_count(1)
    expect(page.locator(".batch-target")).to_contain_text("SRV-30")
    expect(page.locator(".batch-target")).to_contain_text("Everyone (most: One user)")

    page.get_by_role("button", name="Copy all").click()
    expect_copied(page)
    together = clipboard(page)
    assert together.count("Answered for 27 targets together") == 27
    assert "0 of 30 targets completed" in together
    page.get_by_role("button", name="Copy the note of SRV-30").click()
    wait_until(page, lambda: clipboard(page) != together)
    one = clipboard(page)
    assert "Target: SRV-30" in one
    assert "SRV-29" not in one


def test_the_grid_keeps_itself_up_to_date_and_what_is_typed_stays(
    open_tab: OpenTab, engineer: User, maintenance: Tree
) -> None:
    path, sessions = make_batch(engineer, maintenance)
    page = open_tab(engineer)
    page.clock.install()
    page.goto(f"{path}?step=scope")
    page.get_by_label("Note for each of them").fill("Half a sentence")
    page.get_by_role("checkbox", name="SRV-02").uncheck()
    link = page.locator(".batch-target").get_by_role("link", name="SRV-05")
    link.focus()
    answer(engineer, sessions[0], 1)
    completion_services.complete(user=engineer, pk=sessions[0].pk, outcome=Outcome.ESCALATED)
    page.clock.run_for(5100)
    expect(page.get_by_text("1 of 30 completed")).to_be_visible()
    expect(page.locator(".batch-target").first).to_contain_text("Escalated")
    expect(page.get_by_label("Note for each of them")).to_have_value("Half a sentence")
    expect(page.get_by_role("checkbox", name="SRV-02")).not_to_be_checked()
    expect(link).to_be_focused()


def test_it_asks_no_more_when_all_are_completed(
    open_tab: OpenTab, engineer: User, maintenance: Tree
) -> None:
    path, sessions = make_batch(engineer, maintenance, 2)
    page = open_tab(engineer)
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if path in sent.url else None)
    page.goto(path)
    for work_session in sessions:
        answer(engineer, work_session, 1)
        completion_services.complete(user=engineer, pk=work_session.pk, outcome=Outcome.ESCALATED)
    page.clock.run_for(5100)
    expect(page.get_by_text("2 of 2 completed")).to_be_visible()
    count = len(asked)
    page.clock.run_for(30_000)
    arrived(page)
    assert len(asked) == count >= 2


@pytest.mark.req("U4")
def test_without_a_script_the_form_answers_too(
    open_tab: OpenTab, engineer: User, maintenance: Tree
) -> None:
    path, _ = make_batch(engineer, maintenance, 3)
    page = open_tab(engineer, java_script_enabled=False)
    page.goto(path)
    page.get_by_role("link", name=f"Answer together: {QUESTION}").click()
    page.get_by_role("radio", name="Not sure").check()
    page.get_by_role("button", name="Record for the chosen targets").click()
    expect(page.get_by_text("Recorded for 3 targets.")).to_be_visible()


def test_a_target_leads_to_its_run_and_back(
    open_tab: OpenTab, engineer: User, maintenance: Tree
) -> None:
    path, sessions = make_batch(engineer, maintenance, 3)
    page = open_tab(engineer)
    page.goto(path)
    with next_page(page):
        page.locator(".batch-target").get_by_role("link", name="SRV-02").click()
    with next_page(page):
        page.get_by_role("button", name="Start").click()
    expect(page.locator("#step-title")).to_have_text(QUESTION)
    page.keyboard.press("1")
    expect_step(page, "Ping ‹Gateway›")
    page.locator("#eyebrow").get_by_role("link", name="SRV-02").click()
    expect(page.locator(".batch-target", has_text="SRV-02")).to_contain_text("Ping")
    assert Session.objects.get(pk=sessions[1].pk).decision_count == 1


def test_axe_finds_nothing(
    open_tab: OpenTab, engineer: User, colleague: User, team: None, maintenance: Tree
) -> None:
    path, sessions = make_batch(engineer, maintenance, 12)
    for number, work_session in enumerate(sessions[:8]):
        answer(engineer, work_session, 1 if number == 3 else 0)
    completion_services.complete(user=engineer, pk=sessions[3].pk, outcome=Outcome.ESCALATED)
    waiting = preparing_services.prepare(
        user=engineer, tree=maintenance, assigned_to_id=colleague.pk
    )
    places = [
        Place("prepare", f"/flows/{maintenance.pk}/prepare"),
        Place("flow", f"/flows/{maintenance.pk}"),
        Place("new batch", f"/flows/{maintenance.pk}/batch"),
        Place("batch", f"{path}"),
        Place("answering", f"{path}?step=ping"),
        Place("batches", "/batches"),
        Place("prepared session", f"/sessions/{waiting.pk}"),
        Place("target", f"/sessions/{sessions[0].pk}/run"),
        Place("dashboard", "/"),
    ]
    look_at(open_tab, engineer, places)


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_wider_than_the_window(
    open_tab: OpenTab, engineer: User, maintenance: Tree, width: int
) -> None:
    labels = ["Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 4, "SRV-1", "x y " * 40]
    batch_id, _ = batches_services.prepare_batch(
        user=engineer, tree_id=maintenance.pk, labels=labels
    )
    page = open_tab(engineer, width=width)
    for path in (
        f"/batches/{batch_id}?step=scope",
        f"/flows/{maintenance.pk}/prepare",
        f"/flows/{maintenance.pk}/batch",
        "/batches",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
