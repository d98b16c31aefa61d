"""Keys are made and revoked, and other browsers signed out, only after the password again."""

import time

import pytest
from django.urls import reverse

from accounts_app.models import ApiKey
from tests.factories import PASSWORD, confirm

pytestmark = [pytest.mark.django_db, pytest.mark.req("I4")]
FORM = {"name": "Halo “notes” <1>", "scopes": ["read", "export"], "expires_in_days": "30"}
WRONG = "That isn’t your password. Nothing was done yet."


@pytest.fixture
def browser(page, engineer):
    return page(engineer)


def make(browser, **more):
    return browser.post(reverse("api-key-create"), {**FORM, **more})


def fields_of(answer):
    """What the hidden fields of the page would send, as a browser reads them."""
    return {(name, value) for name, value in answer.context["sent"]}


def test_no_key_is_made_without_the_password_and_nothing_typed_is_lost(browser):
    asked = make(browser)
    assert asked.status_code == 403
    assert not ApiKey.objects.exists()
    assert fields_of(asked) == {
        ("name", FORM["name"]),
        ("scopes", "read"),
        ("scopes", "export"),
        ("expires_in_days", "30"),
    }
    html = asked.content.decode()
    assert "Halo “notes” &lt;1&gt;" in html
    assert f'action="{reverse("api-key-create")}"' in html
    assert make(browser, confirm_password=PASSWORD).status_code == 200
    made = ApiKey.objects.get()
    assert (made.name, made.scopes) == (FORM["name"], ["read", "export"])


def test_a_wrong_password_does_nothing_and_is_never_sent_back(browser):
    asked = make(browser, **{"confirm_password": "not-my-password"})
    assert asked.status_code == 403
    html = asked.content.decode()
    assert WRONG in html
    assert "not-my-password" not in html
    assert not ApiKey.objects.exists()


def test_who_confirmed_is_not_asked_again_for_ten_minutes(browser, monkeypatch):
    assert 'name="confirm_password"' in browser.get(reverse("settings")).content.decode()
    make(browser, confirm_password=PASSWORD)
    assert 'name="confirm_password"' not in browser.get(reverse("settings")).content.decode()
    assert make(browser, name="Second").status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert make(browser, name="Third").status_code == 403
    assert ApiKey.objects.count() == 2


def test_having_signed_in_is_no_confirmation(client, engineer):
    client.post(reverse("login"), {"username": engineer.username, "password": PASSWORD})
    assert make(client).status_code == 403


def test_a_key_is_revoked_only_after_the_password(browser, engineer):
    key, _ = ApiKey.issue(user=engineer, name="Halo")
    address = reverse("api-key-revoke", args=[key.pk])
    assert browser.post(address).status_code == 403
    key.refresh_from_db()
    assert key.is_usable
    assert browser.post(address, {"confirm_password": PASSWORD}).status_code == 303
    key.refresh_from_db()
    assert not key.is_usable


def test_the_admin_site_asks_too(page, admin, engineer):
    key, _ = ApiKey.issue(user=engineer, name="Halo")
    client, address = page(admin), reverse("admin:accounts_app_apikey_changelist")
    sent = {"action": "revoke", "_selected_action": [str(key.pk)]}
    asked = client.post(address, sent)
    assert asked.status_code == 403
    assert fields_of(asked) == {("action", "revoke"), ("_selected_action", str(key.pk))}
    key.refresh_from_db()
    assert key.is_usable
    client.post(asked.context["address"], {**sent, "confirm_password": PASSWORD})
    key.refresh_from_db()
    assert not key.is_usable


def test_guessing_here_is_counted(browser):
    answers = [make(browser, confirm_password=f"guess {n}").status_code for n in range(8)]
    assert answers[:5] == [403] * 5
    assert answers[-1] == 429
    assert make(browser, confirm_password=PASSWORD).status_code == 429
    assert not ApiKey.objects.exists()


def test_the_confirmation_of_one_browser_is_not_anothers(browser, page, engineer):
    make(browser, confirm_password=PASSWORD)
    assert make(page(engineer)).status_code == 403


def test_who_has_no_password_signs_in_again(browser, engineer, client):
    """As whoever comes by single sign-on: the sign-in is as old as the browser session says."""
    engineer.set_unusable_password()
    engineer.save(update_fields=["password"])
    client.force_login(engineer)
    asked = make(client)
    assert asked.status_code == 403
    assert "you have no password here" in " ".join(asked.content.decode().split())
    confirm(client)
    assert make(client).status_code == 200


@pytest.mark.parametrize(("answer", "stays"), [({}, False), ({"keeps_api_keys": "on"}, True)])
def test_a_new_password_asks_whether_keys_stay(browser, engineer, answer, stays):
    key, _ = ApiKey.issue(user=engineer, name="Halo")
    assert "Keep my API keys" in browser.get(reverse("password_change")).content.decode()
    new = "another horse battery 7"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new, **answer}
    assert browser.post(reverse("password_change"), sent).status_code == 302
    key.refresh_from_db()
    assert key.is_usable == stays


def test_nobody_without_keys_is_asked(browser):
    assert "Keep my API keys" not in browser.get(reverse("password_change")).content.decode()


def test_deactivation_ends_keys_whatever_was_answered(engineer):
    key, _ = ApiKey.issue(user=engineer, name="Halo")
    engineer.keeps_api_keys, engineer.is_active = True, False
    engineer.save()
    key.refresh_from_db()
    assert not key.is_usable
