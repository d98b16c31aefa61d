"""Two people complete one session: what the second typed is lost nowhere, and can be added."""

import pytest
from django.core.exceptions import PermissionDenied

from exports_app.service import ExportOptions, export_session
from resolutionflow.web.errors import Invalid, StateError
from sessions_app import limits
from sessions_app.completion import services as completion_services
from sessions_app.completion.addenda import add_addendum
from sessions_app.models import Action, Addendum, AuditEntry, Session
from sessions_app.retention.closing_idle import close_idle_sessions
from tests.factories import make_completed, make_session
from tests.sessions_app.retention.lifecycle_factories import age
from tests.sessions_app.run.browser_driver import HTMX, WAYS, text

pytestmark = [pytest.mark.django_db, pytest.mark.req("S15", "U2")]

MINE = {
    "outcome": "unresolved",
    "outcome_notes": "Rebooted it twice.",
    "next_steps": "Call at 5.",
}


@pytest.fixture
def work_session(engineer, colleague):
    return make_session(engineer, assigned_to=colleague)


def complete(work_session, user, **more):
    given = {"outcome": "resolved", "outcome_notes": "Reset.", **more}
    return completion_services.complete(user=user, pk=work_session.pk, **given)


# -- who comes second ----------------------------------------------------------------------------


@WAYS
def test_what_the_second_typed_is_shown_beside_the_firsts(
    page, engineer, colleague, work_session, headers
):
    complete(work_session, colleague)
    client = page(engineer)
    response = client.post(f"/sessions/{work_session.pk}/complete", MINE, headers=headers)
    assert response.status_code == 409
    shown = text(response)
    for part in (colleague.display_name, "as Resolved", "Reset."):
        assert part in shown
    for part in ("Rebooted it twice.", "Call at 5.", "Outcome: Unresolved", "Add to the notes"):
        assert part in shown
    work_session.refresh_from_db()
    assert (work_session.outcome, work_session.outcome_notes) == ("resolved", "Reset.")


def test_the_second_adds_it_and_it_stands_signed_on_the_page(
    page, engineer, colleague, work_session
):
    complete(work_session, colleague)
    client = page(engineer)
    response = client.post(
        f"/sessions/{work_session.pk}/addendum", {"outcome_notes": "Rebooted it twice."}
    )
    assert (response.status_code, response["Location"]) == (303, f"/sessions/{work_session.pk}")
    addendum = Addendum.objects.get()
    assert (addendum.author, addendum.text) == (engineer, "Rebooted it twice.")
    shown = text(client.get(f"/sessions/{work_session.pk}"))
    assert "Rebooted it twice." in shown
    work_session.refresh_from_db()
    assert work_session.outcome_notes == "Reset."


def test_the_same_again_is_no_second_opinion(page, colleague, work_session):
    """A double click on *Complete session* leads on to the session."""
    client = page(colleague)
    form = {"outcome": "resolved", "outcome_notes": "Reset."}
    client.post(f"/sessions/{work_session.pk}/complete", form)
    again = client.post(f"/sessions/{work_session.pk}/complete", form)
    assert (again.status_code, again["Location"]) == (303, f"/sessions/{work_session.pk}")


def test_a_policy_may_have_been_first(page, engineer, work_session):
    age(work_session.pk)
    assert close_idle_sessions(engineer.account) == 1
    response = page(engineer).post(f"/sessions/{work_session.pk}/complete", MINE)
    assert response.status_code == 409
    assert "This session was completed as Cancelled" in text(response)
    assert "Rebooted it twice." in text(response)


def test_the_plain_popover_keeps_the_note_too(page, engineer, colleague, work_session):
    complete(work_session, colleague)
    form = {"outcome": "resolved", "outcome_notes": "Rebooted."}
    response = page(engineer).post(f"/sessions/{work_session.pk}/close", form)
    assert response.status_code == 409
    assert "Rebooted." in text(response)


def test_the_browser_keeps_what_the_second_typed_until_they_add_or_leave_it(
    page, engineer, colleague, work_session
):
    """The page of the session drops the browser's copy for whoever completed it, and offers it to
    the other.
    """
    complete(work_session, colleague)
    first, second = (
        page(user).get(f"/sessions/{work_session.pk}").content.decode()
        for user in (colleague, engineer)
    )
    drop, offer = (
        f'data-drop-kept="{work_session.pk}/complete"',
        f'key="{work_session.pk}/complete"',
    )
    assert (drop in first, offer in first) == (True, False)
    assert (drop in second, offer in second) == (False, True)
    add_addendum(user=engineer, pk=work_session.pk, text="Rebooted.")
    assert drop in page(engineer).get(f"/sessions/{work_session.pk}").content.decode()


# -- the addendum --------------------------------------------------------------------------------


def test_an_addendum_is_logged_and_ends_the_undo(engineer, work_session):
    done = complete(work_session, engineer)
    add_addendum(user=engineer, pk=done.pk, text="Rang again.")
    entry = AuditEntry.objects.get(object_id=done.pk, action=Action.ADDENDUM)
    assert (entry.actor_id, entry.details) == (engineer.pk, {})
    with pytest.raises(StateError):
        completion_services.reopen(user=engineer, pk=done.pk, revision=done.revision)


def test_the_same_text_twice_is_one(engineer):
    done = make_completed(engineer)
    for _ in range(2):
        add_addendum(user=engineer, pk=done.pk, text="Rang again.")
    assert Addendum.objects.count() == 1
    add_addendum(user=engineer, pk=done.pk, text="And again.")
    assert [row.text for row in done.addenda.all()] == ["Rang again.", "And again."]


@pytest.mark.parametrize("wrong", ["", "  \n", "x" * (limits.NOTES + 1)])
def test_what_cannot_be_added(engineer, wrong):
    with pytest.raises(Invalid):
        add_addendum(user=engineer, pk=make_completed(engineer).pk, text=wrong)


def test_a_refused_one_is_shown_as_typed(page, engineer):
    done = make_completed(engineer)
    long = "x" * (limits.NOTES + 1)
    response = page(engineer).post(
        f"/sessions/{done.pk}/addendum", {"outcome_notes": long}, headers=HTMX
    )
    assert response.status_code == 422
    assert long in response.content.decode()


def test_an_open_session_has_notes(engineer):
    with pytest.raises(StateError):
        add_addendum(user=engineer, pk=make_session(engineer).pk, text="x")


def test_only_owner_and_assignee_add(engineer, admin):
    with pytest.raises(PermissionDenied):
        add_addendum(user=admin, pk=make_completed(engineer).pk, text="x")


HEADINGS = {
    "markdown": ("## Resolution", "## Addendum", "## Next Steps"),
    "text": ("RESOLUTION\n", "ADDENDUM\n", "NEXT STEPS\n"),
    "html": ("<h2>Resolution</h2>", "<h2>Addendum</h2>", "<h2>Next Steps</h2>"),
    "psa": ("--- RESOLUTION ---", "--- ADDENDUM ---", "--- NEXT STEPS ---"),
}


def export(done, **options):
    session = Session.objects.get(pk=done.pk)
    return export_session(session, ExportOptions.parse(options), actor=session.user).content


@pytest.mark.req("X5")
@pytest.mark.parametrize("name", HEADINGS)
def test_exports_have_it_after_the_resolution(engineer, name):
    done = make_completed(engineer, outcome_notes="Reset.", next_steps="Call.")
    add_addendum(user=engineer, pk=done.pk, text="Rang again.\nAll is well.")
    shown = export(done, format=name)
    places = [shown.index(heading) for heading in HEADINGS[name]]
    assert places == sorted(places)
    assert "Rang again." in shown and engineer.display_name in shown
    client = export(done, format=name, audience="client")
    assert "Rang again." in client and engineer.display_name not in client
    assert "Rang again." not in export(done, format=name, include_outcome_notes=False)


@pytest.mark.req("R1")
def test_an_addendum_is_masked_as_everything_else(engineer):
    done = make_completed(engineer)
    add_addendum(user=engineer, pk=done.pk, text="password=Tulip-Cargo-58 on 10.1.2.3")
    shown = export(done, format="psa", redaction_mode="mask")
    assert "Tulip-Cargo-58" not in shown and "10.1.2.3" not in shown


@pytest.mark.req("X13")
def test_an_addendum_makes_no_structure(engineer):
    done = make_completed(engineer)
    add_addendum(user=engineer, pk=done.pk, text="# Title\n--- STEPS ---\n<script>x</script>")
    assert "\n# Title" not in export(done, format="markdown")
    assert "\n--- STEPS ---" not in export(done, format="psa")
    assert "<script>" not in export(done, format="html")
