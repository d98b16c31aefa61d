"""“Tried before for this client”: what the panel of the run page knows."""

import json

import pytest

from accounts_app.models import User
from sessions_app.models import Session
from sessions_app.suggestions import client_history as panel
from sessions_app.suggestions.client_history import earlier_sessions, summarise_attempt
from tests.factories import TeamFactory, UserFactory, add_decision, structure
from tests.sessions_app.suggestions.suggestion_factories import (
    EVERYONE,
    ONE,
    flow_of,
    now_running,
    past,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("H5", "A1", "A2", "A3")]
SECRET = "Frau Geheim"


@pytest.fixture
def flow(author):
    return flow_of(author, name="Office VPN")


def at_outage(work_session, answer=""):
    """The solution as the last step."""
    title = structure()["nodes"]["outage"]["title"]
    add_decision(work_session, node_id="outage", question=title, answer=answer)
    return work_session


def test_the_last_five_the_newest_first_and_not_itself(engineer, flow):
    for days in (3, 40, 1, 7, 2, 5):
        past(engineer, flow, ONE, days=days, ticket_number=f"T-{days}")
    past(engineer, flow, ONE, days=4, client="Fabrikam", ticket_number="T-4")
    work_session = now_running(engineer, flow, ticket_number="T-0")
    found = earlier_sessions(work_session, engineer)
    assert [item.ticket for item in found] == ["T-1", "T-2", "T-3", "T-5", "T-7"]


def test_how_each_ended_in_words(engineer, flow):
    past(engineer, flow, ONE, outcome="", days=1)
    past(engineer, flow, ONE, outcome="resolved_externally", days=2)
    found = earlier_sessions(now_running(engineer, flow), engineer)
    assert [(item.outcome, item.outcome_label) for item in found] == [
        ("active", "In progress"),
        ("resolved_externally", "Resolved Externally"),
    ]


def test_prepared_sessions_have_tried_nothing(engineer, flow):
    prepared = past(engineer, flow, outcome="")
    Session.objects.filter(pk=prepared.pk).update(started_at=None)
    assert earlier_sessions(now_running(engineer, flow), engineer) == []


def test_an_open_session_without_a_step_has_tried_nothing(engineer, flow):
    past(engineer, flow, outcome="", days=1)
    past(engineer, flow, outcome="resolved", days=2)
    [item] = earlier_sessions(now_running(engineer, flow), engineer)
    assert item.outcome_label == "Resolved"


@pytest.mark.parametrize("client", ["", "   "])
def test_without_a_client_nothing_is_read(engineer, flow, client, django_assert_num_queries):
    past(engineer, flow, ONE, client="")
    work_session = now_running(engineer, flow, client=client)
    with django_assert_num_queries(0):
        assert earlier_sessions(work_session, engineer) == []


def test_it_is_one_statement(engineer, flow, django_assert_num_queries):
    for _ in range(7):
        at_outage(past(engineer, flow, ONE))
    work_session = now_running(engineer, flow)
    with django_assert_num_queries(1):
        assert len(earlier_sessions(work_session, engineer)) == 5


def test_clients_match_without_case_space_and_accents(engineer, flow):
    past(engineer, flow, ONE, client="MULLER &  söhne gmbh")
    assert len(earlier_sessions(now_running(engineer, flow), engineer)) == 1


@pytest.mark.req("A1")
def test_nothing_crosses_accounts(engineer, stranger, flow):
    flow.is_public = True
    flow.save()
    past(stranger, flow, ONE)
    assert earlier_sessions(now_running(engineer, flow), engineer) == []


# -- who is named ------------------------------------------------------------------------------


def private_to(user, flow, **fields):
    made = past(
        user,
        flow,
        ("Only " + SECRET, "ping"),
        title=SECRET,
        ticket_number=SECRET,
        scratchpad=SECRET,
        outcome_notes=SECRET,
        **fields,
    )
    add_decision(made, node_id="ping", question=f"Ping {SECRET}", answer=SECRET, notes=SECRET)
    add_decision(made, node_id="custom-x", question=SECRET, answer=SECRET)
    return made


@pytest.mark.req("A2")
def test_a_session_that_may_not_be_read_is_shown_unnamed(engineer, colleague, flow):
    """Neither who, nor where, nor anything that was typed or filled in."""
    User.objects.filter(pk=colleague.pk).update(first_name=SECRET)
    private_to(colleague, flow)
    [item] = earlier_sessions(now_running(engineer, flow), engineer)
    assert (item.url, item.title, item.ticket, item.engineer) == ("", "", "", "")
    assert (item.flow, item.outcome_label) == ("Office VPN", "Escalated")
    assert item.tried == "Is one user affected, or everyone?"
    assert SECRET not in json.dumps(item.__dict__, default=str)


@pytest.mark.parametrize("role", ["owner", "assignee", "admin"])
def test_a_session_that_may_be_read_is_named(engineer, colleague, admin, flow, role):
    made = private_to(colleague, flow)
    if role == "assignee":
        Session.objects.filter(pk=made.pk).update(assigned_to=engineer)
    viewer = {"owner": colleague, "assignee": engineer, "admin": admin}[role]
    [item] = earlier_sessions(now_running(engineer, flow), viewer)
    assert item.url == f"/sessions/{made.pk}"
    assert (item.title, item.ticket) == (SECRET, SECRET)
    assert item.engineer == colleague.display_name
    assert Session.objects.visible_to(viewer).filter(pk=made.pk).exists()


@pytest.mark.req("A3")
def test_a_flow_that_the_viewer_may_not_see_keeps_its_sessions_to_itself(
    engineer, colleague, admin, author, flow
):
    """The flow of another team, a private one, a draft."""
    other = TeamFactory(account=author.account)
    for fields in ({"visibility": "team", "team": other}, {"visibility": "private"}):
        past(colleague, flow_of(author, **fields), ONE)
    draft = flow_of(author)
    past(colleague, draft, ONE)
    draft.status = "draft"
    draft.save()
    work_session = now_running(engineer, flow)
    assert earlier_sessions(work_session, engineer) == []
    member = UserFactory(account=author.account, team=other)
    assert len(earlier_sessions(work_session, member)) == 1
    assert len(earlier_sessions(work_session, colleague)) == 3  # their own
    assert len(earlier_sessions(work_session, author)) == 3
    assert len(earlier_sessions(work_session, admin)) == 3


def test_hidden_ones_make_room_for_older_visible_ones(engineer, colleague, author, flow):
    hidden = flow_of(author, visibility="private")
    for days in range(1, 8):
        past(colleague, hidden, ONE, days=days)
    past(colleague, flow, ONE, days=30)
    [item] = earlier_sessions(now_running(engineer, flow), engineer)
    assert item.flow == "Office VPN"


def test_how_many_are_looked_at_is_bounded(engineer, colleague, author, flow, monkeypatch):
    monkeypatch.setattr(panel, "MAX_READ", 3)
    hidden = flow_of(author, visibility="private")
    for days in (1, 2, 3):
        past(colleague, hidden, ONE, days=days)
    past(colleague, flow, ONE, days=30)
    assert earlier_sessions(now_running(engineer, flow), engineer) == []


def test_a_deleted_flow_counts_as_the_accounts(engineer, colleague, author, flow):
    gone = flow_of(author, name="Old flow", visibility="private")
    past(colleague, gone, ONE)
    gone.delete()
    [item] = earlier_sessions(now_running(engineer, flow), engineer)
    assert (item.flow, item.url) == ("Old flow", "")
    assert item.tried == "Is one user affected, or everyone? One user"


# -- what was tried, in a line -----------------------------------------------------------------


def test_the_last_question_and_the_solution(engineer, flow):
    made = past(engineer, flow, ONE)
    add_decision(made, node_id="ping", question="Ping gw", answer="Done")
    at_outage(made)
    [item] = earlier_sessions(now_running(engineer, flow), engineer)
    asked = "Is one user affected, or everyone? One user"
    assert item.tried == f"{asked} → Escalate to the network team"


def test_where_it_stopped_without_a_solution(engineer, colleague, flow):
    past(colleague, flow, EVERYONE)
    work_session = now_running(engineer, flow)
    for viewer in (engineer, colleague):
        [item] = earlier_sessions(work_session, viewer)
        assert item.tried == "Is one user affected, or everyone? Everyone"


def test_nothing_was_recorded(engineer, flow):
    past(engineer, flow)
    [item] = earlier_sessions(now_running(engineer, flow), engineer)
    assert item.tried == ""


def a_step(kind, question, answer="", **more):
    return {
        "type": kind,
        "question": question,
        "answer": answer,
        "title": question,
        "options": [{"label": "Yes"}],
        **more,
    }


OWN = a_step("custom", "Rang the provider", "No reply")
ASKED = a_step("question", "Is {{ host }} up?", "Yes")
ENDED = a_step("solution", "Reset {{ user }}")


@pytest.mark.parametrize(
    ("steps", "as_recorded", "in_flows_words"),
    [
        ([], "", ""),
        ([OWN], "Rang the provider No reply", ""),
        ([a_step("action", "Ping", "Done")], "Ping Done", ""),
        ([ASKED], "Is {{ host }} up? Yes", "Is … up? Yes"),
        ([{**ASKED, "answer": "Typed"}], "Is {{ host }} up? Typed", "Is … up?"),
        ([OWN, ASKED], "Is {{ host }} up? Yes", "Is … up? Yes"),
        ([ENDED, ASKED], "Is {{ host }} up? Yes → Reset {{ user }}", "Is … up? Yes → Reset …"),
        ([ENDED], "Reset {{ user }}", "Reset …"),
        ([OWN, ENDED], "Rang the provider No reply", ""),
        ([a_step(None, "Gone", "x", title=None, options=None)], "Gone x", ""),
    ],
)
def test_the_line(steps, as_recorded, in_flows_words):
    assert summarise_attempt(steps, in_flows_words=False) == as_recorded
    assert summarise_attempt(steps, in_flows_words=True) == in_flows_words


def test_a_long_line_is_cut():
    line = summarise_attempt([a_step("question", "x" * 500, "Yes")], in_flows_words=False)
    assert len(line) == panel.LINE
    assert line.endswith("…")
