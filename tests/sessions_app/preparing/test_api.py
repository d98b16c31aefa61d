"""Preparing sessions and saving them as flows, over REST."""

import uuid

import pytest

from sessions_app import services
from sessions_app.models import Session
from tests.factories import (
    TeamFactory,
    TreeFactory,
    UserFactory,
    add_decision,
    intake_form,
    make_completed,
    make_session,
)
from trees_app.importing.json_import import load_starter_flows
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S9", "S10", "S11")]
PREPARE = "/api/v1/sessions/prepare"
BATCH = "/api/v1/sessions/batch"


def save_as_tree(work_session):
    return f"/api/v1/sessions/{work_session.pk}/save-as-tree"


def fields(response):
    assert response.status_code == 422, response.data
    return {problem["field"] for problem in response.json()["detail"]}


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
    assert (made["user"], made["prepared_by"]) == (engineer.pk, engineer.pk)
    assert (made["assigned_to"], made["assigned_to_name"]) == (
        colleague.pk,
        colleague.display_name,
    )
    assert (made["ticket_number"], made["session_variables"]) == ("T-77", {"gateway": "gw-1"})
    assert Tree.objects.get(pk=tree.pk).usage_count == 0
    (listed,) = api(colleague).get("/api/v1/sessions", {"status": "prepared"}).json()
    assert listed["id"] == made["id"]
    started = api(colleague).put(f"/api/v1/sessions/{made['id']}", {"scratchpad": "x"}).json()
    assert (started["status"], started["user"]) == ("active", colleague.pk)
    assert Tree.objects.get(pk=tree.pk).usage_count == 1


@pytest.mark.req("S10")
def test_an_assignee_and_the_rest_may_be_left_out(api, engineer, tree):
    for given in ({}, {"assigned_to_id": None}):
        made = api(engineer).post(PREPARE, {"tree_id": tree.pk, **given}).json()
        assert (made["assigned_to"], made["assigned_to_name"]) == (None, "")


@pytest.mark.req("S10")
def test_refusals(api, account, engineer, author, stranger, tree):
    client = api(engineer)
    mate = TeamFactory(account=account)

    def status(tree_id=tree.pk, **more):
        return client.post(PREPARE, {"tree_id": tree_id, **more}).status_code

    assert status(assigned_to_id=2**63 - 1) == 404
    assert status(assigned_to_id=stranger.pk) == 404
    assert status(assigned_to_id=UserFactory(account=account, is_active=False).pk) == 404
    assert status(assigned_to_id=UserFactory(account=account, team=mate).pk) == 403
    assert status(2**63 - 1) == 404
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
        ({"session_variables": {"gateway": "a b"}}, {"session_variables.gateway"}),
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
    assert status(2**63 - 1) == 404
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


# -- saving as a flow ----------------------------------------------------------------------------


@pytest.mark.req("S9")
def test_answers_the_new_flow(api, author):
    work_session = make_completed(author)
    add_decision(work_session)
    given = {"tree_name": "VPN, one user", "description": "Short.", "status": "published"}
    answer = api(author).post(save_as_tree(work_session), given)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["description"]) == ("VPN, one user", "Short.")
    assert (made["status"], made["version"]) == ("published", 1)
    assert (made["parent_tree"], made["root_tree"]) == (work_session.tree_id,) * 2
    assert (made["fork_depth"], made["author"]) == (1, author.pk)
    assert list(made["structure"]["nodes"]) == ["end", "scope"]
    assert api(author).get(f"/api/v1/trees/{made['id']}").json() == made


@pytest.mark.req("S9")
def test_an_engineer_saves_a_draft(api, engineer):
    """The name and description are made from the flow's."""
    work_session = make_session(engineer)
    made = api(engineer).post(save_as_tree(work_session), {"status": "draft"}).json()
    assert (made["status"], made["version"]) == ("draft", 0)
    assert made["name"] == f"{work_session.tree_name} (from a session)"
    assert made["description"] == work_session.tree_snapshot["description"]


@pytest.mark.req("S9")
def test_its_owner_only(api, engineer, colleague, admin, stranger):
    work_session = make_completed(engineer, assigned_to=colleague)
    for user, status in ((colleague, 403), (admin, 403), (stranger, 404), (engineer, 201)):
        answer = api(user).post(save_as_tree(work_session), {"status": "draft"})
        assert answer.status_code == status
    missing = f"/api/v1/sessions/{uuid.uuid4()}/save-as-tree"
    assert api(engineer).post(missing, {"status": "draft"}).status_code == 404


@pytest.mark.req("S9")
def test_every_problem_of_publishing(api, engineer):
    work_session = make_session(engineer)
    for title in ("Ask {{ nobody }}", "Ask {{ somebody }}"):
        add_decision(work_session, node_id=f"custom-{uuid.uuid4()}", question=title)
    before = Tree.objects.count()
    answer = api(engineer).post(save_as_tree(work_session), {"status": "published"})
    assert answer.status_code == 422
    assert [(p["field"], p["node"], p["code"]) for p in answer.json()["detail"]] == [
        ("structure", "step-1", "undeclared_variable"),
        ("structure", "step-2", "undeclared_variable"),
    ]
    assert all(problem["message"] for problem in answer.json()["detail"])
    assert Tree.objects.count() == before


@pytest.mark.req("S9")
def test_the_limit_names_count_and_limit(api, engineer):
    work_session = make_session(engineer)
    engineer.account.tree_limit = 1
    engineer.account.save()
    answer = api(engineer).post(save_as_tree(work_session), {"status": "draft"})
    assert answer.status_code == 402
    assert "has 1 flows and may have 1" in answer.json()["detail"]
    assert Tree.objects.count() == 1


@pytest.mark.req("S9")
def test_a_prepared_session_has_no_path(api, engineer):
    work_session = make_session(engineer, started_at=None)
    answer = api(engineer).post(save_as_tree(work_session), {"status": "draft"})
    assert answer.status_code == 400
    services.set_scratchpad(user=engineer, pk=work_session.pk, text="x")
    answer = api(engineer).post(save_as_tree(work_session), {"status": "draft"})
    assert answer.status_code == 201


@pytest.mark.req("S9")
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"status"}),
        ({"status": "archived"}, {"status"}),
        ({"status": None}, {"status"}),
        ({"status": "draft", "tree_name": " "}, {"tree_name"}),
        ({"status": "draft", "tree_name": "x" * 256}, {"tree_name"}),
        ({"status": "draft", "tree_name": None}, {"tree_name"}),
        ({"status": "draft", "description": "x" * 5_001}, {"description"}),
        ({"status": "draft", "description": "a\x00"}, {"description"}),
        ({"status": "draft", "name": "x"}, {"name"}),
    ],
)
def test_wrong_bodies_for_saving(api, engineer, given, wrong):
    work_session = make_session(engineer)
    assert fields(api(engineer).post(save_as_tree(work_session), given)) == wrong
    assert Tree.objects.count() == 1
