"""The rules of whole sessions, at the services that pages and API share."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.errors import Conflict, Invalid, StateError
from sessions_app import closing, drafts, recording, services
from sessions_app.models import Decision, Outcome, Session, State
from sessions_app.recording import StepInput
from tests.factories import (
    TreeFactory,
    UserFactory,
    add_decision,
    make_completed,
    make_session,
    structure,
)
from trees_app.models import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(author):
    return TreeFactory(author=author, published=True)


def prepared(owner, assignee, **fields):
    return make_session(owner, started_at=None, assigned_to=assignee, **fields)


# -- starting [S3], [T4], [T5] -----------------------------------------------------------------


def test_a_session_starts_at_the_first_step(engineer, tree):
    work_session = services.start(
        user=engineer, tree=tree, ticket_number="T-1", variables={"gateway": "10.0.0.1"}
    )
    assert (work_session.state, work_session.current_node) == (State.ACTIVE, "scope")
    assert work_session.session_variables == {"gateway": "10.0.0.1"}
    assert (work_session.user, work_session.account) == (engineer, engineer.account)
    tree.refresh_from_db()
    assert tree.usage_count == 1


def test_a_refused_start_counts_no_use(engineer, tree):
    with pytest.raises(Invalid) as error:
        services.start(user=engineer, tree=tree, variables={"gateway": "not a host"})
    assert set(error.value.fields) == {"variables.gateway"}
    tree.refresh_from_db()
    assert (tree.usage_count, Session.objects.count()) == (0, 0)


def test_the_snapshot_is_frozen(engineer, tree):
    """[T4]: the structure and its name, description, category, version, type and form."""
    work_session = services.start(user=engineer, tree=tree)
    before = work_session.tree_snapshot
    assert set(before) == {
        "name",
        "description",
        "category",
        "version",
        "tree_type",
        "intake_form",
        "structure",
    }
    tree.name, tree.structure = "Renamed", {**structure(), "start": "outage"}
    tree.structure["nodes"]["scope"]["title"] = "Changed"
    tree.save()
    work_session.refresh_from_db()
    assert work_session.tree_snapshot == before
    assert work_session.tree_name != "Renamed"
    tree.delete()
    work_session.refresh_from_db()
    assert (work_session.tree, work_session.tree_snapshot) == (None, before)


def test_a_session_runs_what_was_published_last(engineer, tree):
    """Half-finished edits of the author never reach a session."""
    tree.structure["nodes"]["scope"]["title"] = "Unfinished"
    tree.save()
    work_session = services.start(user=engineer, tree=tree)
    assert work_session.node("scope")["title"] == "Is one user affected, or everyone?"
    assert work_session.tree_snapshot["version"] == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"status": "draft"}, StateError),
        ({"is_active": False}, StateError),
        ({"visibility": "private"}, PermissionDenied),
        ({"visibility": "team"}, PermissionDenied),
        ({"visibility": "private", "status": "draft"}, PermissionDenied),
    ],
)
def test_flows_that_cannot_be_started(engineer, tree, fields, error):
    """[S3]"""
    Tree.objects.filter(pk=tree.pk).update(**fields)
    with pytest.raises(error):
        services.startable_tree(engineer, tree.pk)


def test_flows_of_other_accounts(tree, stranger):
    """[A1]: 404, unless the flow is public."""
    for pk in (tree.pk, 10**12, 10**30):
        with pytest.raises(Http404):
            services.startable_tree(stranger, pk)
    Tree.objects.filter(pk=tree.pk).update(is_public=True)
    assert services.startable_tree(stranger, tree.pk) == tree
    Tree.objects.filter(pk=tree.pk).update(status="draft", is_active=False)
    with pytest.raises(StateError):
        services.startable_tree(stranger, tree.pk)


@pytest.mark.parametrize("who", ["viewer", "integration"])
def test_readers_start_nothing(tree, who, request):
    with pytest.raises(PermissionDenied):
        services.startable_tree(request.getfixturevalue(who), tree.pk)


def test_the_operator_without_an_account_starts_nothing(tree):
    operator = UserFactory(account=None, is_superuser=True)
    with pytest.raises(PermissionDenied):
        services.startable_tree(operator, tree.pk)
    with pytest.raises(PermissionDenied):
        services.start(user=operator, tree=tree)


# -- reading [A1], [A2] ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("engineer", None),
        ("admin", None),
        ("integration", None),
        ("colleague", PermissionDenied),
        ("author", PermissionDenied),
        ("viewer", PermissionDenied),
        ("stranger", Http404),
    ],
)
def test_who_reads_a_session(engineer, who, error, request):
    work_session, user = make_session(engineer), request.getfixturevalue(who)
    listed = Session.objects.visible_to(user).filter(pk=work_session.pk).exists()
    assert listed == (error is None) == work_session.may_be_read_by(user)
    if error is None:
        assert services.readable(user, work_session.pk) == work_session
    else:
        with pytest.raises(error):
            services.readable(user, work_session.pk)


def test_an_assignee_reads_and_writes(engineer, colleague):
    work_session = make_session(engineer, assigned_to=colleague)
    assert services.readable(colleague, work_session.pk)
    assert services.set_scratchpad(user=colleague, pk=work_session.pk, text="x")


def test_a_viewer_who_is_assigned_still_only_reads(engineer, viewer):
    """[A4]"""
    work_session = make_session(engineer, assigned_to=viewer)
    assert services.readable(viewer, work_session.pk)
    with pytest.raises(PermissionDenied):
        services.set_scratchpad(user=viewer, pk=work_session.pk, text="x")


WRITES = {
    "update": lambda user, pk: services.update(user=user, pk=pk, changes={"scratchpad": "x"}),
    "scratchpad": lambda user, pk: services.set_scratchpad(user=user, pk=pk, text="x"),
    "variables": lambda user, pk: services.set_variables(user=user, pk=pk, values={"a": "b"}),
    "title": lambda user, pk: services.set_title(user=user, pk=pk, title="New"),
    "complete": lambda user, pk: closing.complete(user=user, pk=pk, outcome="resolved"),
    "delete": lambda user, pk: services.delete(user=user, pk=pk),
}
EVERY_WRITE = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


@EVERY_WRITE
@pytest.mark.parametrize("who", ["colleague", "author", "admin", "viewer", "integration"])
def test_nobody_else_writes(engineer, write, who, request):
    work_session = make_session(engineer)
    with pytest.raises(PermissionDenied):
        write(request.getfixturevalue(who), work_session.pk)
    work_session.refresh_from_db()
    assert work_session.revision == 1


@EVERY_WRITE
def test_another_account_finds_nothing(engineer, stranger, write):
    with pytest.raises(Http404):
        write(stranger, make_session(engineer).pk)
    with pytest.raises(Http404):
        write(stranger, uuid.uuid4())


@pytest.mark.parametrize("name", ["update", "variables", "complete"])
def test_a_completed_session_is_not_changed(engineer, name):
    """[S4], [S5], [S7]: notes and next steps are frozen with it."""
    work_session = make_completed(engineer, outcome_notes="Reset it.", next_steps="Call.")
    with pytest.raises(StateError):
        WRITES[name](engineer, work_session.pk)
    work_session.refresh_from_db()
    assert (work_session.outcome_notes, work_session.next_steps) == ("Reset it.", "Call.")


@pytest.mark.parametrize("name", ["scratchpad", "title", "delete"])
def test_what_may_still_be_done_with_a_completed_session(engineer, name):
    """[S6], [S13], [S14]"""
    WRITES[name](engineer, make_completed(engineer).pk)


# -- changing [S4] -----------------------------------------------------------------------------


def test_only_what_is_sent_changes(engineer):
    work_session = make_session(engineer, scratchpad="keep", client_name="ACME")
    services.update(user=engineer, pk=work_session.pk, changes={"ticket_number": "T-2"})
    work_session.refresh_from_db()
    assert (work_session.scratchpad, work_session.client_name) == ("keep", "ACME")
    assert work_session.ticket_number == "T-2"
    assert (work_session.current_node, work_session.revision) == ("scope", 2)


def test_the_client_is_found_however_it_is_spelt(engineer):
    work_session = make_session(engineer)
    services.update(user=engineer, pk=work_session.pk, changes={"client_name": " MÜLLER  & Co"})
    work_session.refresh_from_db()
    assert work_session.client_key == "muller & co"


@pytest.mark.parametrize("letter", ["\ufdfa", "ﬃ", "İ", "ß"])
def test_a_client_name_that_grows_when_folded_is_kept(engineer, letter):
    """[S16]: the key is bounded, and never a reason to refuse the name."""
    work_session = make_session(engineer)
    changes = {"client_name": letter * 200}
    services.update(user=engineer, pk=work_session.pk, changes=changes)
    work_session.refresh_from_db()
    assert work_session.client_name == letter * 200


def test_a_first_update_starts_a_prepared_session(engineer, colleague):
    """[S4]: the acting assignee becomes its owner."""
    work_session = prepared(engineer, colleague)
    services.update(user=colleague, pk=work_session.pk, changes={"scratchpad": "x"})
    work_session.refresh_from_db()
    assert (work_session.state, work_session.user) == (State.ACTIVE, colleague)


def test_its_preparer_starts_it_without_giving_it_away(engineer, colleague):
    work_session = prepared(engineer, colleague)
    services.update(user=engineer, pk=work_session.pk, changes={"scratchpad": "x"})
    work_session.refresh_from_db()
    assert (work_session.user, work_session.assigned_to) == (engineer, colleague)


def test_a_stale_revision_is_refused(engineer):
    """[S15]"""
    work_session = make_session(engineer)
    services.set_scratchpad(user=engineer, pk=work_session.pk, text="first", revision=1)
    for write in (
        lambda: services.set_scratchpad(user=engineer, pk=work_session.pk, text="late", revision=1),
        lambda: services.update(
            user=engineer, pk=work_session.pk, changes={"scratchpad": "late"}, revision=1
        ),
        lambda: closing.complete(user=engineer, pk=work_session.pk, outcome="resolved", revision=1),
    ):
        with pytest.raises(Conflict) as conflict:
            write()
        assert conflict.value.current.scratchpad == "first"


def steps(*nodes):
    return [{"node_id": node, "answer": f"answer {node}"} for node in nodes]


def test_the_path_becomes_what_is_sent(engineer):
    work_session = make_session(engineer)

    def send(*nodes):
        services.update(user=engineer, pk=work_session.pk, changes={"decisions": steps(*nodes)})
        return [row.node_id for row in work_session.decisions]

    assert send("scope", "ping") == ["scope", "ping"]
    first = work_session.decisions.first()
    assert send("scope", "replies", "ping") == ["scope", "replies", "ping"]
    assert work_session.decisions.first() == first
    assert send() == []
    assert send(f"custom-{uuid.uuid4()}", "scope")[1] == "scope"
    work_session.refresh_from_db()
    assert work_session.decision_count == 2


def test_a_path_leaves_what_was_set_aside(engineer):
    work_session = make_session(engineer)
    add_decision(work_session, shelf=uuid.uuid4())
    changes = {"decisions": steps("scope")}
    services.update(user=engineer, pk=work_session.pk, changes=changes)
    assert work_session.all_decisions.count() == 2
    assert work_session.decisions.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decisions": steps("scope", "gone")}, "decisions.1.node_id"),
        ({"decisions": [{"node_id": "scope", "position": 2}]}, "decisions.0.position"),
        ({"current_node": "gone"}, "current_node"),
    ],
)
def test_steps_that_the_flow_does_not_have(engineer, changes, field):
    work_session = make_session(engineer)
    with pytest.raises(Invalid) as error:
        services.update(user=engineer, pk=work_session.pk, changes=changes)
    assert set(error.value.fields) == {field}
    assert work_session.decisions.count() == 0


def test_variables_are_merged(engineer):
    """[S7]"""
    work_session = make_session(engineer, session_variables={"contact": "Ana"})
    services.set_variables(user=engineer, pk=work_session.pk, values={"gateway": "gw1"})
    services.set_variables(user=engineer, pk=work_session.pk, values={"gateway": None})
    work_session.refresh_from_db()
    assert work_session.session_variables == {"contact": "Ana", "gateway": ""}


@pytest.mark.parametrize("title", ["", "   ", "x" * 31])
def test_a_title_has_one_to_thirty_characters(engineer, title):
    """[S13]"""
    with pytest.raises(Invalid):
        services.set_title(user=engineer, pk=make_session(engineer).pk, title=title)


def test_a_title_is_one_line_of_a_person(engineer):
    work_session = make_session(engineer)
    services.set_title(user=engineer, pk=work_session.pk, title=" Printer\n jam ")
    work_session.refresh_from_db()
    assert (work_session.title, work_session.title_by_person) == ("Printer jam", True)


# -- ending [S5] -------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome.values)
def test_each_outcome_completes(engineer, outcome):
    work_session = closing.complete(
        user=engineer, pk=make_session(engineer).pk, outcome=outcome, outcome_notes="n"
    )
    assert (work_session.state, work_session.outcome) == (State.COMPLETED, outcome)
    assert work_session.completed_at >= work_session.started_at


@pytest.mark.parametrize("outcome", ["", "great", "Resolved", "resolved\x00"])
def test_an_unknown_outcome_is_invalid(engineer, outcome):
    work_session = make_session(engineer)
    with pytest.raises(Invalid) as error:
        closing.complete(user=engineer, pk=work_session.pk, outcome=outcome)
    assert set(error.value.fields) == {"outcome"}


def test_a_note_that_is_left_out_keeps_what_was_saved(engineer):
    """[S5]; one that is sent blank empties it."""
    work_session = make_session(engineer, outcome_notes="saved", next_steps="saved")
    done = closing.complete(user=engineer, pk=work_session.pk, outcome="resolved", next_steps="")
    assert (done.outcome_notes, done.next_steps) == ("saved", "")


def test_a_prepared_session_is_not_completed(engineer, colleague):
    with pytest.raises(StateError):
        closing.complete(user=engineer, pk=prepared(engineer, colleague).pk, outcome="resolved")


def answer(work_session, choice):
    step = StepInput(
        position=work_session.decision_count + 1, node_id=work_session.current_node, choice=choice
    )
    return recording.answer(user=work_session.user, pk=work_session.pk, step=step)[0]


def test_the_solution_is_the_last_step_and_typing_is_not_lost(engineer):
    work_session = answer(make_session(engineer), 1)
    drafts.save_typing(
        user=engineer,
        pk=work_session.pk,
        step=StepInput(position=2, node_id="outage", notes="Told the team."),
        seen=recording.digest("", "", ""),
    )
    done = closing.complete(
        user=engineer, pk=work_session.pk, outcome="escalated", ends_at="outage"
    )
    last = done.decisions.last()
    assert (last.position, last.node_id, last.notes) == (2, "outage", "Told the team.")
    assert last.question == "Escalate to the network team"
    assert (done.decision_count, done.drafts) == (2, {})


@pytest.mark.parametrize("ends_at", ["", "outage", "gone"])
def test_ending_in_the_middle_records_no_step(engineer, ends_at):
    work_session = answer(make_session(engineer), 0)
    done = closing.complete(user=engineer, pk=work_session.pk, outcome="cancelled", ends_at=ends_at)
    assert [row.node_id for row in done.decisions] == ["scope"]


# -- the rest ----------------------------------------------------------------------------------


def test_deleting_takes_the_decisions_along(engineer):
    """[S14], [H7]"""
    decision = add_decision(make_session(engineer))
    other = add_decision(make_session(engineer))
    services.delete(user=engineer, pk=decision.session_id)
    assert list(Decision.objects.all()) == [other]


def test_an_assignee_does_not_delete(engineer, colleague):
    work_session = make_session(engineer, assigned_to=colleague)
    with pytest.raises(PermissionDenied):
        services.delete(user=colleague, pk=work_session.pk)


def test_the_current_session_is_the_one_touched_last(engineer, colleague):
    """[S12]"""
    assert services.current(engineer) is None
    first, _second = make_session(engineer), make_session(engineer)
    make_session(colleague)
    make_completed(engineer)
    services.set_scratchpad(user=engineer, pk=first.pk, text="x")
    assert services.current(engineer) == first


@pytest.mark.parametrize("role", User.Role.values)
def test_the_current_session_is_ones_own_whatever_one_may_read(engineer, role):
    make_session(engineer)
    other = UserFactory(account=engineer.account, role=role)
    assert services.current(other) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "great"},
        {"outcome": "resolved"},
        {"completed_at": timezone.now()},
        {"completed_at": timezone.now(), "outcome": "resolved", "started_at": None},
        {"exported": True},
    ],
)
def test_the_database_refuses_states_that_cannot_be(engineer, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_session(engineer, **fields)


@pytest.mark.parametrize("fields", [{"position": 0}, {"node_id": ""}, {"position": 1}])
def test_the_database_refuses_steps_that_cannot_be(engineer, fields):
    work_session = make_session(engineer)
    add_decision(work_session)
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        add_decision(work_session, **fields)
