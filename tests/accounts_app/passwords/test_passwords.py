"""Passwords: what they must not be, changing them, and those that somebody else chose."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts_app.models import User
from tests.admin_pages import address
from tests.factories import PASSWORD, AccountFactory, UserFactory, make_key

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]
NEW = "winter apples 7"
CHANGE = "/settings/password"


@pytest.fixture
def ana():
    account = AccountFactory(name="Müller IT", short_name="muller")
    return UserFactory(
        account=account, username="apetrova", first_name="Ana", last_name="Petrova",
        email="zebra@example.com",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("nine char", "password_too_short"),
        ("1234567890", "password_too_common"),
        ("password123", "password_too_common"),
        ("we are Müller-IT!", "password_holds_account"),
        ("MULLER and sons 9", "password_holds_account"),
        ("hello petrova 77", "password_holds_name"),
        ("my APETROVA key", "password_holds_name"),
        ("stripes of a Zebra", "password_holds_name"),
    ],
)
def test_a_password_that_is_refused(ana, password, code):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, ana)
    assert code in {one.code for one in refused.value.error_list}


@pytest.mark.parametrize("password", [NEW, "ten chars!", "ana eats apples"])
def test_a_password_that_is_taken(ana, password):
    validate_password(password, ana)


def change(client, old=PASSWORD, new=NEW):
    sent = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(CHANGE, sent)


def test_a_change_asks_for_the_old_one(page, engineer):
    client = page(engineer)
    refused = change(client, old="wrong")
    assert "That isn’t your password." in refused.content.decode()
    engineer.refresh_from_db()
    assert engineer.check_password(PASSWORD)
    assert change(client).status_code == 302
    assert client.get("/settings").status_code == 200
    engineer.refresh_from_db()
    assert engineer.check_password(NEW)


def test_guessing_the_old_one_is_slowed_down(page, engineer):
    client = page(engineer)
    for _ in range(5):
        assert "That isn’t your password." in change(client, old="wrong").content.decode()
    assert "tried too often" in change(client).content.decode()
    engineer.refresh_from_db()
    assert engineer.check_password(PASSWORD)


def test_so_is_changing_it_at_all(page, engineer):
    client = page(engineer)
    statuses = [change(client, new="short").status_code for _ in range(22)]
    assert statuses.count(429) == 2


def test_the_admin_site_has_no_way_around(page, admin):
    client = page(admin)
    own = reverse("admin:auth_user_password_change", args=[admin.pk])
    for path in (own, reverse("admin:password_change")):
        assert client.get(path)["Location"] == CHANGE
        client.post(path, {"password1": NEW, "password2": NEW, "usable_password": "true"})
    admin.refresh_from_db()
    assert admin.check_password(PASSWORD)


# -- a password that somebody else chose -------------------------------------------------------


@pytest.fixture
def newcomer(page, admin):
    """An engineer whose password an admin set."""
    user = UserFactory(account=admin.account, role=User.Role.ENGINEER)
    path = reverse("admin:auth_user_password_change", args=[user.pk])
    sent = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert page(admin).post(path, sent).status_code == 302
    user.refresh_from_db()
    return user


def test_somebody_elses_first_password_is_changed_first(newcomer):
    client = Client()
    client.post("/sign-in", {"username": newcomer.username, "password": NEW})
    assert client.get("/")["Location"] == CHANGE
    assert "Somebody else set your password" in client.get(CHANGE).content.decode()
    assert client.get("/api/v1/sessions").status_code == 403
    htmx = client.get("/sessions", headers={"HX-Request": "true"})
    assert (htmx.status_code, htmx["HX-Redirect"]) == (403, CHANGE)
    assert change(client, old=NEW, new="my own choice 3").status_code == 302
    assert client.get("/").status_code == 200


def test_a_key_goes_on_meanwhile(newcomer, api):
    assert api(newcomer).get("/api/v1/sessions").status_code == 200
    assert make_key(newcomer)


def test_a_user_made_in_the_admin_or_by_command_changes_it(page, admin):
    sent = {
        "username": "ben", "usable_password": "true", "password1": NEW, "password2": NEW,
        "role": "engineer", "first_name": "", "last_name": "", "email": "", "time_zone": "",
    }  # fmt: skip
    assert page(admin).post(address(User, "add"), sent).status_code == 302
    assert User.objects.get(username="ben").must_change_password
