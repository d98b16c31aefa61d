"""Saving a session as a flow, over REST."""

import uuid

import pytest

from sessions_app import services
from tests.factories import (
    add_decision,
    make_completed,
    make_session,
)
from tests.sessions_app.api_helpers import fields, url
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S9")]


def test_answers_the_new_flow(api, author):
    work_session = make_completed(author)
    add_decision(work_session)
    given = {"tree_name": "VPN, one user", "description": "Short.", "status": "published"}
    answer = api(author).post(url(work_session, "save-as-tree"), given)
    assert answer.status_code == 201
    assert set(answer.json()) == {"tree_id", "tree_name", "message"}
    assert answer.json()["tree_name"] == "VPN, one user"
    made = api(author).get(f"/api/v1/trees/{answer.json()['tree_id']}").json()
    assert (made["name"], made["description"]) == ("VPN, one user", "Short.")
    assert (made["status"], made["version"]) == ("published", 1)
    assert (made["parent_tree_id"], made["root_tree_id"]) == (str(work_session.tree_id),) * 2
    assert (made["fork_depth"], made["author_id"]) == (1, str(author.pk))
    assert list(made["structure"]["nodes"]) == ["end", "scope"]


def test_an_engineer_saves_a_draft(api, engineer):
    """The name and description are made of flow, ticket and day."""
    work_session = make_session(engineer, ticket_number="T-9", client_name="Contoso")
    add_decision(work_session)
    answer = api(engineer).post(url(work_session, "save-as-tree"), {"status": "draft"}).json()
    made = Tree.objects.get(pk=answer["tree_id"])
    assert (made.status, made.version) == ("draft", 0)
    assert made.name == answer["tree_name"] == f"{work_session.tree_name} (ticket T-9)"
    assert made.description.startswith("Saved from troubleshooting session on 20")
    assert api(engineer).get(f"/api/v1/trees/{made.pk}").status_code == 200
    assert made.fork_reason == "Saved from a session of ticket T-9"


def test_its_owner_only(api, engineer, colleague, admin, stranger):
    work_session = make_completed(engineer, assigned_to=colleague)
    add_decision(work_session)
    for user, status in ((colleague, 403), (admin, 403), (stranger, 404), (engineer, 201)):
        answer = api(user).post(url(work_session, "save-as-tree"), {"status": "draft"})
        assert answer.status_code == status
    missing = f"/api/v1/sessions/{uuid.uuid4()}/save-as-tree"
    assert api(engineer).post(missing, {"status": "draft"}).status_code == 404


def test_every_problem_of_publishing(api, engineer):
    work_session = make_session(engineer)
    for title in ("Ask {{ nobody }}", "Ask {{ somebody }}"):
        add_decision(work_session, node_id=f"custom-{uuid.uuid4()}", question=title)
    before = Tree.objects.count()
    answer = api(engineer).post(url(work_session, "save-as-tree"), {"status": "published"})
    assert answer.status_code == 422
    assert [(p["field"], p["node"], p["code"]) for p in answer.json()["detail"]] == [
        ("structure", "step-1", "undeclared_variable"),
        ("structure", "step-2", "undeclared_variable"),
    ]
    assert all(problem["message"] for problem in answer.json()["detail"])
    assert Tree.objects.count() == before


def test_the_limit_names_count_and_limit(api, engineer):
    work_session = make_session(engineer)
    add_decision(work_session)
    engineer.account.tree_limit = 1
    engineer.account.save()
    answer = api(engineer).post(url(work_session, "save-as-tree"), {"status": "draft"})
    assert answer.status_code == 402
    assert "has 1 flows and may have 1" in answer.json()["detail"]
    assert Tree.objects.count() == 1


def test_a_session_without_a_step_has_no_path(api, engineer):
    work_session = make_session(engineer, started_at=None)
    answer = api(engineer).post(url(work_session, "save-as-tree"), {"status": "draft"})
    assert fields(answer) == {"decisions"}
    services.set_scratchpad(user=engineer, pk=work_session.pk, text="x")
    answer = api(engineer).post(url(work_session, "save-as-tree"), {"status": "draft"})
    assert fields(answer) == {"decisions"}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"status"}),
        ({"status": "archived"}, {"status"}),
        ({"status": None}, {"status"}),
        ({"status": "draft", "tree_name": " "}, {"tree_name"}),
        ({"status": "draft", "tree_name": "x" * 256}, {"tree_name"}),
        ({"status": "draft", "description": "x" * 5_001}, {"description"}),
        ({"status": "draft", "description": "a\x00"}, {"description"}),
        ({"status": "draft", "name": "x"}, {"name"}),
    ],
)
def test_wrong_bodies(api, engineer, given, wrong):
    work_session = make_session(engineer)
    assert fields(api(engineer).post(url(work_session, "save-as-tree"), given)) == wrong
    assert Tree.objects.count() == 1
