"""What stands beside a question: the output of the step before it, and what was expected."""

import pytest

from resolutionflow.web.text import count_lines
from sessions_app.run.evidence_presenters import MAX_SHOWN_CHARACTERS
from tests.sessions_app.run.browser_driver import WAYS, text

pytestmark = [pytest.mark.django_db, pytest.mark.req("U1")]


@WAYS
def test_a_question_shows_what_decides_it(browser, headers):
    browser.answer(0)
    response = browser.answer("", headers, command_output="Reply 1\nReply <2>\n")
    body = text(response if headers else browser.get())
    for shown in ("Did the gateway reply?", "Reply &lt;2&gt;", "2 lines", "Two replies."):
        assert shown in body
    assert "Ping ‹Gateway›" in body


def test_an_opened_question_shows_what_decided_it(browser):
    browser.answer(0)
    browser.answer("", command_output="first try")
    browser.answer(1)
    browser.answer("", command_output="second try")
    assert "first try" in text(browser.get("?step=3"))
    assert "second try" not in text(browser.get("?step=3"))
    assert "second try" in text(browser.get())


def test_an_action_and_the_first_question_show_nothing(browser):
    assert "evidence" not in text(browser.get())
    browser.answer(0, command_output="of the question")
    assert "evidence" not in text(browser.get())


def test_a_long_output_is_shown_as_far_as_one_reads(browser):
    browser.answer(0)
    browser.answer("", command_output="line\n" * 50_000)
    body = text(browser.get())
    assert "50000 lines, the first of them here" in body
    assert len(body) < 3 * MAX_SHOWN_CHARACTERS


def test_the_path_says_what_was_recorded(browser):
    browser.answer(0, notes="seen")
    response = browser.answer("", {"HX-Request": "true"}, command_output="ok")
    assert "path__marks" in text(response)
    browser.answer(0)
    marks = [part.split("</li>")[0] for part in text(browser.get()).split("path__item")[1:]]
    found = [[name for name in ("Notes", "Command output", "Files") if name in m] for m in marks]
    assert found == [["Notes"], ["Command output"], [], []]


@pytest.mark.parametrize(
    ("output", "lines"), [("", 0), ("a", 1), ("a\n", 1), ("a\n\nb", 3), ("a\r\nb", 2)]
)
def test_lines_are_counted(output, lines):
    assert count_lines(output) == lines
