"""axe finds nothing on any page: light and dark, desk and phone (WCAG 2.2 AA)."""

from collections.abc import Iterator
from itertools import product
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts_app.models import Account, User
from tests.e2e.all_pages import Place, furnish
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.run_driver import arrived
from tests.factories import make_session
from trees_app.importing.json_import import load_starter_flows
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U4")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": RULES},
    "resultTypes": ["violations"],
    # It would load imported style sheets again, at addresses that it resolves wrongly.
    "preload": False,
}
# The same page in other colours: only what looks at colours can find anything else.
COLOURS = OPTIONS | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1440, 390)


def problems(page: Page) -> Iterator[str]:
    """What axe finds, per scheme and width, on the page as it is."""
    for scheme, width in product(SCHEMES, WIDTHS):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # As tall as the page: what the sticky bars cover can be scrolled into sight.
        page.set_viewport_size({"width": width, "height": 900})
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(900, height)})
        arrived(page)  # colours that fade from one scheme to the other
        options = OPTIONS if scheme == "light" else COLOURS
        found: dict[str, Any] = Axe().run(page, options=options).response
        for violation in found["violations"]:
            for node in violation["nodes"]:
                why = str(node["failureSummary"]).replace("\n", " ")
                yield f"{page.url} {scheme} {width}: {violation['id']} {node['target']} {why}"


def look_at(open_tab: OpenTab, user: User, places: list[Place]) -> None:
    # The checker is put into the page from outside, which the policy rightly forbids to pages.
    signed_in = open_tab(user, bypass_csp=True)
    signed_out = open_tab(bypass_csp=True)
    found: list[str] = []
    for place in places:
        page = signed_out if place.is_open else signed_in
        page.goto(place.path)
        found.extend(problems(page))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "names",
    [
        ("sign-in", "not found"),
        ("settings",),
        ("dashboard",),
        ("sessions",),
        ("flows",),
        ("flow",),
        ("run question",),
        ("run action",),
        ("run solution",),
        ("run earlier step",),
        ("run own step form",),
        ("complete",),
        ("session",),
        ("active session",),
    ],
    ids=", ".join,
)
def test_axe_finds_nothing(
    open_tab: OpenTab,
    engineer: User,
    vpn_flow: Tree,
    page_errors: PageErrors,
    names: tuple[str, ...],
) -> None:
    page_errors.allow("status of 404")
    places = [place for place in furnish(engineer, vpn_flow) if place.name in names]
    assert len(places) == len(names)
    look_at(open_tab, engineer, places)


def test_axe_finds_nothing_where_nothing_is_yet(
    open_tab: OpenTab, account: Account, engineer: User
) -> None:
    load_starter_flows(account)
    look_at(open_tab, engineer, [Place("first dashboard", "/"), Place("no sessions", "/sessions")])


def test_axe_finds_nothing_for_an_admin(open_tab: OpenTab, admin: User) -> None:
    """Settings carry the account's form, the flow page what an author may do."""
    tree = make_session(admin).tree
    assert tree is not None
    look_at(open_tab, admin, [Place("settings", "/settings"), Place("flow", f"/flows/{tree.pk}")])


def test_axe_finds_nothing_in_what_opens(open_tab: OpenTab, engineer: User, vpn_flow: Tree) -> None:
    """The keys, the account menu and the phone's drawers."""
    page = open_tab(engineer, bypass_csp=True)
    page.goto("/flows")
    page.keyboard.press("?")
    found = list(problems(page))
    page.keyboard.press("Escape")
    page.get_by_label("Account menu").click()
    found.extend(problems(page))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open the navigation").click()
    expect(page.locator("#sidebar")).to_be_visible()
    found.extend(problems(page))
    assert not found, "\n".join(found)
