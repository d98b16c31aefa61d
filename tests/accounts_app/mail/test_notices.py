"""People are told by mail what happened to their own sign-in."""

import pytest
from django.core import mail
from django.test import Client

from accounts_app.mail.letters import NOTICES, notice
from tests.accounts_app.factors.codes import code_of
from tests.accounts_app.jobs import WaitingJobs
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]


@pytest.fixture
def ana(account):
    return UserFactory(account=account, email="ana@example.com")


def sign_in(client, user):
    sent = {"username": user.username, "password": PASSWORD}
    return client.post("/sign-in", sent, headers={"User-Agent": "Firefox <137>"})


def subjects(jobs):
    jobs.run()
    found = [message.subject for message in mail.outbox]
    mail.outbox.clear()
    return found


def test_a_new_browser_is_told_once(ana):
    jobs, laptop = WaitingJobs(), Client()
    sign_in(laptop, ana)
    assert subjects(jobs) == []  # the very first sign-in
    laptop.post("/sign-out")
    sign_in(laptop, ana)
    assert subjects(jobs) == []
    phone = Client()
    sign_in(phone, ana)
    jobs.run()
    [message] = mail.outbox
    assert message.to == ["ana@example.com"]
    assert "A new browser signed in as you" in message.subject
    assert "From: 127.0.0.1" in message.body
    assert "Browser: Firefox <137>" in message.body
    mail.outbox.clear()
    phone.post("/sign-out")
    sign_in(phone, ana)
    assert subjects(jobs) == []


def test_a_browser_is_known_for_each_person(ana, colleague):
    shared, jobs = Client(), WaitingJobs()
    for user in (ana, colleague):
        sign_in(shared, user)
        shared.post("/sign-out")
    cookie = shared.cookies["known_browser"]
    assert cookie["httponly"]
    assert ana.username not in cookie.value
    sign_in(shared, ana)
    assert subjects(jobs) == []
    forged = Client()
    forged.cookies["known_browser"] = cookie.value[:-2] + "xx"
    sign_in(forged, ana)
    assert len(subjects(jobs)) == 1


def test_a_new_password_and_factors_are_told(ana, django_capture_on_commit_callbacks):
    client, jobs = Client(), WaitingJobs()
    sign_in(client, ana)
    new = "winter apples 7"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    client.post("/settings/password", sent)
    assert subjects(jobs) == ["Your password was changed (ResolutionFlow)"]
    client.post("/settings/confirm", {"password": new})
    client.get("/settings/security/app")
    secret = client.session["mfa.totp.secret"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/settings/security/app", {"code": code_of(secret)})
    assert subjects(jobs) == ["An authenticator app was added (ResolutionFlow)"]
    client.post("/settings/security/app/remove")
    assert subjects(jobs) == ["An authenticator app was removed (ResolutionFlow)"]


def test_without_an_address_or_a_server_nothing_is_sent(ana, engineer, settings):
    jobs = WaitingJobs()
    for user in (engineer, engineer):
        sign_in(Client(), user)
    settings.SENDS_MAIL = False
    for user in (ana, ana):
        sign_in(Client(), user)
    assert jobs.run() == 0


@pytest.mark.parametrize("kind", NOTICES)
def test_each_notice_says_what_to_do(kind, ana):
    letter = notice(kind, ana, {"When": "now"})
    assert letter.subject.startswith(NOTICES[kind])
    assert "change your password at once" in letter.closing
