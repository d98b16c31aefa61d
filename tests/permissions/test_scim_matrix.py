"""Every address of SCIM, every method, with keys of every kind: only the account's own key opens
anything, and it is counted.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from accounts_app import api_limits
from accounts_app.models import Account, ApiKey, AuditEntry, User
from accounts_app.rate_limits import MinuteCounter
from accounts_app.scim.keys import directory_user
from tests.accounts_app.scim.calls import GROUP, PATCH, USER, Directory
from tests.factories import AccountFactory, TeamFactory, UserFactory, make_key
from tests.permissions.world import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.req("I3", "I4")]
NEW_USER = {"schemas": [USER], "userName": "ben", "active": True}
NEW_GROUP = {"schemas": [GROUP], "displayName": "Desk"}
CHANGE = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "externalId", "value": "x"}]}
SEARCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}
# Method and path; what is sent; what the account's own key gets.
CALLS = (
    ("GET", "ServiceProviderConfig", None, 200),
    ("GET", "ResourceTypes", None, 200),
    ("GET", "ResourceTypes/User", None, 200),
    ("GET", "Schemas", None, 200),
    ("GET", f"Schemas/{USER}", None, 200),
    ("GET", "Users", None, 200),
    ("POST", "Users", NEW_USER, 201),
    ("POST", "Users/.search", SEARCH, 200),
    ("GET", "Users/{user}", None, 200),
    ("PUT", "Users/{user}", NEW_USER, 200),
    ("PATCH", "Users/{user}", CHANGE, 200),
    ("DELETE", "Users/{user}", None, 204),
    ("GET", "Groups", None, 200),
    ("POST", "Groups", NEW_GROUP, 201),
    ("POST", "Groups/.search", SEARCH, 200),
    ("GET", "Groups/{team}", None, 200),
    ("PUT", "Groups/{team}", NEW_GROUP, 200),
    ("PATCH", "Groups/{team}", CHANGE, 200),
    ("DELETE", "Groups/{team}", None, 204),
    ("POST", "Bulk", {}, 501),
    ("GET", "Me", None, 501),
    ("POST", ".search", SEARCH, 501),
    ("GET", "Elsewhere", None, 404),
)
each_call = pytest.mark.parametrize(
    ("method", "path", "body", "status"), CALLS, ids=lambda value: str(value)[:30]
)
# Of another account, whatever exists there is not there (and its own calls work).
NOT_THERE = {"{user}", "{team}"}
WITHOUT = ("nobody", "browser", "api key", "revoked", "expired", "switched off", "another scope")


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    """Counts of this test alone."""
    monkeypatch.setattr(api_limits, "counter", MinuteCounter())


@pytest.fixture
def account():
    return AccountFactory()


def fill(path: str, account: Account) -> str:
    user = UserFactory(account=account) if "{user}" in path else None
    team = TeamFactory(account=account) if "{team}" in path else None
    return path.format(user=user and user.pk, team=team and team.pk)


def without(kind: str, directory: Directory, admin: User) -> Directory:
    """Return the directory with something else in the place of its key."""
    keys = ApiKey.objects.filter(digest=ApiKey.digest_of(directory.key))
    if kind == "nobody":
        directory.key = ""
    if kind == "browser":
        directory.key = ""
        directory.client.force_login(admin)
    if kind == "api key":
        directory.key = make_key(admin)
    if kind == "revoked":
        keys.update(revoked_at=timezone.now())
    if kind == "expired":
        keys.update(expires_at=timezone.now() - timedelta(seconds=1))
    if kind == "switched off":
        User.objects.filter(pk=directory_user(directory.account).pk).update(is_active=False)
    if kind == "another scope":
        keys.update(scopes=["read"])
    return directory


def test_every_address_is_in_the_table(account):
    known = {
        get_resolver().resolve(f"/scim/v2/{fill(path, account)}").view_name for _, path, *_ in CALLS
    }
    there = {name for route, name in addresses() if route.startswith("scim/v2/")}
    assert known == there


@each_call
def test_the_accounts_own_key_opens_it(account, method, path, body, status):
    answer = Directory(account).call(method, fill(path, account), body)
    assert answer.status_code == status, answer.content


@each_call
@pytest.mark.parametrize("kind", WITHOUT)
def test_nothing_else_opens_it(account, kind, method, path, body, status):
    admin = UserFactory(account=account, role=User.Role.ADMIN)
    path = fill(path, account)
    directory = without(kind, Directory(account), admin)
    before = User.objects.count(), account.teams.count()
    answer = directory.call(method, path, body)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert (User.objects.count(), account.teams.count()) == before


@each_call
@pytest.mark.req("A1")
def test_another_accounts_key_finds_nothing_of_this_one(account, method, path, body, status):
    is_of_one = any(mark in path for mark in NOT_THERE)
    answer = Directory(AccountFactory()).call(method, fill(path, account), body)
    assert answer.status_code == (404 if is_of_one else status)


@pytest.mark.parametrize("key", ["scim", "user"])
def test_a_key_that_calls_too_often_is_told_when_to_come_again(account, settings, key):
    settings.API_KEY_CALLS_PER_MINUTE = 3 if key == "scim" else 0
    settings.API_USER_CALLS_PER_MINUTE = 3 if key == "user" else 0
    directory, other = Directory(account), Directory(AccountFactory())
    answers = [directory.call("GET", "Users") for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 2  # a new minute may begin in between
    for answer in refused:
        assert 1 <= int(answer["Retry-After"]) <= 60
        assert answer["Content-Type"].startswith("application/scim+json")
        assert answer.json()["status"] == "429"
        assert "Too many calls" in answer.json()["detail"]
    assert other.call("GET", "Users").status_code == 200


def test_what_a_directory_does_is_logged_as_its_own(account):
    """With the address it came from: an auditor can tell it from what people did."""
    directory = Directory(account)
    ben = directory.make_user("ben")["id"]
    directory.make_group("Desk", ben)
    off = {"op": "replace", "path": "active", "value": False}
    assert directory.patch(f"Users/{ben}", off).status_code == 200
    entries = AuditEntry.objects.filter(account=account, object_type__in=("user", "team"))
    entries = entries.exclude(object_id=directory_user(account).pk)
    assert entries.count() >= 3
    assert set(entries.values_list("actor_id", "actor_name", "address")) == {
        (directory_user(account).pk, "Directory (SCIM)", "127.0.0.1")
    }


def test_a_browser_that_is_signed_in_is_no_key(account):
    client = Client()
    client.force_login(UserFactory(account=account, role=User.Role.ADMIN))
    assert client.get("/scim/v2/Users").status_code == 401
