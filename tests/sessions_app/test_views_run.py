"""The run page at the door: each verb as a plain form and as HTMX, and every refusal ([U1])."""

import uuid

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions_app import closing, limits, recording, shelves
from sessions_app.models import Decision
from tests.factories import TreeFactory, make_completed, make_session

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


class Browser:
    """One engineer at one session."""

    def __init__(self, client, work_session):
        self.client, self.work_session = client, work_session

    def url(self, name):
        return reverse(f"session-{name}", args=[self.work_session.pk])

    def get(self, query="", **more):
        return self.client.get(self.url("run") + query, **more)

    def form(self, query=""):
        """The step's form as the page has it: the browser's own way of filling it in."""
        root = html5lib.parse(self.get(query).content.decode(), namespaceHTMLElements=False)
        form = next(f for f in root.iter("form") if f.get("id") == "step-form")
        fields = {i.get("name"): i.get("value", "") for i in form.iter("input") if i.get("name")}
        areas = {a.get("name"): "".join(a.itertext()) for a in form.iter("textarea")}
        return {k: v for k, v in (fields | areas).items() if k != "csrfmiddlewaretoken"}

    def post(self, name, data, headers=None):
        return self.client.post(self.url(name), data, headers=headers or {})

    def answer(self, choice="", headers=None, query="", **more):
        return self.post("answer", {**self.form(query), "choice": choice, **more}, headers)

    @property
    def now(self):
        self.work_session.refresh_from_db()
        return self.work_session

    @property
    def path(self):
        return [row.answer for row in self.work_session.decisions]


@pytest.fixture
def browser(page, engineer):
    return Browser(page(engineer), make_session(engineer, client_name="Contoso"))


def text(response):
    return response.content.decode()


def goes_to(response, headers, url):
    if headers:
        return response.status_code == 204 and response["HX-Redirect"] == url
    return response.status_code == 303 and response["Location"] == url


# -- showing -----------------------------------------------------------------------------------


def test_the_page_shows_the_current_step(browser):
    body = text(browser.get())
    assert "Is one user affected, or everyone?" in body
    assert "<strong>colleague</strong>" in body
    assert body.count('name="choice"') == 3


def test_an_earlier_step_opens_with_what_was_noted(browser):
    """[U6]"""
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


def test_what_was_typed_is_text(browser):
    """[X12]: neither a value nor a note becomes markup."""
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


# -- answering ---------------------------------------------------------------------------------


@WAYS
def test_answering(browser, headers):
    response = browser.answer(0, headers, notes="One PC.")
    assert browser.path == ["One user"]
    if headers:
        assert response.status_code == 200
        assert "Ping {{ gateway }}" in text(response)
        assert "<html" not in text(response)
    else:
        assert goes_to(response, headers, browser.url("run"))


@WAYS
def test_answering_again(browser, headers):
    browser.answer(0)
    response = browser.answer(1, headers, query="?step=1")
    assert response.status_code in (200, 303)
    assert browser.path == ["Everyone"]
    assert "Bring back" in text(browser.get())


@WAYS
def test_the_whole_flow_to_a_completed_session(browser, headers):
    browser.answer(0, headers)
    browser.answer("", headers)
    browser.answer(0, headers)
    body = text(browser.get())
    assert 'value="resolved" required checked' in body
    assert "Call {{ contact }} tomorrow." in body
    response = browser.post(
        "complete",
        {"outcome": "resolved", "outcome_notes": "Reset.", "node_id": "reset-profile"},
        headers,
    )
    assert goes_to(response, headers, browser.url("detail"))
    assert (browser.now.outcome, browser.now.outcome_notes) == ("resolved", "Reset.")
    assert browser.now.decision_count == 4


@WAYS
@pytest.mark.parametrize("choice", ["", "9", "-1", "x", "1e9"])
def test_a_wrong_choice_keeps_what_was_typed(browser, headers, choice):
    response = browser.answer(choice, headers, notes="typed", command_output="pasted")
    assert response.status_code == 422
    assert "typed" in text(response)
    assert "pasted" in text(response)
    assert browser.path == []


@WAYS
def test_five_megabytes_of_output_are_refused_kindly(browser, headers):
    """[S16]: 422 with the rest of the form, never a 500."""
    form = browser.form()
    data = {**form, "choice": 0, "notes": "typed", "command_output": "x" * 5_000_000}
    response = browser.post("answer", data, headers)
    assert response.status_code == 422
    body = text(response)
    assert ">\ntyped</textarea>" in body
    assert f"{limits.COMMAND_OUTPUT:,}" in body
    assert form["request_id"] in body
    assert browser.path == []


@WAYS
def test_a_stale_step_answers_409_with_the_session_and_the_typed_text(browser, headers):
    """[S15]"""
    form = browser.form()
    browser.answer(0)
    data = {**form, "request_id": str(uuid.uuid4()), "choice": 1, "notes": "typed here"}
    response = browser.post("answer", data, headers)
    assert response.status_code == 409
    body = text(response)
    assert "changed elsewhere" in body
    assert "typed here" in body
    assert "Ping {{ gateway }}" in body
    assert browser.path == ["One user"]


@pytest.mark.parametrize(
    "forged",
    [
        {"position": ""},
        {"position": "0"},
        {"position": "9" * 40},
        {"node_id": ""},
        {"node_id": "a\x00"},
        {"node_id": "x" * 65},
        {"request_id": "x"},
        {"revises": "0"},
        {"revises": "9" * 40},
        {"revises": "-1"},
        {"choice": "9" * 40},
    ],
)
@WAYS
def test_a_forged_field_is_refused(browser, headers, forged):
    response = browser.answer(headers=headers, **{"choice": 0, "notes": "typed", **forged})
    assert response.status_code in (409, 422)
    assert "typed" in text(response)
    assert browser.path == []


@WAYS
def test_an_unknown_step_is_refused(browser, headers):
    response = browser.answer(0, headers, node_id="gone", notes="typed")
    assert response.status_code in (409, 422)
    assert "typed" in text(response)


@WAYS
@pytest.mark.parametrize("name", ["answer", "variables", "steps", "reference"])
def test_a_completed_session_takes_one_to_its_page(browser, headers, name):
    data = {**browser.form(), "choice": 0, "title": "x", "client_name": "x"}
    closing.complete(user=browser.work_session.user, pk=browser.now.pk, outcome="resolved")
    name = "add-custom-step" if name == "steps" else name
    assert goes_to(browser.post(name, data, headers), headers, browser.url("detail"))
    assert browser.path == []


# -- typing ------------------------------------------------------------------------------------


def test_typing_is_saved_and_survives_a_reload(browser):
    reply = browser.post("typing", {**browser.form(), "notes": "half a thought"})
    assert reply.json()["seen"] == browser.form()["seen"]
    assert browser.form()["notes"] == "half a thought"


def test_typing_over_another_tab_says_so(browser):
    form = browser.form()
    browser.post("typing", {**form, "notes": "mine"})
    reply = browser.post("typing", {**form, "notes": "other"})
    assert reply.status_code == 409
    assert "somewhere else" in reply.json()["message"]


def test_typing_too_much_says_so(browser):
    reply = browser.post("typing", {**browser.form(), "notes": "x" * (limits.NOTES + 1)})
    assert reply.status_code == 422
    assert "fit" in reply.json()["message"]


def test_typing_at_a_completed_session_says_so(browser):
    form = browser.form()
    closing.complete(user=browser.work_session.user, pk=browser.now.pk, outcome="resolved")
    assert browser.post("typing", form).status_code == 400


def test_the_scratchpad_saves(browser):
    seen = recording.digest("")
    data = {"scratchpad": "one\x00", "seen": seen}
    assert goes_to(browser.post("scratchpad", data), {}, browser.url("run"))
    assert browser.now.scratchpad == "one"
    stale = {"scratchpad": "other", "seen": seen}
    refused = browser.post("scratchpad", stale)
    assert refused.status_code == 409
    assert "other" in text(refused)
    reply = browser.post("scratchpad", stale, {"Accept": "application/json"})
    assert (reply.status_code, browser.now.scratchpad) == (409, "one")


# -- variables, reference, own steps -----------------------------------------------------------


@WAYS
def test_a_variable_is_asked_for_inline(browser, headers):
    """[T3]: what is typed at the step comes along."""
    browser.answer(0)
    assert "This step needs 1 value" in text(browser.get())
    data = {**browser.form(), "notes": "typed", "variable-gateway": "10.0.0.1"}
    response = browser.post("variables", data, headers)
    assert response.status_code == (200 if headers else 303)
    body = text(browser.get())
    assert "Ping 10.0.0.1" in body
    assert "Test-Connection 10.0.0.1 -Count 2" in body
    assert browser.form()["notes"] == "typed"


@WAYS
def test_a_wrong_variable_is_shown_again(browser, headers):
    browser.answer(0)
    data = {**browser.form(), "notes": "typed", "variable-gateway": "two words"}
    response = browser.post("variables", data, headers)
    assert response.status_code == 422
    assert "two words" in text(response)
    assert "Type a host name" in text(response)
    assert browser.form()["notes"] == "typed"


@WAYS
def test_variables_typed_into_an_old_page_are_not_lost(browser, headers):
    browser.answer(0)
    form = browser.form()
    browser.post("typing", {**form, "notes": "other tab"})
    data = {**form, "notes": "this tab", "variable-gateway": "10.9.8.7"}
    response = browser.post("variables", data, headers)
    assert response.status_code == 409
    assert "this tab" in text(response)
    assert "10.9.8.7" in text(response)


@WAYS
def test_ticket_and_client_are_set(browser, headers):
    response = browser.post("reference", {"ticket_number": "T-9", "client_name": "ACME"}, headers)
    assert response.status_code == (200 if headers else 303)
    assert (browser.now.ticket_number, browser.now.client_name) == ("T-9", "ACME")


@WAYS
@pytest.mark.parametrize("wrong", ["x" * 101, "T\x00"])
def test_a_wrong_ticket_number_says_why(browser, headers, wrong):
    response = browser.post("reference", {"ticket_number": wrong}, headers)
    assert response.status_code == 422
    assert 'role="alert"' in text(response)


@WAYS
def test_an_own_step(browser, headers):
    data = {"title": "Look at the router", "body": "LEDs", "command": "ping 1.1.1.1\n"}
    response = browser.post("add-custom-step", data, headers)
    assert response.status_code == (200 if headers else 303)
    body = text(browser.get())
    assert "Look at the router" in body
    assert "ping 1.1.1.1" in body
    browser.answer("", headers, text="All green")
    assert browser.path == ["All green"]


@WAYS
def test_an_own_step_without_a_title_is_shown_again(browser, headers):
    response = browser.post("add-custom-step", {"title": " ", "body": "typed"}, headers)
    assert response.status_code == 422
    assert "Give the step a title" in text(response)
    assert "typed" in text(response)


@WAYS
def test_an_own_step_is_taken_back(browser, headers):
    browser.post("add-custom-step", {"title": "Oops"})
    response = browser.post("drop-custom-step", browser.form(), headers)
    assert response.status_code == (200 if headers else 303)
    assert browser.now.current_node == "scope"


@WAYS
def test_bringing_back(browser, headers):
    browser.answer(0)
    browser.answer(1, query="?step=1")
    (shelf,) = shelves.offered(browser.now)
    response = browser.post("bring-back", {"shelf": str(shelf.id)}, headers)
    assert response.status_code == (200 if headers else 303)
    assert browser.path == ["One user"]


@WAYS
@pytest.mark.parametrize(("shelf", "status"), [("", 422), ("x", 422), ("0" * 32, 409)])
def test_bringing_back_what_is_not_there_says_why(browser, headers, shelf, status):
    response = browser.post("bring-back", {"shelf": shelf}, headers)
    assert response.status_code == status
    assert 'role="alert"' in text(response)


# -- completing [U2] ---------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["", "great"])
def test_completing_without_an_outcome_keeps_the_form(browser, outcome):
    data = {"outcome": outcome, "outcome_notes": "typed", "next_steps": "call"}
    response = browser.post("complete", data)
    assert response.status_code == 422
    assert ">\ntyped</textarea>" in text(response)
    assert ">\ncall</textarea>" in text(response)
    assert not browser.now.is_completed


def test_completing_twice_is_said(browser):
    browser.post("complete", {"outcome": "resolved"})
    assert goes_to(browser.post("complete", {"outcome": "escalated"}), {}, browser.url("detail"))
    assert browser.now.outcome == "resolved"
    assert goes_to(browser.client.get(browser.url("complete")), {}, browser.url("detail"))


def test_a_stranger_completes_nothing(page, browser, colleague, stranger):
    for user, status in ((colleague, 403), (stranger, 404)):
        other = Browser(page(user), browser.work_session)
        assert other.post("complete", {"outcome": "resolved"}).status_code == status
    assert not browser.now.is_completed


@pytest.mark.parametrize("name", ["answer", "typing", "variables", "scratchpad", "bring-back"])
def test_a_write_is_never_a_get(browser, name):
    assert browser.client.get(browser.url(name)).status_code == 405


# -- cost --------------------------------------------------------------------------------------


def statements(context):
    """The queries but the savepoints that stand for the transaction in a test."""
    return [q["sql"] for q in context if "SAVEPOINT" not in q["sql"]]


def run_on(engineer, steps):
    """A session that stands at the question “replies” after so many steps of the loop."""
    tree = TreeFactory(published=True, author__account=engineer.account)
    work_session = make_session(engineer, tree=tree)
    Decision.objects.bulk_create(
        Decision(
            session=work_session,
            position=position,
            node_id="ping",
            question="Ping",
            answer="Done",
            notes="n" * 200,
            command_output="o" * 2_000,
            next_node="replies",
        )
        for position in range(1, steps + 1)
    )
    work_session.decision_count, work_session.current_node = steps, "replies"
    work_session.save()
    return work_session


def test_recording_a_step_costs_the_same_at_step_1_and_step_500(page, engineer):
    """SPEC 9: at most 4 round trips, in the service and for the whole click."""
    counts = []
    for steps in (0, 499):
        work_session = run_on(engineer, steps)
        step = recording.StepInput(position=steps + 1, node_id="replies", choice=1)
        with CaptureQueriesContext(connection) as service:
            recording.answer(user=engineer, pk=work_session.pk, step=step)
            in_service = len(statements(service))
        browser = Browser(page(engineer), run_on(engineer, steps))
        form = browser.form()
        with CaptureQueriesContext(connection) as click:
            response = browser.post("answer", {**form, "choice": 1}, HTMX)
        assert response.status_code == 200
        counts.append((in_service, len(statements(click))))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 3
    assert counts[0][1] <= 4


def test_the_page_costs_the_same_queries_at_step_1_and_step_500(page, engineer):
    counts = []
    for steps in (0, 499):
        browser = Browser(page(engineer), run_on(engineer, steps))
        browser.get()
        with CaptureQueriesContext(connection) as context:
            browser.get()
        counts.append(len(statements(context)))
    assert counts[0] == counts[1] <= 8
