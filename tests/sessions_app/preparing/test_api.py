"""Preparing sessions, for somebody or as a batch, over REST."""

import uuid

import pytest

from sessions_app.models import Session
from tests.factories import (
    TeamFactory,
    TreeFactory,
    UserFactory,
    intake_form,
)
from tests.sessions_app.api_helpers import fields
from trees_app.importing.json_import import load_starter_flows
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S10", "S11")]
PREPARE = "/api/v1/sessions/prepare"
BATCH = "/api/v1/sessions/batch"


@pytest.fixture
def tree(author):
    return TreeFactory(author=author, published=True)


@pytest.fixture
def patching(author):
    target = {"name": "target", "label": "Server", "type": "host"}
    form = [*intake_form(), target]
    return TreeFactory(author=author, published=True, tree_type="maintenance", intake_form=form)


# -- preparing -----------------------------------------------------------------------------------


@pytest.mark.req("S10")
def test_prepares_for_a_team_mate_who_starts_it(api, engineer, colleague, tree):
    given = {
        "tree_id": tree.pk,
        "assigned_to_id": colleague.pk,
        "ticket_number": "T-77",
        "client_name": "Müller GmbH",
        "session_variables": {"gateway": "gw-1"},
    }
    answer = api(engineer).post(PREPARE, given)
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    made = answer.json()
    assert (made["status"], made["started_at"], made["is_active"]) == ("prepared", None, False)
    assert (made["user_id"], made["prepared_by_id"]) == (
        str(engineer.pk),
        str(engineer.pk),
    )
    assert (made["assigned_to_id"], made["assigned_to_name"]) == (
        str(colleague.pk),
        colleague.display_name,
    )
    assert (made["ticket_number"], made["session_variables"]) == ("T-77", {"gateway": "gw-1"})
    assert Tree.objects.get(pk=tree.pk).usage_count == 0
    (listed,) = api(colleague).get("/api/v1/sessions", {"status": "prepared"}).json()
    assert listed["id"] == made["id"]
    started = api(colleague).put(f"/api/v1/sessions/{made['id']}", {"scratchpad": "x"}).json()
    assert (started["status"], started["user_id"]) == ("active", str(colleague.pk))
    assert Tree.objects.get(pk=tree.pk).usage_count == 1


@pytest.mark.req("S10")
def test_an_assignee_and_the_rest_may_be_left_out(api, engineer, tree):
    for given in ({}, {"assigned_to_id": None}):
        made = api(engineer).post(PREPARE, {"tree_id": tree.pk, **given}).json()
        assert (made["assigned_to_id"], made["assigned_to_name"]) == (None, "")


@pytest.mark.req("S10")
def test_refusals(api, account, engineer, author, stranger, tree):
    client = api(engineer)
    engineer.team, mate = TeamFactory(account=account), TeamFactory(account=account)
    engineer.save()

    def status(tree_id=tree.pk, **more):
        return client.post(PREPARE, {"tree_id": tree_id, **more}).status_code

    assert status(assigned_to_id=uuid.uuid4()) == 404
    assert status(assigned_to_id=stranger.pk) == 404
    assert status(assigned_to_id=UserFactory(account=account, is_active=False).pk) == 404
    assert status(assigned_to_id=UserFactory(account=account, team=mate).pk) == 403
    assert status(uuid.uuid4()) == 404
    assert status(TreeFactory(published=True).pk) == 404
    assert status(TreeFactory(author=author, published=True, visibility="private").pk) == 403
    assert status(TreeFactory(author=author).pk) == 400
    assert status(TreeFactory(author=author, published=True, is_active=False).pk) == 400
    assert not Session.objects.exists()


@pytest.mark.req("S10")
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"tree_id": None}, {"tree_id"}),
        ({"assigned_to_id": "7"}, {"assigned_to_id"}),
        ({"assigned_to_id": 0}, {"assigned_to_id"}),
        ({"ticket_number": "x" * 101, "client_name": 5}, {"ticket_number", "client_name"}),
        ({"session_variables": []}, {"session_variables"}),
        ({"session_variables": {"gateway": ["a"]}}, {"session_variables.gateway"}),
        ({"assigned_to": 5}, {"assigned_to"}),
    ],
)
def test_wrong_bodies(api, engineer, tree, given, wrong):
    assert fields(api(engineer).post(PREPARE, {"tree_id": tree.pk, **given})) == wrong
    assert not Session.objects.exists()


@pytest.mark.req("S10")
def test_somebody_who_only_reads_is_no_assignee(api, engineer, viewer, tree):
    given = {"tree_id": tree.pk, "assigned_to_id": viewer.pk}
    assert fields(api(engineer).post(PREPARE, given)) == {"assigned_to_id"}


# -- batches -------------------------------------------------------------------------------------


@pytest.mark.req("S11")
def test_answers_items_in_the_order_of_the_targets(api, engineer, patching):
    labels = [f"srv-{number}" for number in (9, 1, 5, 3)]
    given = {"tree_id": patching.pk, "targets": [{"label": f" {label} "} for label in labels]}
    answer = api(engineer).post(BATCH, given)
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"batch_id", "count", "sessions"}
    assert made["count"] == 4
    assert [item["target_label"] for item in made["sessions"]] == labels
    assert [item["session_variables"] for item in made["sessions"]] == [
        {"target": label} for label in labels
    ]
    assert {item["batch_id"] for item in made["sessions"]} == {made["batch_id"]}
    assert {item["status"] for item in made["sessions"]} == {"prepared"}
    listed = api(engineer).get("/api/v1/sessions", {"batch_id": made["batch_id"]}).json()
    by_id = {item["id"]: item for item in listed}
    assert [by_id[item["id"]] for item in made["sessions"]] == made["sessions"]


@pytest.mark.req("S11")
def test_the_starter_flow_for_patching_works_with_batches(api, account, engineer):
    """Its commands name the server without a question asked."""
    load_starter_flows(account)
    flow = Tree.objects.get(account=account, tree_type="maintenance")
    given = {"tree_id": flow.pk, "targets": [{"label": "SRV-DC01"}]}
    (item,) = api(engineer).post(BATCH, given).json()["sessions"]
    assert item["session_variables"] == {"target": "SRV-DC01"}
    (field,) = [field for field in flow.intake_form if field["name"] == "target"]
    assert field["label"] == "Server"


@pytest.mark.req("S11")
def test_refusals_of_a_batch(api, account, engineer, author, patching):
    client = api(engineer)

    def status(tree_id):
        given = {"tree_id": tree_id, "targets": [{"label": "a"}]}
        return client.post(BATCH, given).status_code

    def maintenance(**more):
        return TreeFactory(author=author, tree_type="maintenance", **{"published": True, **more}).pk

    assert status(TreeFactory(author=author, published=True).pk) == 400
    assert status(maintenance(published=False)) == 400
    assert status(maintenance(is_active=False)) == 400
    assert status(maintenance(team=TeamFactory(account=account))) == 403
    assert status(maintenance(visibility="private")) == 403
    assert status(uuid.uuid4()) == 404
    foreign = TreeFactory(published=True, tree_type="maintenance")
    assert status(foreign.pk) == 404
    assert not Session.objects.exists()
    assert status(patching.pk) == 201


@pytest.mark.req("S11")
@pytest.mark.parametrize(
    ("targets", "wrong"),
    [
        (None, {"targets"}),
        ([], {"targets"}),
        ({}, {"targets"}),
        ([{"label": "a"}] * 101, {"targets"}),
        (["a"], {"targets.0"}),
        ([{"label": "a"}, {}], {"targets.1.label"}),
        ([{"label": "a"}, {"label": 7}], {"targets.1.label"}),
        ([{"label": " "}, {"label": "x" * 256}], {"targets.0.label", "targets.1.label"}),
        ([{"label": "a", "host": "b"}], {"targets.0.host"}),
        ([{"label": "a\x00"}], {"targets.0.label"}),
    ],
)
def test_wrong_targets(api, engineer, patching, targets, wrong):
    given = {"tree_id": patching.pk, "targets": targets}
    assert fields(api(engineer).post(BATCH, given)) == wrong
    assert not Session.objects.exists()


@pytest.mark.req("S11")
def test_the_longest_batch_of_the_longest_labels(api, engineer, patching):
    targets = [{"label": "ß" * 255}] * 100
    answer = api(engineer).post(BATCH, {"tree_id": patching.pk, "targets": targets})
    assert (answer.status_code, answer.json()["count"]) == (201, 100)
