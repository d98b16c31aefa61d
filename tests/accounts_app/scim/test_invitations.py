"""Who is made by a directory, and can't use single sign-on, is invited to choose a password."""

import re
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client

from accounts_app.addresses.queries import has_confirmed_address
from accounts_app.models import Account, Action, AuditEntry, Invitation, User
from tests.accounts_app.jobs import WaitingJobs
from tests.accounts_app.scim.calls import Directory
from tests.factories import AccountFactory, UserFactory, confirm

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1", "I3")]
EMAIL = {"emails": [{"value": "Ben@example.com", "type": "work", "primary": True}]}
NEW = "winter apples 7"
PASSWORDS = {"password1": NEW, "password2": NEW}


@pytest.fixture
def directory():
    return Directory(AccountFactory())


@pytest.fixture
def ben(directory):
    made = directory.make_user("ben", name={"givenName": "Ben", "familyName": "Roth"}, **EMAIL)
    return User.objects.get(pk=made["id"])


def mailed_link():
    WaitingJobs().run()
    return re.search(r"http://testserver(/invitations/[\w:-]+)", mail.outbox[-1].body)[1]


def test_a_link_by_mail_sets_the_first_password_once(directory, ben):
    assert not ben.has_usable_password()
    link = mailed_link()
    [message] = mail.outbox
    assert message.to == ["ben@example.com"]
    assert ben.sign_in_name in message.body
    assert message.subject == f"{directory.account.name} invites you to ResolutionFlow"
    page = Client().get(link).content.decode()
    assert ben.sign_in_name in page
    assert 'name="username"' not in page
    assert Client().post(link, {**PASSWORDS, "password2": "other"}).status_code == 422
    client = Client()
    assert client.post(link, {**PASSWORDS, "username": "root", "role": "admin"}).status_code == 303
    ben.refresh_from_db()
    assert (ben.username, ben.role, ben.check_password(NEW)) == ("ben", "engineer", True)
    assert has_confirmed_address(ben)
    assert Client().get(link).status_code == Client().post(link, PASSWORDS).status_code == 410
    signed_in = client.post("/sign-in", {"username": "ben@example.com", "password": NEW})
    assert signed_in.status_code == 302
    actions = AuditEntry.objects.filter(object_id=ben.pk).values_list("action", flat=True)
    assert {Action.INVITED, Action.INVITATION_ACCEPTED} <= set(actions)


def test_without_mail_an_admin_hands_the_link_over(directory, settings, page):
    settings.SENDS_MAIL = False
    made = directory.make_user("ben", **EMAIL)
    assert WaitingJobs().run() == 0
    client = confirm(page(UserFactory(account=directory.account, role=User.Role.ADMIN)))
    assert "ben@example.com" in client.get("/settings/people").content.decode()
    pk = Invitation.objects.get().pk
    shown = client.post(f"/settings/invitations/{pk}/link").content.decode()
    link = re.search(r"http://testserver(/invitations/[\w:-]+)", shown)[1]
    assert Client().post(link, PASSWORDS).status_code == 303
    ben = User.objects.get(pk=made["id"])
    assert ben.check_password(NEW)
    assert not has_confirmed_address(ben)


@pytest.mark.parametrize("why", ["single sign-on", "no address", "switched off"])
def test_who_needs_none_gets_none(directory, why, monkeypatch):
    if why == "single sign-on":
        monkeypatch.setattr(Account, "single_sign_on", SimpleNamespace(pk=1), raising=False)
    more = {} if why == "no address" else EMAIL
    directory.make_user("ben", **{**more, "active": why != "switched off"})
    assert not Invitation.objects.exists()
    assert WaitingJobs().run() == 0


def test_who_is_switched_on_later_is_invited_then(directory):
    ben = directory.make_user("ben", **{**EMAIL, "active": False})["id"]
    on = {"op": "replace", "path": "active", "value": True}
    for _ in range(2):
        assert directory.patch(f"Users/{ben}", on).status_code == 200
    assert WaitingJobs().run() == 1


@pytest.mark.parametrize("cause", ["left", "has a password", "withdrawn", "deleted"])
def test_a_link_ends(directory, ben, cause, page):
    link = mailed_link()
    if cause == "left":
        directory.patch(f"Users/{ben.pk}", {"op": "replace", "path": "active", "value": False})
    if cause == "has a password":
        ben.set_password("another apple 77")
        ben.save()
    if cause == "withdrawn":
        admin = page(UserFactory(account=directory.account, role=User.Role.ADMIN))
        admin.post(f"/settings/invitations/{Invitation.objects.get().pk}/withdraw")
    if cause == "deleted":
        directory.call("DELETE", f"Users/{ben.pk}")
    assert Client().get(link).status_code == Client().post(link, PASSWORDS).status_code == 410
    ben.refresh_from_db()
    assert not ben.check_password(NEW)


def test_an_address_that_the_directory_changed_meanwhile_is_not_confirmed(directory, ben):
    link = mailed_link()
    change = {"op": "replace", "path": "emails", "value": [{"value": "roth@example.com"}]}
    assert directory.patch(f"Users/{ben.pk}", change).status_code == 200
    assert Client().post(link, PASSWORDS).status_code == 303
    ben.refresh_from_db()
    assert ben.email == "roth@example.com"
    assert not has_confirmed_address(ben)
