"""Nobody learns from any answer whether an id is of another account, or nobody's at all.

Every address and every field that takes an id is asked for both, and for what one may not see in
one's own account where the specification gives that no words of its own ([A2], [A3]: 403).
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import html5lib
import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts_app.models import ApiKey, BrowserSession, User
from resolutionflow.api.docs import document
from tests.accounts_app.scim.calls import PATCH, Directory
from tests.factories import TeamFactory, confirm, make_key
from tests.permissions import api_table, page_table
from tests.permissions.existence import Foreign, said, undone
from tests.permissions.id_fields import (
    API_FIELDS,
    FORM_FIELDS,
    NO_OBJECTS,
    PAGE_FILTERS,
    TOLD_APART,
    Fill,
)
from tests.permissions.world import Line, World, addresses, read_table

pytestmark = [pytest.mark.django_db, pytest.mark.req("A1", "I6")]
ROUTES = {name: route for route, name in addresses()}
ASKING = ("owner", "admin", "integration")
Ask = Callable[[Any], HttpResponse]


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    """Times on pages and in headers are no difference."""
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


@pytest.fixture
def foreign() -> Foreign:
    return Foreign(World.make())


def page_client(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return confirm(client)


def api_client(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(user)}")
    return client


def require_no_difference(ask: Ask, theirs: Any, nobodys: Any) -> None:
    """Ask for both, and require the very same answer."""
    answers = []
    for one in (theirs, nobodys):
        with undone():
            answers.append(said(ask(one), theirs, nobodys))
    assert answers[0][0] < 500
    assert answers[0] == answers[1]


# -- addresses -------------------------------------------------------------------------------------

WITH_ID = [
    line
    for table in (page_table.TABLE, api_table.TABLE)
    for line in read_table(table)
    if "<id:pk>" in ROUTES[line.name] or "<slug:handle>" in ROUTES[line.name]
]


@pytest.mark.parametrize("line", WITH_ID, ids=lambda line: f"{line.call} {line.of}".strip())
def test_an_address_answers_the_same(line: Line, foreign: Foreign) -> None:
    """For everybody in the account, whatever they may do there."""
    is_call = line.name.startswith("api-")
    bodies = api_table.BODIES if is_call else page_table.FORMS
    sent = foreign.world.fill(bodies.get(line.call)) or {}
    theirs = foreign.elsewhere.url(line.name, line.of)
    if line.name == "device-end":
        theirs = reverse("device-end", args=[a_device(foreign.stranger())])
    [key] = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}|0{32}", theirs)
    nobodys = theirs.replace(key, str(uuid4()) if "-" in key else uuid4().hex)
    for person in ASKING:
        user = foreign.user(person)
        client = api_client(user) if is_call else page_client(user)
        kind = {"format": "json"} if is_call else {}

        def ask(address: str, client: Client = client, kind: dict[str, str] = kind) -> HttpResponse:
            verb = getattr(client, line.method.lower())
            answer: HttpResponse = verb(address, sent, **kind)
            return answer

        answers = []
        for address in (theirs, nobodys):
            with undone():
                one = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}", address)[0]
                answers.append(said(ask(address), one))
        assert answers[0] == answers[1], person
        assert answers[0][0] in (302, 303, 403, 404, 422), person


def a_device(user: User) -> UUID:
    client = Client()
    client.force_login(user)
    client.get("/settings")
    found: UUID = BrowserSession.objects.get(user=user).device_id
    return found


OWN_TO_ONE = {
    "api-key-revoke": lambda user: ApiKey.issue(user=user, name="Mine")[0].pk,
    "device-end": lambda user: a_device(user),
}


@pytest.mark.parametrize("name", OWN_TO_ONE)
@pytest.mark.parametrize("person", ["owner", "admin"])
def test_a_colleagues_own_things_are_not_there(name: str, person: str, foreign: Foreign) -> None:
    """Not to the account's admin either: the pages are about one's own."""
    client = page_client(foreign.user(person))
    theirs = OWN_TO_ONE[name](foreign.user("mate"))
    require_no_difference(lambda pk: client.post(reverse(name, args=[pk])), theirs, uuid4())


# -- fields of the API -----------------------------------------------------------------------------


def test_every_id_of_a_call_is_here() -> None:
    """The OpenAPI document names every field that takes an id."""
    described = set()
    names = {f"/{route.replace('<id:pk>', '{id}')}": name for name, route in ROUTES.items()}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            call = f"{method.upper()} {names[path]}"
            for one in operation.get("parameters", []):
                if one["in"] == "query" and one["schema"].get("format") == "uuid":
                    described.add((call, one["name"]))
            for body in operation.get("requestBody", {}).get("content", {}).values():
                described |= {(call, name) for name in ids_in(body["schema"])}
    assert described == API_FIELDS.keys()


def ids_in(schema: Any) -> set[str]:
    """Return the names of the properties that hold an id, at whatever depth."""
    if isinstance(schema, list):
        return {name for one in schema for name in ids_in(one)}
    if not isinstance(schema, dict):
        return set()
    if reference := schema.get("$ref"):
        return ids_in(document()["components"]["schemas"][reference.rpartition("/")[2]])
    found = set()
    for name, value in schema.get("properties", {}).items():
        if '"uuid"' in str(value).replace("'", '"'):
            found.add(name)
        found |= ids_in(value)
    return found | {
        name for key in ("items", "anyOf", "allOf", "oneOf") for name in ids_in(schema.get(key))
    }


@pytest.mark.parametrize(("call", "name"), API_FIELDS)
@pytest.mark.parametrize("person", ["owner", "admin"])
def test_a_field_of_a_call_answers_the_same(
    call: str, name: str, person: str, foreign: Foreign
) -> None:
    kind, more = API_FIELDS[call, name]
    method, _, route = call.partition(" ")
    client = api_client(foreign.user(person))

    def ask(one: Any) -> HttpResponse:
        sent = {**foreign.world.fill(more), name: str(one)}
        verb = getattr(client, method.lower())
        answer: HttpResponse = verb(foreign.world.url(route), sent, format="json")
        return answer

    kinds = ["tree", "draft"] if kind == "tree" else [kind]
    for one in kinds:
        require_no_difference(ask, foreign.of_another_account(one), uuid4())
    if person != "owner" or (call, name) in TOLD_APART:
        return
    if hidden := foreign.hidden(kind):
        require_no_difference(ask, hidden, uuid4())


@pytest.mark.parametrize("call", ["PUT api-session", "PATCH api-session"])
def test_a_step_lists_no_file_of_another_session(call: str, foreign: Foreign) -> None:
    client = api_client(foreign.user("owner"))
    method, _, route = call.partition(" ")

    def ask(one: Any) -> HttpResponse:
        listed = [{"name": "error.log", "url": f"/attachments/{one}"}]
        step = {"node_id": "scope", "answer": "One user", "attachments": listed}
        verb = getattr(client, method.lower())
        address = foreign.world.url(route)
        answer: HttpResponse = verb(address, {"decisions": [step]}, format="json")
        assert answer.status_code == 422
        return answer

    require_no_difference(ask, foreign.of_another_account("file"), uuid4())
    require_no_difference(ask, foreign.hidden("file"), uuid4())


# -- fields of forms, and filters of pages ---------------------------------------------------------


def test_every_field_of_the_pages_that_holds_an_id_is_here(foreign: Foreign) -> None:
    """What the pages' own forms send as ids, an engineer's and an admin's."""
    world = foreign.world
    Foreign.library_step(foreign.user("owner"))
    known = {name.replace("team-*", "team") for _, name in FORM_FIELDS}
    known |= {name for _, name in PAGE_FILTERS}
    for person in ("owner", "admin"):
        client = page_client(foreign.user(person))
        for line in read_table(page_table.TABLE):
            if line.method != "GET" or line.statuses[person] != 200:
                continue
            if line.name == "attachment":
                continue
            query = "?step=scope" if line.name == "batch-detail" else "?tab=library"
            page = client.get(world.url(line.name, line.of) + query)
            root = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
            for field in root.iter():
                name, values = field.get("name"), [field.get("value") or ""]
                values += [option.get("value") or "" for option in field.iter("option")]
                if not name or name in NO_OBJECTS or field.tag == "meta":
                    continue
                if any(re.match(r"[0-9a-f]{8}-[0-9a-f-]{27}", value) for value in values):
                    assert name in known, f"{line.name}: add “{name}” to FORM_FIELDS"


@pytest.mark.parametrize(("route", "name"), [*FORM_FIELDS, *PAGE_FILTERS])
@pytest.mark.parametrize("person", ["owner", "admin"])
def test_a_field_of_a_page_answers_the_same(
    route: str, name: str, person: str, foreign: Foreign
) -> None:
    is_form = (route, name) in FORM_FIELDS
    kind, fill = (FORM_FIELDS if is_form else PAGE_FILTERS)[route, name]
    client = page_client(foreign.user(person))
    address = foreign.world.url(route)

    def ask(one: Any) -> HttpResponse:
        verb = client.post if is_form else client.get
        answer: HttpResponse = verb(address, fill(foreign, one))
        return answer

    nobodys = 2**40 + 1 if kind == "decision" else uuid4()
    require_no_difference(ask, foreign.of_another_account(kind), nobodys)
    if person == "owner" and (hidden := foreign.hidden(kind)):
        require_no_difference(ask, hidden, nobodys)


def test_a_colleague_of_another_team_reads_as_nobody(foreign: Foreign) -> None:
    """Where a page lets one choose, whoever isn't in the list isn't there."""
    other = foreign.user("assignee")
    other.team = TeamFactory(account=other.account)
    other.save()
    client = page_client(foreign.user("owner"))
    for route, name in (("session-hand-over", "to"), ("session-prepare", "assigned_to_id")):
        address, fill = foreign.world.url(route), FORM_FIELDS[route, name][1]

        def ask(one: Any, address: str = address, fill: Fill = fill) -> HttpResponse:
            answer: HttpResponse = client.post(address, fill(foreign, one))
            return answer

        require_no_difference(ask, other.pk, uuid4())


# -- provisioning ----------------------------------------------------------------------------------

SCIM: dict[str, Callable[[Directory, Any, Any], HttpResponse]] = {
    "read a user": lambda to, user, team: to.call("GET", f"Users/{user}"),
    "replace a user": lambda to, user, team: to.call(
        "PUT", f"Users/{user}", {"schemas": [], "userName": "x"}
    ),
    "change a user": lambda to, user, team: to.call(
        "PATCH", f"Users/{user}", patch({"op": "replace", "path": "active", "value": False})
    ),
    "remove a user": lambda to, user, team: to.call("DELETE", f"Users/{user}"),
    "find a user": lambda to, user, team: to.call("GET", f'Users?filter=id+eq+"{user}"'),
    "find members": lambda to, user, team: to.call(
        "GET", f'Groups?filter=members.value+eq+"{user}"'
    ),
    "find by group": lambda to, user, team: to.call(
        "GET", f'Users?filter=groups.value+eq+"{team}"'
    ),
    "read a group": lambda to, user, team: to.call("GET", f"Groups/{team}"),
    "rename a group": lambda to, user, team: to.call(
        "PATCH", f"Groups/{team}", patch({"op": "replace", "path": "displayName", "value": "x"})
    ),
    "remove a group": lambda to, user, team: to.call("DELETE", f"Groups/{team}"),
}


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": list(operations)}


@pytest.mark.parametrize("call", SCIM)
def test_a_directory_learns_of_no_other_account(call: str, foreign: Foreign) -> None:
    directory = Directory(foreign.world.tree.account)
    theirs = (foreign.stranger().pk, foreign.stranger().team_id)
    answers = []
    for user, team in (theirs, (uuid4(), uuid4())):
        with undone():
            answers.append(said(SCIM[call](directory, user, team), user, team))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("operation", ["add", "replace", "remove"])
def test_a_member_of_another_account_is_nobody(operation: str, foreign: Foreign) -> None:
    directory = Directory(foreign.world.tree.account)
    team = directory.make_group("Night shift")["id"]

    def ask(one: Any) -> HttpResponse:
        change = {"op": operation, "path": "members", "value": [{"value": str(one)}]}
        return directory.call("PATCH", f"Groups/{team}", patch(change))

    require_no_difference(ask, foreign.stranger().pk, uuid4())


# -- the admin -------------------------------------------------------------------------------------

REGISTERED = [model for model in apps.get_models() if admin.site.is_registered(model)]


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_the_admin_answers_the_same(model: Any, foreign: Foreign) -> None:
    """Each page of one row, each filter of a list, and each choice of a form."""
    client = page_client(foreign.user("admin"))
    names = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = row_of_another_account(model, foreign)
    nobodys = uuid4() if isinstance(row, UUID) else 2**40 + 1
    for page, verb in (
        ("change", client.get),
        ("change", client.post),
        ("delete", client.post),
        ("history", client.get),
    ):

        def opened(pk: Any, page: str = page, verb: Any = verb) -> HttpResponse:
            answer: HttpResponse = verb(reverse(f"{names}_{page}", args=[pk]))
            return answer

        require_no_difference(opened, row, nobodys)
    address = reverse(f"{names}_changelist")
    require_no_difference(lambda pk: client.get(address, {"id__exact": pk}), row, nobodys)
    require_no_difference(lambda pk: client.get(address, {"q": pk}), row, nobodys)
    for one in model._meta.concrete_fields:
        if not one.is_relation or not admin.site.is_registered(one.remote_field.model):
            continue
        theirs = row_of_another_account(one.remote_field.model, foreign)

        def narrowed(pk: Any, name: str = one.name) -> HttpResponse:
            answer: HttpResponse = client.get(address, {f"{name}__id__exact": pk})
            return answer

        def added(pk: Any, name: str = one.name) -> HttpResponse:
            answer: HttpResponse = client.post(reverse(f"{names}_add"), {name: pk})
            return answer

        require_no_difference(narrowed, theirs, uuid4())
        require_no_difference(added, theirs, uuid4())


def row_of_another_account(model: Any, foreign: Foreign) -> Any:
    """Return the id of a row that the other account has; of no row where it has none."""
    stranger = foreign.stranger()
    _ = foreign.elsewhere.draft, foreign.of_another_account("step")
    path = getattr(admin.site.get_model_admin(model), "account_path", "pk")
    found = model._base_manager.filter(**{path: stranger.account_id}).first()
    return found.pk if found else uuid4()
