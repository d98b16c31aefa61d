"""Every address of the API, every method, keys of every set of scopes."""

from itertools import combinations

import pytest
from rest_framework.test import APIClient

from resolutionflow.api.docs import document
from resolutionflow.api.scopes import Scope, scope_message
from tests.factories import make_key
from tests.permissions.api_table import BODIES, OPEN_TO_ALL, TABLE, scopes_by_call
from tests.permissions.world import World, addresses, read_table

pytestmark = [pytest.mark.django_db, pytest.mark.req("I4")]
NEEDED = scopes_by_call()
LINES = [line for line in read_table(TABLE) if line.call not in OPEN_TO_ALL]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ALL = tuple(Scope.values)
SETS = [chosen for size in (1, 2, 3) for chosen in combinations(ALL, size)]


def call(world, line, scopes, person="author"):
    client = APIClient()
    key = make_key(world.people[person], scopes=scopes)
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    body = world.fill(BODIES.get(line.call))
    verb = getattr(client, line.method.lower())
    return verb(world.url(line.name, line.of), body, format=None if body is None else "json")


def test_every_call_has_its_scope_in_the_table():
    assert {line.call for line in LINES} == NEEDED.keys()


@pytest.mark.parametrize("scopes", SETS, ids="+".join)
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.call} {line.of}".strip())
def test_a_key_opens_what_its_scopes_say(line, scopes):
    """A call outside of them changes nothing and says which scope it needs; one within them is the
    same as ever.
    """
    needed = NEEDED[line.call]
    answer = call(World.make(), line, scopes)
    if needed in scopes:
        assert answer.status_code == line.statuses["author"]
        assert b"This call needs the scope" not in answer.content
    else:
        assert answer.status_code == 403
        assert answer.json() == {"detail": scope_message(needed)}
        assert f"“{needed}”" in answer.json()["detail"]


@pytest.mark.parametrize("scope", ALL)
def test_a_method_that_is_not_there_is_405_for_every_key(scope):
    world, client = World.make(), APIClient()
    client.credentials(
        HTTP_AUTHORIZATION=f"Token {make_key(world.people['owner'], scopes=[scope])}"
    )
    for name in {line.name for line in LINES}:
        for method in METHODS:
            if f"{method} {name}" not in NEEDED:
                assert client.generic(method, world.url(name)).status_code == 405, (method, name)


@pytest.mark.parametrize("scope", ALL)
def test_a_file_is_read_by_the_keys_that_read(scope):
    world, client = World.make(), APIClient()
    key = make_key(world.people["owner"], scopes=[scope])
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    answer = client.get(f"/attachments/{world.file.pk}")
    if scope == Scope.READ:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["detail"]) == (403, scope_message(Scope.READ))


def test_a_browser_needs_no_scope():
    world, client = World.make(), APIClient()
    client.force_login(world.people["owner"])
    assert client.post("/api/v1/sessions", {"tree_id": str(world.tree.pk)}).status_code == 201


def test_the_document_names_the_scope_of_each_call():
    routes = {name: f"/{route.replace('<id:pk>', '{id}')}" for route, name in addresses("api/v1/")}
    for line in LINES:
        operation = document()["paths"][routes[line.name]][line.method.lower()]
        assert {"apiKey": [NEEDED[line.call]]} in operation["security"], line.call
