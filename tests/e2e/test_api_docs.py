"""The API reference can be read by everyone, and leads back to the product."""

import pytest
from playwright.sync_api import expect

from accounts_app.models import User
from tests.e2e.accessibility import problems
from tests.e2e.conftest import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.req("U4")]


def test_axe_finds_nothing_in_the_api_reference(open_tab: OpenTab, engineer: User) -> None:
    page = open_tab(engineer, bypass_csp=True)
    page.goto("/api/v1/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    # The order of headings and the landmarks are the viewer's own, and no part of WCAG.
    own = (": heading-order ", ": region ")
    found = [one for one in problems(page) if not any(name in one for name in own)]
    assert not found, "\n".join(found)
    page.get_by_role("link", name="ResolutionFlow").first.click()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_attached()
