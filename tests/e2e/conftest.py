"""Fixtures of the browser tests: one Chromium per worker, a fresh context per sign-in, and a
record of everything that a page must not do.
"""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts_app.models import Account, User
from sessions_app.models import Session
from tests.e2e import chromium
from tests.e2e.page_errors import PageErrors
from tests.factories import add_decision, make_session
from trees_app.importing.json_import import STARTER_FLOWS, import_flow, read_flow
from trees_app.models import Tree

# Playwright's loop runs in the thread of the tests, whose ORM calls are as synchronous as ever.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# By number: a minimal machine has no file that says what “localhost” is.
os.environ.setdefault("DJANGO_LIVE_TEST_SERVER_ADDRESS", "127.0.0.1")
# A machine that is busy with other things may take its time; what comes is not waited for longer.
expect.set_options(timeout=20_000)

OpenTab = Callable[..., Page]
FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What fails in a browser is tried once more: it, its server and its database share the
    processor with everything else that runs, and not every wait can be on what it waits for. Which
    tests needed it stands at the end of the run.
    """
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.skip("No Chromium: set CHROMIUM or install one to run the browser tests.")
    arguments = [one for one in chromium.ARGUMENTS if one != "--headless"]
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chrome
        chrome.close()


@pytest.fixture
def page_errors() -> PageErrors:
    return PageErrors()


@pytest.fixture
def settled() -> Iterator[Callable[[], None]]:
    """Wait until no request is under way: a closing page sends its last autosave, which must
    end before the tables are emptied.
    """
    under_way = 0
    change = threading.Condition()

    def started(**kwargs: Any) -> None:
        nonlocal under_way
        with change:
            under_way += 1

    def finished(**kwargs: Any) -> None:
        nonlocal under_way
        with change:
            under_way -= 1
            change.notify_all()

    def wait() -> None:
        with change:
            change.wait_for(lambda: under_way <= 0, timeout=30)

    request_started.connect(started)
    request_finished.connect(finished)
    yield wait
    request_started.disconnect(started)
    request_finished.disconnect(finished)


@pytest.fixture
def open_tab(
    browser: Browser, live_server: Any, page_errors: PageErrors, settled: Callable[[], None]
) -> Iterator[OpenTab]:
    """Open a page in a context of its own: `open_tab(user, width=390, …)`.

    `base_url` defaults to the live server's; other options are those of Playwright's contexts.
    When the test ends, whatever `page_errors` recorded on any of them fails it.
    """
    contexts = []

    def opened(
        user: User | None = None,
        *,
        base_url: str = "",
        width: int = 1440,
        height: int = 900,
        **options: Any,
    ) -> Page:
        base_url = base_url or live_server.url
        context = browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page_errors.follow(context, base_url)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            cookie = {"name": name, "value": client.cookies[name].value, "url": base_url}
            context.add_cookies([cookie])
        return context.new_page()

    yield opened
    for context in contexts:
        for page in context.pages:
            page.goto("about:blank")
        context.close()
    settled()
    page_errors.require_clean()


@pytest.fixture
def vpn_flow(account: Account) -> Tree:
    """The starter flow for a VPN that doesn't connect, published in the account."""
    flow = read_flow((STARTER_FLOWS / "vpn-failure.json").read_bytes())
    return import_flow(flow, account=account, is_default=True)


@pytest.fixture
def work_session(engineer: User) -> Session:
    """A session with something sensitive in its scratchpad, its notes and its output."""
    made = make_session(engineer, ticket_number="T-7", scratchpad="😀 Seen from 10.1.2.3")
    add_decision(made, notes="mail to ana@contoso.example from 10.1.2.3, password: Sommer2024!")
    add_decision(made, question="Ping the gateway", answer="Done", command_output="ok\n" * 20_000)
    add_decision(made, question="Did the gateway reply?", answer="Yes")
    return made
