"""Closing and its undo: whatever closing changed is put back, and nothing else moves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports_app.options import ExportOptions
from exports_app.service import export_session
from resolutionflow.web.errors import Conflict, StateError
from sessions_app import permissions, services
from sessions_app.attachments import services as attachments_services
from sessions_app.completion import services as completion_services
from sessions_app.models import Action, AuditEntry, Decision, Session, State
from sessions_app.recording import drafts
from sessions_app.recording import services as recording_services
from sessions_app.retention import pinning
from tests.factories import make_completed, make_session
from tests.sessions_app.run_driver import Run

pytestmark = [pytest.mark.django_db, pytest.mark.req("H8")]


def row(pk, *but):
    """The whole row of a session, whatever fields it has."""
    values = Session.objects.filter(pk=pk).values().get()
    return {name: value for name, value in values.items() if name not in ("revision", *but)}


def steps(pk):
    """Every decision of a session with all its fields, those set aside included."""
    return list(Decision.objects.filter(session_id=pk).order_by("pk").values())


def close(run, outcome="resolved", **more):
    return completion_services.complete(user=run.user, pk=run.pk, outcome=outcome, **more)


def undo(done, user=None):
    return completion_services.reopen(user=user or done.user, pk=done.pk, revision=done.revision)


def fresh(engineer):
    return Run(engineer)


def in_the_middle(engineer):
    run = Run(engineer)
    run.answer(0, notes="One user only.")
    return run


def with_something_set_aside(engineer):
    run = in_the_middle(engineer)
    run.answer(command_output="No reply")
    run.again(1, 1)
    return run


def with_typing_and_a_file(engineer):
    """At an action: notes and output are typed, and a file waits for its step."""
    run = in_the_middle(engineer)
    attachments_services.add_attachment(
        user=engineer, pk=run.pk, name="ping.log", data=b"Request timed out."
    )
    run.type("It is the router.\n\n- tried twice", command_output="timeout\n" * 40)
    return run


def with_saved_notes(engineer):
    run = in_the_middle(engineer)
    texts = {"outcome_notes": "Saved before.", "next_steps": "Call at 10.", "scratchpad": "x"}
    services.update(user=engineer, pk=run.pk, changes=texts)
    return run


def at_the_solution(engineer):
    run = Run(engineer)
    run.answer(1)
    run.type("Told the network team.")
    return run


def at_a_step_of_ones_own(engineer):
    run = in_the_middle(engineer)
    run.add("Called the provider")
    run.type("", text="No fault known")
    return run


def long_idle(engineer):
    run = in_the_middle(engineer)
    Session.objects.filter(pk=run.pk).update(
        last_activity_at=timezone.now() - timedelta(days=3, microseconds=123457), title="By hand",
        title_by_person=True, pinned=True,
    )  # fmt: skip
    return run


STANDINGS = [
    fresh,
    in_the_middle,
    with_something_set_aside,
    with_typing_and_a_file,
    with_saved_notes,
    at_the_solution,
    at_a_step_of_ones_own,
    long_idle,
]


@pytest.mark.parametrize("texts", [{}, {"outcome_notes": "New notes", "next_steps": ""}])
@pytest.mark.parametrize("standing", STANDINGS)
def test_undo_puts_back_every_field_and_every_step(engineer, standing, texts):
    run = standing(engineer)
    before, steps_before, revision = row(run.pk), steps(run.pk), run.now.revision
    files = list(run.now.files.values())
    done = close(run, ends_at=run.now.current_node, **texts)
    assert row(run.pk) != before
    again = undo(done)
    assert row(run.pk) == before
    assert steps(run.pk) == steps_before
    assert list(run.now.files.values()) == files
    assert revision < done.revision < again.revision  # no two states share an ETag


@pytest.mark.parametrize("standing", STANDINGS)
def test_after_an_undo_the_run_goes_on_and_can_be_closed_again(engineer, standing):
    run = standing(engineer)
    undo(close(run, "escalated"))
    assert run.now.state == State.ACTIVE
    done = close(run, "workaround")
    assert (done.outcome, done.state) == ("workaround", State.COMPLETED)
    assert undo(done).outcome == ""


def test_what_was_typed_becomes_a_step_and_is_typed_text_again(engineer):
    run = with_typing_and_a_file(engineer)
    done = close(run)
    last = done.decisions.last()
    assert [item["name"] for item in last.attachments] == ["ping.log"]
    assert done.drafts == {}
    undo(done)
    draft = run.now.drafts["ping"]
    assert (draft["notes"], draft["attachments"]) == (last.notes, last.attachments)
    assert not Decision.objects.filter(pk=last.pk).exists()


def test_undo_is_in_the_log(engineer):
    run = fresh(engineer)
    undo(close(run))
    entries = AuditEntry.objects.filter(object_id=run.pk).order_by("at")
    assert [entry.action for entry in entries][-2:] == [Action.COMPLETED, Action.REOPENED]
    assert entries.last().actor == engineer


# -- refused -----------------------------------------------------------------------------------


def change_scratchpad(done):
    seen = recording_services.text_hash("")
    drafts.save_scratchpad(user=done.user, pk=done.pk, text="later", base_hash=seen)


def change_title(done):
    services.set_title(user=done.user, pk=done.pk, title="Printer jam")


def export(done):
    export_session(
        permissions.get_readable_session(done.user, done.pk), ExportOptions(), actor=done.user
    )


def wait(done):
    then = timezone.now() - timedelta(seconds=completion_services.UNDO_SECONDS + 1)
    Session.objects.filter(pk=done.pk).update(completed_at=then)


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (change_scratchpad, completion_services.CHANGED_MESSAGE),
        (change_title, completion_services.CHANGED_MESSAGE),
        (export, completion_services.EXPORTED_MESSAGE),
        (wait, completion_services.TOO_LATE_MESSAGE),
        (undo, completion_services.NOT_COMPLETED_MESSAGE),
    ],
)
def test_undo_is_refused_once_something_happened(engineer, meanwhile, why):
    done = close(in_the_middle(engineer))
    meanwhile(done)
    standing, steps_then = row(done.pk), steps(done.pk)
    with pytest.raises(StateError, match=why):
        undo(done)
    assert (row(done.pk), steps(done.pk)) == (standing, steps_then)


def test_reading_and_pinning_are_nothing_that_happened(engineer):
    run = in_the_middle(engineer)
    done = close(run)
    permissions.get_readable_session(engineer, done.pk)
    pinning.set_pinned(user=engineer, pk=done.pk, pinned=True)
    assert undo(done).pinned


def test_an_older_undo_does_not_undo_a_newer_closing(engineer):
    run = fresh(engineer)
    first = close(run, "resolved")
    undo(first)
    close(run, "escalated")
    with pytest.raises(Conflict):
        undo(first)
    assert run.now.outcome == "escalated"


def test_a_deleted_session_is_gone(engineer):
    done = close(fresh(engineer))
    services.delete(user=engineer, pk=done.pk)
    with pytest.raises(Http404):
        undo(done)


def test_a_session_that_was_completed_long_ago_has_no_undo(engineer):
    with pytest.raises(StateError):
        undo(make_completed(engineer))


@pytest.mark.parametrize("who", ["colleague", "viewer", "admin", "integration"])
def test_only_who_may_write_it_undoes(engineer, who, request):
    done = close(fresh(engineer))
    with pytest.raises(PermissionDenied):
        undo(done, request.getfixturevalue(who))
    assert Session.objects.get(pk=done.pk).is_completed


def test_an_assignee_undoes_too(engineer, colleague):
    done = close(Run(engineer, assigned_to=colleague))
    assert undo(done, colleague).state == State.ACTIVE


def test_another_account_sees_nothing_to_undo(engineer, stranger):
    done = close(fresh(engineer))
    with pytest.raises(Http404):
        undo(done, stranger)


# -- what is kept for it -----------------------------------------------------------------------


def test_what_undo_needs_is_kept_until_the_next_write(engineer):
    run = with_typing_and_a_file(engineer)
    done = close(run, outcome_notes="Done.")
    kept = Session.objects.get(pk=run.pk).undo_state
    assert set(kept["fields"]) == {"outcome_notes", "drafts", "decision_count"}
    change_scratchpad(done)
    assert Session.objects.get(pk=run.pk).undo_state is None


def test_undo_leaves_nothing_behind(engineer):
    run = fresh(engineer)
    undo(close(run))
    assert Session.objects.get(pk=run.pk).undo_state is None


def test_forgetting_spares_what_can_still_be_undone(engineer):
    """The job that clears it may name any moment."""
    young, old, older = (close(fresh(engineer)) for _ in range(3))
    now = timezone.now()
    for done, days in ((old, 1), (older, 9)):
        then = now - timedelta(days=days)
        Session.objects.filter(pk=done.pk).update(completed_at=then, started_at=then)
    assert completion_services.clear_expired_undo(now, within=timedelta(days=2)) == 1
    assert completion_services.clear_expired_undo(now + timedelta(hours=1)) == 1
    assert undo(young).state == State.ACTIVE
    assert completion_services.clear_expired_undo(now) == 0


def test_a_title_made_between_the_end_and_its_undo_stays(engineer):
    """Only what closing itself changed is put back."""
    done = close(in_the_middle(engineer))
    Session.objects.filter(pk=done.pk).update(title="Ping fails")
    assert undo(done).title == "Ping fails"


# -- closing -----------------------------------------------------------------------------------


@pytest.mark.req("S15")
def test_closing_against_an_older_state_is_a_conflict(engineer):
    run = fresh(engineer)
    seen = run.now.revision
    run.answer(0)
    with pytest.raises(Conflict):
        close(run, revision=seen)
    assert close(run, revision=run.now.revision).is_completed


def test_a_completed_session_says_so_whatever_was_seen(engineer):
    done = make_completed(engineer)
    with pytest.raises(StateError, match="completed already"):
        completion_services.complete(
            user=engineer, pk=done.pk, outcome="resolved", revision=done.revision - 1
        )


def test_a_step_costs_three_statements_as_before(engineer):
    """The session is locked, the step inserted, the session saved."""
    run = Run(engineer)
    step = run.input(0)
    with CaptureQueriesContext(connection) as queries:
        run.send(step)
    found = [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert found == ["SELECT", "INSERT", "UPDATE"]


# -- pinning -----------------------------------------------------------------------------------


@pytest.mark.req("H6")
@pytest.mark.parametrize("who", ["engineer", "colleague", "admin"])
def test_owner_assignee_and_admin_pin(engineer, colleague, who, request):
    work_session = make_completed(engineer, assigned_to=colleague)
    before = row(work_session.pk, "pinned")
    user = request.getfixturevalue(who)
    for pinned in (True, True, False):
        pinning.set_pinned(user=user, pk=work_session.pk, pinned=pinned)
        work_session.refresh_from_db()
        assert work_session.pinned is pinned
    assert row(work_session.pk, "pinned") == before
    assert work_session.revision == make_session(engineer).revision


@pytest.mark.parametrize("who", ["colleague", "viewer", "integration"])
def test_others_do_not_pin(engineer, who, request):
    work_session = make_completed(engineer)
    with pytest.raises(PermissionDenied):
        pinning.set_pinned(user=request.getfixturevalue(who), pk=work_session.pk, pinned=True)
    work_session.refresh_from_db()
    assert not work_session.pinned


def test_an_admin_of_another_account_finds_nothing_to_pin(engineer, stranger):
    stranger.role = "admin"
    stranger.save()
    with pytest.raises(Http404):
        pinning.set_pinned(user=stranger, pk=make_completed(engineer).pk, pinned=True)
