"""Who saves a session as a flow, what becomes of its fields, and when it is refused."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts_app.models import User
from resolutionflow.web.errors import Invalid, LimitReached, StateError
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
    assert tree.name == f"{parent.name} (from a session)"
    assert (tree.description, tree.category) == (parent.description, parent.category)
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


def test_a_session_that_was_never_started_has_no_path(engineer):
    work_session = make_session(engineer, started_at=None)
    with pytest.raises(StateError):
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk)


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
    assert (tree.is_public, tree.visibility) == (False, "account")


def test_long_names_are_cut_and_blank_ones_made(engineer, author):
    long = TreeFactory(author=author, name="x" * 255, published=True)
    work_session = walked(engineer, tree=long)
    for name in ("", "  "):
        tree = save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, tree_name=name)
        assert len(tree.name) == 255
        assert tree.name.endswith("… (from a session)")
    with pytest.raises(Invalid) as error:
        save_as_flow_services.save_as_tree(user=engineer, pk=work_session.pk, tree_name="x" * 256)
    assert set(error.value.fields) == {"name"}


@pytest.mark.req("A3")
def test_no_more_people_see_it_than_saw_the_original(account, engineer, author):
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
