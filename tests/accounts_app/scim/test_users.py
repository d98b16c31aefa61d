"""Users as a directory provisions them, in the dialects of Entra and Okta."""

import pytest
from django.test import Client

from accounts_app.models import ApiKey, BrowserSession, User
from accounts_app.scim.resources import MAX_PAGE
from tests.accounts_app.scim.calls import USER, Directory
from tests.factories import AccountFactory, TeamFactory, UserFactory, make_key, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.req("I3")]
EMAIL = 'emails[type eq "work"].value'


@pytest.fixture
def directory():
    return Directory(AccountFactory())


@pytest.fixture
def admin(directory):
    return UserFactory(account=directory.account, role=User.Role.ADMIN, username="boss")


def ana(directory, **more):
    body = {
        "externalId": "0f3b",
        "name": {"givenName": "Ana", "familyName": "Petrova", "formatted": "Ana Petrova"},
        "displayName": "Ana Petrova",
        "emails": [{"value": "ana@northwind.com", "type": "work", "primary": True}],
        "title": "Engineer",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "IT"},
        **more,
    }
    return directory.make_user("ana@northwind.com", **body)


def test_a_new_user_is_an_engineer_who_has_no_password(directory):
    made = ana(directory)
    user = User.objects.get(pk=made["id"])
    assert (user.username, user.email, user.get_full_name()) == (
        "ana@northwind.com",
        "ana@northwind.com",
        "Ana Petrova",
    )
    assert user.account == directory.account
    assert (user.role, user.team, user.is_active) == ("engineer", None, True)
    assert not user.has_usable_password()
    assert made["externalId"] == "0f3b"
    assert made["meta"]["location"].endswith(f"/scim/v2/Users/{user.pk}")
    assert "title" not in made


def test_what_cannot_be_a_user_is_refused_in_scims_form(directory):
    for body, kind in (
        ({"schemas": [USER]}, "invalidValue"),
        ({"schemas": [USER], "userName": ""}, "invalidValue"),
        ({"schemas": [USER], "userName": "a b"}, "invalidValue"),
        ({"schemas": [USER], "userName": "x" * 151}, "invalidValue"),
        ({"schemas": [USER], "userName": "x", "emails": [{"value": "no address"}]}, "invalidValue"),
        ({"schemas": [USER], "userName": "x", "emails": "x@y.com"}, "invalidValue"),
        ({"schemas": [USER], "userName": "x", "active": "perhaps"}, "invalidValue"),
        ({"schemas": [USER], "userName": "x\0"}, "invalidSyntax"),
        ({"schemas": [USER], "userName": "\ud800"}, "invalidSyntax"),
        ([], "invalidSyntax"),
        ("ana", "invalidSyntax"),
    ):
        answer = directory.call("POST", "Users", body)
        found = answer.json()
        assert (answer.status_code, found["status"], found["scimType"]) == (400, "400", kind), body
        assert answer["Content-Type"].startswith("application/scim+json")
    assert not User.objects.exclude(role="integration").exists()


@pytest.mark.parametrize(
    "name", ["o'brien@northwind.com", "ben_fabrikam.com#EXT#@x.onmicrosoft.com"]
)
def test_principal_names_of_directories_are_user_names(directory, name):
    made = directory.make_user(name)
    assert [user["id"] for user in directory.found("Users", f'userName eq "{name}"')] == [
        made["id"]
    ]


def test_a_name_is_taken_once_in_an_account_and_free_in_another(directory):
    ana(directory)
    answer = directory.call("POST", "Users", {"schemas": [USER], "userName": "ANA@northwind.com"})
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    other = Directory(AccountFactory())
    assert ana(other)["userName"] == "ana@northwind.com"


@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "Replace", "path": "active", "value": "False"}],
        [{"op": "replace", "value": {"active": False}}],
        [{"op": "Replace", "value": {"active": "false"}}],
        [{"op": "replace", "path": f"{USER}:active", "value": False}],
        [{"op": "Add", "path": "active", "value": "False"}],
    ],
)
def test_whoever_leaves_is_out_at_once_and_what_they_did_stays(directory, admin, operations):
    user = User.objects.get(pk=ana(directory)["id"])
    key = make_key(user)
    browser = Client()
    browser.force_login(user)
    work_session = make_session(user)
    assert browser.get("/settings").status_code == 200
    answer = directory.patch(f"Users/{user.pk}", *operations)
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    user.refresh_from_db()
    assert not user.is_active
    assert browser.get("/settings").status_code == 302
    assert not BrowserSession.objects.filter(user=user).exists()
    assert not ApiKey.objects.filter(user=user, revoked_at=None).exists()
    assert (
        Client().get("/api/v1/sessions", headers={"Authorization": f"Token {key}"}).status_code
        == 401
    )
    work_session.refresh_from_db()
    assert work_session.user == user
    # Somebody who comes back signs in anew, and makes new keys.
    directory.patch(f"Users/{user.pk}", {"op": "Replace", "path": "active", "value": "True"})
    user.refresh_from_db()
    assert user.is_active
    assert browser.get("/settings").status_code == 302
    assert not ApiKey.objects.filter(user=user, revoked_at=None).exists()


def test_a_deleted_user_is_deactivated_and_gives_the_name_up(directory, admin):
    made = ana(directory)
    make_session(User.objects.get(pk=made["id"]))
    answer = directory.call("DELETE", f"Users/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert directory.call("GET", f"Users/{made['id']}").status_code == 404
    assert directory.found("Users", 'userName eq "ana@northwind.com"') == []
    former = User.objects.get(pk=made["id"])
    assert not former.is_active
    assert former.username == "ana@northwind.com"
    again = ana(directory)
    assert again["id"] != made["id"]
    former.refresh_from_db()
    assert former.username.startswith("ana@northwind.com.former-")
    assert former.sessions.count() == 1 if hasattr(former, "sessions") else True


@pytest.mark.parametrize("how", ["patch", "put", "delete"])
def test_the_last_admin_stays(directory, admin, how):
    body = {"schemas": [USER], "userName": "boss", "active": False}
    answer = {
        "patch": lambda: directory.patch(
            f"Users/{admin.pk}", {"op": "Replace", "path": "active", "value": "False"}
        ),
        "put": lambda: directory.call("PUT", f"Users/{admin.pk}", body),
        "delete": lambda: directory.call("DELETE", f"Users/{admin.pk}"),
    }[how]()
    assert answer.status_code == 409
    assert "without an admin" in answer.json()["detail"]
    admin.refresh_from_db()
    assert admin.is_active
    UserFactory(account=directory.account, role=User.Role.ADMIN)
    assert directory.call("DELETE", f"Users/{admin.pk}").status_code == 204


def test_entra_changes_an_address_that_is_not_there_yet(directory):
    made = directory.make_user("ben@northwind.com")
    answer = directory.patch(
        f"Users/{made['id']}",
        {"op": "Add", "path": EMAIL, "value": "ben@northwind.com"},
        {"op": "Replace", "value": {"name.givenName": "Ben", "displayName": "Ben K."}},
        {"op": "Add", "path": "name.familyName", "value": "Kovač"},
        {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "+49 30 1"},
    )
    assert answer.status_code == 200, answer.content
    user = User.objects.get(pk=made["id"])
    assert (user.email, user.first_name, user.last_name) == ("ben@northwind.com", "Ben", "Kovač")
    directory.patch(
        f"Users/{made['id']}", {"op": "Replace", "path": EMAIL, "value": "benno@northwind.com"}
    )
    user.refresh_from_db()
    assert user.email == "benno@northwind.com"


def test_okta_replaces_the_whole_user(directory):
    made = ana(directory)
    body = {**made, "active": True, "name": {"givenName": "Anna", "familyName": "P."}, "groups": []}
    answer = directory.call("PUT", f"Users/{made['id']}", body)
    assert answer.status_code == 200, answer.content
    user = User.objects.get(pk=made["id"])
    assert (user.first_name, user.email) == ("Anna", "ana@northwind.com")
    without = {"schemas": [USER], "userName": "ana@northwind.com"}
    assert directory.call("PUT", f"Users/{made['id']}", without).status_code == 200
    user.refresh_from_db()
    assert (user.is_active, user.email) == (True, "")


def test_a_stale_version_is_refused(directory):
    made = ana(directory)
    path, version = f"Users/{made['id']}", made["meta"]["version"]
    assert directory.call("GET", path)["ETag"] == version
    assert directory.call("GET", path, **{"If-None-Match": version}).status_code == 304
    name = {"op": "replace", "path": "displayName", "value": "A. P."}
    stale = {"If-Match": 'W/"other"'}
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [name]}
    assert directory.call("PATCH", path, body, **stale).status_code == 412
    assert directory.call("DELETE", path, **stale).status_code == 412
    assert directory.call("PATCH", path, body, **{"If-Match": version}).status_code == 200
    assert directory.call("PATCH", path, body, **{"If-Match": version}).status_code == 412


def test_filters_as_directories_send_them(directory):
    made = ana(directory)
    directory.make_user("ben@northwind.com", active=False)
    by_hand = UserFactory(account=directory.account, username="cyd", email="cyd@northwind.com")
    for search, names in {
        'userName eq "ANA@northwind.com"': ["ana@northwind.com"],
        'externalId eq "0f3b"': ["ana@northwind.com"],
        'externalId eq "0F3B"': [],
        f'id eq "{made["id"]}"': ["ana@northwind.com"],
        'id eq "nobody"': [],
        'emails[type eq "work" and value eq "ana@northwind.com"]': ["ana@northwind.com"],
        'emails.value co "@northwind.com"': ["ana@northwind.com", "cyd"],
        'emails[type eq "work"]': ["ana@northwind.com", "cyd"],
        "active eq false": ["ben@northwind.com"],
        'active eq "False"': ["ben@northwind.com"],
        'displayName eq "ana petrova"': ["ana@northwind.com"],
        'name.familyName sw "Pet" and not (userName eq "cyd")': ["ana@northwind.com"],
        'userName sw "b" or userName sw "c"': ["ben@northwind.com", "cyd"],
        "externalId pr": ["ana@northwind.com"],
        f'{USER}:userName eq "cyd"': ["cyd"],
        'meta.lastModified gt "2020-01-01T00:00:00Z"': ["ana@northwind.com", "ben@northwind.com"],
        "userName pr": ["ana@northwind.com", "ben@northwind.com", "cyd"],
    }.items():
        found = [user["userName"] for user in directory.found("Users", search)]
        assert sorted(found) == names, search
    assert str(by_hand.pk) in {user["id"] for user in directory.get("Users")["Resources"]}


@pytest.mark.parametrize(
    "search",
    ["userName", 'userName eq', 'shoeSize eq "4"', "((((", 'active gt true', 'userName eq "a" and',
     "(" * 3000 + 'userName eq "a"' + ")" * 3000, 'title eq "x"', 'meta.created gt "soon"'],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_refused(directory, search):
    answer = directory.client.get(
        "/scim/v2/Users", {"filter": search}, headers={"Authorization": f"Bearer {directory.key}"}
    )
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter"), search


def test_lists_are_paged_and_sorted(directory):
    for number in range(5):
        directory.make_user(f"user-{number}")
    page = directory.get(
        "Users", startIndex="2", count="2", sortBy="userName", sortOrder="descending"
    )
    assert [user["userName"] for user in page["Resources"]] == ["user-3", "user-2"]
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 2, 2)
    assert directory.get("Users", count="0")["Resources"] == []
    assert directory.get("Users", startIndex="99")["Resources"] == []
    assert directory.get("Users", count=str(MAX_PAGE + 1))["totalResults"] == 5
    chosen = directory.get("Users", attributes="userName")["Resources"][0]
    assert chosen.keys() == {"schemas", "id", "userName"}


@pytest.mark.req("A1")
def test_nothing_of_another_account_is_seen_or_changed(directory):
    other = AccountFactory()
    stranger = UserFactory(account=other, username="stranger", role=User.Role.ADMIN)
    team = TeamFactory(account=other)
    operator = User.objects.create(username="root", is_superuser=True, account=directory.account)
    for pk in (stranger.pk, operator.pk, directory.account.users.get(role="integration").pk):
        for method, body in (("GET", None), ("DELETE", None), ("PUT", {"userName": "x"})):
            answer = directory.call(method, f"Users/{pk}", body and {"schemas": [USER], **body})
            assert answer.status_code == 404, (method, pk)
        off = {"op": "Replace", "path": "active", "value": "False"}
        assert directory.patch(f"Users/{pk}", off).status_code == 404
    for method in ("GET", "DELETE"):
        assert directory.call(method, f"Groups/{team.pk}").status_code == 404
    assert directory.get("Users")["totalResults"] == 0
    assert directory.get("Groups")["totalResults"] == 0
    # A member of another account is refused in the words for one who is nowhere.
    nobody = "6f1d2b1e-8f0a-4f9e-9b8e-3f6f1f0a7c11"
    words = {
        directory.call(
            "POST", "Groups", {"displayName": "x", "members": [{"value": str(pk)}]}
        ).content
        for pk in (stranger.pk, nobody)
    }
    assert len(words) == 1
    stranger.refresh_from_db()
    assert stranger.is_active


def test_only_a_key_for_scim_opens_and_it_opens_nothing_else(directory, admin):
    client = Client()
    for header in (
        "",
        "Bearer",
        "Bearer rf_x_y",
        f"Token {directory.key}",
        f"Bearer {make_key(admin)}",
    ):
        answer = client.get("/scim/v2/Users", headers={"Authorization": header} if header else {})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), header
        assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    client.force_login(admin)
    assert client.get("/scim/v2/Users").status_code == 401
    token = {"Authorization": f"Token {directory.key}"}
    assert Client().get("/api/v1/sessions", headers=token).status_code == 403
    ApiKey.objects.get(digest=ApiKey.digest_of(directory.key)).revoke()
    assert directory.call("GET", "Users").status_code == 401


def test_the_key_outlives_the_admin_who_made_it(directory, admin):
    UserFactory(account=directory.account, role=User.Role.ADMIN)
    assert directory.call("DELETE", f"Users/{admin.pk}").status_code == 204
    assert directory.call("GET", "Users").status_code == 200


def test_what_is_not_supported_says_so(directory):
    assert directory.get("ServiceProviderConfig")["bulk"]["supported"] is False
    for path in ("Bulk", ".search", "Me"):
        answer = directory.call("POST", path, {})
        assert (answer.status_code, answer.json()["status"]) == (501, "501")
    assert directory.call("GET", "Shoes").status_code == 404
    assert directory.call("GET", "").status_code == 404
    assert directory.call("DELETE", "Users").status_code == 405
    bad = directory.client.generic(
        "POST",
        "/scim/v2/Users",
        "{",
        content_type="application/scim+json",
        headers={"Authorization": f"Bearer {directory.key}"},
    )
    assert (bad.status_code, bad.json()["scimType"]) == (400, "invalidSyntax")


def test_queries_do_not_grow_with_users(directory, django_assert_num_queries):
    for number in range(3):
        directory.make_group(f"Team {number}", directory.make_user(f"user-{number}")["id"])
    # The key, the count, the page, and the groups of its users.
    with django_assert_num_queries(4):
        directory.get("Users")
    for number in range(3, 12):
        directory.make_group(f"Team {number}", directory.make_user(f"user-{number}")["id"])
    with django_assert_num_queries(4):
        directory.get("Users")
    with django_assert_num_queries(4):
        directory.get("Groups")
