"""Closing, undoing, deleting and keeping at the door."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from tests.factories import add_decision, make_completed, make_session
from tests.sessions_app.run_driver import Run

pytestmark = [pytest.mark.django_db, pytest.mark.req("H6", "H7", "H8")]
HTMX = {"HX-Request": "true"}
CARD = 'data-session-card="card"'
ROW = 'data-session-card="row"'
CLOSE = "data-close-session"


def text(response):
    return unescape(response.content.decode())


def url(work_session, verb=""):
    return f"/sessions/{work_session.pk}{verb and '/'}{verb}"


def close(client, work_session, *, shape="card", htmx=True, **more):
    form = {"outcome": "resolved", "revision": work_session.revision, "shape": shape, **more}
    return client.post(url(work_session, "close"), form, headers=HTMX if htmx else {})


def undo_in(response):
    """The address that the Undo of the answer's toast posts to."""
    return re.search(r'action="(/sessions/[^"]*/reopen[^"]*)"', text(response))[1]


def refused(response):
    return json.loads(response["HX-Trigger"])["close-refused"]["message"]


# -- what is offered ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/sessions"])
def test_an_active_session_offers_to_be_viewed_closed_and_resumed(page, engineer, path):
    work_session = make_session(engineer)
    shown = text(page(engineer).get(path))
    for address in (url(work_session), url(work_session, "complete"), url(work_session, "run")):
        assert f'href="{address}"' in shown
    assert shown.count(CLOSE) == 1
    assert shown.count('id="close-popover"') == 1


@pytest.mark.parametrize("path", ["/", "/sessions"])
def test_prepared_and_completed_sessions_have_no_close(page, engineer, colleague, path):
    make_completed(engineer)
    make_session(colleague, started_at=None, assigned_to=engineer)
    assert CLOSE not in text(page(engineer).get(path))


def test_who_only_reads_is_not_offered_to_close(page, engineer, admin):
    make_session(engineer)
    assert CLOSE not in text(page(admin).get("/sessions"))


@pytest.mark.parametrize("path", ["/", "/sessions"])
def test_who_may_no_longer_write_is_not_offered_to_close(page, engineer, path):
    work_session = make_session(engineer)
    engineer.role = "viewer"
    engineer.save()
    assert CLOSE not in text(page(engineer).get(path))
    assert close(page(engineer), work_session).status_code == 403


def test_one_popover_serves_fifty_lines(page, engineer):
    for _ in range(4):
        make_session(engineer)
    shown = text(page(engineer).get("/sessions"))
    assert (shown.count(CLOSE), shown.count("How did it end?")) == (4, 1)


# -- closing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "mark"), [("card", CARD), ("row", ROW)])
def test_closing_answers_the_session_as_it_is_now_and_an_undo(page, engineer, shape, mark):
    work_session = make_session(engineer)
    response = close(page(engineer), work_session, shape=shape, outcome_notes="Fixed.")
    shown = text(response)
    work_session.refresh_from_db()
    assert (work_session.outcome, work_session.outcome_notes) == ("resolved", "Fixed.")
    assert response.status_code == 200
    assert (shown.count(mark), shown.count(CLOSE)) == (1, 0)
    assert f'id="session-{work_session.pk}"' in shown
    assert "Closed as resolved." in shown
    assert undo_in(response) == f"{url(work_session, 'reopen')}?revision={work_session.revision}"


@pytest.mark.req("S5")
def test_a_blank_note_keeps_what_was_saved(page, engineer):
    work_session = make_session(engineer, outcome_notes="Saved before.")
    close(page(engineer), work_session, outcome_notes="")
    work_session.refresh_from_db()
    assert work_session.outcome_notes == "Saved before."


def test_closing_at_a_solution_records_it_as_the_form_would(page, engineer):
    run = Run(engineer)
    run.answer(1)
    close(page(engineer), run.now)
    assert [row.node_id for row in run.now.decisions] == ["scope", "outage"]


def test_closing_without_a_script_goes_on_to_the_session(page, engineer):
    work_session = make_session(engineer)
    response = close(page(engineer), work_session, htmx=False)
    assert (response.status_code, response["Location"]) == (303, url(work_session))


@pytest.mark.parametrize("wrong", [{"outcome": ""}, {"outcome": "great"}, {"revision": "x"}])
def test_what_cannot_be_used_is_said_in_the_popover(page, engineer, wrong):
    work_session = make_session(engineer)
    response = close(page(engineer), work_session, **wrong)
    assert (response.status_code, response["HX-Reswap"]) == (422, "none")
    assert refused(response)
    work_session.refresh_from_db()
    assert not work_session.is_completed
    plain = close(page(engineer), work_session, htmx=False, **wrong)
    assert (plain.status_code, plain["Location"]) == (303, url(work_session, "complete"))


@pytest.mark.req("S15")
def test_one_that_moved_on_is_shown_as_it_is_and_can_be_confirmed_again(page, engineer):
    run = Run(engineer)
    seen = run.now
    run.answer(0)
    response = close(page(engineer), seen, outcome_notes="Fixed.")
    assert response.status_code == 409
    assert "changed elsewhere" in refused(response)
    assert f'data-revision="{run.now.revision}"' in text(response)
    assert not run.now.is_completed
    assert close(page(engineer), run.now).status_code == 200


def test_one_that_was_closed_elsewhere_says_so_and_gives_the_note_back(page, engineer, colleague):
    work_session = make_session(engineer, assigned_to=colleague)
    completion_services.complete(user=colleague, pk=work_session.pk, outcome="escalated")
    response = close(page(engineer), work_session, outcome_notes="My <note>")
    shown = text(response)
    assert response.status_code == 409
    assert "This session is completed already." in shown
    assert "My <note>" in shown
    assert "&lt;note&gt;" in response.content.decode()
    assert "Escalated" in shown
    assert CLOSE not in shown
    work_session.refresh_from_db()
    assert work_session.outcome == "escalated"


def test_one_that_is_no_longer_mine_says_so(page, engineer, colleague):
    work_session = make_session(engineer)
    Session.objects.filter(pk=work_session.pk).update(user=colleague)
    response = close(page(engineer), work_session)
    assert response.status_code == 403
    assert "somebody else" in refused(response)


# -- undoing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "mark"), [("card", CARD), ("row", ROW)])
def test_undo_answers_the_session_as_it_was(page, engineer, shape, mark):
    client, work_session = page(engineer), make_session(engineer)
    address = undo_in(close(client, work_session, shape=shape))
    response = client.post(address, {"shape": shape}, headers=HTMX)
    shown = text(response)
    assert response.status_code == 200
    assert (shown.count(mark), shown.count(CLOSE)) == (1, 1)
    assert "open again" in shown
    work_session.refresh_from_db()
    assert not work_session.is_completed


def test_a_refused_undo_shows_the_session_as_it_is(page, engineer):
    client, work_session = page(engineer), make_session(engineer)
    address = undo_in(close(client, work_session))
    services.set_title(user=engineer, pk=work_session.pk, title="Printer jam")
    response = client.post(address, {"shape": "card"}, headers=HTMX)
    assert response.status_code == 409
    assert completion_services.CHANGED_MESSAGE in text(response)
    assert "Printer jam" in text(response)


def test_undo_after_the_form_of_the_run_page_is_a_plain_form(page, engineer):
    client, work_session = page(engineer), make_session(engineer)
    form = {"outcome": "resolved", "outcome_notes": "", "next_steps": ""}
    after = client.post(url(work_session, "complete"), form, follow=True)
    assert "Session completed." in text(after)
    address = undo_in(after)
    # Said once: the next page offers nothing any more.
    assert "/reopen" not in text(client.get(url(work_session)))
    response = client.post(address)
    assert (response.status_code, response["Location"]) == (303, url(work_session, "run"))
    again = client.post(address, follow=True)
    assert again.redirect_chain[-1][0] == url(work_session)
    assert completion_services.NOT_COMPLETED_MESSAGE in text(again)


@pytest.mark.parametrize("query", ["", "?revision=", "?revision=x", "?revision=0", "?revision=9e9"])
def test_an_undo_that_names_no_revision_undoes_nothing(page, engineer, query):
    client, work_session = page(engineer), make_session(engineer)
    close(client, work_session)
    client.post(url(work_session, "reopen") + query)
    work_session.refresh_from_db()
    assert work_session.is_completed


def test_an_undo_that_comes_too_late_is_refused_kindly(page, engineer):
    client, work_session = page(engineer), make_session(engineer)
    address = undo_in(close(client, work_session))
    stored = Session.objects.get()
    Session.objects.update(completed_at=stored.completed_at - timedelta(seconds=61))
    assert completion_services.TOO_LATE_MESSAGE in text(client.post(address, follow=True))


# -- deleting ----------------------------------------------------------------------------------


@pytest.mark.req("H7")
def test_the_question_names_what_goes_along(page, engineer):
    run = Run(engineer)
    run.answer(0)
    run.again(1, 1)  # what is set aside goes too
    client = page(engineer)
    client.post(url(run.now, "attachments"), {"position": 2, "node_id": "outage"})
    asked = text(client.get(url(run.now, "delete")))
    assert f"its {run.now.all_decisions.count()} step" in asked
    assert Session.objects.exists()
    part = text(client.get(url(run.now, "delete"), {"shape": "row"}, headers=HTMX))
    assert "<html" not in part
    assert f'hx-target="#session-{run.pk}"' in part


@pytest.mark.parametrize(
    ("steps", "files", "words"),
    [
        (0, 0, "its notes"),
        (1, 0, "its 1 step and its notes"),
        (2, 1, "its 2 steps, its notes and 1 file"),
    ],
)
def test_what_goes_along_in_words(engineer, steps, files, words):
    from sessions_app.attachments import services as attachments_services
    from sessions_app.history.delete_views import deletion_summary

    work_session = make_session(engineer)
    for number in range(files):
        attachments_services.add_attachment(
            user=engineer, pk=work_session.pk, name=f"{number}.log", data=b"x"
        )
    for _ in range(steps):
        add_decision(work_session)
    assert deletion_summary(work_session) == words


def test_a_line_that_is_deleted_leaves_a_toast(page, engineer):
    work_session = make_completed(engineer)
    form = {"sure": "yes", "shape": "row"}
    response = page(engineer).post(url(work_session, "delete"), form, headers=HTMX)
    assert response.status_code == 200
    assert "Session deleted." in text(response)
    assert ROW not in text(response)
    assert not Session.objects.exists()


def test_deleting_from_its_page_goes_to_the_list(page, engineer):
    work_session = make_completed(engineer)
    response = page(engineer).post(url(work_session, "delete"), {"sure": "yes"})
    assert (response.status_code, response["Location"]) == (303, "/sessions")


def test_only_its_owner_is_offered_to_delete_a_line(page, engineer, colleague):
    make_completed(engineer, assigned_to=colleague)
    assert "data-deletable" in text(page(engineer).get("/sessions"))
    assert "data-deletable" not in text(page(colleague).get("/sessions"))


# -- keeping -----------------------------------------------------------------------------------


@pytest.mark.req("H6")
def test_keeping_is_said_where_the_session_is_shown(page, engineer):
    client, work_session = page(engineer), make_completed(engineer)
    assert "Keep\n" in text(client.get(url(work_session)))
    response = client.post(url(work_session, "pin"), {"pinned": "yes"}, follow=True)
    assert "Kept: retention won’t delete it." in text(response)
    assert "Stop keeping it" in text(response)
    assert "Kept: retention won’t delete it" in text(client.get("/sessions"))
    client.post(url(work_session, "pin"), {"pinned": "no"})
    work_session.refresh_from_db()
    assert not work_session.pinned


def test_the_toggle_and_the_line_answer_in_place(page, engineer):
    client, work_session = page(engineer), make_completed(engineer)
    toggle = client.post(url(work_session, "pin"), {"pinned": "yes"}, headers=HTMX)
    assert 'id="pin"' in text(toggle)
    assert "<html" not in text(toggle)
    form = {"pinned": "no", "shape": "row"}
    line = client.post(url(work_session, "pin"), form, headers=HTMX)
    assert ROW in text(line)
    assert "data-pinned" not in text(line)


def test_an_admin_keeps_sessions_of_the_account(page, engineer, admin):
    work_session = make_completed(engineer)
    assert "Keep\n" in text(page(admin).get(url(work_session)))
    page(admin).post(url(work_session, "pin"), {"pinned": "yes"})
    work_session.refresh_from_db()
    assert work_session.pinned


def test_an_integration_sees_that_it_is_kept_and_no_button(page, engineer, integration):
    work_session = make_completed(engineer, pinned=True)
    shown = text(page(integration).get(url(work_session)))
    assert "retention won’t delete it" in shown
    assert "Stop keeping it" not in shown


# -- cost --------------------------------------------------------------------------------------


def test_closing_costs_the_same_at_step_one_and_fifty(page, engineer):
    client = page(engineer)
    close(client, make_session(engineer))  # what a process and a sign-in ask once
    counts = []
    for steps in (1, 50):
        work_session = make_session(engineer)
        for _ in range(steps):
            add_decision(work_session)
        with CaptureQueriesContext(connection) as queries:
            assert close(client, work_session, revision="").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
