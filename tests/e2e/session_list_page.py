"""Sessions where they are listed, as browser tests speak of them."""

import re

from playwright.sync_api import Locator, Page

from sessions_app.models import Session


def place(page: Page, work_session: Session) -> Locator:
    return page.locator(f"#session-{work_session.pk}")


def close_button(page: Page, work_session: Session) -> Locator:
    return place(page, work_session).get_by_role("button", name=re.compile("^Close "))


def popover(page: Page) -> Locator:
    return page.locator("#close-popover")


def confirm(page: Page) -> Locator:
    return popover(page).get_by_role("button", name="Confirm")


def choose(page: Page, outcome: str) -> None:
    popover(page).locator(f"input[value={outcome}]").check(force=True)


def undo(page: Page) -> Locator:
    return page.locator("#toasts").get_by_role("button", name="Undo")


def stored(work_session: Session) -> Session:
    return Session.objects.get(pk=work_session.pk)


def menu_button(page: Page, work_session: Session) -> Locator:
    return place(page, work_session).get_by_role("button", name=re.compile("^More for "))
