"""What whoever takes a run over is told, and the hand-over itself."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from resolutionflow.web.errors import Invalid, StateError
from sessions_app import limits, permissions
from sessions_app.attachments import services as attachments_services
from sessions_app.handover import services as handover_services
from sessions_app.handover.notices import badges_for, notice_for, summary_input
from sessions_app.handover.services import hand_over
from sessions_app.handover.summary import PathStep, RuledOut, SummaryInput, UntriedBranch, summarise
from sessions_app.recording import services as recording_services
from tests.factories import (
    TeamFactory,
    UserFactory,
    intake_form,
    make_completed,
    make_session,
    structure,
)
from tests.sessions_app import run_driver

SCOPE = "Is one user affected, or everyone?"
REPLIES = "Did the gateway reply?"


def told(*path, at, values=None, custom=()):
    """The brief of a run of the sample flow; a step is (node, answer) or (node, answer, True)."""
    titles = {"scope": SCOPE, "ping": "Ping gw-1", "replies": REPLIES}
    steps = [PathStep(node, titles.get(node, "Rang the ISP"), *rest) for node, *rest in path]
    return summarise(
        SummaryInput(
            nodes=structure()["nodes"],
            intake_form=intake_form(),
            custom_steps=custom,
            values={"gateway": "gw-1"} if values is None else values,
            current_node=at,
            path=steps,
        )
    )


def test_at_the_start_nothing_is_ruled_out_and_everything_is_left():
    at_start = told(at="scope")
    assert at_start.ruled_out == ()
    assert at_start.untried == (
        UntriedBranch(SCOPE, ("One user", "Everyone", "Not sure"), is_current=True),
    )
    assert at_start.unconfirmed == ("Still blank, and needed further on: Contact.",)


def test_answers_are_ruled_out_and_branches_not_taken_are_left():
    later = told(("scope", "One user"), ("ping", "Done", True), at="replies")
    assert later.ruled_out == (RuledOut(SCOPE, "One user"),)
    # “Not sure” leads where the run has been.
    assert later.untried == (
        UntriedBranch(REPLIES, ("Yes", "No, try again", "No, still nothing"), is_current=True),
        UntriedBranch(SCOPE, ("Everyone",)),
    )


def test_a_loop_counts_its_last_answer_and_offers_no_answer_twice():
    looped = told(
        ("scope", "One user"),
        ("ping", "Done", True),
        ("replies", "No, try again"),
        ("ping", "Done", True),
        at="replies",
    )
    assert looped.ruled_out[-1] == RuledOut(REPLIES, "No, try again")
    assert looped.untried[0].options == ("Yes", "No, still nothing")
    assert [item.question for item in looped.untried] == [REPLIES, SCOPE]


def test_at_an_action_or_a_solution_the_step_itself_is_left():
    assert told(("scope", "One user"), at="ping").untried[0] == UntriedBranch(
        "Ping gw-1", (), is_current=True
    )
    ended = told(("scope", "Everyone"), at="outage").untried
    assert ended[0].question == "Escalate to the network team"
    assert ended[1] == UntriedBranch(SCOPE, ("One user", "Not sure"))


def test_what_nobody_confirmed():
    own = {"id": "custom-1", "title": "Rang the ISP", "return_to": "replies"}
    found = told(
        ("scope", "One user"),
        ("ping", "Done"),
        ("ping", "Done", True),
        ("ping", "Two replies"),
        ("custom-1", "Done"),
        ("custom-1", "", True),
        ("custom-1", "Line is up"),
        at="replies",
        values={"gateway": "gw-1", "contact": "Bob"},
        custom=[own],
    ).unconfirmed
    assert found == (
        "Step 2, “Ping gw-1”: marked done, with no notes and no output.",
        "Step 5, “Rang the ISP”: a custom step without a result.",
    )


def test_what_was_carried_over_is_confirmed_by_nobody():
    found = told(
        ("scope", "One user", True, True), ("scope", "Everyone", True), at="reset-profile"
    ).unconfirmed
    assert found[0] == f"Step 1, “{SCOPE}”: carried over, not tested again."
    assert not any("Step 2" in line for line in found)


def test_blank_variables_count_only_where_they_are_still_needed():
    at_ping = told(("scope", "One user"), at="ping", values={}).unconfirmed
    assert at_ping == ("Still blank, and needed further on: Gateway, Contact.",)
    assert told(("scope", "Everyone"), at="outage", values={}).unconfirmed == ()


def test_at_a_custom_step_what_follows_it_counts():
    own = {"id": "custom-1", "title": "Rang the ISP", "return_to": "reset-profile"}
    at_own = told(at="custom-1", custom=[own], values={})
    assert at_own.untried == (UntriedBranch("Rang the ISP", (), is_current=True),)
    assert at_own.unconfirmed == ("Still blank, and needed further on: Contact.",)


def test_the_end_of_a_path_and_unknown_nodes_break_nothing():
    over = told(("gone", "Yes"), ("scope", "One user"), at="")
    assert over.untried == (UntriedBranch(SCOPE, ("Everyone", "Not sure")),)
    assert over.ruled_out == (RuledOut(SCOPE, "One user"),)


# -- the hand-over -----------------------------------------------------------------------------


@pytest.fixture
def team(account):
    return TeamFactory(account=account)


@pytest.fixture
def giver(account, team):
    return UserFactory(account=account, team=team, first_name="Ana", last_name="Ruiz")


@pytest.fixture
def mate(account, team):
    return UserFactory(account=account, team=team, first_name="Bo", last_name="Lind")


def give(giver, work_session, to, **more):
    return hand_over(user=giver, pk=work_session.pk, to=to.pk, **more)


@pytest.mark.req("A2")
def test_ownership_moves_and_the_former_owner_reads_on(giver, mate):
    run = run_driver.Run(giver)
    run.answer(0)
    before = run.now.revision
    given = give(giver, run, mate, note=" Call Bob by 5. ")
    now = permissions.get_readable_session(mate, run.pk)
    assert (now.user_id, now.assigned_to_id, now.revision) == (mate.pk, None, before + 1)
    assert (given.from_user, given.to_user, given.note) == (giver, mate, "Call Bob by 5.")
    assert given.step_count == 1
    assert permissions.get_readable_session(giver, run.pk).user_id == mate.pk
    for verb in (permissions.lock_session, permissions.get_writable_session):
        with pytest.raises(PermissionDenied, match="You handed this session to Bo Lind today"):
            verb(giver, run.pk)
    step = recording_services.StepInput(position=2, node_id="ping")
    recording_services.answer(user=mate, pk=run.pk, step=step)
    who = list(now.decisions.values_list("recorded_by_id", flat=True))
    assert who == [giver.pk, mate.pk]


def test_an_assignment_of_the_giver_goes_along_another_stays(giver, mate, colleague):
    own = make_session(giver, assigned_to=giver)
    give(giver, own, mate)
    own.refresh_from_db()
    assert own.assigned_to == mate
    others = make_session(giver, assigned_to=colleague)
    give(giver, others, mate)
    others.refresh_from_db()
    assert (others.user, others.assigned_to) == (mate, colleague)


def test_it_can_be_handed_back(giver, mate):
    work_session = make_session(giver)
    give(giver, work_session, mate)
    give(mate, work_session, giver)
    assert permissions.get_readable_session(giver, work_session.pk).user == giver
    with pytest.raises(permissions.HandedOver):
        permissions.get_writable_session(mate, work_session.pk)


def test_only_to_team_mates_who_run_sessions(giver, mate, account, team, colleague, stranger):
    viewer = UserFactory(account=account, team=team, role="viewer")
    gone = UserFactory(account=account, team=team, is_active=False)
    work_session = make_session(giver)
    assert list(handover_services.team_mates(giver)) == [mate]
    assert list(handover_services.team_mates(colleague)) == []
    for other in (viewer, gone, colleague, stranger, giver):
        with pytest.raises(Invalid) as refused:
            give(giver, work_session, other)
        assert "to" in refused.value.fields
    with pytest.raises(Invalid):
        hand_over(user=giver, pk=work_session.pk, to=None)


def test_a_note_has_a_limit(giver, mate):
    with pytest.raises(Invalid) as refused:
        give(giver, make_session(giver), mate, note="x" * (limits.HANDOVER_NOTE + 1))
    assert "5,001 characters; 5,000 fit" in refused.value.fields["note"]


def test_only_its_owner_and_only_while_it_runs(giver, mate, colleague, stranger):
    work_session = make_session(giver, assigned_to=colleague)
    for user, refused in ((mate, PermissionDenied), (colleague, PermissionDenied),
                          (stranger, Http404)):  # fmt: skip
        with pytest.raises(refused):
            give(user, work_session, giver)
    for state in (make_completed(giver), make_session(giver, started_at=None)):
        with pytest.raises(StateError):
            give(giver, state, mate)


def test_the_receiver_sees_the_notice_until_they_record_a_step(giver, mate):
    run = run_driver.Run(giver)
    run.answer(0)
    give(giver, run, mate, note="Gateway smells.")
    now = permissions.get_readable_session(mate, run.pk)
    told = notice_for(mate, now)
    assert (told.by, told.note, told.is_new) == ("Ana Ruiz", "Gateway smells.", True)
    assert told.summary.ruled_out == (RuledOut(SCOPE, "One user"),)
    assert notice_for(giver, now) is None
    assert badges_for(mate, [now.pk])[str(now.pk)].note == "Gateway smells."
    assert badges_for(giver, [now.pk]) == {}
    step = recording_services.StepInput(position=2, node_id="ping")
    recording_services.answer(user=mate, pk=run.pk, step=step)
    assert notice_for(mate, permissions.get_readable_session(mate, run.pk)).is_new is False
    assert badges_for(mate, [now.pk]) == {}


def test_a_file_confirms_a_step_too(giver):
    run = run_driver.Run(giver)
    run.answer(0)
    attachments_services.add_attachment(user=giver, pk=run.pk, name="x.log", data=b"809")
    run.answer()
    assert [step.has_evidence for step in summary_input(run.now).path] == [False, True]
