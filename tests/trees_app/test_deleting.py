"""Deleting a draft: who may, and what stays."""

import pytest

from accounts_app.models import Action, AuditEntry
from tests.factories import TreeFactory, make_session
from trees_app.models import Tree

pytestmark = pytest.mark.django_db
TREES = "/api/v1/trees"


@pytest.mark.req("A3")
def test_a_draft_is_deleted_and_logged(api, author):
    draft = TreeFactory(author=author)
    assert api(author).delete(f"{TREES}/{draft.pk}").status_code == 204
    assert not Tree.objects.exists()
    logged = AuditEntry.objects.get(object_id=draft.pk, action=Action.DELETED)
    assert (logged.actor, logged.object_name) == (author, draft.name)
    assert api(author).delete(f"{TREES}/{draft.pk}").status_code == 404


@pytest.mark.parametrize("why", ["published", "was published", "run"])
def test_what_was_published_or_run_is_not_deleted(api, author, why):
    tree = TreeFactory(author=author, published=why != "run")
    if why == "was published":
        Tree.objects.filter(pk=tree.pk).update(status="draft")
    elif why == "run":
        run = make_session(author)
        type(run).objects.filter(pk=run.pk).update(tree=tree)
    answer = api(author).delete(f"{TREES}/{tree.pk}")
    assert answer.status_code == 409
    assert "witch it off" in answer.json()["detail"]
    assert Tree.objects.filter(pk=tree.pk).exists()
    assert not AuditEntry.objects.filter(action=Action.DELETED).exists()


def test_forks_of_a_deleted_draft_stay(api, author):
    draft = TreeFactory(author=author)
    fork = TreeFactory(author=author, parent_tree=draft, root_tree=draft, fork_depth=1)
    assert api(author).delete(f"{TREES}/{draft.pk}").status_code == 204
    fork.refresh_from_db()
    assert (fork.parent_tree, fork.root_tree) == (None, None)
