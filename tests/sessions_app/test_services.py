"""Starting, finding and deleting sessions, at the services that pages and API share."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Invalid, StateError
from sessions_app import services
from sessions_app.models import Decision, Session, State
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


def test_a_session_starts_at_the_first_step(engineer, tree):
    work_session = services.create_and_start(
        user=engineer, tree=tree, ticket_number="T-1", variables={"gateway": "10.0.0.1"}
    )
    assert (work_session.state, work_session.current_node) == (State.ACTIVE, "scope")
    assert work_session.session_variables == {"gateway": "10.0.0.1"}
    assert (work_session.user, work_session.account) == (engineer, engineer.account)
    tree.refresh_from_db()
    assert tree.usage_count == 1


def test_a_refused_start_counts_no_use(engineer, tree):
    with pytest.raises(Invalid) as error:
        services.create_and_start(user=engineer, tree=tree, variables={"gateway": "not a host"})
    assert set(error.value.fields) == {"variables.gateway"}
    tree.refresh_from_db()
    assert (tree.usage_count, Session.objects.count()) == (0, 0)


@pytest.mark.req("T4")
def test_the_snapshot_is_frozen(engineer, tree):
    """The structure and its name, description, category, version, type and form."""
    work_session = services.create_and_start(user=engineer, tree=tree)
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
    work_session = services.create_and_start(user=engineer, tree=tree)
    assert work_session.node("scope")["title"] == "Is one user affected, or everyone?"
    assert work_session.tree_snapshot["version"] == 1


@pytest.mark.req("S3")
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
    Tree.objects.filter(pk=tree.pk).update(**fields)
    with pytest.raises(error):
        services.startable_tree(engineer, tree.pk)


@pytest.mark.req("A1")
def test_flows_of_other_accounts(tree, stranger):
    """404, unless the flow is public."""
    for pk in (tree.pk, uuid.uuid4()):
        with pytest.raises(Http404):
            services.startable_tree(stranger, pk)
    Tree.objects.filter(pk=tree.pk).update(is_public=True)
    assert services.startable_tree(stranger, tree.pk) == tree
    Tree.objects.filter(pk=tree.pk).update(is_active=False)
    with pytest.raises(StateError):
        services.startable_tree(stranger, tree.pk)
    Tree.objects.filter(pk=tree.pk).update(status="draft")
    with pytest.raises(Http404):
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
        services.create_and_start(user=operator, tree=tree)


@pytest.mark.req("S14", "H7")
def test_deleting_takes_the_decisions_along(engineer):
    decision = add_decision(make_session(engineer))
    other = add_decision(make_session(engineer))
    services.delete(user=engineer, pk=decision.session_id)
    assert list(Decision.objects.all()) == [other]


def test_an_assignee_does_not_delete(engineer, colleague):
    work_session = make_session(engineer, assigned_to=colleague)
    with pytest.raises(PermissionDenied):
        services.delete(user=colleague, pk=work_session.pk)


@pytest.mark.req("S12")
def test_the_current_session_is_the_one_touched_last(engineer, colleague):
    assert services.latest_active_session(engineer) is None
    first, _second = make_session(engineer), make_session(engineer)
    make_session(colleague)
    make_completed(engineer)
    services.set_scratchpad(user=engineer, pk=first.pk, text="x")
    assert services.latest_active_session(engineer) == first


@pytest.mark.parametrize("role", User.Role.values)
def test_the_current_session_is_ones_own_whatever_one_may_read(engineer, role):
    make_session(engineer)
    other = UserFactory(account=engineer.account, role=role)
    assert services.latest_active_session(other) is None


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
