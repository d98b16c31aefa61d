"""Every page and every form behind it, every kind of person."""

import pytest
from django.test import Client

from tests.permissions.page_table import ELSEWHERE, FORMS, TABLE
from tests.permissions.world import PEOPLE, World, addresses, read_table

LINES = read_table(TABLE)
# What may be sent without being signed in, and leads on.
SIGNED_OUT = ("logout", "account_logout", "account_reset_password", "mfa_authenticate",
              "mfa_login_webauthn")  # fmt: skip
pytestmark = [pytest.mark.django_db, pytest.mark.req("A1", "A2", "A3", "A4")]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.call} {line.of}".strip())
def test_who_gets_what(line, person):
    world = World.make()
    client, user = Client(), world.people[person]
    if user is not None:
        client.force_login(user)
    answer = getattr(client, line.method.lower())(
        world.url(line.name, line.of), world.fill(FORMS.get(line.call))
    )
    assert answer.status_code == line.statuses[person]
    assert "no-store" in answer["Cache-Control"]
    if person == "anonymous" and answer.status_code == 302 and line.name not in SIGNED_OUT:
        assert answer["Location"].startswith("/sign-in?next=")


def test_every_page_is_in_the_table():
    listed = {line.name for line in LINES}
    there = {name for route, name in addresses() if not route.startswith(ELSEWHERE)}
    assert there == listed, "Add the new pages to tests/permissions/page_table.py."
