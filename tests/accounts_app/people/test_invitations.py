"""Inviting people, and links that an admin hands over."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts_app.addresses.queries import has_confirmed_address
from accounts_app.models import Action, AuditEntry, Invitation, User
from tests.accounts_app.jobs import WaitingJobs
from tests.factories import PASSWORD, TeamFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]
INVITE = "/settings/people/invite"
NEW = "winter apples 7"
JOIN = {"username": "ben", "first_name": "Ben", "last_name": "Roth", "password1": NEW,
        "password2": NEW}  # fmt: skip


def invite(client, **more):
    return client.post(INVITE, {"email": "Ben@example.com", "role": "author", **more})


def words(page):
    return " ".join(page.content.decode().split())


def link_in(text):
    return re.search(r"http://testserver(/invitations/[\w:-]+)", text)[1]


def test_an_invitation_comes_by_mail_and_works_once(page, admin):
    team = TeamFactory(account=admin.account, name="Night desk")
    assert invite(page(admin), team=team.pk).status_code == 303
    WaitingJobs().run()
    [message] = mail.outbox
    assert message.to == ["ben@example.com"]
    assert all(word in message.body for word in (admin.account.name, "Author", "Night desk"))
    link = link_in(message.body)
    assert "Night desk" in Client().get(link).content.decode()
    client = Client()
    assert client.post(link, JOIN)["Location"] == "/sign-in"
    assert "You sign in as ben@" in client.get("/sign-in").content.decode()
    ben = User.objects.get(username="ben")
    assert (ben.account, ben.team, ben.role) == (admin.account, team, "author")
    assert not ben.must_change_password
    assert Client().get(link).status_code == 410
    assert Client().post(link, {**JOIN, "username": "ben2"}).status_code == 410
    signed_in = client.post("/sign-in", {"username": "ben@example.com", "password": NEW})
    assert signed_in.status_code == 302


@pytest.mark.parametrize("cause", ["old", "withdrawn", "invited again", "forged"])
def test_a_link_ends(page, admin, cause):
    client = page(admin)
    invite(client)
    made = Invitation.objects.get()
    link = f"/invitations/{made.token}"
    assert Client().get(link).status_code == 200
    if cause == "old":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if cause == "withdrawn":
        client.post(f"/settings/invitations/{made.pk}/withdraw")
    if cause == "invited again":
        invite(client)
    if cause == "forged":
        link = f"/invitations/{made.pk.hex}:x"
    assert Client().get(link).status_code == 410
    assert Client().post(link, JOIN).status_code == 410
    assert not User.objects.filter(username="ben").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"password1": "password123", "password2": "password123"},
        {"password2": "another apple 8"},
        {"username": "taken"},
        {"username": "a b"},
        {"password1": "benedikts way", "password2": "benedikts way", "first_name": "Benedikt"},
    ],
)
def test_a_wrong_form_is_shown_again(page, admin, wrong):
    UserFactory(account=admin.account, username="taken")
    invite(page(admin))
    link = f"/invitations/{Invitation.objects.get().token}"
    assert Client().post(link, {**JOIN, **wrong}).status_code == 422
    assert Client().post(link, JOIN).status_code == 303


def test_nobody_chooses_role_or_account(page, admin):
    invite(page(admin))
    link = f"/invitations/{Invitation.objects.get().token}"
    Client().post(link, {**JOIN, "role": "admin", "is_superuser": "on", "account": "1"})
    ben = User.objects.get(username="ben")
    assert (ben.role, ben.is_superuser, ben.account) == ("author", False, admin.account)


def test_a_team_of_another_account_is_none_to_choose(page, admin):
    team = TeamFactory()
    refused = invite(page(admin), team=team.pk)
    assert refused.status_code == 422
    assert team.name not in refused.content.decode()


def test_without_mail_an_admin_copies_the_link(page, admin, settings):
    settings.SENDS_MAIL = False
    client = page(admin)
    invite(client)
    assert WaitingJobs().run() == 0
    made = Invitation.objects.get()
    shown = client.post(f"/settings/invitations/{made.pk}/link").content.decode()
    assert Client().get(link_in(shown)).status_code == 200


@pytest.mark.parametrize("way", ["mailed", "shown"])
def test_only_the_link_that_was_mailed_confirms_the_address(page, admin, way):
    client = page(admin)
    invite(client)
    WaitingJobs().run()
    made = Invitation.objects.get()
    shown = client.post(f"/settings/invitations/{made.pk}/link").content.decode()
    links = {"mailed": link_in(mail.outbox[0].body), "shown": link_in(shown)}
    assert links["mailed"] != links["shown"]
    Client().post(links[way], JOIN)
    ben = User.objects.get(username="ben")
    assert has_confirmed_address(ben) == (way == "mailed")
    assert Client().get(links["mailed"]).status_code == Client().get(links["shown"]).status_code
    assert "E-mail not confirmed" in words(client.get("/settings/people")) or way == "mailed"
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions >= {Action.INVITED, Action.INVITATION_ACCEPTED}


def test_an_admin_copies_a_link_that_sets_a_new_password(page, admin, engineer):
    shown = page(admin).post(f"/settings/people/{engineer.pk}/link").content.decode()
    link = re.search(r"http://testserver(/sign-in/new/[^<\s]+)", shown)[1]
    client = Client()
    path = client.get(link, follow=True).redirect_chain[-1][0]
    assert client.post(path, {"password1": NEW, "password2": NEW}).status_code == 302
    engineer.refresh_from_db()
    assert engineer.check_password(NEW)
    made = AuditEntry.objects.get(action=Action.LINK_MADE)
    assert (made.actor_id, made.object_id) == (admin.pk, engineer.pk)


@pytest.mark.parametrize("who", ["stranger", "operator", "inactive"])
def test_not_for_everybody(page, admin, who):
    person = {
        "stranger": lambda: UserFactory(),
        "operator": lambda: UserFactory(account=admin.account, is_superuser=True),
        "inactive": lambda: UserFactory(account=admin.account, is_active=False),
    }[who]()
    assert page(admin).post(f"/settings/people/{person.pk}/link").status_code == 404
    assert person.check_password(PASSWORD)


def test_another_accounts_invitation_is_not_there(page, admin, stranger):
    made = Invitation.objects.create(account=stranger.account, email="x@example.com")
    for what in ("link", "withdraw"):
        path = f"/settings/invitations/{made.pk}/{what}"
        assert page(admin).post(path).status_code == 404
    assert "x@example.com" not in page(admin).get("/settings/people").content.decode()
