import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts_app.models import User
from tests.factories import AccountFactory, TreeFactory, UserFactory, intake_form, structure
from trees_app.importing import json_import
from trees_app.models import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return AccountFactory(name="Northwind IT")


def flow(**changes):
    made = {
        "name": "VPN fails",
        "description": "Why it does not connect.",
        "category": "Network",
        "tags": ["vpn"],
        "tree_type": "troubleshooting",
        "intake_form": intake_form(),
        "structure": structure(),
        **changes,
    }
    return {key: value for key, value in made.items() if value is not ...}


@pytest.fixture
def write(tmp_path):
    def written(content):
        path = tmp_path / "flow.json"
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(data)
        return str(path)

    return written


def import_tree(path, *more):
    out = io.StringIO()
    call_command("import_tree", path, "--account", "Northwind IT", *more, stdout=out)
    return out.getvalue()


def refusal(path, *more):
    with pytest.raises(CommandError) as refused:
        import_tree(path, *more)
    assert not Tree.objects.exists()
    return str(refused.value)


def test_a_flow_is_imported_and_published(account, write):
    writer = UserFactory(account=account, role=User.Role.AUTHOR)
    out = import_tree(write(flow()), "--author", writer.username)
    tree = Tree.objects.get()
    assert f"id {tree.pk}" in out
    assert (tree.account, tree.author, tree.status, tree.version) == (
        account, writer, "published", 1,
    )  # fmt: skip
    assert (tree.name, tree.tags, tree.visibility) == ("VPN fails", ["vpn"], "account")
    assert tree.structure == structure()
    assert tree.published_content().intake_form == intake_form()


def test_only_name_and_structure_are_needed(account, write):
    plain = {"schema_version": 1, "start": "end", "nodes": {
        "end": {"type": "solution", "title": "Done"}}}  # fmt: skip
    import_tree(write(b"\xef\xbb\xbf" + json.dumps({"name": "N", "structure": plain}).encode()))
    assert Tree.objects.get().tree_type == "troubleshooting"


def test_a_draft_needs_only_its_shape(account, write):
    unfinished = {"schema_version": 1, "start": "nowhere", "nodes": {}}
    path = write(flow(structure=unfinished))
    assert "“nowhere”, which isn't there" in refusal(path)
    import_tree(path, "--draft")
    assert Tree.objects.get().status == "draft"


@pytest.mark.req("T2")
def test_every_problem_is_listed_and_nothing_saved(account, write):
    """All of them at once, of the fields and of the document."""
    bad = flow(
        name="x" * 256,
        tags=["y" * 51],
        tree_type="magic",
        colour="red",
        structure={
            "schema_version": 1,
            "start": "a",
            "nodes": {
                "a": {"type": "question", "title": "", "options": []},
                "b": {"type": "action", "title": "B", "next": "c"},
            },
        },
    )
    shown = refusal(write(bad))
    expected = [
        "name: ",
        "tags: ",
        "tree_type: ",
        "“colour”",
        "a: This step needs a title",
        "a: This question has no answers",
        "b: Leads to “c”",
        "b: No answer leads",
    ]
    for words in expected:
        assert words in shown, words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "isn't JSON"),
        (b"{", "line 1"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "one JSON object"),
        (b'{"name": NaN}', "NaN is not a JSON number"),
        (b'{"name": "a", "name": "b"}', "“name” stands twice"),
        (b'{"name": ' + b"9" * 5000 + b"}", "isn't JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b" " * (json_import.MAX_FILE_BYTES + 1), "larger than"),
        (b'{"name": "\\u0000", "structure": {}}', "NUL"),
        (b'{"name": "\\ud800", "structure": {}}', "half of a character"),
        ({}, "“name” is missing"),
        ({"name": "N"}, "“structure” is missing"),
        (flow(name="   "), "needs a name"),
        (flow(name=""), "name: "),
        (flow(name=3), "name must be text"),
        (flow(tags="vpn"), "tags must be a list"),
        (flow(tags=["t"] * 31), "tags: "),
        (flow(structure=[]), "JSON object"),
        (flow(intake_form={}), "list of variables"),
        (flow(intake_form=...), "“gateway”, which the intake form doesn't declare"),
    ],
)
def test_a_malformed_file_is_refused(content, words, account, write):
    path = write(content)
    assert words in refusal(path)
    if words not in ("“gateway”, which the intake form doesn't declare",):
        assert words in refusal(path, "--draft")


def test_a_file_that_is_not_there(account, tmp_path):
    assert "can't be read" in refusal(str(tmp_path / "none.json"))
    assert "can't be read" in refusal(str(tmp_path))


def test_an_author_must_be_one_of_the_account(account, write):
    path = write(flow())
    engineer = UserFactory(account=account)
    stranger = UserFactory(role=User.Role.AUTHOR)
    assert "authors and admins" in refusal(path, "--author", engineer.username)
    assert "doesn't belong" in refusal(path, "--author", stranger.username)
    assert "no user" in refusal(path, "--author", "nobody")


def test_an_unknown_account_is_refused(account, write):
    with pytest.raises(CommandError, match="There are: “Northwind IT”"):
        call_command("import_tree", write(flow()), "--account", "Southwind")


def load(name="Northwind IT"):
    out = io.StringIO()
    call_command("load_starter_flows", "--account", name, stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


@pytest.mark.req("T2")
def test_starter_flows_are_loaded_once(account):
    """All that ship pass the full check [T2]; a second load adds nothing."""
    names = load()
    assert len(names) == len(list(json_import.STARTER_FLOWS.glob("*.json"))) > 0
    trees = Tree.objects.filter(account=account)
    assert set(trees.values_list("name", flat=True)) == set(names)
    assert set(trees.values_list("is_default", "status", "visibility")) == {
        (True, "published", "account")
    }
    assert load() == []
    assert trees.count() == len(names)


def test_a_missing_starter_flow_is_loaded_again_and_changed_ones_stay(account):
    gone, changed = load()[:2]
    Tree.objects.get(name=gone).delete()
    Tree.objects.filter(name=changed).update(category="Ours")
    author = UserFactory(account=account, role=User.Role.AUTHOR)
    TreeFactory(author=author, name=gone)  # their own flow of that name is another one
    assert load() == [gone]
    assert Tree.objects.get(name=changed).category == "Ours"


def test_each_account_has_its_own(account):
    load()
    AccountFactory(name="Contoso")
    assert load("Contoso")
