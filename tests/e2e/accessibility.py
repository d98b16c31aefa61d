"""What axe finds on a page: light and dark, desk and phone (WCAG 2.2 AA)."""

from collections.abc import Iterator
from itertools import product
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from accounts_app.models import User
from tests.e2e.all_pages import Place
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import arrived

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
