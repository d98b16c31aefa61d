"""A new password by a link of mail."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts_app.addresses.services import confirm_by_mailed_link
from accounts_app.models import Action, AuditEntry, User
from accounts_app.passwords.reset_links import make_reset_link
from tests.accounts_app.jobs import WaitingJobs
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1", "I6")]
NEW = "winter apples 7"
LOST = "/sign-in/lost"


@pytest.fixture
def ana(account):
    user = UserFactory(account=account, username="ana", email="Ana@example.com")
    confirm_by_mailed_link(user)
    return user


def ask(address, **more):
    return Client().post(LOST, {"email": address}, **more)


def link_in(message):
    return re.search(r"http://testserver(/\S+)", message.body)[1]


def test_a_link_comes_by_mail_and_works_once(ana):
    assert ask("ana@EXAMPLE.com")["Location"] == "/sign-in/lost/sent"
    assert WaitingJobs().run() == 1
    [message] = mail.outbox
    assert message.to == ["ana@example.com"]
    assert ana.sign_in_name in message.body
    assert AuditEntry.objects.filter(
        action=Action.PASSWORD_RESET_REQUESTED, object_id=ana.pk
    ).exists()
    link = link_in(message)
    client = Client()
    form = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    assert "set-password" in path  # the secret is in no address that is sent on as a referrer
    sent = {"password1": NEW, "password2": NEW}
    assert client.post(path, sent)["Location"] == "/sign-in"
    assert "Your password is changed." in client.get("/sign-in").content.decode()
    ana.refresh_from_db()
    assert ana.check_password(NEW)
    assert "doesn’t work any more" in Client().get(link, follow=True).content.decode()


def test_a_bad_password_is_refused_there_too(ana):
    client = Client()
    path = client.get(make_reset_link(ana, "/"), follow=True).redirect_chain[-1][0]
    refused = client.post(path, {"password1": "password123", "password2": "password123"})
    assert "too common" in refused.content.decode()
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_an_address_that_nobody_has_gets_the_same(ana):
    """The same answer, after the same queries, and no mail."""
    counts = set()
    for address in ("ana@example.com", "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(address)
        counts.add((answer.status_code, answer["Location"], len(queries)))
    assert len(counts) == 1
    assert WaitingJobs().run() == 2
    assert [message.to for message in mail.outbox] == [["ana@example.com"]]


def test_only_who_confirmed_the_address_gets_the_link(ana):
    """Not who was given it by an admin, mistyped perhaps; nor who had it before."""
    UserFactory(email="ana@example.com")
    jobs = WaitingJobs()
    ask("ana@example.com")
    jobs.run()
    assert [ana.sign_in_name in message.body for message in mail.outbox] == [True]
    mail.outbox.clear()
    User.objects.filter(pk=ana.pk).update(email="new@example.com")
    for address in ("ana@example.com", "new@example.com"):
        ask(address)
    assert jobs.run() == 2
    assert not mail.outbox


@pytest.mark.parametrize("cause", ["deactivated", "new address", "signed in", "too old"])
def test_a_link_ends(ana, cause, settings):
    link = make_reset_link(ana, "/")
    if cause == "deactivated":
        ana.is_active = False
        ana.save()
    if cause == "new address":
        ana.email = "other@example.com"
        ana.save()
    if cause == "signed in":
        Client().force_login(ana)
    if cause == "too old":
        settings.PASSWORD_RESET_TIMEOUT = -1
    assert "doesn’t work any more" in Client().get(link, follow=True).content.decode()


def test_asking_is_slowed_down(ana):
    statuses = [ask("ana@example.com").status_code for _ in range(7)]
    assert statuses == [302] * 5 + [429] * 2
    assert ask("nobody@example.com").status_code == 302


def test_without_a_mail_server_an_admin_is_named(ana, settings):
    settings.SENDS_MAIL = False
    assert "An admin of your account" in Client().get(LOST).content.decode()
    assert "An admin" in ask("ana@example.com").content.decode()
    assert WaitingJobs().run() == 0
