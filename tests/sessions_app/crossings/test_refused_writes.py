"""A refused write shows what the database has, not what the write had changed before it failed."""

import pytest

from sessions_app.completion import services as completion_services
from sessions_app.models import State
from tests.sessions_app.run.browser_driver import HTMX, WAYS, Browser, text
from tests.sessions_app.run_driver import Run, prepared

pytestmark = [pytest.mark.django_db, pytest.mark.req("S15", "S4")]


@pytest.fixture
def waiting(engineer, colleague):
    """A session that somebody else prepared for the engineer."""
    return prepared(colleague, engineer)


def still_waits(work_session, owner):
    work_session.refresh_from_db()
    assert work_session.state == State.PREPARED
    assert work_session.user == owner


STALE_FORMS = {
    "answer": {"position": "7", "node_id": "scope", "choice": "0", "notes": "Only Anke."},
    "drop-custom-step": {"node_id": "custom-1"},
    "bring-back": {"discarded_branch": "6f2f6e0e-31a4-4a63-8bbd-8c8f6a4de0c1"},
    "add-custom-step": {"title": "Look at it", "after": "77"},
}


@WAYS
@pytest.mark.parametrize("name", STALE_FORMS)
def test_a_refused_write_leaves_a_prepared_session_as_it_is_shown(
    page, engineer, colleague, waiting, name, headers
):
    """It is the colleague's still: whoever may hand it over is told by `user_id`."""
    response = Browser(page(engineer), waiting).post(name, STALE_FORMS[name], headers)
    assert response.status_code == 409
    still_waits(waiting, colleague)
    shown = response.context["work_session"]
    assert (shown.state, shown.user_id) == (State.PREPARED, colleague.pk)
    assert "Hand over" not in text(response)


@pytest.mark.parametrize("name", ["PUT", "variables"])
def test_a_refused_call_answers_with_what_the_database_has(api, engineer, colleague, waiting, name):
    client = api(engineer)
    address = f"/api/v1/sessions/{waiting.pk}"
    send = client.put if name == "PUT" else client.patch
    body = {"scratchpad": "x"} if name == "PUT" else {"variables": {}}
    path = address if name == "PUT" else f"{address}/variables"
    response = send(path, body, headers={"If-Match": '"99"'})
    assert response.status_code == 409
    current = response.json()["current"]
    assert (current["started_at"], current["user_id"]) == (None, str(colleague.pk))
    assert response["ETag"] == f'"{waiting.revision}"'
    still_waits(waiting, colleague)


@pytest.mark.req("S17")
@WAYS
def test_a_custom_step_typed_while_somebody_completes_is_shown_to_be_copied(
    page, engineer, headers
):
    run = Run(engineer)
    browser = Browser(page(engineer), run.now)
    completion_services.complete(user=engineer, pk=run.pk, outcome="resolved")
    typed = {
        "title": "Look at the router",
        "body": "Unplugged it.",
        "command": ["arp -a", "ping x"],
    }
    response = browser.post("add-custom-step", typed, headers)
    assert response.status_code == 409
    for part in ("Look at the router", "Unplugged it.", "arp -a", "ping x"):
        assert part in text(response)


def test_a_step_answered_while_somebody_completes_is_shown_to_be_copied(page, engineer):
    run = Run(engineer)
    browser = Browser(page(engineer), run.now)
    form = browser.form()
    completion_services.complete(user=engineer, pk=run.pk, outcome="resolved")
    response = browser.post("answer", {**form, "choice": "0", "notes": "Only Anke."}, HTMX)
    assert response.status_code == 409
    assert "Only Anke." in text(response)
    assert "This session is completed" in text(response)
