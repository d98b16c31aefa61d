"""From one flow into another: what comes along, what stays, and who may."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts_app.models import User
from resolutionflow.templatetags.submission_token import TOKEN_FIELD
from resolutionflow.web.errors import StateError
from sessions_app.continuing.services import continue_in_flow
from sessions_app.models import Action, AuditEntry, Session
from tests.factories import TreeFactory, intake_form, make_completed, make_session
from tests.html_forms import form_to
from tests.sessions_app.run.browser_driver import text

pytestmark = [pytest.mark.django_db, pytest.mark.req("S3", "H3")]
KNOWN = {
    "ticket_number": "T-7",
    "client_name": "Müller & Söhne",
    "session_variables": {"gateway": "gw-1", "contact": "Kim", "elsewhere": "x"},
}


def field(name, **more):
    return {"name": name, "label": name, "type": "text", "required": False, **more}


@pytest.fixture
def other(engineer):
    return TreeFactory(published=True, author__account=engineer.account, name="Printer")


def with_form(engineer, *fields):
    kept = [one for one in intake_form() if one["name"] not in {item["name"] for item in fields}]
    return TreeFactory(
        published=True, author__account=engineer.account, intake_form=[*kept, *fields]
    )


@pytest.mark.parametrize("make", [make_session, make_completed])
def test_ticket_client_and_values_come_along_and_the_first_stays(engineer, other, make):
    first = make(engineer, **KNOWN)
    before = Session.objects.values().get(pk=first.pk)
    second = continue_in_flow(user=engineer, pk=first.pk, tree_id=other.pk)
    assert (second.ticket_number, second.client_name) == ("T-7", "Müller & Söhne")
    # Only what the other flow asks for.
    assert second.session_variables == {"gateway": "gw-1", "contact": "Kim"}
    assert Session.objects.values().get(pk=first.pk) == before
    entry = AuditEntry.objects.get(object_id=second.pk, action=Action.STARTED)
    assert entry.details == {"continued_from": str(first.pk)}


def test_a_value_that_does_not_fit_is_asked_for_again(engineer):
    other = with_form(engineer, field("gateway", type="number"))
    first = make_session(engineer, **KNOWN)
    second = continue_in_flow(user=engineer, pk=first.pk, tree_id=other.pk)
    assert "gateway" not in second.session_variables


@pytest.mark.req("R1")
def test_a_secret_comes_along_only_where_it_stays_one(engineer):
    secret = with_form(engineer, field("contact", sensitive=True))
    first = make_session(engineer, tree=secret, **KNOWN)
    shown = with_form(engineer, field("contact"))
    assert (
        "contact"
        not in continue_in_flow(user=engineer, pk=first.pk, tree_id=shown.pk).session_variables
    )
    again = continue_in_flow(user=engineer, pk=first.pk, tree_id=secret.pk)
    assert again.session_variables["contact"] == "Kim"


def test_who_only_reads_it_starts_nothing(engineer, admin, other):
    first = make_session(engineer, **KNOWN)
    with pytest.raises(PermissionDenied):
        continue_in_flow(user=admin, pk=first.pk, tree_id=other.pk)
    User.objects.filter(pk=engineer.pk).update(role=User.Role.VIEWER)
    with pytest.raises(PermissionDenied):
        continue_in_flow(user=User.objects.get(pk=engineer.pk), pk=first.pk, tree_id=other.pk)


def test_a_draft_is_not_run(engineer):
    draft = TreeFactory(author=engineer)
    with pytest.raises(StateError):
        continue_in_flow(user=engineer, pk=make_session(engineer).pk, tree_id=draft.pk)


def test_the_page_finds_a_flow_and_starts_it_once(page, engineer, other):
    first = make_session(engineer, **KNOWN)
    client, address = page(engineer), f"/sessions/{first.pk}/continue"
    assert "Printer" in text(client.get(f"{address}?q=print"))
    assert "No flow has these words." in text(client.get(f"{address}?q=zzzz"))
    form = form_to(client.get(address), address, having=TOKEN_FIELD)
    form = {TOKEN_FIELD: form[TOKEN_FIELD], "tree_id": str(other.pk)}
    responses = [client.post(address, form) for _ in range(2)]
    made = Session.objects.exclude(pk=first.pk).get()
    assert {one["Location"] for one in responses} == {f"/sessions/{made.pk}/run"}


@pytest.mark.parametrize("tree_id", ["", "x", "6f1d2b1e-8f0a-4f9e-9b8e-3f6f1f0a7c11"])
def test_no_such_flow(page, engineer, tree_id):
    first = make_session(engineer)
    response = page(engineer).post(f"/sessions/{first.pk}/continue", {"tree_id": tree_id})
    assert response.status_code in (404, 422)
    assert Session.objects.count() == 1


def test_thirty_flows_take_as_many_queries_as_one(page, engineer, other):
    first = make_session(engineer)
    client, counts = page(engineer), []
    client.get(f"/sessions/{first.pk}/continue")
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            client.get(f"/sessions/{first.pk}/continue")
        counts.append(len(found))
        TreeFactory.create_batch(5, published=True, author__account=engineer.account)
    assert counts[0] == counts[1]
