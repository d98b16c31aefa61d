"""What is done with an account and its keys outside the admin, in the admin's own log.

The admin shows it as *History* of the account and of the key, beside what was done there. What is
done with sessions is in the audit log, which this app knows nothing of.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import models
from django.forms import ModelForm

from accounts_app.models import ApiKey, User


def log_change(form: "ModelForm[Any]", *, by: User) -> None:
    """Write down what a valid form has changed, with the values before and after."""
    # Not `changed_data`: a field whose default is made by a function is always in that.
    said = [
        f"{form.fields[name].label}: {form.initial[name]} → {value}"
        for name, value in form.cleaned_data.items()
        if value != form.initial[name]
    ]
    if said:
        _write([form.instance], CHANGE, "; ".join(said), by=by)


def log_key_created(key: ApiKey, *, by: User) -> None:
    _write([key], ADDITION, "Made on the settings page", by=by)


def log_keys_revoked(keys: Iterable[ApiKey], *, by: User) -> None:
    _write(keys, CHANGE, "Revoked", by=by)


def _write(rows: Iterable[models.Model], flag: int, message: str, *, by: User) -> None:
    LogEntry.objects.log_actions(by.pk, rows, flag, message)
