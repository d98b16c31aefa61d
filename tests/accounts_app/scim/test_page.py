"""The page where an admin sets provisioning up."""

import re

import pytest
from django.test import Client

from accounts_app.models import ApiKey, Provisioning, User
from tests.accounts_app.scim.calls import Directory
from tests.factories import PASSWORD, AccountFactory, UserFactory, confirm

pytestmark = [pytest.mark.django_db, pytest.mark.req("I3")]


@pytest.fixture
def admin():
    return UserFactory(account=AccountFactory(), role=User.Role.ADMIN)


@pytest.fixture
def browser(admin):
    client = Client()
    client.force_login(admin)
    return confirm(client)


def test_a_key_needs_the_password_again(admin):
    client = Client()
    client.force_login(admin)
    form = {"name": "Entra", "expires_in_days": 30}
    asked = client.post("/settings/provisioning/keys", form)
    assert asked.status_code == 403
    assert ("name", "Entra") in asked.context["sent"]
    assert not ApiKey.objects.exists()
    made = client.post("/settings/provisioning/keys", {**form, "confirm_password": PASSWORD})
    assert made.status_code == 200
    [key] = ApiKey.objects.all()
    client = Client()
    client.force_login(admin)
    assert client.post(f"/settings/provisioning/keys/{key.pk}/revoke").status_code == 403
    key.refresh_from_db()
    assert key.is_usable


def test_an_admin_makes_a_key_that_is_shown_once_and_works(browser, admin):
    page = browser.post("/settings/provisioning/keys", {"name": "Entra", "expires_in_days": 30})
    key = re.search(r'id="new-key">(rf_[^<]+)<', page.content.decode())[1]
    header = {"Authorization": f"Bearer {key}"}
    assert Client().get("/scim/v2/Users", headers=header).json()["totalResults"] == 1
    page = browser.get("/settings/provisioning").content.decode()
    assert key not in page
    assert "http://testserver/scim/v2" in page
    [made] = ApiKey.objects.all()
    assert made.last_used_at is not None
    assert browser.post(f"/settings/provisioning/keys/{made.pk}/revoke").status_code == 303
    assert Client().get("/scim/v2/Users", headers=header).status_code == 401


@pytest.mark.req("A1")
def test_keys_of_another_account_are_not_there(browser):
    other = Directory(AccountFactory())
    made = ApiKey.objects.get(digest=ApiKey.digest_of(other.key))
    assert browser.post(f"/settings/provisioning/keys/{made.pk}/revoke").status_code == 404
    assert made.prefix not in browser.get("/settings/provisioning").content.decode()


def test_the_table_of_groups_counts_at_once(browser, admin):
    directory = Directory(admin.account)
    ana = directory.make_user("ana")["id"]
    group = directory.make_group("Authors", ana)["id"]
    sent = {"first_role": "viewer", f"team-{group}": "author"}
    assert browser.post("/settings/provisioning/roles", sent).status_code == 303
    assert User.objects.get(pk=ana).role == "author"
    assert Provisioning.objects.get(account=admin.account).first_role == "viewer"
    sent = {"first_role": "viewer", f"team-{group}": ""}
    browser.post("/settings/provisioning/roles", sent)
    assert User.objects.get(pk=ana).role == "viewer"


def test_the_table_does_not_take_the_last_admins_role(browser, admin):
    directory = Directory(admin.account)
    group = directory.make_group("Guests", str(admin.pk))["id"]
    sent = {"first_role": "engineer", f"team-{group}": "viewer"}
    page = browser.post("/settings/provisioning/roles", sent, follow=True).content.decode()
    assert "without an admin" in page
    admin.refresh_from_db()
    assert admin.role == "admin"
