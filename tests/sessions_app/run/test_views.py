"""The run page: what it shows, to whom, and what that costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_completed
from tests.sessions_app.run.browser_driver import Browser, goes_to, run_on, statements, text

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_current_step(browser):
    body = text(browser.get())
    assert "Is one user affected, or everyone?" in body
    assert "<strong>colleague</strong>" in body
    assert body.count('name="choice"') == 3


@pytest.mark.req("U6")
def test_an_earlier_step_opens_with_what_was_noted(browser):
    browser.answer(0, notes="One PC.")
    body = text(browser.get("?step=1"))
    assert "One PC." in body
    assert "You answered <strong>One user</strong>" in body


@pytest.mark.parametrize("step", ["9", "0", "x", "-1", "1" * 30, "٣", "%00"])
def test_a_step_that_is_not_there_shows_the_current_one(browser, step):
    response = browser.get(f"?step={step}")
    assert response.status_code == 200
    assert "Is one user affected, or everyone?" in text(response)


def test_opening_the_page_changes_nothing(browser):
    before = browser.now.revision
    browser.get()
    browser.get("?step=1&add=step")
    assert browser.now.revision == before


def test_who_only_reads_is_taken_to_the_session(page, browser, admin, engineer):
    reader = Browser(page(admin), browser.work_session)
    assert goes_to(reader.get(), {}, browser.url("detail"))
    done = Browser(browser.client, make_completed(engineer))
    assert goes_to(done.get(), {}, done.url("detail"))


@pytest.mark.req("X12")
def test_what_was_typed_is_text(browser):
    """Neither a value nor a note becomes markup."""
    attack = "</textarea><script>alert(1)</script>"
    browser.post("variables", {"variable-contact": attack})
    browser.post("reference", {"client_name": attack})
    browser.answer(0, notes=attack)
    for query in ("", "?step=1"):
        assert "<script>alert" not in text(browser.get(query))


@pytest.mark.parametrize("notes", ["\n\nleading lines", "  spaces  ", "a\r\nb"])
def test_notes_come_back_as_typed(browser, notes):
    browser.answer(0, notes=notes)
    assert browser.form("?step=1")["notes"] == notes.replace("\r\n", "\n")


@pytest.mark.parametrize("name", ["answer", "typing", "variables", "scratchpad", "bring-back"])
def test_a_write_is_never_a_get(browser, name):
    assert browser.client.get(browser.url(name)).status_code == 405


def test_the_page_costs_the_same_queries_at_step_1_and_step_500(page, engineer):
    counts = []
    for steps in (0, 499):
        browser = Browser(page(engineer), run_on(engineer, steps))
        browser.get()
        with CaptureQueriesContext(connection) as context:
            browser.get()
        counts.append(len(statements(context)))
    assert counts[0] == counts[1] <= 8
