"""Sessions that wait to be started, and when they count as a use."""

import re
import uuid
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import example, given
from hypothesis import strategies as st

from accounts_app.models import User
from resolutionflow.web.errors import Invalid, StateError
from sessions_app import services
from sessions_app.batches import services as batches_services
from sessions_app.models import Session, State
from sessions_app.preparing import services as preparing_services
from sessions_app.recording import services as recording_services
from tests.factories import TeamFactory, TreeFactory, UserFactory, intake_form
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S10", "S11", "T5")]
TARGET = {"name": "target", "label": "Server", "type": "host", "required": True}
NOBODY = UUID(int=7)


@pytest.fixture
def team(account, engineer, author):
    team = TeamFactory(account=account)
    User.objects.filter(pk__in=[engineer.pk, author.pk]).update(team=team)
    engineer.refresh_from_db()
    author.refresh_from_db()
    return team


@pytest.fixture
def mate(account, team):
    return UserFactory(account=account, team=team)


@pytest.fixture
def tree(author):
    return TreeFactory(author=author, published=True)


@pytest.fixture
def patching(author):
    """A maintenance flow that asks for the target."""
    return TreeFactory(
        author=author,
        published=True,
        tree_type="maintenance",
        intake_form=[*intake_form(), TARGET],
    )


def uses(tree):
    return Tree.objects.values_list("usage_count", flat=True).get(pk=tree.pk)


# -- prepared for somebody ---------------------------------------------------------------------


@pytest.mark.req("S10")
def test_a_prepared_session_is_not_started(engineer, mate, tree):
    work_session = preparing_services.prepare(
        user=engineer,
        tree=tree,
        assigned_to_id=mate.pk,
        ticket_number="T-1",
        client_name="Müller GmbH",
        variables={"gateway": "gw-1", "contact": 12},
    )
    work_session.refresh_from_db()
    assert (work_session.state, work_session.started_at) == (State.PREPARED, None)
    assert (work_session.node_entered_at, work_session.current_node) == (None, "scope")
    assert (work_session.user, work_session.prepared_by) == (engineer, engineer)
    assert (work_session.assigned_to, work_session.account) == (mate, engineer.account)
    assert (work_session.ticket_number, work_session.client_key) == ("T-1", "muller gmbh")
    assert work_session.session_variables == {"gateway": "gw-1", "contact": "12"}
    assert work_session.tree_snapshot == tree.frozen_content(tree.published_content())
    assert (work_session.batch_id, work_session.target_label) == (None, "")
    assert uses(tree) == 0


@pytest.mark.req("T5", "S10")
def test_starting_it_counts_the_use_once(engineer, mate, tree):
    pk = preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=mate.pk).pk
    assert uses(tree) == 0
    services.set_scratchpad(user=mate, pk=pk, text="x")
    assert uses(tree) == 1
    services.set_scratchpad(user=mate, pk=pk, text="y")
    services.set_variables(user=mate, pk=pk, values={"contact": "Ana"})
    assert uses(tree) == 1


@pytest.mark.req("S4", "S10")
def test_the_assignee_who_answers_first_becomes_its_owner(engineer, mate, tree):
    pk = preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=mate.pk).pk
    step = recording_services.StepInput(position=1, node_id="scope", choice=0)
    work_session, _ = recording_services.answer(user=mate, pk=pk, step=step)
    assert (work_session.user, work_session.prepared_by) == (mate, engineer)
    assert work_session.state == State.ACTIVE


@pytest.mark.req("T4", "S10")
def test_what_is_prepared_is_frozen(engineer, author, tree):
    work_session = preparing_services.prepare(user=engineer, tree=tree)
    tree.structure["nodes"]["scope"]["title"] = "Changed"
    tree.save()
    tree.publish(by=author)
    Tree.objects.filter(pk=tree.pk).update(is_active=False)
    started = services.set_scratchpad(user=engineer, pk=work_session.pk, text="x")
    assert started.node("scope")["title"] == "Is one user affected, or everyone?"
    assert started.state == State.ACTIVE


@pytest.mark.req("S10")
def test_for_nobody_or_for_oneself(engineer, tree):
    assert preparing_services.prepare(user=engineer, tree=tree).assigned_to is None
    own = preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=engineer.pk)
    assert own.assigned_to == engineer


@pytest.mark.req("S10")
def test_without_teams_everybody_is_of_the_same(engineer, colleague, tree):
    work_session = preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=colleague.pk)
    assert work_session.assigned_to == colleague


@pytest.mark.req("S10", "A1")
@pytest.mark.parametrize("who", ["nobody", "stranger", "gone"])
def test_an_assignee_whom_the_account_does_not_have(engineer, mate, stranger, tree, who):
    """Somebody of another account is as unknown as nobody; a leaver is too."""
    mate.is_active = False
    mate.save()
    pk = {
        "nobody": NOBODY,
        "stranger": stranger.pk,
        "gone": mate.pk,
    }[who]
    with pytest.raises(Http404):
        preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=pk)
    assert not Session.objects.exists()


@pytest.mark.req("S10")
def test_a_caller_without_a_team_chooses_from_the_account(account, engineer, tree):
    """Anybody who runs sessions, whatever their team; nobody of another account ([S10])."""
    people = [
        UserFactory(account=account, team=team, role=role)
        for team in (TeamFactory(account=account), TeamFactory(account=account), None)
        for role in User.RUNNER_ROLES
    ]
    for person in people:
        made = preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=person.pk)
        assert made.assigned_to == person
    assert set(people) <= set(preparing_services.assignable_users(engineer))
    reader = UserFactory(account=account, team=TeamFactory(account=account), role="viewer")
    with pytest.raises(Invalid):
        preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=reader.pk)
    with pytest.raises(Http404):
        preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=UserFactory().pk)


@pytest.mark.parametrize("where", ["other team", "no team"])
def test_an_assignee_of_another_team(account, engineer, team, tree, where):
    other = TeamFactory(account=account) if where == "other team" else None
    elsewhere = UserFactory(account=account, team=other)
    with pytest.raises(PermissionDenied):
        preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=elsewhere.pk)
    if other is not None:
        with pytest.raises(PermissionDenied):
            preparing_services.prepare(user=elsewhere, tree=tree, assigned_to_id=engineer.pk)
    assert not Session.objects.exists()


@pytest.mark.req("A4", "S10")
@pytest.mark.parametrize("who", ["viewer", "integration"])
def test_nothing_is_prepared_for_those_who_only_read(engineer, tree, who, request):
    reader = request.getfixturevalue(who)
    with pytest.raises(Invalid) as error:
        preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=reader.pk)
    assert set(error.value.fields) == {"assigned_to_id"}


@pytest.mark.req("S10")
def test_who_can_be_chosen_is_who_is_accepted(account, engineer, team, mate, tree):
    for role in User.Role:
        UserFactory(account=account, team=team, role=role)
        UserFactory(account=account, role=role)
        UserFactory(team=TeamFactory(), role=role)
    UserFactory(account=account, team=team, is_active=False)
    offered = set(preparing_services.assignable_users(engineer))
    assert {engineer, mate} < offered
    for person in User.objects.all():
        try:
            preparing_services.prepare(user=engineer, tree=tree, assigned_to_id=person.pk)
        except (Http404, PermissionDenied, Invalid):
            assert person not in offered
        else:
            assert person in offered


@pytest.mark.req("T3", "S10")
def test_wrong_values_are_named_and_nothing_is_prepared(engineer, tree):
    with pytest.raises(Invalid) as error:
        preparing_services.prepare(user=engineer, tree=tree, variables={"gateway": "a b", "9": "x"})
    assert set(error.value.fields) == {"variables.gateway", "variables.9"}
    assert not Session.objects.exists()


# -- a batch -----------------------------------------------------------------------------------


@pytest.mark.req("S11")
def test_a_session_for_each_target(engineer, patching):
    labels = [f"srv-{number:02}" for number in range(100)]
    batch_id, sessions = batches_services.prepare_batch(
        user=engineer, tree_id=patching.pk, labels=labels
    )
    assert isinstance(batch_id, uuid.UUID)
    assert [work_session.target_label for work_session in sessions] == labels
    stored = {row.pk: row for row in Session.objects.all()}
    assert len(stored) == 100
    for work_session in sessions:
        row = stored[work_session.pk]
        assert (row.batch_id, row.target_label) == (batch_id, work_session.target_label)
        assert row.session_variables == {"target": row.target_label}
        assert (row.state, row.current_node) == (State.PREPARED, "scope")
        assert (row.user, row.prepared_by, row.assigned_to) == (engineer, engineer, None)
        assert row.tree_snapshot == patching.frozen_content(patching.published_content())
    assert uses(patching) == 0


@pytest.mark.req("S11", "T5")
def test_each_started_target_counts_a_use(engineer, patching):
    _, sessions = batches_services.prepare_batch(
        user=engineer, tree_id=patching.pk, labels=["a", "b", "c"]
    )
    for work_session in sessions[:2]:
        services.set_scratchpad(user=engineer, pk=work_session.pk, text="x")
    assert uses(patching) == 2


@pytest.mark.req("S11")
def test_changing_one_target_leaves_the_others(engineer, patching):
    _, (first, second) = batches_services.prepare_batch(
        user=engineer, tree_id=patching.pk, labels=["a", "b"]
    )
    services.set_variables(user=engineer, pk=first.pk, values={"target": "c"})
    second.refresh_from_db()
    assert second.session_variables == {"target": "b"}


@pytest.mark.req("S11")
def test_a_flow_that_asks_for_no_target(engineer, author):
    tree = TreeFactory(author=author, published=True, tree_type="maintenance")
    _, (work_session,) = batches_services.prepare_batch(
        user=engineer, tree_id=tree.pk, labels=["srv-1"]
    )
    assert work_session.session_variables == {}


@pytest.mark.req("S11", "T3")
def test_a_label_that_is_no_host_is_left_to_the_step_that_asks(engineer, patching):
    """A value of the wrong type is never put in; the label itself is any text."""
    labels = ["Server 1, Finance", "srv-2"]
    _, sessions = batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=labels)
    assert [work_session.target_label for work_session in sessions] == labels
    assert [work_session.session_variables for work_session in sessions] == [
        {},
        {"target": "srv-2"},
    ]


@pytest.mark.req("S11")
def test_labels_are_trimmed_and_on_one_line(engineer, patching):
    given = ["  srv-1\t", "srv-2\r\n", "front\n desk", "x" * 255, " " + "y" * 255 + " "]
    _, sessions = batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=given)
    assert [work_session.target_label for work_session in sessions] == [
        *("srv-1", "srv-2", "front desk"),
        *("x" * 255, "y" * 255),
    ]


@pytest.mark.req("S11")
def test_the_same_label_twice_is_two_targets(engineer, patching):
    _, sessions = batches_services.prepare_batch(
        user=engineer, tree_id=patching.pk, labels=["a", "a"]
    )
    assert len({work_session.pk for work_session in sessions}) == 2


@pytest.mark.req("S11")
@pytest.mark.parametrize(
    ("labels", "fields"),
    [
        ([], {"targets"}),
        (["a"] * 101, {"targets"}),
        (["", "a", " \t\n"], {"targets.0.label", "targets.2.label"}),
        (["a", "x" * 256], {"targets.1.label"}),
        (["a\x00b", "a\ud800"], {"targets.0.label", "targets.1.label"}),
    ],
)
def test_all_or_none(engineer, patching, labels, fields):
    with pytest.raises(Invalid) as error:
        batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=labels)
    assert set(error.value.fields) == fields
    assert not Session.objects.exists()


@pytest.mark.req("S11")
@given(
    label=st.text(st.sampled_from("ab \t\n\xa0\x00\u3000é"), max_size=300) | st.text(max_size=260)
)
@example(label="x" * 255)
@example(label="x" * 256)
@example(label=" " + "x" * 255 + "\n")
@example(label="x" + " " * 253 + "y")
@example(label="x" + " " * 254 + "y")
def test_the_documents_pattern_of_a_label_is_the_rule(label):
    """The OpenAPI document promises neither more nor less than what is accepted."""
    try:
        fits = bool(batches_services.clean_labels([label]))
    except Invalid:
        fits = False
    assert bool(re.search(batches_services.LABEL_PATTERN, label)) == fits


@pytest.mark.req("S11")
@pytest.mark.parametrize("tree_type", ["troubleshooting", "procedural"])
def test_only_maintenance(engineer, patching, tree_type):
    Tree.objects.filter(pk=patching.pk).update(tree_type=tree_type)
    with pytest.raises(StateError):
        batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=["a"])


@pytest.mark.req("S11")
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"status": "draft"}, StateError),
        ({"is_active": False}, StateError),
        ({"visibility": "private"}, PermissionDenied),
        ({"visibility": "team"}, PermissionDenied),
    ],
)
def test_flows_that_cannot_be_started(engineer, patching, fields, error):
    Tree.objects.filter(pk=patching.pk).update(team=None, **fields)
    with pytest.raises(error):
        batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=["a"])
    assert not Session.objects.exists()


@pytest.mark.req("S11", "A1")
def test_the_flow_of_another_team(account, engineer, author, team, patching):
    """Also when the account may start it one by one; [A1] says 404 for another account's."""
    Tree.objects.filter(pk=patching.pk).update(team=TeamFactory(account=account))
    assert services.startable_tree(engineer, patching.pk)
    with pytest.raises(PermissionDenied):
        batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=["a"])
    for fits in (team, None):
        Tree.objects.filter(pk=patching.pk).update(team=fits)
        assert batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=["a"])


@pytest.mark.req("S11", "A1")
def test_flows_of_other_accounts(stranger, author, patching):
    """A public one is for everybody, whatever its own account calls its teams."""
    for pk in (patching.pk, NOBODY):
        with pytest.raises(Http404):
            batches_services.prepare_batch(user=stranger, tree_id=pk, labels=["a"])
    team = TeamFactory(account=author.account)
    Tree.objects.filter(pk=patching.pk).update(is_public=True, team=team)
    _, (work_session,) = batches_services.prepare_batch(
        user=stranger, tree_id=patching.pk, labels=["a"]
    )
    assert work_session.account == stranger.account


@pytest.mark.req("A4", "S11")
@pytest.mark.parametrize("who", ["viewer", "integration"])
def test_readers_prepare_nothing(patching, who, request):
    with pytest.raises(PermissionDenied):
        batches_services.prepare_batch(
            user=request.getfixturevalue(who), tree_id=patching.pk, labels=["a"]
        )


@pytest.mark.req("S11")
def test_the_round_trips_do_not_grow_with_the_targets(
    engineer, patching, django_assert_max_num_queries
):
    """Groups of rows are inserted at once: five for 100 targets."""
    labels = [f"srv-{number}" for number in range(100)]
    with django_assert_max_num_queries(12):
        batches_services.prepare_batch(user=engineer, tree_id=patching.pk, labels=labels)
