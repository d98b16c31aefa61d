"""Pages fit a phone and a desk at 200 % zoom, and fingers hit what is there (WCAG 2.5.8)."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from tests.e2e.all_pages import fill_history, furnish
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import arrived, open_run, start
from tests.factories import TreeFactory, structure
from trees_app.models import Tree

pytestmark = pytest.mark.browser
WIDTHS = [390, 720]

# What sticks out to the right of the window, unless a box of its own scrolls or clips it.
STICKS_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const right = (element) => {
    const text = document.createRange();
    text.selectNodeContents(element);
    return Math.max(element.getBoundingClientRect().right, text.getBoundingClientRect().right);
  };
  return [...document.body.querySelectorAll("*")]
    .filter((element) => right(element) > root.clientWidth + 0.5)
    .filter((element) => getComputedStyle(element).overflowX === "visible")
    .slice(-3)
    .map((element) => element.outerHTML.slice(0, 160))
    .concat(`scrollWidth ${root.scrollWidth} of ${root.clientWidth}`);
}"""

# Targets under 24 px; a link within a sentence is excepted, a field's label counts with it.
SMALL = """() => {
  const targets = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  const box = (element) => {
    const label = element.matches("[type=radio], [type=checkbox]") && element.closest("label");
    return (label || element).getBoundingClientRect();
  };
  return [...document.querySelectorAll(targets)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .filter((element) => !element.closest(".skip-link, .visually-hidden"))
    .filter((element) => getComputedStyle(element).display !== "inline")
    .filter((element) => Math.min(box(element).width, box(element).height) < 23.5)
    .map((element) => [box(element).width, box(element).height, element.outerHTML.slice(0, 140)]);
}"""


def measure(page: Page) -> dict[str, Any]:
    found = {"sticks out": page.evaluate(STICKS_OUT), "too small": page.evaluate(SMALL)}
    return {name: what for name, what in found.items() if what}


@pytest.fixture
def long_flow(author: User) -> Tree:
    """A flow with a name of 200 characters and words that don't break."""
    document = structure()
    document["nodes"]["scope"]["title"] = "Umsatzsteuervoranmeldung" * 8
    document["nodes"]["scope"]["options"][0]["label"] = "Rechtsschutzversicherung" * 8
    tree: Tree = TreeFactory(
        author=author, name="VPN " * 20 + "Z" * 120, structure=document, published=True
    )
    return tree


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, page_errors: PageErrors, width: int
) -> None:
    page_errors.allow("status of 404")
    places = furnish(engineer, vpn_flow)
    signed_in = open_tab(engineer, width=width, has_touch=True)
    signed_out = open_tab(width=width, has_touch=True)
    found = {}
    for place in places:
        page = signed_out if place.is_open else signed_in
        page.goto(place.path)
        if wrong := measure(page):
            found[place.name] = wrong
    assert not found, json.dumps(found, indent=1)


@pytest.mark.parametrize("width", WIDTHS)
def test_long_names_fit(open_tab: OpenTab, engineer: User, long_flow: Tree, width: int) -> None:
    work_session = start(
        engineer,
        long_flow,
        client_name="Bundesausbildungsförderungsgesetzänderungs" * 4 + " GmbH",
        ticket_number="T" * 100,
    )
    page = open_tab(engineer, width=width)
    found = {}
    run = f"/sessions/{work_session.pk}"
    for path in ("/", "/flows", "/sessions", f"/flows/{long_flow.pk}", run, f"{run}/run"):
        page.goto(path)
        if wrong := measure(page):
            found[path] = wrong
    assert not found, json.dumps(found, indent=1)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("count", [0, 1, 500])
def test_history_and_dashboard_fit_at_any_size(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree, width: int, count: int
) -> None:
    if count:
        fill_history(engineer, vpn_flow, count)
    page = open_tab(engineer, width=width)
    for path in ("/", "/sessions"):
        page.goto(path)
        assert not (wrong := measure(page)), f"{path} {wrong}"
    expect(page.locator(".session-row")).to_have_count(min(count + bool(count), 50))
    if count == 500:
        older = page.get_by_role("link", name="Older").get_attribute("href")
        page.goto(str(older))
        expect(page.locator(".session-row")).not_to_have_count(0)
        assert not (wrong := measure(page)), f"{older} {wrong}"


def test_drawers_open_and_close(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    page = open_tab(engineer, width=390, height=844, has_touch=True)
    open_run(page, start(engineer, vpn_flow))
    for opener, drawer in (("Path, 0 steps", "#run-path"), ("Notes and variables", "#run-side")):
        panel = page.locator(drawer)
        expect(panel).to_be_hidden()
        page.get_by_role("button", name=opener).tap()
        expect(panel).to_be_visible()
        arrived(page)
        assert measure(page) == {}
        panel.get_by_role("button", name="Close").tap()
        expect(panel).to_be_hidden()
        page.get_by_role("button", name=opener).tap()
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
    page.get_by_role("button", name="Open the navigation").tap()
    expect(page.locator("#sidebar")).to_be_visible()
    page.get_by_role("button", name="Close the navigation").tap()
    expect(page.locator("#sidebar")).to_be_hidden()


def test_scratchpad_of_the_drawer_is_saved(
    open_tab: OpenTab, engineer: User, vpn_flow: Tree
) -> None:
    work_session = start(engineer, vpn_flow)
    page = open_tab(engineer, width=390, height=844, has_touch=True)
    open_run(page, work_session)
    page.get_by_role("button", name="Notes and variables").tap()
    page.locator("#scratchpad").fill("two lamps red")
    expect(page.locator("#scratch-saved")).to_contain_text("Saved")
    work_session.refresh_from_db()
    assert work_session.scratchpad == "two lamps red"
