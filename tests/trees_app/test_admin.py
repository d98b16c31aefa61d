import json

import pytest
from django.contrib.messages import get_messages

from accounts_app.models import Account, ApiKey, Team, User
from tests import admin_pages
from tests.admin_pages import address, make_operator, signed_in
from tests.factories import TreeFactory, UserFactory, intake_form, structure
from trees_app.models import Snapshot, Tree, TreeVersion

pytestmark = pytest.mark.django_db
MODELS = [Tree, TreeVersion, Snapshot]


def make(model, account):
    writer = UserFactory(account=account, role=User.Role.AUTHOR)
    tree = TreeFactory(author=writer, published=True)
    version = tree.versions.get()
    return {Tree: tree, TreeVersion: version, Snapshot: version.snapshot}[model]


@pytest.mark.parametrize("model", MODELS)
def test_a_list_shows_the_account_alone(model, admin, stranger):
    own, foreign = make(model, admin.account), make(model, stranger.account)
    admin_pages.require_scope(model, own, foreign, admin)


def test_a_public_flow_of_another_account_is_not_administered(admin, stranger):
    foreign = make(Tree, stranger.account)
    Tree.objects.filter(pk=foreign.pk).update(is_public=True)
    assert signed_in(admin).get(address(Tree, "change", foreign.pk)).status_code == 404


@pytest.mark.parametrize("role", admin_pages.OTHER_ROLES)
@pytest.mark.parametrize("model", MODELS)
def test_other_roles_are_refused(model, role, account):
    admin_pages.require_denied(model, account, role)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_with_many_rows(model, admin, account):
    for viewer in (admin, make_operator()):
        admin_pages.require_constant_queries(model, signed_in(viewer), lambda: make(model, account))


def sent_tree(**fields):
    return {
        "name": "Mail is late",
        "description": "",
        "category": "Mail",
        "tags": "mail,outlook",
        "tree_type": "troubleshooting",
        "visibility": "account",
        "is_active": "on",
        "structure": json.dumps(structure()),
        "intake_form": json.dumps(intake_form()),
        **fields,
    }


def test_an_account_admin_adds_a_draft_to_their_account(admin, stranger):
    response = signed_in(admin).post(
        address(Tree, "add"),
        sent_tree(account=stranger.account_id, author=admin.pk, status="published", version=7),
    )
    assert response.status_code == 302, response.context["errors"]
    tree = Tree.objects.get(name="Mail is late")
    assert tree.account == admin.account
    assert (tree.status, tree.version, tree.tags) == ("draft", 0, ["mail", "outlook"])


def test_an_author_of_another_account_can_not_be_chosen(admin, stranger):
    response = signed_in(admin).post(address(Tree, "add"), sent_tree(author=stranger.pk))
    assert response.status_code == 200
    assert "author" in response.context["adminform"].form.errors


@pytest.mark.parametrize("broken", ["{", "[]", '{"nodes": 3}', '{"a": "\\u0000"}'])
def test_a_broken_structure_is_refused_with_a_message(broken, admin):
    response = signed_in(admin).post(address(Tree, "add"), sent_tree(structure=broken))
    assert response.status_code == 200
    assert "structure" in response.context["adminform"].form.errors


def test_the_document_is_readable(admin):
    tree = make(Tree, admin.account)
    page = signed_in(admin).get(address(Tree, "change", tree.pk)).content.decode()
    assert "\n{\n  &quot;" in page
    version = tree.versions.get()
    page = signed_in(admin).get(address(TreeVersion, "change", version.pk)).content.decode()
    assert "<pre>{\n  &quot;" in page


def test_publishing_lists_what_is_in_the_way(admin):
    good = TreeFactory(author=admin)
    bad = TreeFactory(author=admin, structure={"schema_version": 1, "start": "x", "nodes": {}})
    client = signed_in(admin)
    response = client.post(
        address(Tree, "changelist"),
        {"action": "publish", "_selected_action": [good.pk, bad.pk]},
    )
    shown = [str(message) for message in get_messages(response.wsgi_request)]
    assert f"“{good.name}” is published as version 1." in shown
    assert any("“x”, which isn't there" in line for line in shown)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == ("published", "draft")


def test_what_was_published_is_not_deleted(admin):
    published, draft = make(Tree, admin.account), TreeFactory(author=admin)
    client = signed_in(admin)
    sent = {"post": "yes"}
    assert client.post(address(Tree, "delete", published.pk), sent).status_code == 403
    assert client.post(address(Tree, "delete", draft.pk), sent).status_code == 302
    client.post(
        address(Tree, "changelist"),
        {"action": "delete_selected", "_selected_action": [published.pk], "post": "yes"},
    )
    assert list(Tree.objects.all()) == [published]


@pytest.mark.parametrize("model", [TreeVersion, Snapshot])
def test_what_was_frozen_is_never_changed(model, admin):
    row = make(model, admin.account)
    for client in (signed_in(admin), signed_in(make_operator())):
        for page in ("change", "delete"):
            response = client.post(address(model, page, row.pk), {"version": 9, "size": 1})
            assert response.status_code == 403


def test_a_snapshot_shows_what_was_frozen(admin):
    snapshot = make(Snapshot, admin.account)
    page = signed_in(admin).get(address(Snapshot, "change", snapshot.pk)).content.decode()
    assert bytes(snapshot.digest).hex() in page
    assert "<pre>{\n  &quot;" in page


@pytest.mark.req("S9")
@pytest.mark.parametrize("is_operator", [False, True])
def test_the_limit_of_flows_holds_in_the_admin(admin, is_operator):
    make(Tree, admin.account)
    Account.objects.filter(pk=admin.account_id).update(tree_limit=1)
    client = signed_in(make_operator() if is_operator else admin)
    response = client.post(address(Tree, "add"), sent_tree(account=admin.account_id))
    assert response.status_code == 200
    assert "has 1 flows and may have 1" in response.content.decode()
    Account.objects.filter(pk=admin.account_id).update(tree_limit=2)
    sent = sent_tree(account=admin.account_id)
    assert client.post(address(Tree, "add"), sent).status_code == 302


@pytest.mark.req("A1")
@pytest.mark.parametrize("is_shared", [True, False])
def test_an_origin_in_another_account_is_named_while_it_is_shared(admin, stranger, is_shared):
    origin, fork = make(Tree, stranger.account), make(Tree, admin.account)
    Tree.objects.filter(pk=origin.pk).update(name="Secret Contoso flow", is_public=is_shared)
    Tree.objects.filter(pk=fork.pk).update(parent_tree=origin, root_tree=origin)
    shown = signed_in(admin).get(address(Tree, "change", fork.pk)).content.decode()
    assert ("Secret Contoso flow" in shown) is is_shared


@pytest.mark.req("A1")
@pytest.mark.parametrize(
    ("model", "query"),
    [
        (Tree, "sessions__client_name__startswith=C"),
        (Tree, "parent_tree__name__startswith=S"),
        (Tree, "author__password__startswith=p"),
        (Tree, "team__name__startswith=p"),
        (Team, "users__password__startswith=p"),
        (User, "password__startswith=p"),
        (User, "api_keys__digest__startswith=a"),
        (User, "team__users__password__startswith=p"),
        (ApiKey, "digest__startswith=a"),
        (ApiKey, "user__password__startswith=p"),
        (Account, "users__password__startswith=p"),
    ],
)
def test_no_list_tells_what_its_viewer_may_not_read(admin, model, query):
    make(Tree, admin.account)
    assert signed_in(admin).get(f"{address(model, 'changelist')}?{query}").status_code == 400
