"""No write undoes what its page or caller had not seen ([S15]), whatever its address."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import get_resolver
from rest_framework.test import APIClient

from accounts_app.models import Account, ProvisionedTeam, User
from sessions_app.models import Decision, Handover, Session
from tests.factories import make_key
from tests.html_forms import form_to
from tests.permissions.api_table import BODIES
from tests.permissions.page_table import ELSEWHERE
from tests.permissions.versioned_writes import (
    CALLS,
    CANNOT_CONFLICT,
    PAGES,
    Page,
    fill_typed,
    person,
)
from tests.permissions.world import World, addresses
from trees_app.models import Tree, TreeVersion

pytestmark = [pytest.mark.django_db, pytest.mark.req("S15")]
METHODS = ("POST", "PUT", "PATCH", "DELETE")
WRITTEN: list[type[models.Model]] = [
    ProvisionedTeam,
    Account,
    User,
    Session,
    Decision,
    Handover,
    Tree,
    TreeVersion,
]


def stored() -> dict[str, Any]:
    """Return every row that a write could have changed, but what changes by itself."""
    left_out = {"last_login", "last_activity_at"}
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in left_out}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in WRITTEN
    }


def views_by_name() -> dict[str, Any]:
    found: dict[str, Any] = {}

    def walk(patterns: list[Any]) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns)
            elif pattern.name:
                found.setdefault(pattern.name, pattern.callback)

    walk(get_resolver().url_patterns)
    return found


def writing_calls() -> set[str]:
    """Return `METHOD name` of all that the pages and the API take, found at the addresses."""
    views, found = views_by_name(), set()
    for route, name in addresses():
        if name is None or route.startswith(("admin/", "scim/", "static/")):
            continue
        methods = getattr(views[name], "cls", getattr(views[name], "view_class", None))
        if route.startswith("api/"):
            found |= {f"{verb} {name}" for verb in METHODS if hasattr(methods, verb.lower())}
        elif methods is not None:
            is_taken = any(hasattr(methods, verb.lower()) for verb in METHODS)
            found |= {f"POST {name}"} if is_taken else set()
        else:
            found |= {f"POST {name}"} if takes_posts(name) else set()
    return found


def takes_posts(name: str) -> bool:
    world = World.make()
    client = Client()
    client.force_login(person(world, "owner"))
    return client.post(world.url(name)).status_code != 405


def test_every_writing_address_is_in_a_table():
    pages = {f"POST {name}" for name in PAGES}
    calls = {call.partition("@")[0] for call in CALLS}
    listed = pages | calls | CANNOT_CONFLICT.keys()
    found = writing_calls()
    assert sorted(found - listed) == [], "Add what writes to tests/permissions/versioned_writes.py."
    assert sorted(listed - found) == [], "These write no more."
    assert not (pages | calls) & CANNOT_CONFLICT.keys()
    # tests/project/test_stale_admin_pages.py, and If-Match in tests/accounts_app/scim/
    assert {"admin/", "scim/"} <= {*ELSEWHERE}


def fields_of(world: World, client: Client, name: str, case: Page) -> tuple[str, dict[str, Any]]:
    """Return the address with its query, and what the form of the page holds."""
    address = world.url(name, case.of)
    if case.script:
        return address, {}
    page = client.get(world.url(case.page, case.of))
    if name == "session-reopen":
        done = Session.objects.get(pk=world.work_session.pk)
        return f"{address}?revision={done.revision}", {}
    return address, form_to(page, world.url(case.form) if case.form else address)


@pytest.mark.parametrize("name", PAGES)
def test_a_stale_page_changes_nothing_and_shows_both(name):
    world, case, client = World.make(), PAGES[name], Client()
    client.force_login(person(world, case.person))
    if case.before:
        case.before(world)
    address, form = fields_of(world, client, name, case)
    form |= fill_typed(world, case.typed)
    if name == "session-attach":
        upload = SimpleUploadedFile("second.log", b"error 810")
        form |= {"position": "1", "node_id": "scope", "file": upload}
    case.elsewhere(world)
    now = stored()
    late = client.post(address, form)
    assert late.status_code == case.status
    assert stored() == now
    text = late.content.decode()
    for shown in case.shows:
        assert shown in text
    if case.status == 303:
        text = client.get(late["Location"]).content.decode()
    assert 'role="alert"' in text or "message" in text


@pytest.mark.parametrize("call", CALLS)
def test_a_stale_call_changes_nothing_and_answers_the_state(call):
    world = World.make()
    method, _, name = call.partition(" ")
    name, _, of = name.partition("@")
    is_flow = name.startswith("api-tree")
    user = person(world, "author" if is_flow and not of else "owner")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(user)}")
    read = world.url("api-tree" if is_flow else "api-session", of)
    seen = client.get(read)["ETag"]
    CALLS[call](world)
    now, before = client.get(read), stored()
    body = world.fill(BODIES.get(f"{method} {name}"))
    write = getattr(client, method.lower())
    for tag in (seen, '"0"', "nonsense", ""):
        late = write(world.url(name, of), body, format="json", headers={"If-Match": tag})
        assert late.status_code == (412 if is_flow else 409)
        assert (late.json()["current"], late["ETag"]) == (now.json(), now["ETag"])
        assert late.json()["detail"]
        assert stored() == before
    headers = {"If-Match": f'"0", {now["ETag"]}'}
    done = write(world.url(name, of), body, format="json", headers=headers)
    assert done.status_code in (200, 204)


def test_the_reference_says_which_calls_take_if_match():
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)
    routes = {name: f"/{route}" for route, name in addresses("api/v1/")}
    taking = set()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            names = [item.get("name") for item in operation.get("parameters", [])]
            if "If-Match" in names:
                taking.add((method.upper(), path))
    expected = set()
    for call in CALLS:
        method, _, name = call.partition("@")[0].partition(" ")
        path = routes[name].replace("<id:pk>", "{id}")
        expected.add((method, path))
    assert taking == expected
