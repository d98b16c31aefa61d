"""Reopening a completed session at any time, and where that meets everything else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from accounts_app.models import User
from exports_app.service import ExportOptions, export_session
from resolutionflow.web.errors import Conflict, StateError
from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.completion.addenda import add_addendum
from sessions_app.completion.reopening import reopen_completed
from sessions_app.handover.services import hand_over
from sessions_app.models import Action, AuditEntry, Decision, Session, State
from sessions_app.retention import purging
from sessions_app.retention.closing_idle import close_idle_sessions
from tests.factories import TeamFactory, TreeFactory, UserFactory, make_completed, make_session
from tests.sessions_app.api_helpers import url
from tests.sessions_app.batches.batch_factories import make_batch
from tests.sessions_app.retention.lifecycle_factories import age
from tests.sessions_app.run.browser_driver import text
from tests.sessions_app.run_driver import Run
from tests.sessions_app.threads import at_once
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S5", "H8")]
FORMATS = ("markdown", "text", "html", "psa")


def complete(run, outcome="resolved", **more):
    return completion_services.complete(user=run.user, pk=run.pk, outcome=outcome, **more)


def exported(pk, **options):
    session = Session.objects.get(pk=pk)
    return export_session(session, ExportOptions.parse(options), actor=session.user).content


def at_solution(engineer, **fields):
    """A run that stands at the solution “Escalate to the network team”."""
    run = Run(engineer, **fields)
    run.answer(1)
    return run


# -- what it is then -----------------------------------------------------------------------------


def test_it_runs_again_with_all_that_was_noted(engineer):
    run = at_solution(engineer)
    done = complete(run, outcome_notes="Sent on.", next_steps="Wait.", ends_at="outage")
    assert done.decision_count == 2
    opened = reopen_completed(user=engineer, pk=run.pk, seen=done.completed_at.isoformat())
    now = run.now
    assert (now.state, now.outcome, now.completed_at) == (State.ACTIVE, "", None)
    assert (now.outcome_notes, now.next_steps) == ("Sent on.", "Wait.")
    # It stands at the solution again, which isn't on the path twice when it is completed.
    assert (now.current_node, now.decision_count) == ("outage", 1)
    assert opened.revision == done.revision + 1
    complete(run, outcome="workaround", ends_at="outage")
    assert [step.node_id for step in run.now.decisions] == ["scope", "outage"]
    assert run.now.outcome_notes == "Sent on."
    assert AuditEntry.objects.filter(object_id=run.pk, action=Action.REOPENED).count() == 1


def test_what_was_typed_at_the_last_step_is_typed_there_again(engineer):
    run = Run(engineer)
    run.answer(0)
    run.type("Two replies.", command_output="Reply from gw")
    complete(run, "cancelled")
    assert run.now.decision_count == 2
    reopen_completed(user=engineer, pk=run.pk)
    now = run.now
    assert (now.decision_count, now.current_node) == (1, "ping")
    draft = {"notes": "Two replies.", "command_output": "Reply from gw"}
    assert now.drafts["ping"] == draft
    run.answer(notes="Two replies.", command_output="Reply from gw")
    assert [step.notes for step in run.now.decisions] == ["", "Two replies."]


def test_an_answer_that_leads_back_to_its_question_stays(engineer):
    """The last answer of a loop was given; only what completing recorded is taken back."""
    run = Run(engineer)
    run.answer(0)
    run.answer()
    run.answer(1)  # “No, try again” leads to the ping
    Session.objects.filter(pk=run.pk).update(current_node="replies")
    before = list(Decision.objects.filter(session_id=run.pk).values())
    complete(run, "unresolved")
    reopen_completed(user=engineer, pk=run.pk)
    assert list(Decision.objects.filter(session_id=run.pk).values()) == before


def test_a_session_without_a_step(engineer):
    done = make_completed(engineer)
    reopen_completed(user=engineer, pk=done.pk)
    assert Session.objects.get(pk=done.pk).state == State.ACTIVE


@pytest.fixture
def flow(author):
    return TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)


# -- who, and when -------------------------------------------------------------------------------


def test_owner_and_assignee_may_nobody_else(engineer, colleague, admin):
    done = make_completed(engineer, assigned_to=colleague)
    with pytest.raises(PermissionDenied):
        reopen_completed(user=admin, pk=done.pk)
    with pytest.raises(Http404):
        reopen_completed(user=UserFactory(), pk=done.pk)
    reopen_completed(user=colleague, pk=done.pk)
    with pytest.raises(StateError):
        reopen_completed(user=engineer, pk=done.pk)


def test_a_lost_role_takes_it_along(engineer):
    done = make_completed(engineer)
    User.objects.filter(pk=engineer.pk).update(role=User.Role.VIEWER)
    with pytest.raises(PermissionDenied):
        reopen_completed(user=User.objects.get(pk=engineer.pk), pk=done.pk)


def test_what_was_changed_since_the_page_is_kept_and_no_reason_to_refuse(engineer, page):
    """The page changes ticket, title and more in place, and is not loaded again."""
    done = make_completed(engineer)
    seen = done.completed_at.isoformat()
    address = f"/sessions/{done.pk}"
    assert f'value="{seen}"' in page(engineer).get(address).content.decode()
    services.set_reference(user=engineer, pk=done.pk, changes={"ticket_number": "T-7"})
    add_addendum(user=engineer, pk=done.pk, text="Rang again.")
    response = page(engineer).post(f"{address}/open-again", {"completed_at": seen})
    assert (response.status_code, response["Location"]) == (303, f"{address}/run")
    done.refresh_from_db()
    assert (done.state, done.ticket_number) == (State.ACTIVE, "T-7")


def test_a_page_of_an_earlier_completion_is_refused(engineer, page):
    done = make_completed(engineer)
    seen = done.completed_at.isoformat()
    reopen_completed(user=engineer, pk=done.pk, seen=seen)
    completion_services.complete(user=engineer, pk=done.pk, outcome="resolved")
    with pytest.raises(Conflict):
        reopen_completed(user=engineer, pk=done.pk, seen=seen)
    response = page(engineer).post(f"/sessions/{done.pk}/open-again", {"completed_at": seen})
    assert (response.status_code, response["Location"]) == (303, f"/sessions/{done.pk}")
    assert Session.objects.get(pk=done.pk).is_completed


def test_sent_twice_it_is_reopened_once(page, engineer):
    done = make_completed(engineer)
    client = page(engineer)
    form = {"completed_at": done.completed_at.isoformat()}
    first = client.post(f"/sessions/{done.pk}/open-again", form)
    assert first["Location"] == f"/sessions/{done.pk}/run"
    again = client.post(f"/sessions/{done.pk}/open-again", form)
    assert again.status_code == 303
    assert Session.objects.get(pk=done.pk).revision == done.revision + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("S15")
def test_reopened_and_added_to_at_once_never_an_addendum_of_an_open_session(engineer):
    """Of two processes the second finds what the first left."""
    for _ in range(5):
        done = make_completed(engineer)
        verbs = (
            lambda done=done: reopen_completed(user=engineer, pk=done.pk),
            lambda done=done: add_addendum(user=engineer, pk=done.pk, text="Rang again."),
        )
        _, added = at_once(lambda index, verbs=verbs: verbs[index](), 2)
        now = Session.objects.get(pk=done.pk)
        assert now.state == State.ACTIVE
        assert now.addenda.exists() == (not isinstance(added, type))


# -- crossings -----------------------------------------------------------------------------------


@pytest.mark.req("X8", "X5")
def test_the_exports_say_what_it_is_each_time_and_keep_the_addendum(engineer):
    run = at_solution(engineer)
    complete(run, outcome_notes="Sent on.", ends_at="outage")
    add_addendum(user=engineer, pk=run.pk, text="Rang again.")
    for name in FORMATS:
        shown = exported(run.pk, format=name)
        assert "Rang again." in shown and "In Progress" not in shown
    assert run.now.exported
    reopen_completed(user=engineer, pk=run.pk)
    assert not run.now.exported
    for name in FORMATS:
        shown = exported(run.pk, format=name)
        assert "In Progress (exported at step 1)" in shown
        assert "Rang again." in shown and engineer.display_name in shown
    assert not run.now.exported
    complete(run, ends_at="outage")
    assert "In Progress" not in exported(run.pk)


def test_the_page_keeps_the_addendum_and_offers_no_other(page, engineer):
    done = make_completed(engineer)
    add_addendum(user=engineer, pk=done.pk, text="Rang again.")
    reopen_completed(user=engineer, pk=done.pk)
    shown = page(engineer).get(f"/sessions/{done.pk}")
    assert "Rang again." in text(shown)
    assert f'action="/sessions/{done.pk}/addendum"' not in shown.content.decode()


def test_completing_again_starts_from_what_was_written(page, engineer):
    run = at_solution(engineer)
    complete(run, outcome_notes="Sent on.", next_steps="Wait for them.")
    reopen_completed(user=engineer, pk=run.pk)
    shown = text(page(engineer).get(f"/sessions/{run.pk}/complete"))
    assert "Sent on." in shown and "Wait for them." in shown


@pytest.mark.req("S13", "H4")
def test_titles_stay(engineer):
    run = at_solution(engineer)
    complete(run)
    services.set_title(user=engineer, pk=run.pk, title="Mine")
    reopen_completed(user=engineer, pk=run.pk)
    complete(run)
    assert (run.now.title, run.now.title_by_person) == ("Mine", True)


@pytest.mark.req("S4")
def test_put_is_refused_taken_and_refused(api, engineer):
    done = make_completed(engineer)
    client = api(engineer)
    assert client.put(url(done), {"scratchpad": "x"}).status_code == 400
    stale = {"If-Match": client.get(url(done))["ETag"]}
    reopen_completed(user=engineer, pk=done.pk)
    assert client.put(url(done), {"scratchpad": "x"}, headers=stale).status_code == 409
    assert client.put(url(done), {"outcome_notes": "x", "next_steps": "y"}).status_code == 200
    assert client.post(url(done, "complete"), {"outcome": "resolved"}).status_code == 200
    assert client.put(url(done), {"outcome_notes": "z"}).status_code == 400
    assert client.get(url(done)).json()["outcome_notes"] == "x"


def test_it_can_be_handed_over_and_the_receiver_completes_it(engineer):
    team = TeamFactory(account=engineer.account)
    User.objects.filter(pk=engineer.pk).update(team=team)
    engineer.refresh_from_db()
    mate = UserFactory(account=engineer.account, team=team)
    run = at_solution(engineer)
    complete(run)
    with pytest.raises(StateError):
        hand_over(user=engineer, pk=run.pk, to=mate.pk)
    reopen_completed(user=engineer, pk=run.pk)
    hand_over(user=engineer, pk=run.pk, to=mate.pk)
    with pytest.raises(PermissionDenied):
        complete(run)
    completion_services.complete(user=mate, pk=run.pk, outcome="resolved")
    reopen_completed(user=mate, pk=run.pk)
    with pytest.raises(PermissionDenied):
        reopen_completed(user=engineer, pk=run.pk)


@pytest.mark.req("H6")
def test_retention_leaves_it_alone_and_the_idle_policy_counts_anew(engineer):
    done = make_completed(engineer)
    age(done.pk)
    reopen_completed(user=engineer, pk=done.pk)
    assert close_idle_sessions(engineer.account) == 0
    purging.purge(engineer.account)
    assert Session.objects.get(pk=done.pk).state == State.ACTIVE


@pytest.mark.req("H6")
def test_what_a_policy_closed_can_be_gone_on_with(engineer):
    work_session = make_session(engineer, outcome_notes="Waits for a part.")
    age(work_session.pk)
    assert close_idle_sessions(engineer.account) == 1
    reopen_completed(user=engineer, pk=work_session.pk)
    work_session.refresh_from_db()
    assert work_session.state == State.ACTIVE and work_session.is_active
    assert work_session.outcome_notes.startswith("Waits for a part.")


@pytest.mark.req("S11")
def test_a_target_of_a_batch(engineer, flow):
    batch_id, (first, second) = make_batch(engineer, flow, 2)
    services.start_prepared(user=engineer, pk=first.pk)
    completion_services.complete(user=engineer, pk=first.pk, outcome="resolved")
    reopen_completed(user=engineer, pk=first.pk)
    assert Session.objects.get(pk=first.pk).batch_id == batch_id
    assert Session.objects.get(pk=second.pk).state == State.PREPARED


def test_the_undo_of_the_end_before_is_gone(engineer):
    run = at_solution(engineer)
    first = complete(run)
    reopen_completed(user=engineer, pk=run.pk)
    complete(run)
    with pytest.raises(Conflict):
        completion_services.reopen(user=engineer, pk=run.pk, revision=first.revision)


def test_a_minute_later_too(engineer):
    done = make_completed(engineer)
    Session.objects.filter(pk=done.pk).update(completed_at=timezone.now() - timedelta(days=30))
    reopen_completed(user=engineer, pk=done.pk)
    assert Session.objects.get(pk=done.pk).state == State.ACTIVE
