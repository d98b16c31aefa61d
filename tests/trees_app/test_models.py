from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts_app.models import User
from tests.factories import AccountFactory, TeamFactory, TreeFactory, UserFactory, structure
from trees_app.models import NotPublishable, Tree, TreeVersion

pytestmark = pytest.mark.django_db


# -- publishing --------------------------------------------------------------------------------


@pytest.mark.req("T2")
def test_each_publish_is_a_version_of_its_own(author):
    tree = TreeFactory(author=author)
    assert (tree.status, tree.version, tree.published_content()) == ("draft", 0, tree)
    first = tree.publish(by=author)
    tree.structure["nodes"]["scope"]["title"] = "Who is affected?"
    tree.save()
    second = tree.publish(by=None)
    assert (tree.status, tree.version) == ("published", 2)
    assert [first.version, second.version] == [1, 2]
    first.refresh_from_db()
    assert first.structure["nodes"]["scope"]["title"] == "Is one user affected, or everyone?"
    assert (first.published_by, second.published_by) == (author, None)
    assert tree.published_content() == second


@pytest.mark.req("T2")
def test_edits_after_publishing_stay_in_the_working_copy(author):
    tree = TreeFactory(author=author, published=True)
    tree.structure = {**structure(), "start": "outage"}
    tree.save()
    assert tree.published_content().structure["start"] == "scope"


@pytest.mark.req("T2")
def test_a_flow_with_problems_is_not_published(author):
    broken = structure()
    broken["start"] = ""
    del broken["nodes"]["outage"]
    tree = TreeFactory(author=author, structure=broken)
    with pytest.raises(NotPublishable) as error:
        tree.publish(by=author)
    assert {problem.code for problem in error.value.problems} == {"no_start", "dangling_next"}
    tree.refresh_from_db()
    assert (tree.status, tree.version, TreeVersion.objects.count()) == ("draft", 0, 0)


@pytest.mark.req("T2")
def test_publishing_checks_what_is_stored(author):
    """What somebody else saved in between is what is checked and published."""
    tree = TreeFactory(author=author)
    Tree.objects.filter(pk=tree.pk).update(structure={"schema_version": 1, "nodes": {}})
    with pytest.raises(NotPublishable):
        tree.publish(by=author)


@pytest.mark.req("T2")
def test_the_number_of_nodes_follows_the_structure(author):
    tree = TreeFactory(author=author)
    assert tree.node_count == 5
    tree.structure["nodes"].pop("outage")
    tree.save(update_fields=["structure"])
    tree.refresh_from_db()
    assert tree.node_count == 4


# -- who sees what -----------------------------------------------------------------------------

OWN_DRAFT = {"author", "admin", "operator"}
TEAM = {"author", "admin", "operator", "team mate", "viewer of the team"}
ACCOUNT = {*TEAM, "engineer", "other author", "viewer", "integration"}
EVERYONE = {*ACCOUNT, "stranger", "strange admin"}


@pytest.fixture
def people(account):
    team, other = TeamFactory(account=account), AccountFactory()
    elsewhere = TeamFactory(account=other)

    def person(role, at=account, team=None, **more):
        return UserFactory(account=at, role=role, team=team, **more)

    return {
        "author": person("author", team=team),
        "admin": person("admin"),
        "team mate": person("engineer", team=team),
        "viewer of the team": person("viewer", team=team),
        "engineer": person("engineer", team=TeamFactory(account=account)),
        "other author": person("author"),
        "viewer": person("viewer"),
        "integration": person("integration"),
        "stranger": person("engineer", at=other, team=elsewhere),
        "strange admin": person("admin", at=other),
        "operator": person("engineer", at=None, is_superuser=True),
    }


@pytest.mark.req("A1", "A3")
@pytest.mark.parametrize(
    ("fields", "seen_by", "shared_with"),
    [
        ({"visibility": "private"}, OWN_DRAFT, OWN_DRAFT),
        ({"visibility": "team"}, TEAM, TEAM),
        ({"visibility": "account"}, ACCOUNT, ACCOUNT),
        ({"visibility": "private", "is_public": True}, EVERYONE, EVERYONE),
        ({"visibility": "private", "status": "draft"}, OWN_DRAFT, OWN_DRAFT),
        ({"visibility": "team", "status": "draft"}, OWN_DRAFT, TEAM),
        ({"visibility": "account", "status": "draft"}, OWN_DRAFT, ACCOUNT),
        ({"is_public": True, "status": "draft"}, OWN_DRAFT, EVERYONE),
        ({"visibility": "account", "is_active": False}, ACCOUNT, ACCOUNT),
    ],
)
def test_who_sees_a_flow(people, fields, seen_by, shared_with):
    author = people["author"]
    TreeFactory(author=author, team=author.team, **{"status": "published", **fields})

    def those(found):
        return {name for name, user in people.items() if found(Tree.objects.all(), user).exists()}

    assert those(lambda trees, user: trees.visible_to(user)) == seen_by
    assert those(lambda trees, user: trees.shared_with(user)) == shared_with
    assert those(lambda trees, user: trees.editable_by(user)) == OWN_DRAFT


@pytest.mark.req("A1", "A3")
@pytest.mark.parametrize("role", ["engineer", "viewer", "integration"])
def test_an_author_who_became_something_else_edits_nothing(author, role):
    """But still sees what they wrote, once it is published."""
    TreeFactory(author=author, visibility="private", published=True)
    author.role = role
    author.save()
    assert Tree.objects.visible_to(author).count() == 1
    assert not Tree.objects.editable_by(author).exists()


@pytest.mark.req("A1", "A3")
def test_an_author_who_moved_account_takes_no_flow_along(author):
    tree = TreeFactory(author=author, published=True)
    User.objects.filter(pk=author.pk).update(account=AccountFactory())
    author.refresh_from_db()
    for found in (Tree.objects.visible_to(author), Tree.objects.editable_by(author)):
        assert tree not in found


@pytest.mark.req("A1", "A3")
def test_without_an_account_nothing_is_seen(author):
    TreeFactory(author=author, published=True, is_public=True)
    nobody = User(account=None, role="admin")
    for found in ("visible_to", "shared_with", "editable_by"):
        assert not getattr(Tree.objects, found)(nobody).exists()


@pytest.mark.req("A1", "A3")
def test_only_published_active_flows_start(author):
    good = TreeFactory(author=author, published=True)
    TreeFactory(author=author)
    TreeFactory(author=author, published=True, is_active=False)
    assert list(Tree.objects.startable()) == [good]
    assert [tree.is_startable for tree in Tree.objects.order_by("created_at")] == [
        True,
        False,
        False,
    ]


@pytest.mark.req("A1", "A3")
@pytest.mark.parametrize("text", ["vpn", "CONNECTION", "netw", "finds OUT", "cisco", "fail"])
def test_searching(author, text):
    found = TreeFactory(author=author, tags=["Cisco", "remote"])
    TreeFactory(author=author, name="Printer", category="Print", description="")
    assert list(Tree.objects.search(text)) == [found]


# -- what the database and clean() refuse ------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"status": "live"}, {"visibility": "all"}, {"tree_type": "checklist"}],
)
def test_the_database_refuses(author, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        TreeFactory(author=author, **fields)


def test_a_version_number_is_given_once(author):
    tree = TreeFactory(author=author, published=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        snapshot_id = TreeVersion.objects.get().snapshot_id
        TreeVersion.objects.create(tree=tree, version=1, snapshot_id=snapshot_id)


@pytest.mark.req("T2")
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "  "}, "name"),
        ({"visibility": "team"}, "visibility"),
        ({"structure": []}, "structure"),
        ({"structure": {"schema_version": 1, "nodes": {"A": {}}}}, "structure"),
        ({"structure": {"schema_version": 1, "nodes": {}, "x": "\x00"}}, "structure"),
        ({"intake_form": [{"name": "1"}]}, "intake_form"),
        ({"intake_form": [{"name": "a", "label": "\ud800"}]}, "intake_form"),
        ({"tags": ["x" * 51]}, "tags"),
        ({"name": "x" * 256}, "name"),
    ],
)
def test_a_draft_needs_the_right_shape(author, fields, wrong):
    tree = TreeFactory.build(author=author, account=author.account, **fields)
    with pytest.raises(ValidationError) as error:
        tree.full_clean()
    assert wrong in error.value.message_dict


@pytest.mark.req("A1")
def test_team_and_author_are_of_the_account(author):
    tree = TreeFactory.build(account=author.account, author=UserFactory(), team=TeamFactory())
    with pytest.raises(ValidationError) as error:
        tree.clean()
    assert set(error.value.message_dict) == {"author", "team"}


# -- usage -------------------------------------------------------------------------------------


@pytest.mark.req("T5")
@pytest.mark.django_db(transaction=True)
def test_uses_that_come_at_once_are_all_counted(author):
    tree = TreeFactory(author=author)
    stale = Tree.objects.get(pk=tree.pk)

    def use(_):
        try:
            stale.count_use()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(40)))
    tree.refresh_from_db()
    assert tree.usage_count == 40


@pytest.mark.req("T5")
def test_saving_an_old_copy_of_the_flow_in_the_editor_loses_no_use(author):
    """The editor's save must not write back the count that it read."""
    from trees_app import services

    tree = TreeFactory(author=author, published=True)
    tree.count_use()
    services.update_tree(user=author, pk=tree.pk, values={"name": "Renamed"})
    tree.refresh_from_db()
    assert (tree.usage_count, tree.name) == (1, "Renamed")
