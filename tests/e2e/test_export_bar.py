"""The bar that exports a session from its page, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts_app.models import User
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.preview_driver import CLIPBOARD, copied, text
from tests.e2e.run_driver import expect_copied, stop_time
from tests.factories import add_decision, make_session

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "has_touch": True}
# A plain colour behind the words, and the contrast of the two (WCAG 2.2, 1.4.3).
CONTRAST = """(it) => {
  const { color, backgroundColor, backgroundImage } = getComputedStyle(it);
  if (backgroundImage !== "none") return 0;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = [color, backgroundColor].map((one) => {
    canvas.fillStyle = one;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  return (Math.max(...light) + 0.05) / (Math.min(...light) + 0.05);
}"""


@pytest.fixture
def work_session(engineer: User) -> Session:
    made = make_session(engineer, session_variables={"printer": "HP-3"})
    add_decision(made, question="Is {{ printer }} on?", answer="Yes")
    add_decision(made, question="Does it print?", answer="No")
    return made


def open_session(page: Page, work_session: Session) -> None:
    page.goto(f"/sessions/{work_session.pk}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_it_was_copied_can_be_read(
    open_tab: OpenTab, engineer: User, work_session: Session, scheme: str
) -> None:
    page = open_tab(engineer, color_scheme=scheme, **CLIPBOARD)
    page.clock.install()
    open_session(page, work_session)
    stop_time(page)  # the button says so for two seconds
    page.get_by_role("button", name="Copy for ticket").click()
    done = page.get_by_role("button", name="Copied")
    expect(done).to_be_visible()
    assert done.evaluate(CONTRAST) >= 4.5


def test_the_cutoff_has_titles_with_their_variables_filled_in(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer, **CLIPBOARD)
    open_session(page, work_session)
    cutoff = page.get_by_label("Export through step")
    cutoff.select_option(label="Through step 1: Is HP-3 on?")
    page.get_by_role("button", name="Copy for ticket").click()
    expect_copied(page)
    assert "Showing steps 1–1 of 2." in copied(page)["text/plain"]


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_all_choices_are_one_tap_away(
    open_tab: OpenTab, engineer: User, work_session: Session, scripts: bool
) -> None:
    page = open_tab(engineer, **PHONE, java_script_enabled=scripts)
    open_session(page, work_session)
    rare = [page.get_by_label(name, exact=True) for name in ("Kind of note", "Summary", "Mask")]
    cutoff = page.get_by_label("Export through step")
    for choice in [*rare, cutoff]:
        expect(choice).to_be_hidden()
    page.get_by_label("More choices").tap()
    for choice in [*rare, cutoff]:
        expect(choice).to_be_in_viewport(ratio=1)
    cutoff.select_option("1")
    page.get_by_role("button", name="Preview").tap()
    expect(text(page)).to_have_value(re.compile("Showing steps 1–1 of 2"))


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE])
def test_it_is_at_the_foot_of_a_short_page_too(
    open_tab: OpenTab, engineer: User, size: dict[str, int]
) -> None:
    page = open_tab(engineer, **size)
    open_session(page, make_session(engineer))
    box = page.get_by_role("form", name="Export").bounding_box()
    assert box is not None
    assert round(box["y"] + box["height"]) == size["height"]
