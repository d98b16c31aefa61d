"""axe finds nothing on any page: light and dark, desk and phone (WCAG 2.2 AA)."""

import pytest
from playwright.sync_api import expect

from accounts_app.models import Account, User
from tests.e2e.accessibility import look_at, problems
from tests.e2e.all_pages import Place, furnish
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.factories import make_session
from trees_app.importing.json_import import load_starter_flows
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U4")]


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
        ("run custom step form",),
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
    look_at(
        open_tab,
        admin,
        [
            Place("settings", "/settings"),
            Place("flow", f"/flows/{tree.pk}"),
            Place("overview", "/overview"),
        ],
    )


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
