"""What is typed and answered survives a reload, a lost connection, a killed server and a
database that is away for a while.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, Route, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.proxy import DatabaseProxy, address
from tests.e2e.run_driver import (
    HOTSPOT,
    SYMPTOM,
    answers,
    expect_saved,
    expect_step,
    open_run,
    press_answer,
    start,
)
from tests.e2e.server import BASE_DIR, Server
from trees_app.models import Tree

pytestmark = [pytest.mark.browser, pytest.mark.req("U1")]
ServerOn = Callable[[str], Server]
NO_NETWORK = ("net::ERR_", "htmx:sendError")
AWAY = ("status of 503", "htmx:responseError", "Response Status Error Code 503")


@pytest.fixture(scope="module")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as a server finds them after `collectstatic`."""
    folder = tmp_path_factory.mktemp("static")
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--link", "-v0"],
        cwd=BASE_DIR,
        env={**os.environ, "STATIC_ROOT": str(folder), "STATICFILES_BACKEND": ""},
        check=True,
    )
    return folder


@pytest.fixture
def server_on(tmp_path: Path, static_root: Path) -> Iterator[ServerOn]:
    """Start gunicorn on a database, with the tests' secret so that their sign-ins hold."""
    with ExitStack() as running:

        def started(database_url: str) -> Server:
            environment = {"SECRET_KEY": settings.SECRET_KEY, "STATIC_ROOT": str(static_root)}
            server = Server(database_url=database_url, data_dir=tmp_path, environment=environment)
            return running.enter_context(server)

        yield started


@pytest.fixture
def work_session(engineer: User, vpn_flow: Tree) -> Session:
    return start(engineer, vpn_flow)


def type_notes(page: Page, text: str) -> None:
    page.keyboard.press("o")
    page.keyboard.type(text)


def test_typing_survives_a_reload(open_tab: OpenTab, engineer: User, work_session: Session) -> None:
    """Saved or not yet saved: a reload shows what was typed, and the server gets it."""
    page = open_tab(engineer)
    open_run(page, work_session)
    type_notes(page, "first line, ")
    expect_saved(page)
    page.keyboard.type("and one more that nobody has saved yet")
    page.reload()
    whole = "first line, and one more that nobody has saved yet"
    expect(page.locator("#notes")).to_have_value(whole)
    page.locator("#notes").press("End")
    page.keyboard.type("!")
    expect_saved(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator("#notes")).to_have_value(whole + "!")
    assert answers(work_session) == []


def test_saved_is_said_of_what_stands_there(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    """The reply to an older text doesn't call the newer one saved."""
    page = open_tab(engineer)
    open_run(page, work_session)
    held: list[Route] = []
    page.route("**/typing", lambda route: held.append(route))
    with page.expect_request("**/typing"):
        type_notes(page, "an older text")
    page.keyboard.type(" and a newer one")
    with page.expect_request("**/typing"):  # it goes when the first has its answer
        held[0].continue_()
    expect(page.locator("#saved")).to_contain_text("Saving…")
    held[1].continue_()
    expect_saved(page)
    assert "and a newer one" in str(Session.objects.get(pk=work_session.pk).drafts)


def test_an_answer_pressed_offline_is_sent_once(
    open_tab: OpenTab, engineer: User, work_session: Session, page_errors: PageErrors
) -> None:
    page_errors.allow(*NO_NETWORK)
    page = open_tab(engineer)
    open_run(page, work_session)
    press_answer(page, "1", then=SYMPTOM)
    page.context.set_offline(True)
    type_notes(page, "typed while the train was in the tunnel")
    expect(page.locator("#saved")).to_contain_text("Offline: 1 change waits")
    expect(page.locator("#offline")).to_contain_text("You’re offline. 1 change waits here")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator(".option.is-pressed")).to_have_count(0)
    expect(page.locator("#notes")).to_have_value("typed while the train was in the tunnel")
    assert answers(work_session) == ["Only this person"]
    page.context.set_offline(False)
    expect_step(page, HOTSPOT)
    expect(page.locator("#offline")).to_be_hidden()
    assert answers(work_session) == ["Only this person", "Server not reachable or timeout"]
    assert work_session.decisions.get(position=2).notes == "typed while the train was in the tunnel"
    page.reload()
    expect(page.locator("#step-title")).to_have_text(HOTSPOT)
    expect(page.locator("#notes")).to_have_value("")


def test_a_killed_server_loses_nothing(
    open_tab: OpenTab,
    engineer: User,
    work_session: Session,
    page_errors: PageErrors,
    server_on: ServerOn,
) -> None:
    """`kill -9` between two steps, and a new start on the same data."""
    page_errors.allow(*NO_NETWORK)
    server = server_on(address(connection.settings_dict))
    page = open_tab(engineer, base_url=server.url)
    open_run(page, work_session)
    type_notes(page, "noted before the crash")
    page.keyboard.press("Escape")
    press_answer(page, "1", then=SYMPTOM)
    server.kill()
    type_notes(page, "typed while nothing ran")
    expect(page.locator("#offline")).to_contain_text("The server can’t be reached.")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator("#notes")).to_have_value("typed while nothing ran")
    server.start()
    expect_step(page, HOTSPOT)
    expect(page.locator("#offline")).to_be_hidden()
    page.reload()
    expect(page.locator("#step-title")).to_have_text(HOTSPOT)
    expect(page.locator(".path__answer")).to_have_count(2)
    assert answers(work_session) == ["Only this person", "Server not reachable or timeout"]
    notes = work_session.decisions.order_by("position").values_list("notes", flat=True)
    assert list(notes) == ["noted before the crash", "typed while nothing ran"]


def test_a_database_that_is_away_for_a_while(
    open_tab: OpenTab,
    engineer: User,
    work_session: Session,
    page_errors: PageErrors,
    server_on: ServerOn,
) -> None:
    """Away for two looks at the server's health; then one answer is recorded."""
    page_errors.allow(*NO_NETWORK, *AWAY)
    with DatabaseProxy(connection.settings_dict) as proxy:
        server = server_on(proxy.url)
        page = open_tab(engineer, base_url=server.url)
        open_run(page, work_session)
        press_answer(page, "1", then=SYMPTOM)
        proxy.cut()
        type_notes(page, "the client waits on the phone")
        page.keyboard.press("Escape")
        page.keyboard.press("1")
        banner = page.locator("#offline")
        expect(banner).to_contain_text("The server can’t be reached.")
        expect(page.locator("#notes")).to_have_value("the client waits on the phone")
        for _ in range(2):
            page.wait_for_event("request", lambda request: request.url.endswith("/healthz"))
        assert answers(work_session) == ["Only this person"]
        proxy.mend()
        expect(page.locator("#step-title")).to_have_text(HOTSPOT)
        expect(banner).to_be_hidden()
        page.reload()
        expect(page.locator(".path__answer")).to_have_count(2)
    assert answers(work_session) == ["Only this person", "Server not reachable or timeout"]
    assert work_session.decisions.get(position=2).notes == "the client waits on the phone"
