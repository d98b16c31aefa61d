"""Write changes of accounts, keys and flows that are made outside the admin to the admin's log.

The admin shows them as *History* of the account and of the key. Changes of sessions are in the
audit log of `sessions_app`, which this app does not import.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import models
from django.forms import ModelForm

from accounts_app.models import ApiKey, User


def log_change(form: "ModelForm[Any]", *, by: User) -> None:
    """Log what a valid form has changed, with the values before and after."""
    # Not `changed_data`: a field whose default is made by a function is always in that.
    changes = [
        f"{form.fields[name].label}: {form.initial[name]} → {value}"
        for name, value in form.cleaned_data.items()
        if name in form.initial and value != form.initial[name]
    ]
    if changes:
        _write([form.instance], CHANGE, "; ".join(changes), by=by)


def log_key_created(key: ApiKey, *, by: User) -> None:
    """Log that a key was created on the settings page."""
    _write([key], ADDITION, "Made on the settings page", by=by)


def log_keys_revoked(keys: Iterable[ApiKey], *, by: User) -> None:
    """Log that keys were revoked."""
    _write(keys, CHANGE, "Revoked", by=by)


def log_deletion(row: models.Model, *, by: User) -> None:
    """Log that a row is deleted; call it before, in the same transaction."""
    _write([row], DELETION, "Deleted", by=by)


def _write(rows: Iterable[models.Model], flag: int, message: str, *, by: User) -> None:
    LogEntry.objects.log_actions(by.pk, rows, flag, message)
