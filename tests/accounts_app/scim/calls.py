"""Calls of SCIM for tests, as a directory makes them."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts_app.models import Account
from accounts_app.scim.keys import issue_key

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


def make_scim_key(account: Account) -> str:
    _, key = issue_key(account, name="Entra", expires_at=None, never_expires=True, seed="")
    return key


class Directory:
    """A directory that provisions one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.key = make_scim_key(account)
        self.client = Client(raise_request_exception=True)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.client.generic(
            method,
            f"/scim/v2/{path}",
            "" if body is None else json.dumps(body),
            content_type="application/scim+json",
            headers={"Authorization": f"Bearer {self.key}", **headers},
        )

    def get(self, path: str, **query: str) -> Any:
        answer = self.client.get(
            f"/scim/v2/{path}", query, headers={"Authorization": f"Bearer {self.key}"}
        )
        assert answer.status_code == 200, answer.content
        return answer.json()

    def found(self, path: str, search: str) -> list[Any]:
        return self.get(path, filter=search)["Resources"]

    def make_user(self, user_name: str, **more: Any) -> Any:
        body = {"schemas": [USER], "userName": user_name, "active": True, **more}
        answer = self.call("POST", "Users", body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def make_group(self, name: str, *members: str, **more: Any) -> Any:
        people = [{"value": str(pk)} for pk in members]
        body = {"schemas": [GROUP], "displayName": name, "members": people, **more}
        answer = self.call("POST", "Groups", body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def patch(self, path: str, *operations: Any) -> HttpResponse:
        return self.call("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})
