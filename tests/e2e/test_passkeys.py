"""Passkeys, with Chromium's own virtual device."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from accounts_app.models import User
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import next_page

pytestmark = [pytest.mark.browser, pytest.mark.req("I1")]
PASSWORD = "open sesame 1"


@pytest.fixture
def ana(engineer: User) -> User:
    engineer.set_password(PASSWORD)
    engineer.save()
    return engineer


def with_device(page: Page) -> Page:
    """Plug a device into the page's browser that keeps passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def sign_in(page: Page, user: User) -> None:
    page.goto("/sign-in")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    with next_page(page):
        page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page, *, signs_in: bool) -> None:
    page.goto("/settings/security")
    with next_page(page):
        page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    with next_page(page):
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("What you call it").fill("Work laptop")
    page.get_by_label("Sign in with it without a password").set_checked(signs_in)
    with next_page(page):
        page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()


@pytest.fixture
def named(live_server: object) -> str:
    """The server's address by name: there are no passkeys for one that is a number."""
    return str(live_server).replace("127.0.0.1", "localhost")


def test_a_passkey_signs_in_without_a_password(open_tab: OpenTab, ana: User, named: str) -> None:
    page = with_device(open_tab(base_url=named))
    sign_in(page, ana)
    add_passkey(page, signs_in=True)
    page.goto("/settings/security")
    expect(page.locator(".factors")).to_contain_text("Work laptop")
    expect(page.locator(".factors")).to_contain_text("Signs in without a password")
    page.context.clear_cookies()
    page.goto("/sign-in?next=/sessions")
    with next_page(page):
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{named}/sessions")


def test_a_passkey_is_the_second_step(open_tab: OpenTab, ana: User, named: str) -> None:
    page = with_device(open_tab(base_url=named))
    sign_in(page, ana)
    add_passkey(page, signs_in=False)
    page.context.clear_cookies()
    sign_in(page, ana)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    with next_page(page):
        page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{named}/")
    page.goto("/settings/security")
    with next_page(page):
        page.get_by_role("link", name="Remove Work laptop").click()
    # Confirmed with the passkey, which comes before the password here or after it.
    page.get_by_role("link", name="Use a passkey").click()
    with next_page(page):
        page.get_by_role("button", name="Use a passkey").click()
    with next_page(page):
        page.get_by_role("button", name="Remove").click()
    assert not Authenticator.objects.filter(user=ana).exists()


def test_without_a_passkey_the_page_says_so(open_tab: OpenTab, ana: User, named: str) -> None:
    page = open_tab(base_url=named)
    page.goto("/sign-in")
    page.evaluate(
        "() => { navigator.credentials.get = () => "
        "Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("cancelled")
