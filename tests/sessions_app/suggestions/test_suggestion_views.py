"""The run page with what earlier sessions say: each door as a plain form and as HTMX."""

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions_app.completion import services as completion_services
from sessions_app.models import Decision
from sessions_app.suggestions import bounded_sql
from tests.factories import make_session
from tests.sessions_app.run.browser_driver import HTMX, WAYS, Browser, statements, text
from tests.sessions_app.suggestions.suggestion_factories import (
    CLIENT,
    EVERYONE,
    ONE,
    UNSURE,
    flow_of,
    now_running,
    past,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("H5")]


@pytest.fixture
def flow(author):
    return flow_of(author, name="Office VPN")


@pytest.fixture
def browser(page, engineer, flow):
    return Browser(page(engineer), now_running(engineer, flow))


def parsed(response):
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def by_id(response, name):
    found = [one for one in parsed(response).iter() if one.get("id") == name]
    assert len(found) <= 1, name
    return " ".join("".join(found[0].itertext()).split()) if found else None


def labels(response):
    buttons = [one for one in parsed(response).iter("button") if one.get("name") == "choice"]
    return [(one.get("value"), one.get("aria-keyshortcuts")) for one in buttons]


ORDER = [("0", "1"), ("1", "2"), ("2", "3")]


def test_nothing_known_shows_nothing(browser):
    response = browser.get()
    assert by_id(response, "earlier") == by_id(response, "step-hint") == ""
    assert "Tried before" not in text(response)
    assert "hint" not in by_id(response, "step-options")
    assert 'name="reused_option"' not in text(response)


def test_the_panel_names_only_what_may_be_read(browser, engineer, colleague, flow):
    mine = past(engineer, flow, ONE, ticket_number="T-MINE", title="No tunnel", days=3)
    theirs = past(colleague, flow, EVERYONE, ticket_number="T-THEIRS", title="Hers", days=2)
    response = browser.get()
    panel = by_id(response, "earlier")
    assert f"Tried before for {CLIENT}" in panel
    assert panel.count("Escalated") == 2
    assert "No tunnel" in panel
    assert "T-MINE" in panel
    assert f'href="{reverse("session-detail", args=[mine.pk])}"' in text(response)
    for hidden in ("T-THEIRS", "Hers", str(theirs.pk), colleague.display_name):
        assert hidden not in text(response)


def test_the_answers_say_what_came_of_them_and_keep_order_and_keys(browser, colleague, flow):
    assert labels(browser.get()) == ORDER
    past(colleague, flow, ONE)
    for _ in range(5):
        past(colleague, flow, UNSURE, outcome="resolved", client="Fabrikam")
    response = browser.get()
    assert labels(response) == ORDER
    assert "for this client: did not help" in by_id(response, "option-0-hint")
    assert by_id(response, "option-1-hint") is None
    suggested = "Suggested: resolved it most often"
    figures = "Of 5 sessions that answered so, 100 % resolved, median 9 min"
    assert by_id(response, "option-2-hint") == f"{suggested} {figures}"


def test_a_solution_says_what_came_of_it(browser, engineer, flow):
    past(engineer, flow, end="outage", outcome="unresolved")
    response = browser.answer(1, headers=HTMX)
    assert "for this client: did not help" in by_id(response, "step-hint")
    assert "for this client: did not help" in by_id(browser.get(), "step-hint")


def test_what_clients_are_called_is_text(browser, engineer, flow):
    attack = "<script>alert(1)</script>"
    past(engineer, flow, (attack, "ping"), client=attack, title=attack, ticket_number=attack)
    browser.post("reference", {"client_name": attack})
    assert by_id(browser.get(), "earlier").count(attack) == 4
    assert attack not in text(browser.get())


# -- another client ----------------------------------------------------------------------------


def test_another_client_changes_what_is_known(browser, engineer, flow):
    past(engineer, flow, ONE, client="Fabrikam")
    sent = {"client_name": " FABRIKAM", "ticket_number": "T-9", "position": "1"}
    response = browser.post("reference", sent, HTMX)
    assert response.status_code == 200
    assert "FABRIKAM" in by_id(response, "eyebrow")
    assert "Tried before for" in by_id(response, "earlier")
    assert "did not help" in by_id(response, "option-0-hint")
    assert 'name="reused_option"' in text(response)
    for part in ("eyebrow", "earlier", "step-options"):
        assert by_id(response, part)
    response = browser.post("reference", {"client_name": "", "position": "1"}, HTMX)
    assert by_id(response, "earlier") == ""
    assert 'name="reused_option"' not in text(response)


def test_at_an_earlier_step_its_own_answers_are_swapped(browser):
    browser.answer(0)
    sent = {"client_name": "Fabrikam", "position": "1"}
    response = browser.post("reference", sent, HTMX)
    assert "One user" in by_id(response, "step-options")
    response = browser.post("reference", {**sent, "position": "2"}, HTMX)
    assert by_id(response, "step-options") is None


# -- carrying over -----------------------------------------------------------------------------


@WAYS
def test_carrying_over(browser, colleague, flow, headers):
    past(colleague, flow, EVERYONE)
    offered = by_id(browser.get(), "step-options")
    assert "Everyone" in offered
    assert "Carry over" in offered
    response = browser.post(
        "answer", {**browser.form(), "reused_option": "1", "notes": "As before."}, headers
    )
    assert response.status_code == (200 if headers else 303)
    decision = browser.now.decisions.get()
    assert (decision.answer, decision.notes) == ("Everyone", "As before.")
    assert decision.carried_over_from
    if headers:
        assert "Carried over from" in text(response)
    body = browser.get("?step=1")
    assert "carried over from" in text(body)
    assert 'name="reused_option"' not in text(body)
    completion_services.complete(
        user=decision.recorded_by, pk=browser.work_session.pk, outcome="resolved"
    )
    detail = text(browser.client.get(browser.url("detail")))
    assert "not tested again" in detail


@WAYS
def test_what_can_not_be_carried_over_any_more_keeps_what_was_typed(browser, headers):
    sent = {**browser.form(), "reused_option": "1", "notes": "Typed already."}
    response = browser.post("answer", sent, headers)
    assert response.status_code == 409
    assert "carried over any more" in text(response)
    assert "Typed already." in text(response)
    assert browser.path == []


@pytest.mark.parametrize("sent", ["x", "-1", "99999999999", "1.5"])
def test_a_forged_option_is_refused(browser, colleague, flow, sent):
    past(colleague, flow, EVERYONE)
    response = browser.post("answer", {**browser.form(), "reused_option": sent})
    assert response.status_code == 422
    assert browser.path == []


def test_the_api_says_when_an_answer_is_from(api, browser, engineer, flow):
    earlier = past(engineer, flow, ONE).decisions.get()
    browser.post("answer", {**browser.form(), "reused_option": "0"})
    url = f"/api/v1/sessions/{browser.work_session.pk}"
    [decision] = api(engineer).get(url).json()["decisions"]
    assert decision["carried_over_from"] == earlier.timestamp.isoformat().replace("+00:00", "Z")
    listed = api(engineer).get("/api/v1/sessions?expand=decisions&status=active").json()
    assert listed[0]["decisions"] == [decision]


def test_the_api_reads_it_and_does_not_write_it(api, browser, engineer):
    browser.answer(0)
    url = f"/api/v1/sessions/{browser.work_session.pk}"
    [decision] = api(engineer).get(url).json()["decisions"]
    assert decision["carried_over_from"] is None
    sent = {**decision, "carried_over_from": "2026-01-02T10:00:00Z"}
    answer = api(engineer).put(url, {"decisions": [sent]}, format="json")
    assert answer.status_code == 200
    assert answer.json()["decisions"][0]["carried_over_from"] is None
    sent["carried_over_from"] = "yesterday"
    assert api(engineer).put(url, {"decisions": [sent]}, format="json").status_code == 422


# -- what it costs -----------------------------------------------------------------------------


def queries(act):
    with CaptureQueriesContext(connection) as context:
        act()
    return statements(context)


@pytest.mark.parametrize(("client", "more"), [("", 1), (CLIENT, 1)])
def test_an_answer_costs_one_read_more_where_the_next_step_is_a_question(
    page, engineer, flow, client, more
):
    counts = []
    for node, choice in (("scope", 0), ("ping", "")):
        past(engineer, flow, ONE, client=client)
        browser = Browser(page(engineer), now_running(engineer, flow, client=client))
        if node == "ping":
            browser.answer(0)
        form = {**browser.form(), "choice": choice}
        counts.append(len(queries(lambda b=browser, f=form: b.post("answer", f, HTMX))))
    # To the action "ping" nothing is read; from it to the question "replies" one statement.
    assert counts == [counts[0], counts[0] + more]


def test_the_page_costs_two_reads_with_a_client_and_one_without(page, engineer, flow):
    counts = []
    for client in ("", CLIENT):
        browser = Browser(page(engineer), now_running(engineer, flow, client=client))
        browser.get()
        counts.append(len(queries(browser.get)))
    assert counts[1] == counts[0] + 1
    for _ in range(6):
        past(engineer, flow, ONE)
    assert len(queries(browser.get)) == counts[1]


# -- without it --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", ["slow", "failing"])
def test_a_run_goes_on_without_it(page, engineer, author, monkeypatch, broken):
    monkeypatch.setattr(bounded_sql, "MAX_HINT_MS", 60_000)  # whatever else the machine does
    flow = flow_of(author)
    past(engineer, flow, ONE)
    browser = Browser(page(engineer), make_session(engineer, tree=flow, client_name=CLIENT))
    assert "did not help" in text(browser.get())
    if broken == "slow":
        monkeypatch.setattr(bounded_sql, "MAX_HINT_MS", 20)
        monkeypatch.setattr(
            bounded_sql, "SESSION_SETTINGS", bounded_sql.SESSION_SETTINGS + "SELECT pg_sleep(3); "
        )
    else:
        monkeypatch.setattr(
            bounded_sql, "SESSION_SETTINGS", bounded_sql.SESSION_SETTINGS + "SELECT 1 / 0; "
        )
    response = browser.get()
    assert response.status_code == 200
    assert labels(response) == ORDER
    assert "did not help" not in text(response)
    assert browser.answer(0, headers=HTMX).status_code == 200
    assert browser.answer("", headers=HTMX).status_code == 200
    response = browser.post("reference", {"client_name": "X", "position": "3"}, HTMX)
    assert response.status_code == 200
    assert Decision.objects.filter(session=browser.work_session).count() == 2
