"""A flow is written against the state that was seen ([S15])."""

from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import TreeFactory, make_key
from tests.html_forms import form_to
from tests.sessions_app.threads import at_once
from trees_app import services
from trees_app.models import Tree

pytestmark = pytest.mark.req("S15")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_write_against_an_older_state_is_412(api, author, method):
    tree, client = TreeFactory(author=author), api(author)
    address = f"/api/v1/trees/{tree.pk}"
    seen = {"If-Match": client.get(address)["ETag"]}
    write = getattr(client, method)
    first = write(address, {"name": "First"}, headers=seen)
    assert (first.status_code, first["ETag"] != seen["If-Match"]) == (200, True)
    assert client.get(address)["ETag"] == first["ETag"]
    late = write(address, {"name": "Late"}, headers=seen)
    assert late.status_code == 412
    assert (late.json()["current"], late["ETag"]) == (client.get(address).json(), first["ETag"])
    assert client.post(f"{address}/publish", headers=seen).status_code == 412
    tree.refresh_from_db()
    assert (tree.name, tree.version) == ("First", 0)
    now = {"If-Match": first["ETag"]}
    published = client.post(f"{address}/publish", headers=now)
    assert published.status_code == 200
    assert write(address, {"name": "Late"}, headers=now).status_code == 412
    for headers in ({"If-Match": published["ETag"]}, {"If-Match": "*"}, {}):
        assert write(address, {"name": "Last"}, headers=headers).status_code == 200


@pytest.mark.django_db
def test_a_draft_that_was_changed_meanwhile_is_not_deleted(api, author):
    tree, client = TreeFactory(author=author), api(author)
    address = f"/api/v1/trees/{tree.pk}"
    seen = {"If-Match": client.get(address)["ETag"]}
    now = client.put(address, {"name": "Theirs"})
    late = client.delete(address, headers=seen)
    assert late.status_code == 412
    assert (late.json()["current"]["name"], late["ETag"]) == ("Theirs", now["ETag"])
    assert client.delete(address, headers={"If-Match": now["ETag"]}).status_code == 204
    assert not Tree.objects.filter(pk=tree.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["publish", "delete"])
def test_a_page_decides_about_the_flow_that_it_showed(author, verb):
    tree, client = TreeFactory(author=author), Client()
    client.force_login(author)
    address = f"/flows/{tree.pk}/{verb}"
    page = address if verb == "delete" else f"/flows/{tree.pk}"
    form = form_to(client.get(page), address)
    services.update_tree(user=author, pk=tree.pk, values={"name": "Theirs"})
    late = client.post(address, form)
    assert late.status_code == 409
    assert "changed in the meantime" in late.content.decode()
    assert "Theirs" in late.content.decode()
    assert Tree.objects.get(pk=tree.pk).version == 0
    for nonsense in ("x", "", "9" * 99, "\x00"):
        assert client.post(address, {"revision": nonsense}).status_code == 409
    assert client.post(address, form_to(late, address)).status_code == 303
    assert Tree.objects.filter(pk=tree.pk, version=0).count() == 0


@pytest.mark.django_db
def test_only_changed_fields_are_written(api, author):
    tree, client = TreeFactory(author=author, name="First"), api(author)
    address, body = f"/api/v1/trees/{tree.pk}", {"name": "First", "category": "Mail"}
    with CaptureQueriesContext(connection) as captured:
        first = client.put(address, body)
    [update] = [query["sql"] for query in captured if 'trees_app_tree" SET' in query["sql"]]
    assert '"category"' in update and '"name" =' not in update and '"structure" =' not in update
    assert client.put(address, body)["ETag"] == first["ETag"]


@pytest.mark.django_db
def test_a_use_of_a_flow_is_no_new_state(api, author):
    tree, client = TreeFactory(author=author, published=True), api(author)
    seen = client.get(f"/api/v1/trees/{tree.pk}")["ETag"]
    tree.count_use()
    assert client.get(f"/api/v1/trees/{tree.pk}")["ETag"] == seen


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(10))
def test_of_two_who_write_at_once_one_is_told(author, turn):
    tree = TreeFactory(author=author)
    address, headers = f"/api/v1/trees/{tree.pk}", {"Authorization": f"Token {make_key(author)}"}
    headers["If-Match"] = Client().get(address, headers=headers)["ETag"]
    together = Barrier(2)

    def write(index):
        together.wait(timeout=60)
        given = {"name": f"Name {index}"}
        return (
            Client()
            .put(address, given, content_type="application/json", headers=headers)
            .status_code
        )

    results = at_once(write, 2, workers=2)
    assert sorted(results) == [200, 412]
    assert Tree.objects.get(pk=tree.pk).name == f"Name {results.index(200)}"
