"""Another address of mail counts when it is confirmed, by whoever is signed in as its user."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts_app.addresses.queries import has_confirmed_address, pending_address
from accounts_app.addresses.services import confirm_by_mailed_link
from accounts_app.models import Action, AuditEntry, User
from accounts_app.sign_in.names import find_user
from tests.accounts_app.jobs import WaitingJobs
from tests.accounts_app.scim.calls import Directory
from tests.factories import PASSWORD, UserFactory, confirm

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]
OLD, NEW = "ana@example.com", "ana.new@example.com"
CHANGE = "/settings/address"


def words(page):
    return " ".join(page.content.decode().split())


@pytest.fixture
def ana(account):
    user = UserFactory(account=account, email=OLD)
    confirm_by_mailed_link(user)
    return user


@pytest.fixture
def browser(page, ana):
    return confirm(page(ana))


def link_to(address):
    """Return the link in the newest mail to an address."""
    WaitingJobs().run()
    message = next(one for one in reversed(mail.outbox) if one.to == [address])
    return re.search(r"http://testserver(/settings/address/\S+)", message.body)[1]


def test_another_address_counts_when_it_is_confirmed_and_the_old_one_is_told(browser, ana):
    assert browser.post(CHANGE, {"email": "Ana.New@example.com"}).status_code == 303
    link = link_to(NEW)
    ana.refresh_from_db()
    assert (ana.email, has_confirmed_address(ana), pending_address(ana)) == (OLD, True, NEW)
    assert find_user(NEW) is None
    assert NEW in browser.get("/settings").content.decode()
    assert NEW in browser.get(link).content.decode()
    assert User.objects.get(pk=ana.pk).email == OLD  # a page that is opened changes nothing
    mail.outbox.clear()
    assert browser.post(link).status_code == 303
    ana.refresh_from_db()
    assert (ana.email, has_confirmed_address(ana), pending_address(ana)) == (NEW, True, "")
    assert find_user(NEW) == ana
    assert find_user(OLD) is None
    jobs = WaitingJobs()
    jobs.run()
    assert [(one.to, "was replaced" in one.subject) for one in mail.outbox[-1:]] == [([OLD], True)]
    entry = AuditEntry.objects.get(action=Action.EMAIL_CONFIRMED)
    assert (entry.actor_id, entry.details) == (ana.pk, {"email": NEW})
    assert f"{NEW} is confirmed" in browser.get("/settings").content.decode()
    assert browser.post(link).status_code == 410


def test_another_address_needs_the_password_again(page, ana):
    client = page(ana)
    asked = client.post(CHANGE, {"email": NEW})
    assert asked.status_code == 403
    assert ("email", NEW) in asked.context["sent"]
    assert not pending_address(ana)
    assert client.post(CHANGE, {"email": NEW, "confirm_password": PASSWORD}).status_code == 303
    assert pending_address(ana) == NEW


@pytest.mark.parametrize("wrong", ["", "ana", "ana@", "a@b.c" * 60])
def test_a_wrong_address_is_shown_again(browser, ana, wrong):
    answer = browser.post(CHANGE, {"email": wrong})
    assert answer.status_code == 422
    assert f'value="{wrong}"' in answer.content.decode() or not wrong
    assert not pending_address(ana)


def test_a_link_is_nobody_elses(browser, ana, page, colleague):
    """A mistyped address lets no stranger in: the link counts for who is signed in as its user."""
    browser.post(CHANGE, {"email": NEW})
    link = link_to(NEW)
    assert Client().post(link).status_code == 302
    other = page(colleague)
    assert other.get(link).status_code == other.post(link).status_code == 403
    assert "somebody else" in re.sub(r"\s+", " ", other.get(link).content.decode())
    assert browser.post(link).status_code == 303


@pytest.mark.parametrize("cause", ["old", "another one", "kept", "by an admin", "forged", "scim"])
def test_a_link_ends(browser, page, admin, ana, cause):
    browser.post(CHANGE, {"email": NEW})
    link = link_to(NEW)
    if cause == "another one":
        browser.post(CHANGE, {"email": "third@example.com"})
    if cause == "kept":
        browser.post("/settings/address/keep")
    if cause == "by an admin":
        set_by_admin(page(admin), ana, "desk@example.com")
    if cause == "scim":
        directory = Directory(ana.account)
        change = {"op": "replace", "path": "emails", "value": [{"value": "desk@example.com"}]}
        assert directory.patch(f"Users/{ana.pk}", change).status_code == 200
    if cause == "forged":
        link = link[:-2] + "xx"
    days = timedelta(days=4 if cause == "old" else 0)
    with time_machine.travel(timezone.now() + days):
        confirm(browser)
        assert browser.get(link).status_code in (200, 410, 302)
        assert browser.post(link).status_code in (410, 302)
    ana.refresh_from_db()
    assert ana.email != NEW
    assert has_confirmed_address(ana) == (cause not in ("by an admin", "scim"))


def set_by_admin(client, user, address):
    form = client.get(f"/admin/accounts_app/user/{user.pk}/change/").context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields if name != "password"}
    sent = {name: value for name, value in sent.items() if value is not False}
    answer = client.post(f"/admin/accounts_app/user/{user.pk}/change/", {**sent, "email": address})
    assert answer.status_code == 302, answer.context["errors"]


@pytest.mark.parametrize("sends_mail", [True, False])
def test_an_admin_sets_an_address_which_is_not_confirmed_by_that(
    page, admin, ana, settings, sends_mail
):
    settings.SENDS_MAIL = sends_mail
    set_by_admin(page(admin), ana, "desk@example.com")
    ana.refresh_from_db()
    assert (ana.email, has_confirmed_address(ana)) == ("desk@example.com", False)
    shown = words(page(ana).get("/settings"))
    assert "Not confirmed" in shown
    assert ("Send the link again" in shown) == sends_mail
    people = words(page(admin).get("/settings/people"))
    assert people.count("E-mail not confirmed") == 1
    assert WaitingJobs().run() == (1 if sends_mail else 0)
    if sends_mail:
        client = page(ana)
        client.post(link_to("desk@example.com"))
        assert has_confirmed_address(ana)


def test_without_mail_nobody_changes_their_own(browser, ana, settings):
    settings.SENDS_MAIL = False
    assert "An admin of your account" in words(browser.get("/settings"))
    assert browser.post(CHANGE, {"email": NEW}).status_code == 409
    assert not pending_address(ana)
    assert WaitingJobs().run() == 0


def test_the_link_is_sent_again_a_few_times(browser, ana):
    browser.post(CHANGE, {"email": NEW})
    for _ in range(7):
        browser.post("/settings/address/send")
    assert WaitingJobs().run() == 5


def test_the_same_address_again_is_no_change(browser, ana):
    browser.post(CHANGE, {"email": NEW})
    assert (
        "is confirmed already" in browser.post(CHANGE, {"email": OLD}, follow=True).content.decode()
    )
    assert not pending_address(ana)
    assert has_confirmed_address(ana)


def test_an_address_that_somebody_else_has_reads_the_same(browser, ana, stranger):
    """Whose an address is elsewhere is for nobody to learn; one person may work for two."""
    EmailAddress.objects.create(user=stranger, email=NEW, verified=True, primary=True)
    User.objects.filter(pk=stranger.pk).update(email=NEW)
    assert browser.post(CHANGE, {"email": NEW}).status_code == 303
    assert browser.post(link_to(NEW)).status_code == 303
    assert has_confirmed_address(ana)
    assert has_confirmed_address(stranger)
    assert find_user(NEW) is None  # which of the two, it doesn't say
