"""Flows over REST: reading, writing, publishing, forking and checking them."""

import copy
import json
import uuid

import pytest
from rest_framework.test import APIClient

from accounts_app.models import User
from tests.factories import (
    TeamFactory,
    TreeFactory,
    UserFactory,
    intake_form,
    make_key,
    make_session,
    structure,
)
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("A1", "A3", "T2")]
TREES = "/api/v1/trees"


def url(tree, verb=""):
    return f"{TREES}/{tree.pk}{verb and '/' + verb}"


def names(response):
    assert response.status_code == 200, response.data
    return {item["name"] for item in response.json()}


def fields(response):
    assert response.status_code == 422, response.data
    return {problem["field"] for problem in response.json()["detail"]}


@pytest.fixture
def tree(author) -> Tree:
    return TreeFactory(author=author, published=True)


# -- reading -------------------------------------------------------------------------------------


@pytest.mark.req("A3")
def test_lists_what_is_visible(api, account, author, admin, engineer, stranger):
    team = TeamFactory(account=account)
    mate = UserFactory(account=account, team=team)
    TreeFactory(author=author, published=True, name="account")
    TreeFactory(author=author, published=True, name="team", visibility="team", team=team)
    TreeFactory(author=author, published=True, name="private", visibility="private")
    TreeFactory(author=author, name="draft")
    TreeFactory(published=True, name="public", is_public=True)
    TreeFactory(published=True, name="foreign")
    assert names(api(engineer).get(TREES)) == {"account", "public"}
    assert names(api(mate).get(TREES)) == {"account", "public", "team"}
    own = {"account", "public", "team", "private", "draft"}
    assert names(api(author).get(TREES)) == own
    assert names(api(admin).get(TREES)) == own
    assert names(api(stranger).get(TREES)) == {"public"}


def test_filters(api, author):
    TreeFactory(author=author, name="VPN", category="Network", tags=["remote"])
    TreeFactory(author=author, name="Patch day", tree_type="maintenance", published=True)
    client = api(author)
    assert names(client.get(TREES, {"q": "vpn"})) >= {"VPN"}
    assert names(client.get(TREES, {"q": "REMOTE"})) == {"VPN"}
    assert names(client.get(TREES, {"q": "%"})) == set()
    assert names(client.get(TREES, {"tree_type": "maintenance"})) == {"Patch day"}
    assert names(client.get(TREES, {"status": "draft"})) == {"VPN"}
    assert names(client.get(TREES, {"category": "Network", "status": "draft"})) == {"VPN"}
    for bad in ({"status": "x"}, {"tree_type": ""}, {"q": "\x00"}, {"category": "x" * 256}):
        assert fields(client.get(TREES, bad)) == set(bad)


def test_pages_in_the_manner_that_was_asked(api, author):
    for n in range(5):
        TreeFactory(author=author, name=f"Flow {n}")
    client = api(author)
    for asked in ({"page": 1, "size": 2}, {"skip": 0, "limit": 2}, {"size": 2}):
        found, address, data = [], TREES, asked
        while address:
            answer = client.get(address, data)
            assert answer["X-Total-Count"] == "5"
            found += [item["name"] for item in answer.json()]
            address, data = answer.get("Link", "").partition(">")[0][1:], None
        assert found == [f"Flow {n}" for n in range(5)]


def test_who_may_edit_sees_the_working_copy_others_what_was_published(api, author, engineer, tree):
    changed = structure()
    changed["nodes"]["scope"]["title"] = "Half finished"
    assert api(author).put(url(tree), {"structure": changed}).status_code == 200
    assert api(author).get(url(tree)).json()["structure"] == changed
    assert api(engineer).get(url(tree)).json()["structure"] == structure()


def test_of_a_public_tree_of_another_account_nothing_about_the_account_shows(api, engineer):
    team_account = UserFactory(role=User.Role.AUTHOR, first_name="Zora", last_name="Quill")
    theirs = TreeFactory(
        author=team_account, published=True, is_public=True, fork_reason="For client Zebra"
    )
    answer = api(engineer).get(url(theirs))
    body = answer.json()
    assert (body["author_id"], body["account_id"], body["team_id"]) == (None, None, None)
    text = answer.content.decode()
    for secret in ("Zora", "Quill", "Zebra", team_account.account.name, team_account.username):
        assert secret not in text
        assert secret not in api(engineer).get(TREES).content.decode()


def test_lineage_names_only_what_the_caller_sees(api, author, engineer):
    hidden = TreeFactory(author=author, published=True, visibility="private", name="Hidden")
    child = TreeFactory(author=author, published=True, parent_tree=hidden, root_tree=hidden)
    assert api(author).get(url(child)).json()["parent_tree_name"] == "Hidden"
    body = api(engineer).get(url(child)).json()
    assert (body["parent_tree_id"], body["parent_tree_name"], body["root_tree_id"]) == (
        None,
        "",
        None,
    )


def test_not_shared_is_403_another_account_404(api, engineer, author, stranger):
    private = TreeFactory(author=author, published=True, visibility="private")
    assert api(engineer).get(url(private)).status_code == 403
    theirs = api(stranger).get(url(private))
    none = api(stranger).get(f"{TREES}/{uuid.uuid4()}")
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert theirs.content == none.content
    assert api(engineer).get(f"{TREES}/{'9' * 5000}").status_code == 404


def test_queries_dont_grow_with_rows(author, engineer, django_assert_num_queries):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(engineer)}")
    root = TreeFactory(author=author, published=True)
    TreeFactory(author=author, published=True, parent_tree=root, root_tree=root)
    client.get(TREES)
    with django_assert_num_queries(4):  # the key, the rows, the count, the lineage
        client.get(TREES)
    for _ in range(20):
        other = UserFactory(account=author.account, role=User.Role.AUTHOR)
        TreeFactory(author=other, published=True, parent_tree=root, root_tree=root)
    with django_assert_num_queries(4):
        assert len(client.get(TREES).json()) == 22


# -- writing -------------------------------------------------------------------------------------


def test_creates_a_draft_of_ones_own(api, author):
    given = {
        "name": "Printer offline",
        "description": "d",
        "category": "Print",
        "tags": ["usb"],
        "tree_type": "procedural",
        "visibility": "private",
        "structure": structure(),
        "intake_form": intake_form(),
    }
    answer = api(author).post(TREES, given)
    assert answer.status_code == 201
    body = answer.json()
    assert {name: body[name] for name in given} == given
    assert (body["author_id"], body["status"], body["version"]) == (str(author.pk), "draft", 0)
    assert body["author_name"] == author.display_name
    assert api(author).get(url(Tree.objects.get())).json() == body


def test_only_what_is_sent_changes(api, author, tree):
    body = api(author).patch(url(tree), {"name": "Renamed", "tags": []}).json()
    assert (body["name"], body["category"]) == ("Renamed", tree.category)
    body = api(author).put(url(tree), {"is_active": False}).json()
    assert (body["name"], body["is_active"], body["status"]) == ("Renamed", False, "published")


def bad_structure(**node):
    broken = copy.deepcopy(structure())
    broken["nodes"]["scope"] |= node
    return broken


@pytest.mark.req("S16")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        *(({"name": bad}, "name") for bad in ("", "  ", 5, [], "x" * 256, "a\x00")),
        *(({"structure": bad}, "structure") for bad in ([], "x", {}, {"nodes": []})),
        ({"structure": bad_structure(type="quiz")}, "structure"),
        ({"structure": bad_structure(options={})}, "structure"),
        ({"structure": bad_structure(title=5)}, "structure"),
        ({"structure": bad_structure(body="\x00")}, "structure"),
        ({"structure": bad_structure(note={"deep": ["\x00"]})}, "structure"),
        ({"intake_form": {}}, "intake_form"),
        ({"intake_form": [{"name": "a"}, {"name": "a"}]}, "intake_form"),
        ({"tags": "x"}, "tags"),
        ({"tags": ["x"] * 31}, "tags"),
        ({"tags": [5]}, "tags"),
        ({"tree_type": "x"}, "tree_type"),
        ({"tree_type": []}, "tree_type"),
        ({"visibility": "world"}, "visibility"),
        ({"visibility": "team"}, "visibility"),
        ({"team_id": "x"}, "team_id"),
        ({"is_active": "yes"}, "is_active"),
        *(({name: 1}, name) for name in ("id", "status", "version", "is_default", "author", "nme")),
    ],
)
def test_what_cant_be_used_is_422_and_named(api, author, tree, given, field):
    client = api(author)
    assert field in fields(client.patch(url(tree), given))
    assert field in fields(client.post(TREES, {"name": "x", **given}))
    assert Tree.objects.count() == 1


def test_a_lone_surrogate_in_a_key_is_422(api, author, tree):
    body = json.dumps({"structure": bad_structure(**{"\ud800": 1})})
    answer = api(author).generic("PUT", url(tree), body, content_type="application/json")
    assert fields(answer) == {"structure"}


def test_who_may_write(api, author, admin, engineer, viewer, integration, stranger, tree):
    other_author = UserFactory(account=author.account, role=User.Role.AUTHOR)
    expected = {author: 200, admin: 200, other_author: 403, engineer: 403, viewer: 403}
    for user, status in {**expected, integration: 403, stranger: 404}.items():
        assert api(user).put(url(tree), {"category": "x"}).status_code == status
    for user in (engineer, viewer, integration):
        assert api(user).post(TREES, {"name": "x"}).status_code == 403


def test_only_admins_share_with_other_accounts(api, author, admin, tree):
    assert api(author).patch(url(tree), {"is_public": True}).status_code == 403
    assert api(admin).patch(url(tree), {"is_public": True}).json()["is_public"] is True
    assert api(author).patch(url(tree), {"is_public": True, "category": "x"}).status_code == 200
    assert api(author).patch(url(tree), {"is_public": False}).status_code == 403
    assert api(author).post(TREES, {"name": "x", "is_public": True}).status_code == 403


def test_a_team_of_another_account_is_404(api, author, tree):
    ours, theirs = TeamFactory(account=author.account), TeamFactory()
    client = api(author)
    given = {"visibility": "team", "team_id": str(ours.pk)}
    assert client.patch(url(tree), given).json()["team_name"] == ours.name
    assert client.patch(url(tree), {"team_id": str(theirs.pk)}).status_code == 404
    assert client.patch(url(tree), {"team_id": str(uuid.uuid4())}).status_code == 404
    assert fields(client.patch(url(tree), {"team_id": None})) == {"visibility"}


def test_a_full_account_is_402_with_count_and_limit(api, author, tree):
    author.account.tree_limit = 1
    author.account.save()
    for answer in (
        api(author).post(TREES, {"name": "x"}),
        api(author).post(url(tree, "fork"), {}),
    ):
        assert answer.status_code == 402
        assert "1 flows" in answer.json()["detail"]
        assert "may have 1" in answer.json()["detail"]
    assert Tree.objects.count() == 1


# -- publishing ----------------------------------------------------------------------------------


@pytest.mark.req("T2")
def test_publish(api, author):
    draft = TreeFactory(author=author)
    body = api(author).post(url(draft, "publish")).json()
    assert (body["status"], body["version"]) == ("published", 1)
    assert api(author).post(url(draft, "publish")).json()["version"] == 2


@pytest.mark.req("T2")
def test_every_problem_at_once(api, author):
    draft = TreeFactory(author=author, structure={"schema_version": 1, "start": "", "nodes": {
        "a": {"type": "question", "title": ""}, "b": {"type": "action", "title": "B", "next": "z"},
    }})  # fmt: skip
    answer = api(author).post(url(draft, "publish"))
    assert answer.status_code == 422
    found = answer.json()["detail"]
    assert {(problem["node"], problem["code"]) for problem in found} >= {
        ("", "no_start"),
        ("a", "blank_title"),
        ("a", "no_options"),
        ("b", "dangling_next"),
    }
    assert {frozenset(problem) for problem in found} == {
        frozenset({"field", "node", "code", "message"})
    }
    draft.refresh_from_db()
    assert (draft.status, draft.version) == ("draft", 0)


def test_publish_is_for_editors(api, engineer, stranger, tree):
    assert api(engineer).post(url(tree, "publish")).status_code == 403
    assert api(stranger).post(url(tree, "publish")).status_code == 404


# -- forking -------------------------------------------------------------------------------------


def test_a_fork_keeps_its_lineage(api, author, tree):
    given = {"name": "My way", "fork_reason": "Other VPN client"}
    first = api(author).post(url(tree, "fork"), given)
    assert first.status_code == 201
    body = first.json()
    assert (body["name"], body["fork_reason"], body["status"]) == (
        "My way",
        "Other VPN client",
        "draft",
    )
    assert (body["parent_tree_id"], body["root_tree_id"], body["fork_depth"]) == (
        str(tree.pk),
        str(tree.pk),
        1,
    )
    assert (body["parent_tree_name"], body["structure"]) == (tree.name, structure())
    made = Tree.objects.get(pk=body["id"])
    assert made.parent_updated_at == tree.updated_at
    second = api(author).post(url(made, "fork"), {}).json()
    assert (second["parent_tree_id"], second["root_tree_id"], second["fork_depth"]) == (
        str(made.pk),
        str(tree.pk),
        2,
    )
    assert second["name"] == "My way"


def test_a_public_tree_of_another_account_is_forked_as_published(api, author):
    theirs = TreeFactory(published=True, is_public=True)
    Tree.objects.filter(pk=theirs.pk).update(structure={"schema_version": 1, "nodes": {}})
    body = api(author).post(url(theirs, "fork"), {}).json()
    assert (body["author_id"], body["account_id"]) == (
        str(author.pk),
        str(author.account_id),
    )
    assert body["structure"] == structure()
    assert body["is_public"] is False


def test_who_may_fork(api, engineer, viewer, integration, stranger, author, tree):
    for user, status in {engineer: 403, viewer: 403, integration: 403, stranger: 404}.items():
        assert api(user).post(url(tree, "fork"), {}).status_code == status
    private = TreeFactory(author=author, published=True, visibility="private")
    other_author = UserFactory(account=author.account, role=User.Role.AUTHOR)
    assert api(other_author).post(url(private, "fork"), {}).status_code == 403
    assert api(other_author).post(url(tree, "fork"), {}).status_code == 201


# -- checking ------------------------------------------------------------------------------------


def test_validate_returns_problems_and_saves_nothing(api, author):
    client = api(author)
    good = {"structure": structure(), "intake_form": intake_form()}
    answer = client.post(f"{TREES}/validate", good)
    assert answer.json() == {"valid": True, "problems": [], "advice": []}
    without_form = client.post(f"{TREES}/validate", {"structure": structure()}).json()
    assert without_form["valid"] is False
    assert {problem["code"] for problem in without_form["problems"]} == {"undeclared_variable"}
    for bad in ([], None, 5, "x", {}):
        answer = client.post(f"{TREES}/validate", {"structure": bad})
        assert (answer.status_code, answer.json()["valid"]) == (200, False)
    assert fields(client.post(f"{TREES}/validate", {})) == {"structure"}
    whole = {**good, "name": "VPN", "description": "", "category": "", "tags": [], "tree_type": "x"}
    assert client.post(f"{TREES}/validate", whole).json() == {
        "valid": True,
        "problems": [],
        "advice": [],
    }
    # As creating takes it, and a structure alone.
    created = {**whole, "tree_type": "procedural", "visibility": "team", "team_id": None}
    created |= {"is_public": False, "is_active": True}
    assert client.post(f"{TREES}/validate", created).json()["valid"] is True
    alone = client.post(f"{TREES}/validate", structure()).json()
    assert alone == without_form
    assert client.post(f"{TREES}/validate", {"nodes": {}}).json()["valid"] is False
    assert fields(client.post(f"{TREES}/validate", {"start": "a"})) == {"structure"}
    assert not Tree.objects.exists()


@pytest.mark.req("T4")
def test_sessions_that_run_are_untouched_by_edits(api, author, engineer, tree):
    work_session = make_session(engineer, tree=tree)
    api(author).put(url(tree), {"structure": {"schema_version": 1, "start": "", "nodes": {}}})
    snapshot = api(engineer).get(f"/api/v1/sessions/{work_session.pk}").json()["tree_snapshot"]
    assert snapshot["structure"] == structure()
