"""Nothing that is sent in an address, a header or a form may break a page ([S16])."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts_app.models import Account, Team, User
from resolutionflow.wsgi import application
from sessions_app.models import LibraryStep
from tests.admin_pages import address
from tests.factories import make_key
from tests.permissions import api_table, page_table
from tests.permissions.world import World, addresses, read_table
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S16")]

# As they stand in an address: NUL, a lone surrogate, no UTF-8, a number that no column holds.
VALUES = ("a%00b", "%ED%A0%80", "9" * 400, "-1", "%D9%A1", "[", "0001-01-01")
NAMES = re.compile(r"""(?:GET|POST)(?:\.get|\.getlist)?[\[(]["'](\w+)""")
ADMIN_NAMES = ("q", "o", "p", "all", "e", "_popup", "_to_field", "_changelist_filters")
CHARSETS = ("utf-7", "unicode_escape")


def names_in_source():
    folders = ("accounts_app", "trees_app", "sessions_app", "exports_app", "resolutionflow")
    found = {"page", "cursor", "status", "next"}
    for folder in folders:
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.py"):
            found |= set(NAMES.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


@pytest.fixture
def world():
    made = World.make()
    LibraryStep.objects.create(
        account=made.tree.account, author=made.people["owner"], title="Look", commands=[]
    )
    return made


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def require_answers(calls):
    """Ask all, and name those that broke."""
    broken = [said for said, response in calls if response.status_code >= 500]
    assert not broken, "\n".join(broken)


def page_calls(world, query):
    for person in ("owner", "admin"):
        client = signed_in(world.people[person])
        for line in read_table(page_table.TABLE):
            if line.method == "GET" and not line.of and line.name != "logout":
                asked = world.url(line.name) + query
                yield asked[:300], client.get(asked)


@pytest.mark.parametrize("value", VALUES)
def test_no_parameter_breaks_a_page(world, value):
    query = "?" + "&".join(f"{name}={value}" for name in names_in_source())
    require_answers(page_calls(world, query))


@pytest.mark.parametrize("value", VALUES)
def test_no_parameter_breaks_the_api(world, value):
    client = Client(
        raise_request_exception=False,
        headers={"Authorization": f"Token {make_key(world.people['owner'])}"},
    )
    names = ("status", "cursor", "limit", "started_after", "tree_id", "ticket", "q", "expand", "if")
    known = {name for _, name in addresses()}
    require_answers(
        (asked, client.get(asked))
        for line in read_table(api_table.TABLE)
        if line.method == "GET" and line.name in known
        for name in names
        for asked in [f"{world.url(line.name)}?{name}={value}"]
    )


def admin_queries(model, value):
    if model is Tree:
        yield from (f"?{name}={value}" for name in ADMIN_NAMES)
    yield f"?q={value}"
    for field in model._meta.concrete_fields:
        yield f"?{field.name}={value}"
        yield f"?{field.name}__{'id__exact' if field.is_relation else 'gte'}={value}"


@pytest.mark.parametrize("value", ["%00", "%FF", "9" * 400])
def test_no_parameter_breaks_the_admin(world, value):
    client = signed_in(world.people["admin"])
    asked = [
        address(model, "changelist") + query
        for model in admin.site._registry
        for query in admin_queries(model, value)
    ]
    asked += [
        f"/admin/autocomplete/?term={value}&app_label=trees_app&model_name=tree&field_name=team",
        f"/admin/autocomplete/?term=x&app_label={value}&model_name=tree&field_name={value}",
        f"/admin/trees_app/tree/{value}/change/",
        f"/admin/sessions_app/decision/{value}/change/",
        f"/admin/r/1/{value}/",
    ]
    require_answers((one, apart(client, one)) for one in asked)


def apart(client, asked):
    """Ask in a transaction of its own: a statement that fails ends that alone."""
    with transaction.atomic():
        response = client.get(asked)
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("value", ["\x00", "9" * 400])
def test_no_action_breaks_the_admin(world, value):
    calls = []
    client = signed_in(world.people["admin"])
    for model in admin.site._registry:
        pages = admin.site._registry[model]
        for action in ("delete_selected", *(pages.actions or ()), value):
            sent = {"action": action, "_selected_action": [value, str(uuid4())], "index": value}
            sent |= {"select_across": value, "seen": value, "post": "yes"}
            calls.append((f"{model} {action}", client.post(address(model, "changelist"), sent)))
    require_answers(calls)


@pytest.mark.parametrize(
    "value", ["\x00", '["\\u0000"]', '[{"code": "\\ud800"}]', "9" * 400, "[3]"]
)
def test_no_form_of_the_admin_breaks(world, value):
    calls = []
    for user in (world.people["admin"],):
        client = signed_in(user)
        for model in (Tree, LibraryStep, Account, Team, User):
            rows = [row.pk for row in model._base_manager.all()[:1]]
            for asked in [address(model, "add"), *(address(model, "change", pk) for pk in rows)]:
                form = client.get(asked)
                if form.status_code != 200 or "adminform" not in (form.context or ()):
                    continue
                shown = form.context["adminform"].form
                first = {name: shown.get_initial_for_field(field, name) or ""
                         for name, field in shown.fields.items()}  # fmt: skip
                first = {name: "" if text is None else text for name, text in first.items()}
                for name in shown.fields:
                    sent = {**{key: str(text) for key, text in first.items()}, name: value}
                    calls.append((f"{asked} {name}", client.post(asked, sent)))
    require_answers(calls)


@pytest.mark.parametrize("value", ["\x00", "9" * 400, "[3]"])
def test_no_form_breaks(world, value):
    names = set(names_in_source())
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        names |= set(re.findall(r'name="(\w+)"', path.read_text(encoding="utf-8")))
    names -= {"csrfmiddlewaretoken", "submission_token"}
    names |= {"outcome", "title", "name", "username", "email", "time_zone", "login", "password"}
    client = signed_in(world.people["owner"])
    calls = []
    lines = [line for line in read_table(page_table.TABLE) if line.method == "POST"]
    for line in lines:
        if line.name in ("logout", "account_logout", "session-delete"):
            continue
        calls.append((line.name, client.post(world.url(line.name), dict.fromkeys(names, value))))
    require_answers(calls)


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("kind", ["multipart/form-data", "text/plain"])
def test_no_charset_breaks_a_page(world, charset, kind):
    """Some of Python's decode to half of a character pair, others to no text at all."""
    client = signed_in(world.people["admin"])
    content_type = f"{kind}; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\\ud800+2AA-\r\n--x--\r\n'
    query = "?q=%5Cud800%2B2AA-&next=%2B2AA-"
    read = [
        reverse(name) + query for name in ("session-list", "flow-list", "login", "api-sessions")
    ]
    written = [reverse("account-settings"), address(Tree, "add"), reverse("login")]
    written.append(world.url("session-prepare"))
    calls = [(asked, client.get(asked, CONTENT_TYPE=content_type)) for asked in read]
    calls += [
        (asked, client.generic("POST", asked, body, content_type=content_type)) for asked in written
    ]
    require_answers(calls)


@pytest.mark.parametrize(
    "charset", ["rot13", "undefined", "hex", "idna", "zlib", "no-such", "a\x00b"]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json"])
def test_no_codec_breaks_the_server_before_a_page(db, charset, kind):
    """As a server hands it over; the test client makes its requests in another way."""
    environ = RequestFactory().post("/sign-in?q=1", "a=b", content_type=kind).environ
    environ["CONTENT_TYPE"] = f"{kind}; charset={charset}"
    statuses = []
    body = application(environ, lambda status, headers: statuses.append(status))
    assert b"".join(body)
    assert statuses[0][:3] in ("415", "403", "400"), statuses
