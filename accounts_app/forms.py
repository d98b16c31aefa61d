"""Forms of the account pages."""

from datetime import datetime, timedelta
from typing import ClassVar

from django import forms
from django.utils import timezone

from accounts_app.models import Account, User


class ProfileForm(forms.ModelForm):
    """What people may change about themselves."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "time_zone")


class AccountForm(forms.ModelForm):
    """What admins may change about the account."""

    class Meta:
        model = Account
        fields = ("time_zone", "close_idle_after_days", "retention_days")
        labels: ClassVar = {
            "close_idle_after_days": "Days until an idle session is closed",
            "retention_days": "Days that a completed session is kept",
        }


class ApiKeyForm(forms.Form):
    """A new API key: what it is for, and for how long it is good."""

    name = forms.CharField(max_length=100)
    expires_in_days = forms.IntegerField(min_value=1, max_value=3650, required=False)

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["expires_in_days"]
        return timezone.now() + timedelta(days=days) if days else None
