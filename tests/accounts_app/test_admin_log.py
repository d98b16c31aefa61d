"""What the settings page changes is in the admin's log: the *History* of the account, of a key."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts_app.models import ApiKey

pytestmark = pytest.mark.django_db


def shown():
    return [
        (entry.user, entry.object_id, entry.get_change_message())
        for entry in LogEntry.objects.order_by("pk")
    ]


def sent(account, **changes):
    names = ("time_zone", "close_idle_after_days", "retention_days")
    return {**{name: getattr(account, name) for name in names}, **changes}


def test_a_changed_policy_is_logged_with_its_old_value(page, admin):
    account, client = admin.account, page(admin)
    client.post(
        reverse("account-settings"), sent(account, retention_days=30, close_idle_after_days=14)
    )
    message = (
        "Days until an idle session is closed: 7 → 14; "
        "Days that a completed session is kept: 90 → 30"
    )
    assert shown() == [(admin, str(account.pk), message)]
    history = client.get(reverse("admin:accounts_app_account_history", args=[account.pk]))
    assert "90 → 30" in history.content.decode()


def test_what_changes_nothing_or_is_refused_is_not_logged(page, admin, engineer):
    page(admin).post(reverse("account-settings"), sent(admin.account))
    page(admin).post(reverse("account-settings"), sent(admin.account, retention_days=0))
    page(engineer).post(reverse("account-settings"), sent(engineer.account, retention_days=30))
    assert shown() == []


def test_a_key_is_logged_when_it_is_made_and_revoked(page, admin, engineer):
    client = page(engineer)
    client.post(reverse("api-key-create"), {"name": "Halo", "scopes": ["read"]})
    key = ApiKey.objects.get()
    client.post(reverse("api-key-revoke", args=[key.pk]))
    assert shown() == [
        (engineer, str(key.pk), "Made on the settings page"),
        (engineer, str(key.pk), "Revoked"),
    ]
    assert key.digest not in str(LogEntry.objects.values())


def test_a_key_that_an_admin_revokes_is_logged_once(page, admin, engineer):
    key, _ = ApiKey.issue(user=engineer, name="Halo")
    action = {"action": "revoke", "_selected_action": [key.pk]}
    for _ in range(2):
        page(admin).post(reverse("admin:accounts_app_apikey_changelist"), action)
    assert shown() == [(admin, str(key.pk), "Revoked")]
