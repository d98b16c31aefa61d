"""Steps that the browser tests share: opening a run, answering, reading what was recorded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from accounts_app.models import User
from sessions_app import services
from sessions_app.models import Session
from trees_app.models import Tree

SCOPE = "Is only this person affected, or others too?"
SYMPTOM = "What does the VPN client say?"
HOTSPOT = "Does the VPN connect over a phone hotspot?"
GATEWAY_TEST = "Test the gateway from outside the client's network"
GATEWAY_ANSWERS = "Does the gateway answer from outside?"
ESCALATE = "Hand over to the network team: gateway"


def start(user: User, tree: Tree, **reference: Any) -> Session:
    """A session that `user` has just started."""
    return services.create_and_start(user=user, tree=tree, **reference)


def open_run(page: Page, work_session: Session) -> None:
    page.goto(f"/sessions/{work_session.pk}/run")


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Do within what leads to another page; ends when that one has loaded, with its scripts.

    A click or a key alone waits for neither: what follows at once may still meet the page before,
    or one whose keys and buttons do nothing yet.
    """
    page.wait_for_load_state()
    with page.expect_event("load"):
        yield


def wait_until(page: Page, what: Callable[[], bool]) -> None:
    """Wait for what no element of the page tells, for as long as for what one does.

    What Playwright reports of a page by events arrives while the page is asked for something.
    """
    for _ in range(400):
        if what():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it never came: {what}")


def arrived(page: Page) -> None:
    """What moves into its place stands there: motion is reduced, and over with a frame."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def stop_time(page: Page) -> None:
    """From now on the page's time goes on by `page.clock.run_for` alone."""
    page.clock.pause_at(datetime.now() + timedelta(hours=1))


def title(page: Page) -> Locator:
    return page.locator("#step-title")


def expect_step(page: Page, text: str) -> None:
    """The step is shown, and its heading has the focus, so that keys and screen readers go on."""
    expect(title(page)).to_have_text(text)
    expect(title(page)).to_be_focused()


def press_answer(page: Page, key: str, *, then: str) -> None:
    """Answer by key and stand at the step titled `then`."""
    page.keyboard.press(key)
    expect_step(page, then)


def expect_saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Saved")


def tab_to(page: Page, target: Locator, *, most: int = 60) -> None:
    """Reach `target` with the Tab key alone."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} can't be reached with {most} tabs")


def expect_copied(page: Page) -> None:
    """By what is announced: it stays, while the button says so for two seconds."""
    expect(page.locator("#announce")).to_have_text("Copied to the clipboard")


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def answers(work_session: Session) -> list[str]:
    """What is recorded on the path, in order."""
    return list(work_session.decisions.order_by("position").values_list("answer", flat=True))
