"""The ticket number is asked for once more where a session is completed without one."""

import pytest

from resolutionflow.web.errors import Conflict
from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Action, AuditEntry, Session
from tests.factories import make_completed, make_session
from tests.sessions_app.run.browser_driver import WAYS, text

pytestmark = [pytest.mark.django_db, pytest.mark.req("U2", "S5")]
FORM = {"outcome": "resolved", "outcome_notes": "Reset.", "next_steps": ""}
ASKED = 'id="missing-ticket"'


def test_it_is_asked_for_only_where_it_is_missing(page, engineer):
    without, having = make_session(engineer), make_session(engineer, ticket_number="T-1")
    client = page(engineer)
    assert ASKED in client.get(f"/sessions/{without.pk}/complete").content.decode()
    assert ASKED not in client.get(f"/sessions/{having.pk}/complete").content.decode()
    done = make_completed(engineer)
    assert "No number yet" in text(client.get(f"/sessions/{done.pk}"))


@WAYS
def test_it_is_set_with_the_end_and_logged(page, engineer, headers):
    work_session = make_session(engineer)
    address = f"/sessions/{work_session.pk}/complete"
    page(engineer).post(address, {**FORM, "ticket_number": " T-20991 "}, headers=headers)
    work_session.refresh_from_db()
    assert (work_session.outcome, work_session.ticket_number) == ("resolved", "T-20991")
    assert "t-20991" in work_session.search_key
    actions = AuditEntry.objects.filter(object_id=work_session.pk).values_list("action", flat=True)
    assert {Action.TICKET_CHANGED, Action.COMPLETED} <= set(actions)


def test_left_blank_nothing_is_said_again(page, engineer):
    work_session = make_session(engineer)
    response = page(engineer).post(
        f"/sessions/{work_session.pk}/complete", {**FORM, "ticket_number": ""}
    )
    assert response.status_code == 303
    assert Session.objects.get(pk=work_session.pk).is_completed


def test_one_that_came_from_elsewhere_is_not_overwritten(page, engineer):
    work_session = make_session(engineer)
    services.set_reference(user=engineer, pk=work_session.pk, changes={"ticket_number": "T-THEIRS"})
    with pytest.raises(Conflict):
        completion_services.complete(
            user=engineer, pk=work_session.pk, outcome="resolved", ticket_number="T-MINE"
        )
    work_session.refresh_from_db()
    assert (work_session.ticket_number, work_session.is_completed) == ("T-THEIRS", False)
    form = {**FORM, "ticket_number": "T-MINE"}
    refused = page(engineer).post(f"/sessions/{work_session.pk}/complete", form)
    assert refused.status_code == 409
    assert "T-MINE" in refused.content.decode()
    assert "It is T-THEIRS by now." in text(refused)
    form["ticket_number"] = ""
    assert page(engineer).post(f"/sessions/{work_session.pk}/complete", form).status_code == 303


def test_one_that_is_too_long_is_shown_as_typed(page, engineer):
    work_session = make_session(engineer)
    form = {**FORM, "ticket_number": "x" * 101}
    response = page(engineer).post(f"/sessions/{work_session.pk}/complete", form)
    assert response.status_code == 422
    assert "x" * 101 in response.content.decode()


def test_undoing_the_end_keeps_the_number(engineer):
    work_session = make_session(engineer)
    done = completion_services.complete(
        user=engineer, pk=work_session.pk, outcome="resolved", ticket_number="T-1"
    )
    completion_services.reopen(user=engineer, pk=done.pk, revision=done.revision)
    assert Session.objects.get(pk=done.pk).ticket_number == "T-1"


def test_the_second_who_completes_it_finds_what_they_typed(page, engineer, colleague):
    work_session = make_session(engineer, assigned_to=colleague)
    completion_services.complete(user=colleague, pk=work_session.pk, outcome="resolved")
    response = page(engineer).post(
        f"/sessions/{work_session.pk}/complete", {**FORM, "ticket_number": "T-MINE"}
    )
    assert response.status_code == 409
    assert "Ticket number: T-MINE" in text(response)


def test_the_popover_of_a_list_has_the_same_outcomes_and_keys(page, engineer):
    make_session(engineer)
    shown = page(engineer).get("/sessions").content.decode()
    popover = shown[shown.index('id="close-popover"') :]
    assert popover.count('name="outcome"') == 6
    for number in range(1, 7):
        assert f'aria-keyshortcuts="{number}"' in popover
    assert 'aria-keyshortcuts="Control+Enter"' in popover
    assert ASKED not in popover and 'name="next_steps"' not in popover
