"""The OpenAPI document: valid, complete, and true of what the server does."""

from collections import Counter
from io import StringIO

import pytest
import schemathesis
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from resolutionflow.api.docs import document
from tests.factories import TreeFactory, add_decision, make_key, make_session
from tests.permissions.world import addresses
from tests.project.openapi_calls import described, operations, wsgi

__all__ = ("wsgi",)
pytestmark = pytest.mark.req("S16")

EXAMPLES = 6
BOUNDED = settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_document_is_valid_and_without_warnings():
    written = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=written)
    assert written.getvalue().startswith("openapi: 3.1")


def test_every_address_is_described():
    own = {"api-schema", "api-docs"}
    routes = {route.replace("<id:pk>", "{id}")
              for route, name in addresses("api/v1/") if name not in own}  # fmt: skip
    assert {path.removeprefix("/") for path in document()["paths"]} == routes


def test_every_operation_tells_its_errors_and_has_a_name():
    names = Counter()
    for methods in document()["paths"].values():
        for method, operation in methods.items():
            names[operation["operationId"]] += 1
            assert operation["summary"]
            assert {"401", "429", "503"} <= set(operation["responses"])
            if "requestBody" in operation:
                assert {"400", "413", "415", "422"} <= set(operation["responses"]), method
            [by_key, by_browser] = operation["security"]
            assert by_key.keys() == {"apiKey"} and by_browser == {"cookieAuth": []}
    assert max(names.values()) == 1


@pytest.mark.django_db
def test_the_document_is_open_to_all_in_both_formats():
    client = Client()
    assert client.get("/api/v1/schema").content.startswith(b"openapi: 3.1")
    as_json = client.get("/api/v1/schema", headers={"Accept": "application/json"})
    assert as_json.json()["openapi"].startswith("3.1")
    assert client.get("/api/v1/schema?format=json").json() == as_json.json()


@pytest.mark.django_db
def test_the_docs_page_has_no_outside_asset_and_no_inline_script():
    page = Client().get("/api/v1/docs")
    html = page.content.decode()
    assert page.status_code == 200
    assert "http://" not in html
    assert "https://" not in html
    assert html.count("<script src=") == html.count("<script") == 3
    policy = page["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self' 'unsafe-inline'" in policy
    elsewhere = Client().get("/api/v1/schema")["Content-Security-Policy"]
    assert "unsafe-inline" not in elsewhere


def test_a_body_is_required_where_some_of_its_fields_are():
    """Otherwise the document would call a call without a body valid, which is refused."""
    optional = {
        f"{method} {path}"
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if not operation.get("requestBody", {"required": True}).get("required")
    }
    sessions, trees = "/api/v1/sessions/{id}", "/api/v1/trees/{id}"
    assert optional == {
        f"put {sessions}", f"patch {sessions}", f"post {sessions}/export",
        f"patch {sessions}/reference",
        f"put {trees}", f"patch {trees}", f"post {trees}/fork",
    }  # fmt: skip


def has_twin_names(case) -> bool:
    """Names that must differ within a list: JSON Schema can't say so, hence not every body that
    it allows is accepted.
    """
    body = case.body if isinstance(case.body, dict) else {}
    form = body.get("intake_form")
    items = [item for item in form if isinstance(item, dict)] if isinstance(form, list) else []
    names = [str(item.get("name")) for item in items]
    return len(set(names)) < len(names)


@pytest.mark.hypothesis  # its examples are made inside, where the plugin does not see them
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["positive", "negative"])
@pytest.mark.parametrize(("method", "path"), operations(), ids=lambda part: part)
def test_schemathesis_finds_nothing(wsgi, author, method, path, kind):
    """Made-up calls, some as the document has them, some not, get what the document promises.

    With all of its checks: no 500, only described statuses, headers and bodies, what fits is
    accepted, what doesn't is refused, nothing opens without a key.
    """
    add_decision(make_session(author))
    TreeFactory(author=author)
    mode = schemathesis.GenerationMode(kind)
    strategy = described()[path][method].as_strategy(generation_mode=mode)
    headers = {"Authorization": f"Token {make_key(author)}"}
    called = 0

    @BOUNDED
    @given(strategy)
    def call(case):
        nonlocal called
        called += 1
        if not (kind == "positive" and has_twin_names(case)):
            case.call_and_validate(headers=headers)

    try:
        call()
    except Unsatisfiable:
        # Nothing can be wrong about a call without parameters.
        assert (kind, path) == ("negative", "/api/v1/sessions/current")
    else:
        assert called
