"""Who saves a session as a flow, what becomes of its fields, and when it is refused."""

import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts_app.models import User
from resolutionflow.web.errors import Invalid, LimitReached
from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.recording import services as recording_services
from sessions_app.save_as_flow import linear_tree
from sessions_app.save_as_flow import services as save_as_flow_services
from tests.factories import (
    TeamFactory,
    TreeFactory,
    UserFactory,
    add_decision,
    make_completed,
    make_session,
)
from tests.sessions_app.run_driver import Run
from tests.sessions_app.threads import at_once
from trees_app import services as tree_services
from trees_app.models import NotPublishable, Tree, TreeVersion

pytestmark = [pytest.mark.django_db, pytest.mark.req("S9")]


def walked(user, *, choice=1, **fields):
    work_session = make_session(user, **fields)
    step = recording_services.StepInput(position=1, node_id="scope", choice=choice)
    return recording_services.answer(user=user, pk=work_session.pk, step=step)[0]


def test_a_draft_with_its_lineage(engineer):
    work_session = walked(engineer)
    parent = work_session.tree
    tree = save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk)
    tree.refresh_from_db()
    assert (tree.status, tree.version) == ("draft", 0)
    assert (tree.author, tree.account, tree.usage_count) == (engineer, engineer.account, 0)
    day = work_session.started_at.astimezone(ZoneInfo(engineer.account.time_zone)).date()
    assert tree.name == f"{parent.name} (from a session)"
    assert tree.description == f"Saved from troubleshooting session on {day}"
    assert tree.category == parent.category
    assert (tree.tree_type, tree.intake_form) == (parent.tree_type, parent.intake_form)
    assert (tree.parent_tree, tree.root_tree, tree.fork_depth) == (parent, parent, 1)
    assert (tree.fork_reason, tree.parent_updated_at) == ("Saved from a session", parent.updated_at)
    assert tree.structure == linear_tree.path_structure(work_session)
    assert (tree.is_public, tree.is_default, tree.is_active) == (False, False, True)


def test_of_a_fork_the_root_is_the_first(engineer):
    first = save_as_flow_services.save_as_tree(
        user=engineer, pk=walked(engineer).pk, status="published"
    )
    again = save_as_flow_services.save_as_tree(
        user=engineer, pk=walked(engineer, tree=first, choice=0).pk
    )
    assert (again.parent_tree, again.root_tree) == (first, first.parent_tree)
    assert again.fork_depth == 2


def test_published_at_once(engineer):
    work_session = walked(engineer)
    tree = save_as_flow_services.save_as_tree(
        user=engineer, pk=work_session.pk, tree_name="Outage", description="", status="published"
    )
    assert (tree.name, tree.description) == ("Outage", "")
    assert (tree.status, tree.version) == ("published", 1)
    version = TreeVersion.objects.get(tree=tree)
    assert (version.published_by, version.structure) == (engineer, tree.structure)
    assert walked(engineer, tree=tree, choice=0).current_node == "outage"


@pytest.mark.parametrize("status", ["draft", "published"])
@pytest.mark.parametrize("completed", [False, True])
def test_of_an_active_and_of_a_completed_session(engineer, status, completed):
    work_session = walked(engineer)
    if completed:
        completion_services.complete(user=engineer, pk=work_session.pk, outcome="resolved")
    before = Session.objects.values().get(pk=work_session.pk)
    tree = save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, status=status)
    assert tree.status == status
    assert Session.objects.values().get(pk=work_session.pk) == before


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (make_session, {}),
        (make_session, {"started_at": None}),
        (make_session, {"scratchpad": "typed"}),
        (make_completed, {"outcome_notes": "Router swapped."}),
    ],
)
def test_a_session_without_a_recorded_step_becomes_no_flow(engineer, make, fields):
    work_session = make(engineer, **fields)
    with pytest.raises(Invalid) as error:
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk)
    assert "No step" in error.value.message
    assert not Tree.objects.exclude(pk=work_session.tree_id).exists()


@pytest.mark.parametrize(
    ("ticket", "name", "reason"),
    [
        ("4711", "(ticket 4711)", "Saved from a session of ticket 4711"),
        ("", "(from a session)", "Saved from a session"),
    ],
)
def test_it_is_called_after_flow_and_ticket_never_the_client(engineer, ticket, name, reason):
    work_session = walked(engineer, ticket_number=ticket, client_name="Contoso")
    made = [save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk) for _ in "123"]
    first = f"{work_session.tree_name} {name}"
    assert [tree.name for tree in made] == [first, f"{first} 2", f"{first} 3"]
    assert {tree.fork_reason for tree in made} == {reason}
    for tree in made:
        assert "Contoso" not in f"{tree.name} {tree.description} {tree.fork_reason}"


def test_names_are_told_apart_within_the_account_in_any_case(engineer):
    work_session = walked(engineer)
    name = f"{work_session.tree_name} (from a session)"
    TreeFactory(name=name)  # of another account
    TreeFactory(author=work_session.tree.author, name=name.upper())
    made = save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk)
    assert made.name == f"{name} 2"


def test_the_day_is_that_of_the_account(engineer):
    began = datetime(2026, 2, 13, 23, 30, tzinfo=UTC)  # the 14th in Berlin
    work_session = walked(engineer, started_at=began)
    made = save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk)
    assert made.description == "Saved from troubleshooting session on 2026-02-14"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_two_names(engineer):
    pks = [
        walked(engineer, tree=tree).pk
        for tree in [
            TreeFactory(author=UserFactory(account=engineer.account, role="author"), published=True)
        ]
        * 2
    ]
    made = at_once(lambda n: save_as_flow_services.save_as_tree(user=engineer, pk=pks[n]).name, 2)
    assert len(set(made)) == 2


@pytest.mark.req("A3")
def test_whoever_saved_a_draft_sees_and_edits_it(engineer, colleague, author, viewer, admin):
    draft = save_as_flow_services.save_as_tree(user=engineer, pk=walked(engineer).pk)
    for user, expected in ((engineer, 1), (admin, 1), (colleague, 0), (author, 0), (viewer, 0)):
        assert Tree.objects.visible_to(user).filter(pk=draft.pk).count() == expected
        assert Tree.objects.editable_by(user).filter(pk=draft.pk).count() == expected
    changed = tree_services.update_tree(user=engineer, pk=draft.pk, values={"name": "Mine"})
    assert changed.name == "Mine"
    for values in ({"visibility": "account"}, {"visibility": "team"}, {"is_public": True}):
        with pytest.raises(PermissionDenied):
            tree_services.update_tree(user=engineer, pk=draft.pk, values=values)


@pytest.mark.req("A3", "A4")
@pytest.mark.parametrize(
    ("role", "edits"),
    [("engineer", True), ("author", True), ("admin", True), ("viewer", False),
     ("integration", False)],
)  # fmt: skip
def test_a_draft_stays_its_authors_through_a_change_of_role(engineer, role, edits):
    """A viewer and an integration still see it, and write nothing."""
    draft = save_as_flow_services.save_as_tree(user=engineer, pk=walked(engineer).pk)
    engineer.role = role
    engineer.save()
    assert draft in Tree.objects.visible_to(engineer)
    assert (draft in Tree.objects.editable_by(engineer)) == edits


@pytest.mark.req("A3")
def test_what_an_engineer_publishes_is_theirs_alone_until_it_is_shared(
    engineer, colleague, author, admin
):
    work_session = walked(engineer)
    at_once_live = save_as_flow_services.save_as_tree(
        user=engineer, pk=work_session.pk, status="published"
    )
    later = save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk)
    # Somebody widened the draft before: publishing narrows it again.
    Tree.objects.filter(pk=later.pk).update(visibility="account")
    later.publish(by=engineer)
    for tree in (at_once_live, later):
        assert (tree.visibility, tree.is_public) == ("private", False)
        assert services.startable_tree(engineer, tree.pk) == tree
        for user in (colleague, author):
            with pytest.raises(PermissionDenied):
                services.startable_tree(user, tree.pk)
        assert tree not in Tree.objects.editable_by(engineer)
        tree_services.update_tree(user=admin, pk=tree.pk, values={"visibility": "account"})
        assert services.startable_tree(colleague, tree.pk) == tree


@pytest.mark.parametrize("status", ["", "archived", None])
def test_another_status_is_refused(engineer, status):
    with pytest.raises(Invalid) as error:
        save_as_flow_services.save_as_tree(user=engineer, pk=walked(engineer).pk, status=status)
    assert set(error.value.fields) == {"status"}


@pytest.mark.req("A2")
@pytest.mark.parametrize(
    "who", ["colleague", "author", "admin", "viewer", "integration", "assignee"]
)
def test_its_owner_only(engineer, who, request):
    """Neither its assignee nor those who read it."""
    assignee = UserFactory(account=engineer.account, role=User.Role.AUTHOR)
    work_session = make_completed(engineer, assigned_to=assignee)
    user = assignee if who == "assignee" else request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        save_as_flow_services.save_as_tree(user=user, pk=work_session.pk)
    assert not Tree.objects.exclude(pk=work_session.tree_id).exists()


@pytest.mark.req("A4")
def test_an_owner_who_only_reads_by_now(engineer):
    work_session = walked(engineer)
    engineer.role = User.Role.VIEWER
    engineer.save()
    with pytest.raises(PermissionDenied):
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk)


@pytest.mark.req("A1")
def test_another_account_finds_nothing(engineer, stranger):
    for pk in (walked(engineer).pk, uuid.uuid4()):
        with pytest.raises(Http404):
            save_as_flow_services.save_as_tree(user=stranger, pk=pk)


@pytest.mark.req("T2")
def test_every_problem_is_named_and_nothing_is_saved(engineer):
    work_session = make_session(engineer)
    for title in ("Ask {{ nobody }}", "Ring {{ nobody_else }}"):
        add_decision(work_session, node_id=f"custom-{uuid.uuid4()}", question=title)
    before = Tree.objects.count()
    with pytest.raises(NotPublishable) as error:
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, status="published")
    found = [(problem.node, problem.code) for problem in error.value.problems]
    assert found == [("step-1", "undeclared_variable"), ("step-2", "undeclared_variable")]
    assert Tree.objects.count() == before
    assert save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk).status == "draft"


def test_a_path_that_is_too_long_to_publish(engineer):
    run = Run(engineer)
    path = [{"node_id": "ping"}] * 1_000
    services.update(user=engineer, pk=run.pk, changes={"decisions": path})
    with pytest.raises(NotPublishable) as error:
        save_as_flow_services.save_as_tree(user=engineer, pk=run.pk, status="published")
    assert [problem.code for problem in error.value.problems] == ["too_many_nodes"]
    assert save_as_flow_services.save_as_tree(user=engineer, pk=run.pk).node_count == 1_001


@pytest.mark.parametrize("room", [0, 1])
@pytest.mark.parametrize("status", ["draft", "published"])
def test_the_limit_of_the_account(engineer, room, status):
    work_session = walked(engineer)
    TreeFactory(published=True)
    account = engineer.account
    account.tree_limit = 1 + room
    account.save()
    if room:
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, status=status)
    with pytest.raises(LimitReached) as error:
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, status=status)
    assert f"has {1 + room} flows and may have {1 + room}" in error.value.message
    assert Tree.objects.filter(account=account).count() == 1 + room


def test_of_a_flow_that_is_gone(engineer):
    work_session = walked(engineer)
    work_session.tree.delete()
    tree = save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, status="published")
    assert (tree.parent_tree, tree.root_tree, tree.fork_depth) == (None, None, 0)
    assert tree.name == f"{work_session.tree_name} (from a session)"


def test_of_a_public_flow_of_another_account(engineer):
    """The new one belongs to the session's account, and is public to nobody."""
    foreign = TreeFactory(published=True, is_public=True, visibility="private")
    tree = save_as_flow_services.save_as_tree(user=engineer, pk=walked(engineer, tree=foreign).pk)
    assert (tree.account, tree.parent_tree) == (engineer.account, foreign)
    assert (tree.is_public, tree.visibility) == (False, "private")
    engineer.role = User.Role.AUTHOR
    engineer.save()
    tree = save_as_flow_services.save_as_tree(user=engineer, pk=walked(engineer, tree=foreign).pk)
    assert (tree.is_public, tree.visibility) == (False, "account")


def test_long_names_are_cut_and_blank_ones_made(engineer, author):
    long = TreeFactory(author=author, name="x" * 255, published=True)
    work_session = walked(engineer, tree=long)
    for name in ("", "  "):
        tree = save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, tree_name=name)
        assert len(tree.name) <= 255
        assert "… (from a session)" in tree.name
    with pytest.raises(Invalid) as error:
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, tree_name="x" * 256)
    assert set(error.value.fields) == {"name"}


@pytest.mark.req("A3")
def test_no_more_people_see_it_than_saw_the_original(account, engineer, author):
    engineer.role = User.Role.AUTHOR
    team, other = TeamFactory(account=account), TeamFactory(account=account)
    cases = [
        ("account", None, None, "account"),
        ("private", None, None, "private"),
        ("team", team, team, "team"),
        ("team", team, other, "private"),
        ("team", team, None, "private"),
    ]
    for visibility, of, mine, expected in cases:
        engineer.team = mine
        engineer.save()
        parent = TreeFactory(author=author, team=of, visibility=visibility, published=True)
        work_session = walked(engineer, tree=parent)
        tree = save_as_flow_services.save_as_tree(
            user=engineer, pk=work_session.pk, status="published"
        )
        assert (tree.visibility, tree.team) == (expected, mine)
        assert tree in Tree.objects.visible_to(engineer)
