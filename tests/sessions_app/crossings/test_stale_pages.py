"""An older page never undoes what was done elsewhere ([S15])."""

import re
from threading import Barrier

import pytest
from django.test import Client
from django.utils.html import escape

from sessions_app import services
from sessions_app.models import Decision, LibraryStep, Session
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from tests.factories import make_session
from tests.sessions_app.threads import at_once

pytestmark = pytest.mark.req("S15")
INPUT = re.compile(r"<(?:input|textarea)\b[^>]*>", re.DOTALL)
HTMX = {"HX-Request": "true"}


def form_of(page, action):
    """Return the fields of the form of a page that posts to `action`, as a browser sends them."""
    text = page.content.decode()
    start = re.search(rf'<form\b[^>]*\baction="{re.escape(action)}"', text, re.DOTALL).start()
    found = {}
    for tag in INPUT.findall(text[start : text.index("</form>", start)]):
        name = re.search(r'\bname="([^"]*)"', tag)
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if name and 'type="radio"' not in tag and 'type="checkbox"' not in tag:
            found[name[1]] = value[1] if value else ""
    return found


@pytest.fixture
def tabs(engineer):
    found = [Client(), Client()]
    for tab in found:
        tab.force_login(engineer)
    return found


@pytest.fixture
def run(engineer):
    return make_session(engineer, ticket_number="", client_name="")


def both_forms(tabs, work_session, verb):
    address = f"/sessions/{work_session.pk}/{verb}"
    return address, [form_of(tab.get(f"/sessions/{work_session.pk}/run"), address) for tab in tabs]


def answer_steps(engineer, work_session, count=3):
    choices = {"scope": 0, "ping": None, "replies": 1}
    for _ in range(count):
        now = Session.objects.get(pk=work_session.pk)
        step = StepInput(now.decision_count + 1, now.current_node, choices[now.current_node])
        recording_services.answer(user=engineer, pk=now.pk, step=step)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_older_tab_that_sets_the_client_keeps_the_ticket(tabs, run, headers):
    address, (first, second) = both_forms(tabs, run, "reference")
    tabs[0].post(address, {**first, "ticket_number": "T-1"}, headers=headers)
    tabs[1].post(address, {**second, "client_name": "Contoso"}, headers=headers)
    run.refresh_from_db()
    assert (run.ticket_number, run.client_name) == ("T-1", "Contoso")


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_field_that_both_changed_is_a_conflict_that_keeps_what_was_typed(tabs, run, headers):
    address, (first, second) = both_forms(tabs, run, "reference")
    tabs[0].post(address, {**first, "ticket_number": "T-1"}, headers=headers)
    late = tabs[1].post(address, {**second, "ticket_number": "T-2"}, headers=headers)
    assert late.status_code == 409
    assert 'value="T-1"' in late.content.decode()
    assert ">T-2</textarea>" in late.content.decode()
    run.refresh_from_db()
    assert run.ticket_number == "T-1"


@pytest.mark.django_db
def test_one_page_goes_on_saving_without_being_loaded_again(tabs, run):
    address, (form, _) = both_forms(tabs, run, "reference")
    for ticket in ("T-1", "T-2", ""):
        saved = tabs[0].post(address, {**form, "ticket_number": ticket}, headers=HTMX)
        assert saved.status_code == 200
        seen = re.search(r'name="seen-ticket_number"\s+value="([^"]*)"', saved.content.decode())
        form |= {"ticket_number": ticket, "seen-ticket_number": seen[1]}
        run.refresh_from_db()
        assert run.ticket_number == ticket


@pytest.mark.django_db
def test_a_field_that_is_not_sent_is_left_alone(tabs, run):
    Session.objects.filter(pk=run.pk).update(ticket_number="T-1")
    tabs[0].post(f"/sessions/{run.pk}/reference", {"client_name": "Contoso"})
    run.refresh_from_db()
    assert (run.ticket_number, run.client_name) == ("T-1", "Contoso")


@pytest.mark.django_db
def test_variables_of_two_tabs_are_merged(tabs, run):
    address, (first, second) = both_forms(tabs, run, "variables")
    assert tabs[0].post(address, {**first, "variable-gateway": "gw1"}).status_code == 303
    assert tabs[1].post(address, {**second, "variable-contact": "Ana"}).status_code == 303
    run.refresh_from_db()
    values = run.session_variables
    assert (values["gateway"], values["contact"]) == ("gw1", "Ana")
    late = tabs[1].post(address, {**second, "variable-gateway": "gw2"})
    assert late.status_code == 409
    assert "gw2</textarea>" in late.content.decode()
    run.refresh_from_db()
    assert run.session_variables["gateway"] == "gw1"


@pytest.mark.django_db
def test_completing_from_a_tab_three_steps_behind_is_refused(tabs, engineer, run):
    address = f"/sessions/{run.pk}/complete"
    form = form_of(tabs[0].get(address), address)
    answer_steps(engineer, run)
    form |= {"outcome": "resolved", "outcome_notes": "It works <now>.", "next_steps": "Call."}
    late = tabs[0].post(address, form)
    assert late.status_code == 409
    shown = late.content.decode()
    assert escape("It works <now>.") in shown and ">\nCall.</textarea>" in shown
    assert "3 steps recorded" in shown
    run.refresh_from_db()
    assert run.completed_at is None
    again = {**form_of(late, address), "outcome": "resolved", "outcome_notes": "It works."}
    assert tabs[0].post(address, again).status_code == 303
    run.refresh_from_db()
    assert run.outcome_notes == "It works."


@pytest.mark.django_db
def test_what_is_saved_beside_the_steps_makes_no_completion_stale(tabs, engineer, run):
    address = f"/sessions/{run.pk}/complete"
    form = {**form_of(tabs[0].get(address), address), "outcome": "resolved"}
    services.set_scratchpad(user=engineer, pk=run.pk, text="Typed meanwhile.")
    assert tabs[0].post(address, form).status_code == 303


@pytest.mark.django_db
def test_a_title_that_somebody_chose_meanwhile_is_shown_first(tabs, engineer, run):
    address = f"/sessions/{run.pk}/title"
    form = form_of(tabs[0].get(address), address)
    services.set_title(user=engineer, pk=run.pk, title="Theirs")
    late = tabs[0].post(address, {**form, "title": "Mine"})
    assert late.status_code == 409
    assert "Theirs" in late.content.decode() and 'value="Mine"' in late.content.decode()
    run.refresh_from_db()
    assert run.title == "Theirs"
    again = {**form_of(late, address), "title": "Mine"}
    assert tabs[0].post(address, again).status_code == 303
    run.refresh_from_db()
    assert run.title == "Mine"


@pytest.mark.django_db
@pytest.mark.parametrize("from_library", [True, False])
def test_a_custom_step_of_an_older_page_is_not_put_elsewhere(tabs, engineer, run, from_library):
    kept = LibraryStep.objects.create(
        account=engineer.account, author=engineer, title="Ask the ISP"
    )
    address = f"/sessions/{run.pk}/steps"
    page = "steps/library?tab=library" if from_library else "run"
    form = form_of(tabs[0].get(f"/sessions/{run.pk}/{page}"), address)
    if from_library:
        form["library"] = str(kept.pk)
    answer_steps(engineer, run)
    late = tabs[0].post(address, {**form, "title": "Called the ISP"})
    assert late.status_code == 409
    if not from_library:
        assert 'value="Called the ISP"' in late.content.decode()
    run.refresh_from_db()
    assert run.custom_steps == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(10))
def test_two_tabs_at_once_lose_nothing(engineer, turn):
    """Ticket and client, and two variables, each from a page of its own."""
    work_session = make_session(engineer, ticket_number="", client_name="")
    tabs = [Client(), Client()]
    for tab in tabs:
        tab.force_login(engineer)
    reference, fields = both_forms(tabs, work_session, "reference")
    variables, values = both_forms(tabs, work_session, "variables")
    together = Barrier(2)

    def do(index):
        typed = ({"ticket_number": "T-1"}, {"client_name": "Contoso"})[index]
        value = ({"variable-gateway": "gw1"}, {"variable-contact": "Ana"})[index]
        together.wait(timeout=60)
        return [
            tabs[index].post(reference, {**fields[index], **typed}).status_code,
            tabs[index].post(variables, {**values[index], **value}).status_code,
        ]

    assert at_once(do, 2, workers=2) == [[303, 303], [303, 303]]
    work_session.refresh_from_db()
    assert (work_session.ticket_number, work_session.client_name) == ("T-1", "Contoso")
    stored = work_session.session_variables
    assert (stored["gateway"], stored["contact"]) == ("gw1", "Ana")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(10))
def test_completing_and_answering_at_once(engineer, turn):
    """Either the step is in the completed session, or the completion is refused."""
    work_session = make_session(engineer)
    tabs = [Client(), Client()]
    for tab in tabs:
        tab.force_login(engineer)
    address = f"/sessions/{work_session.pk}/complete"
    form = {**form_of(tabs[0].get(address), address), "outcome": "resolved"}
    together = Barrier(2)

    def do(index):
        together.wait(timeout=60)
        if index == turn % 2:
            return tabs[0].post(address, form).status_code
        step = {"position": 1, "node_id": "scope", "choice": 0, "notes": "Typed."}
        return tabs[1].post(f"/sessions/{work_session.pk}/answer", step).status_code

    results = at_once(do, 2, workers=2)
    completed, answered = results[turn % 2], results[1 - turn % 2]
    work_session.refresh_from_db()
    recorded = Decision.objects.filter(session=work_session).exists()
    assert (completed, answered, recorded) in [(303, 409, False), (409, 303, True)]
