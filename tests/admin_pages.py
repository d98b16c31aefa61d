"""What the tests of every admin page share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts_app.models import User
from tests.factories import UserFactory

OTHER_ROLES = [role for role in User.Role.values if role != User.Role.ADMIN]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_operator() -> User:
    return UserFactory(account=None, is_superuser=True, role=User.Role.ADMIN)


def address(model: type, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def rows_of(client: Client, model: type, query: str = "") -> set[Any]:
    """Primary keys that the list shows."""
    response = client.get(address(model, "changelist") + query)
    assert response.status_code == 200, (model, response.status_code)
    return {row.pk for row in response.context["cl"].result_list}


def require_scope(model: type, own: Any, foreign: Any, admin: User) -> None:
    """The operator lists both rows, the admin of `own` that one alone; the other is a 404."""
    operator = signed_in(make_operator())
    assert {own.pk, foreign.pk} <= rows_of(operator, model)
    for row in (own, foreign):
        assert operator.get(address(model, "change", row.pk)).status_code == 200
    mine = signed_in(admin)
    listed = rows_of(mine, model)
    assert own.pk in listed
    assert foreign.pk not in listed
    assert mine.get(address(model, "change", own.pk)).status_code == 200
    for page in ("change", "delete", "history"):
        response = mine.get(address(model, page, foreign.pk))
        assert response.status_code in (403, 404), page
    assert mine.post(address(model, "change", foreign.pk), {}).status_code in (403, 404)


def require_denied(model: type, account: Any, role: str) -> None:
    client = signed_in(UserFactory(account=account, role=role))
    for page in ("changelist", "add"):
        assert client.get(address(model, page)).status_code == 403


def require_constant_queries(
    model: type, client: Client, make_row: Callable[[], object], *, more: int = 6
) -> None:
    """The list costs as many queries with many rows as with one."""
    make_row()
    list_address = address(model, "changelist")
    client.get(list_address)  # content types and the like are remembered after this
    with CaptureQueriesContext(connection) as few:
        assert client.get(list_address).status_code == 200
    for _ in range(more):
        make_row()
    with CaptureQueriesContext(connection) as many:
        assert client.get(list_address).status_code == 200
    if len(many) != len(few):
        pytest.fail("\n".join(query["sql"] for query in many.captured_queries))
