"""Every page at 320 px, which is 1280 px at 400 % zoom: nothing scrolls sideways, no id stands
twice, and no field is so small that a phone zooms into it.
"""

import pytest

from accounts_app.models import User
from sessions_app import services
from tests.e2e.all_pages import Place, furnish
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U4")]

SIDEWAYS = """() => {
  const root = document.documentElement;
  return root.scrollWidth <= root.clientWidth ? [] : [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > root.clientWidth + 1)
    .slice(0, 5).map(one => `${root.scrollWidth}: ${one.tagName}.${one.className}`);
}"""
TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
SMALL = """() => [...document.querySelectorAll(
    "textarea, select, input:not([type=hidden], [type=checkbox], [type=radio], [type=file])")]
  .filter(one => parseFloat(getComputedStyle(one).fontSize) < 16)
  .map(one => `${one.id} ${getComputedStyle(one).fontSize}`)"""
UNNAMED = """() => [...document.querySelectorAll(
    "textarea, select, input:not([type=hidden]), button")]
  .filter(one => !one.labels?.length && !one.ariaLabel && !one.title && !one.textContent.trim()
    && !one.getAttribute("aria-labelledby"))
  .map(one => `${one.tagName} ${one.name} ${one.id}`)"""


def places(admin: User, tree: Tree) -> list[Place]:
    waiting = services.create_and_start(user=admin, tree=tree)
    return [
        *furnish(admin, tree),
        Place("new session", "/new"),
        Place("prepare", f"/flows/{tree.pk}/prepare"),
        Place("password", "/settings/password"),
        Place("preview", f"/sessions/{waiting.pk}/preview"),
        Place("delete", f"/sessions/{waiting.pk}/delete"),
        Place("hand over", f"/sessions/{waiting.pk}/hand-over"),
        Place("rename", f"/sessions/{waiting.pk}/title"),
        Place("batches", "/batches"),
    ]


def test_every_page_on_a_narrow_phone(
    open_tab: OpenTab, admin: User, vpn_flow: Tree, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 404")
    found = []
    signed_in, signed_out = open_tab(admin, width=320), open_tab(width=320)
    for place in places(admin, vpn_flow):
        page = signed_out if place.is_open else signed_in
        page.goto(place.path)
        for name, script in (
            ("sideways", SIDEWAYS),
            ("id twice", TWICE),
            ("small", SMALL),
            ("unnamed", UNNAMED),
        ):
            found.extend(f"{place.name}: {name}: {one}" for one in page.evaluate(script))
    assert not found, "\n".join(found)


def test_every_page_at_200_percent(
    open_tab: OpenTab, admin: User, vpn_flow: Tree, page_errors: PageErrors
) -> None:
    """A window of 1280 px is one of 640 px then."""
    page_errors.allow("status of 404")
    page = open_tab(admin, width=640, height=400)
    found = []
    for place in places(admin, vpn_flow):
        if not place.is_open:
            page.goto(place.path)
            found.extend(f"{place.name}: {one}" for one in page.evaluate(SIDEWAYS))
    assert not found, "\n".join(found)
