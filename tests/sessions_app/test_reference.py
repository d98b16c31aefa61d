"""Ticket number and client: set while a session runs and after, on its page and by a call."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts_app.models import User
from exports_app.service import ExportOptions, export_session
from resolutionflow.web.errors import Conflict
from sessions_app import services
from sessions_app.models import Action, AuditEntry, Session
from tests.factories import UserFactory, make_completed, make_session
from tests.sessions_app.api_helpers import fields, prepared_for, url
from tests.sessions_app.run.browser_driver import HTMX, WAYS, text
from tests.sessions_app.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.req("S4", "S15")]
NEW = {"ticket_number": "T-20991", "client_name": "Müller & Söhne"}


def events(work_session):
    found = AuditEntry.objects.filter(object_id=work_session.pk, action=Action.TICKET_CHANGED)
    return [entry.details for entry in found]


def exported(work_session, **options):
    session = Session.objects.get(pk=work_session.pk)
    return export_session(session, ExportOptions.parse(options), actor=session.user).content


# -- the rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_session, make_completed])
def test_owner_and_assignee_set_them_at_any_time(engineer, colleague, make):
    work_session = make(engineer, assigned_to=colleague)
    services.set_reference(user=engineer, pk=work_session.pk, changes=NEW)
    services.set_reference(user=colleague, pk=work_session.pk, changes={"client_name": "Contoso"})
    work_session.refresh_from_db()
    assert (work_session.ticket_number, work_session.client_name) == ("T-20991", "Contoso")
    assert work_session.client_key == "contoso"
    # Which of them, newest first, and never a text of the session.
    assert events(work_session) == [
        {"fields": ["client_name"]},
        {"fields": ["client_name", "ticket_number"]},
    ]


def test_nobody_else_may(engineer, admin):
    done = make_completed(engineer)
    with pytest.raises(PermissionDenied):
        services.set_reference(user=admin, pk=done.pk, changes=NEW)
    with pytest.raises(Http404):
        services.set_reference(user=UserFactory(), pk=done.pk, changes=NEW)
    User.objects.filter(pk=engineer.pk).update(role=User.Role.VIEWER)
    with pytest.raises(PermissionDenied):
        services.set_reference(user=User.objects.get(pk=engineer.pk), pk=done.pk, changes=NEW)
    assert events(done) == []


def test_what_stands_there_already_is_no_change(engineer):
    done = make_completed(engineer, **NEW)
    services.set_reference(user=engineer, pk=done.pk, changes=NEW)
    assert Session.objects.get(pk=done.pk).revision == done.revision
    assert events(done) == []


def test_outcome_notes_title_and_completion_stay_as_they_were(engineer):
    done = make_completed(engineer, outcome_notes="Reset.", next_steps="Call.", title="VPN")
    kept = ("outcome", "outcome_notes", "next_steps", "completed_at", "title", "exported")
    before = Session.objects.values(*kept).get(pk=done.pk)
    services.set_reference(user=engineer, pk=done.pk, changes=NEW)
    assert Session.objects.values(*kept).get(pk=done.pk) == before


def test_a_session_that_waits_goes_on_waiting(engineer, colleague):
    waiting = prepared_for(colleague, by=engineer)
    services.set_reference(user=colleague, pk=waiting.pk, changes=NEW)
    waiting.refresh_from_db()
    assert (waiting.started_at, waiting.user) == (None, engineer)
    assert waiting.ticket_number == "T-20991"


def test_two_pages_that_change_the_same_field(engineer):
    done = make_completed(engineer, ticket_number="T-1")
    seen = {"ticket_number": "T-1", "client_name": ""}
    first = {"ticket_number": "T-2", "client_name": ""}
    services.set_reference(user=engineer, pk=done.pk, changes=first, seen=seen)
    # The client alone, from an older page: the ticket stays.
    second = {"ticket_number": "T-1", "client_name": "Contoso"}
    services.set_reference(user=engineer, pk=done.pk, changes=second, seen=seen)
    done.refresh_from_db()
    assert (done.ticket_number, done.client_name) == ("T-2", "Contoso")
    with pytest.raises(Conflict):
        services.set_reference(
            user=engineer, pk=done.pk, changes={"ticket_number": "T-3"}, seen=seen
        )


@pytest.mark.django_db(transaction=True)
def test_two_at_once_lose_neither(engineer):
    done = make_completed(engineer)
    seen = {"ticket_number": "", "client_name": ""}

    def write(**changes):
        services.set_reference(user=engineer, pk=done.pk, changes={**seen, **changes}, seen=seen)

    sent = ({"ticket_number": "T-9"}, {"client_name": "Contoso"})
    at_once(lambda index: write(**sent[index]), 2)
    done.refresh_from_db()
    assert (done.ticket_number, done.client_name) == ("T-9", "Contoso")
    assert len(events(done)) == 2


# -- crossings -----------------------------------------------------------------------------------


@pytest.mark.req("X1", "X8")
def test_the_export_of_an_exported_session_names_the_new_ticket(engineer):
    done = make_completed(engineer, ticket_number="T-OLD", client_name="Contoso")
    assert "T-OLD" in exported(done)
    services.set_reference(user=engineer, pk=done.pk, changes=NEW)
    for format_name in ("markdown", "text", "html", "psa"):
        shown = exported(done, format=format_name)
        assert "20991" in shown and "T-OLD" not in shown and "Contoso" not in shown
    assert Session.objects.get(pk=done.pk).exported


# -- the call ------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_session, make_completed])
def test_the_call_sets_what_is_sent(api, engineer, make):
    work_session = make(engineer, client_name="Contoso")
    answer = api(engineer).patch(url(work_session, "reference"), {"ticket_number": "T-1"})
    assert answer.status_code == 200
    assert (answer.json()["ticket_number"], answer.json()["client_name"]) == ("T-1", "Contoso")
    answer = api(engineer).patch(url(work_session, "reference"), {"client_name": ""})
    assert (answer.json()["ticket_number"], answer.json()["client_name"]) == ("T-1", "")


def test_the_call_refuses_what_does_not_fit(api, engineer):
    done = make_completed(engineer)
    client = api(engineer)
    long = {"ticket_number": "x" * 101, "client_name": 7}
    assert fields(client.patch(url(done, "reference"), long)) == {"ticket_number", "client_name"}
    assert fields(client.patch(url(done, "reference"), {"outcome_notes": "x"})) == {"outcome_notes"}


@pytest.mark.parametrize("body", [NEW, {"outcome_notes": "x"}, {"next_steps": "x"}])
def test_put_on_a_completed_session_stays_refused(api, engineer, body):
    done = make_completed(engineer)
    assert api(engineer).put(url(done), body).status_code == 400


def test_put_on_an_active_one_is_logged_too(api, engineer):
    work_session = make_session(engineer)
    api(engineer).put(url(work_session), {**NEW, "scratchpad": "x"})
    assert events(work_session) == [{"fields": ["client_name", "ticket_number"]}]


# -- the page ------------------------------------------------------------------------------------


@WAYS
def test_the_page_sets_them_after_the_end(page, engineer, headers):
    done = make_completed(engineer)
    client = page(engineer)
    link = f'href="/sessions/{done.pk}/ticket"'
    assert link in client.get(f"/sessions/{done.pk}").content.decode()
    assert 'name="ticket_number"' in client.get(f"/sessions/{done.pk}/ticket").content.decode()
    response = client.post(f"/sessions/{done.pk}/ticket", NEW, headers=headers)
    assert response.status_code == (200 if headers else 303)
    done.refresh_from_db()
    assert done.ticket_number == "T-20991"
    assert "Müller &amp; Söhne" in text(client.get(f"/sessions/{done.pk}"))


@WAYS
def test_a_refused_one_is_shown_as_typed(page, engineer, headers):
    done = make_completed(engineer)
    typed = {"ticket_number": "x" * 101, "client_name": "Contoso"}
    response = page(engineer).post(f"/sessions/{done.pk}/ticket", typed, headers=headers)
    assert response.status_code == 422
    assert "x" * 101 in response.content.decode()


def test_escape_brings_back_what_stands_there(page, engineer):
    done = make_completed(engineer, ticket_number="T-1")
    response = page(engineer).get(f"/sessions/{done.pk}/ticket?cancel", headers=HTMX)
    assert "T-1" in text(response) and "<form" not in response.content.decode()


def test_who_only_reads_sees_no_way_to_change_them(page, engineer, admin):
    done = make_completed(engineer, ticket_number="T-1")
    shown = page(admin).get(f"/sessions/{done.pk}")
    assert "T-1" in text(shown)
    assert f"/sessions/{done.pk}/ticket" not in shown.content.decode()
