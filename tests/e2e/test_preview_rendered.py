"""The preview's rendered view: the page as it will leave, pictures and links included."""

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from accounts_app.models import User
from sessions_app.attachments import services as attachments_services
from sessions_app.models import Session
from tests.e2e.conftest import OpenTab
from tests.e2e.page_errors import PageErrors
from tests.e2e.preview_driver import option, text
from tests.factories import add_decision, make_session, store_snapshot
from tests.sessions_app.attachments.sample_files import png

pytestmark = pytest.mark.browser


@pytest.fixture
def work_session(engineer: User) -> Session:
    made = make_session(engineer, scratchpad="Seen from 10.1.2.3", next_steps="Call back.")
    picture = attachments_services.add_attachment(
        user=engineer, pk=made.pk, name="error.png", data=png()
    )
    add_decision(made, attachments=[{"name": "error.png", "url": picture.url}])
    return made


def open_rendered(page: Page, work_session: Session) -> FrameLocator:
    page.goto(f"/sessions/{work_session.pk}/preview?format=html")
    page.get_by_role("button", name="Rendered").click()
    frame = page.frame_locator("iframe[name=preview-frame]")
    expect(frame.get_by_role("heading", name="Evidence / Reference")).to_be_visible()
    return frame


def csrf_token(page: Page, work_session: Session) -> str:
    page.goto(f"/sessions/{work_session.pk}/preview")
    return page.locator("[name=csrfmiddlewaretoken]").first.input_value()


def test_it_shows_the_pictures_until_the_text_is_edited(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    frame = open_rendered(page, work_session)
    picture = frame.get_by_role("img", name="error.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("(it) => it.complete && it.naturalWidth > 0")
    page.get_by_label("Mask 10.1.2.3").check()
    expect(frame.get_by_text("Seen from [IP REDACTED]")).to_be_visible()
    expect(picture).to_have_count(0)
    expect(frame.get_by_text("error.png")).to_be_visible()


def test_it_stays_while_options_change_the_text(
    open_tab: OpenTab, engineer: User, work_session: Session
) -> None:
    page = open_tab(engineer)
    frame = open_rendered(page, work_session)
    option(page, "Detail").select_option("summary")
    expect(frame.get_by_role("heading", name="Summary")).to_be_visible()
    expect(text(page)).to_be_hidden()
    option(page, "Format").select_option("markdown")
    expect(text(page)).to_be_visible()
    option(page, "Format").select_option("html")
    expect(frame.get_by_role("heading", name="Summary")).to_be_visible()


def test_a_link_opens_in_a_tab_of_its_own(
    open_tab: OpenTab, engineer: User, page_errors: PageErrors
) -> None:
    page_errors.allow("favicon.ico")  # the browser's own wish for a tab that shows no page of ours
    page = open_tab(engineer)
    made = make_session(engineer, scratchpad="x")
    page.goto(f"/sessions/{made.pk}")
    address = page.evaluate("location.origin") + "/healthz"
    add_decision(made, attachments=[{"name": "state", "url": address}])
    frame = open_rendered(page, made)
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="state").click()
    expect(opened.value.locator("body")).to_contain_text("ok")
    expect(frame.get_by_role("heading", name="Evidence / Reference")).to_be_visible()


def test_on_a_phone_words_that_fit_its_width_stay_whole(open_tab: OpenTab, engineer: User) -> None:
    page = open_tab(engineer, width=390, height=844)
    made = make_session(engineer, client_name="Kraftfahrzeughaftpflichtversicherung AG")
    name = "Prüfung der Fernwartungszugänge und der Datensicherung"
    made.snapshot_id = store_snapshot(engineer.account, {**made.tree_snapshot, "name": name})
    made.save(update_fields=["snapshot"])
    add_decision(made, notes="x" * 300)
    answer = page.request.post(
        f"/sessions/{made.pk}/preview/rendered",
        form={"csrfmiddlewaretoken": csrf_token(page, made), "include_summary": "true"},
    )
    page.goto("about:blank")
    page.set_content(answer.text())
    lines = """(it, word) => {
      const text = document.createTreeWalker(it, NodeFilter.SHOW_TEXT).nextNode();
      const at = text.data.indexOf(word);
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + word.length);
      return new Set([...range.getClientRects()].map((box) => box.top)).size;
    }"""
    heading = page.get_by_role("heading", level=1)
    client = page.get_by_text("Kraftfahrzeughaftpflichtversicherung AG")
    assert heading.evaluate(lines, "Fernwartungszugänge") == 1
    assert client.evaluate(lines, "Kraftfahrzeughaftpflichtversicherung") == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
