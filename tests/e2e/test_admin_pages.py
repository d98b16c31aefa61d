"""The admin site and the API reference under the strict content policy, in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

from accounts_app.models import Account, User
from tests.e2e.conftest import OpenTab
from tests.factories import UserFactory, add_decision, make_key, make_session
from trees_app.models import Tree

pytestmark = pytest.mark.browser
ADMIN_PAGES = (
    "",
    "accounts_app/user/",
    "accounts_app/user/{admin}/change/",
    "accounts_app/apikey/",
    "trees_app/tree/",
    "trees_app/tree/{tree}/change/",
    "sessions_app/session/",
    "sessions_app/session/{work_session}/change/",
    "sessions_app/decision/",
)


def test_admin_pages_keep_the_policy(open_tab: OpenTab, account: Account) -> None:
    """The fixture fails the test for any violation, error or foreign request."""
    admin = UserFactory(account=account, role=User.Role.ADMIN)
    work_session = make_session(admin)
    add_decision(work_session)
    make_key(admin)
    tree = Tree.objects.get()
    ids: dict[str, Any] = {"admin": admin.pk, "tree": tree.pk, "work_session": work_session.pk}
    page = open_tab(admin)
    for path in ADMIN_PAGES:
        answer = page.goto(f"/admin/{path.format(**ids)}")
        assert answer is not None
        assert answer.status == 200, path
        expect(page.locator("#content")).to_be_visible()


def test_flow_form_of_the_admin_works(open_tab: OpenTab, account: Account) -> None:
    admin = UserFactory(account=account, role=User.Role.ADMIN)
    make_session(admin)
    page = open_tab(admin)
    page.goto(f"/admin/trees_app/tree/{Tree.objects.get().pk}/change/")
    assert "\n" in page.input_value("#id_structure")  # indented, to be read
    page.click(".field-author .select2-selection")
    expect(page.locator(".select2-results__option--highlighted")).to_be_visible()


@pytest.mark.req("S16", "U5")
def test_api_reference_renders_from_here_alone(open_tab: OpenTab, engineer: User) -> None:
    """Browsable without any outside asset."""
    page = open_tab(engineer)
    page.goto("/api/v1/docs")
    expect(page.locator(".swagger-ui .info .title")).to_contain_text("ResolutionFlow API")
    operation = page.locator("#operations-tag-sessions, .opblock-tag-section").first
    expect(operation).to_be_visible()
    page.locator(".opblock-summary-control").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
