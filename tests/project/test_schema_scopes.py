"""Made-up calls of every operation, with keys that lack its scope: each is refused in words."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from resolutionflow.api.scopes import Scope, scope_message
from sessions_app.models import Session
from tests.factories import TreeFactory, add_decision, make_key, make_session
from tests.permissions.api_table import scopes_by_call
from tests.permissions.world import addresses
from tests.project.openapi_calls import described, operations, wsgi
from trees_app.models import Tree

__all__ = ("wsgi",)
pytestmark = [pytest.mark.req("I4", "S16"), pytest.mark.hypothesis, pytest.mark.django_db]
FEW = settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
NAMES = {f"/{route.replace('<id:pk>', '{id}')}": name for route, name in addresses("api/v1/")}
NEEDED = scopes_by_call()
CASES = [
    (method, path, scope)
    for method, path in operations()
    for scope in Scope.values
    if scope != NEEDED[f"{method} {NAMES[path]}"]
]


@pytest.mark.parametrize("kind", ["positive", "negative"])
@pytest.mark.parametrize(("method", "path", "scope"), CASES, ids=lambda part: part)
def test_a_key_without_the_scope_gets_403_whatever_it_sends(
    wsgi, author, method, path, scope, kind
):
    add_decision(make_session(author))
    TreeFactory(author=author)
    headers = {"Authorization": f"Token {make_key(author, scopes=[scope])}"}
    mode = schemathesis.GenerationMode(kind)
    strategy = described()[path][method].as_strategy(generation_mode=mode)
    before = (Session.objects.count(), Tree.objects.count())
    message = scope_message(NEEDED[f"{method} {NAMES[path]}"])

    @FEW
    @given(strategy)
    def call(case):
        answer = case.call(headers=headers)
        if answer.status_code == 403:
            assert answer.json() == {"detail": message}
        else:
            # A made-up path, method or header is refused before anybody asks for the key.
            assert answer.status_code in (400, 401, 404, 405, 413), answer.text

    try:
        call()
    except Unsatisfiable:
        assert kind == "negative"
    assert (Session.objects.count(), Tree.objects.count()) == before
