"""Where what is typed meets another rule: how a session ends, going back, handing over."""

import pytest

from exports_app.service import ExportOptions, export_session
from resolutionflow.web.errors import StateError
from sessions_app import services
from sessions_app.attachments import services as attachment_services
from sessions_app.completion import services as completion_services
from sessions_app.handover import services as handover_services
from sessions_app.models import Session
from sessions_app.recording import custom_steps
from sessions_app.retention.closing_idle import close_idle_sessions
from sessions_app.save_as_flow.linear_tree import path_structure
from tests.factories import TeamFactory, UserFactory
from tests.sessions_app.attachments.sample_files import png
from tests.sessions_app.retention.lifecycle_factories import age
from tests.sessions_app.run_driver import Run, prepared

pytestmark = [pytest.mark.django_db, pytest.mark.req("S5")]


@pytest.fixture
def run(engineer):
    return Run(engineer)


def complete(run, **more):
    return completion_services.complete(user=run.user, pk=run.pk, outcome="resolved", **more)


def path(run):
    return [
        (step.node_id.partition("-")[0] if step.is_custom else step.node_id, step.notes)
        for step in run.now.decisions.order_by("position")
    ]


def positions(run):
    return list(run.now.decisions.order_by("position").values_list("position", flat=True))


# -- draft × custom step × completion ----------------------------------------------------------


def test_notes_at_a_step_and_at_the_custom_step_added_there_are_both_recorded(run):
    run.type("Only Anke.")
    run.add("Look at the router")
    run.type("Lamp is red.")
    complete(run)
    assert path(run) == [("scope", "Only Anke."), ("custom", "Lamp is red.")]
    assert positions(run) == [1, 2]
    assert run.now.decision_count == 2


def test_notes_at_a_step_stay_when_nothing_is_typed_at_the_custom_step(run):
    run.type("Only Anke.")
    run.add("Look at the router")
    complete(run)
    assert path(run) == [("scope", "Only Anke.")]


def test_custom_steps_one_before_the_other(run):
    run.type("At the flow's step.")
    run.add("First of mine")
    run.type("At the first.")
    run.add("Second of mine")
    run.type("At the second.")
    complete(run)
    assert [notes for _, notes in path(run)] == [
        "At the flow's step.",
        "At the first.",
        "At the second.",
    ]


def test_a_removed_custom_step_takes_its_notes_along_and_no_others(run):
    run.type("Only Anke.")
    run.add("Look at the router")
    run.type("Lamp is red.")
    custom_steps.remove_custom_step(user=run.user, pk=run.pk, step_id=run.now.current_node)
    complete(run)
    assert path(run) == [("scope", "Only Anke.")]


def test_files_alone_are_something_typed(run):
    picture = png(30, 20)
    attachment_services.add_attachment(user=run.user, pk=run.pk, name="lamp.png", data=picture)
    run.add("Look at the router")
    done = complete(run)
    (step,) = done.decisions
    assert [file["name"] for file in step.attachments] == ["lamp.png"]


def test_an_undo_gives_every_draft_back(run):
    run.type("Only Anke.")
    run.add("Look at the router")
    run.type("Lamp is red.")
    before = run.now
    done = complete(run)
    completion_services.reopen(user=run.user, pk=run.pk, revision=done.revision)
    assert run.now.drafts == before.drafts
    assert run.now.current_node == before.current_node
    assert run.now.decision_count == 0 and not run.now.all_decisions.exists()


# -- draft × the other ways to end ---------------------------------------------------------------


def test_closing_by_policy_records_what_is_typed(run):
    run.type("Only Anke.")
    run.add("Look at the router")
    run.type("Lamp is red.")
    age(run.pk)
    assert close_idle_sessions(run.user.account) == 1
    assert path(run) == [("scope", "Only Anke."), ("custom", "Lamp is red.")]


def test_closing_from_a_list_records_what_is_typed(run, page):
    run.type("Only Anke.")
    run.add("Look at the router")
    run.type("Lamp is red.")
    page(run.user).post(f"/sessions/{run.pk}/close", {"outcome": "resolved"})
    assert path(run) == [("scope", "Only Anke."), ("custom", "Lamp is red.")]


def test_completing_by_api_records_what_is_typed(run, api):
    run.type("Only Anke.")
    run.add("Look at the router")
    answer = api(run.user).post(f"/api/v1/sessions/{run.pk}/complete", {"outcome": "resolved"})
    assert [step["notes"] for step in answer.json()["decisions"]] == ["Only Anke."]


# -- draft × going back, hand-over -----------------------------------------------------------------


def test_notes_at_a_step_that_the_run_has_left_by_going_back_are_recorded(run):
    run.answer(0)
    run.type("Typed at the second step.")
    second = run.now.current_node
    run.again(1, 1)
    assert run.now.current_node != second
    complete(run)
    assert "Typed at the second step." in [notes for _, notes in path(run)]


def test_what_one_typed_before_handing_over_is_recorded_when_the_other_completes(run):
    team = TeamFactory(account=run.user.account)
    run.user.team = team
    run.user.save()
    bo = UserFactory(account=run.user.account, team=team)
    run.type("Only Anke.")
    run.add("Look at the router")
    handover_services.hand_over(user=run.user, pk=run.pk, to=bo.pk)
    run.user = bo
    run.type("Lamp is red.")
    complete(run)
    assert path(run) == [("scope", "Only Anke."), ("custom", "Lamp is red.")]


# -- custom step × exports -------------------------------------------------------------------------


@pytest.mark.req("X9")
@pytest.mark.parametrize("name", ["markdown", "text", "html", "psa"])
def test_the_details_of_a_custom_step_are_what_was_done(run, name):
    run.add("Look at the router", body="Unplugged it for ten seconds.\nWaited for the lamp.")
    run.answer(text="Lamp is green")
    session = Session.objects.get(pk=run.pk)
    assert session.decisions.get().action == ("Unplugged it for ten seconds.\nWaited for the lamp.")
    shown = export_session(session, ExportOptions.parse({"format": name}), actor=run.user).content
    assert "Unplugged it for ten seconds." in shown and "Waited for the lamp." in shown


def test_the_details_stand_on_the_sessions_page(run, page):
    run.add("Look at the router", body="Unplugged it for ten seconds.")
    run.answer(text="Lamp is green")
    shown = page(run.user).get(f"/sessions/{run.pk}").content.decode()
    assert "Unplugged it for ten seconds." in shown


def test_details_of_a_step_that_ends_the_session_are_kept(run):
    run.add("Look at the router", body="Unplugged it.")
    run.type("Lamp is green.")
    complete(run)
    assert run.now.decisions.get().action == "Unplugged it."


def test_details_alone_are_something_typed(run):
    run.type("Only Anke.")
    run.add("Look at the router", body="Unplugged it.")
    complete(run)
    assert path(run) == [("scope", "Only Anke."), ("custom", "")]
    step = run.now.decisions.get(position=2)
    assert (step.question, step.action, step.answer) == (
        "Look at the router",
        "Unplugged it.",
        "",
    )


@pytest.mark.parametrize("name", ["markdown", "text", "html", "psa"])
def test_details_of_the_custom_step_that_a_run_stands_at_are_exported(run, name):
    run.add("Look at the router", body="Unplugged it.")
    options = ExportOptions.parse({"format": name, "include_current_step": True})
    session = Session.objects.get(pk=run.pk)
    assert "Unplugged it." in export_session(session, options, actor=run.user).content


def test_details_of_a_custom_step_sent_by_api_are_what_was_done(run, api):
    step_id = "custom-6f2f6e0e-31a4-4a63-8bbd-8c8f6a4de0c1"
    body = {
        "custom_steps": [{"id": step_id, "title": "Look", "body": "Unplugged it."}],
        "decisions": [{"node_id": step_id, "question": "Look"}],
    }
    answer = api(run.user).put(f"/api/v1/sessions/{run.pk}", body)
    assert answer.json()["decisions"][0]["action"] == "Unplugged it."


def test_details_are_kept_when_a_step_becomes_part_of_a_flow(run):
    run.add("Look at the router", body="Unplugged it.")
    run.answer(text="Green")
    document = path_structure(run.now)
    assert document["nodes"]["step-1"]["body"] == "Unplugged it."


# -- prepared × completion -------------------------------------------------------------------------


def test_a_session_that_was_never_started_is_not_completed_and_keeps_its_drafts(engineer):
    waiting = prepared(engineer, engineer, drafts={"scope": {"notes": "Only Anke."}})
    with pytest.raises(StateError):
        completion_services.complete(user=engineer, pk=waiting.pk, outcome="resolved")
    waiting.refresh_from_db()
    assert waiting.drafts == {"scope": {"notes": "Only Anke."}}
    assert waiting.outcome == ""


# -- policy × title --------------------------------------------------------------------------------


@pytest.mark.req("H4")
def test_what_a_policy_closes_has_a_title(run):
    run.type("Only Anke.")
    age(run.pk)
    close_idle_sessions(run.user.account)
    assert run.now.title


@pytest.mark.req("H4")
def test_a_title_by_hand_survives_every_end(run):
    services.set_title(user=run.user, pk=run.pk, title="Anke's VPN")
    run.type("Only Anke.")
    age(run.pk)
    close_idle_sessions(run.user.account)
    assert run.now.title == "Anke's VPN"
