"""Every address of the API, every method, every kind of person."""

import pytest
from rest_framework.test import APIClient

from tests.factories import make_key
from tests.permissions.api_table import BODIES, TABLE
from tests.permissions.world import PEOPLE, World, addresses, read_table

LINES = read_table(TABLE)
API = "api/v1/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
pytestmark = [pytest.mark.django_db, pytest.mark.req("A1", "A2", "A3", "A4")]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.call} {line.of}".strip())
def test_who_gets_what(line, person):
    world = World.make()
    client, user = APIClient(), world.people[person]
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(user)}")
    body = world.fill(BODIES.get(line.call))
    address = world.url(line.name, line.of)
    answer = client.generic(line.method, address) if body is None else getattr(
        client, line.method.lower()
    )(address, body, format="json")  # fmt: skip
    assert answer.status_code == line.statuses[person]
    assert "no-store" in answer["Cache-Control"]
    if answer.status_code == 401:
        assert answer["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.call} {line.of}".strip())
def test_the_browsers_login_opens_what_the_key_opens(line):
    """One person who may read and one who may not, through the session cookie."""
    for person in ("owner", "stranger"):
        world = World.make()
        client = APIClient()
        client.force_login(world.people[person])
        call = getattr(client, line.method.lower())
        answer = call(
            world.url(line.name, line.of), world.fill(BODIES.get(line.call)), format="json"
        )
        assert answer.status_code == line.statuses[person]


def test_every_address_of_the_api_is_in_the_table():
    listed = {line.name for line in LINES}
    there = {name for _, name in addresses(API)}
    assert there == listed, "Add the new addresses to tests/permissions/api_table.py."


def test_every_method_of_the_api_is_in_the_table(db):
    """A method that is not in the table answers 405, to whoever may see everything."""
    world = World.make()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(world.people['owner'])}")
    listed = {line.call for line in LINES}
    for name in {line.name for line in LINES}:
        for method in METHODS:
            if f"{method} {name}" not in listed:
                answer = client.generic(method, world.url(name))
                assert answer.status_code == 405, f"{method} {name} is not in the table"


def test_no_address_of_the_api_ends_with_a_slash():
    assert [route for route, _ in addresses(API) if route.endswith("/")] == []
