"""Forms of the account pages."""

from typing import Any, ClassVar

from django import forms

from accounts_app.models import Account, ApiKey, User
from resolutionflow.api.scopes import Scope, all_scopes
from resolutionflow.redaction import families, mask
from resolutionflow.web.versioned_forms import VersionedForm


class ProfileForm(VersionedForm):
    """What people may change about themselves."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "time_zone")


class ShortcutsForm(VersionedForm):
    """Which keys act on their own for the person who is signed in."""

    class Meta:
        model = User
        fields = ("single_key_shortcuts", "answer_keys")
        widgets: ClassVar = {"answer_keys": forms.RadioSelect}


class AccountForm(VersionedForm):
    """What admins may change about the account."""

    class Meta:
        model = Account
        fields = (
            "time_zone",
            "close_idle_after_days",
            "retention_days",
            "idle_timeout_minutes",
            "requires_second_factor",
        )
        labels: ClassVar = {
            "idle_timeout_minutes": "Minutes until somebody who does nothing is signed out",
            "close_idle_after_days": "Days until an idle session is closed",
            "retention_days": "Days that a completed session is kept",
        }


class RedactionForm(VersionedForm):
    """What admins may change about redaction, with a sample to try it on."""

    redaction_families_off = forms.MultipleChoiceField(
        label="Rules that are not used",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(name, family.title) for name, family in families().items()],
    )
    sample = forms.CharField(
        label="Sample",
        required=False,
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A text to try these settings on. It is not saved.",
    )

    class Meta:
        model = Account
        fields = ("redaction_allowed", "redaction_patterns", "redaction_families_off")
        labels: ClassVar = {
            "redaction_allowed": "What stays unmasked",
            "redaction_patterns": "Own patterns",
        }
        widgets: ClassVar = {
            "redaction_allowed": forms.Textarea(attrs={"rows": 3}),
            "redaction_patterns": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        }

    def masked_sample(self) -> str:
        """Return the sample of a valid form as an export would show it."""
        policy = self.instance.redaction_policy()
        return mask(self.cleaned_data["sample"], policy=policy)


class KeyForm(forms.Form):
    """A new key: what it is for, and for how long it is good."""

    name = forms.CharField(max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    expires_in_days = forms.IntegerField(
        label="Valid for days",
        min_value=1,
        max_value=ApiKey.MAX_DAYS,
        required=False,
        initial=ApiKey.DEFAULT_DAYS,
        widget=forms.NumberInput(attrs={"class": "input"}),
    )
    never_expires = forms.BooleanField(label="Never expires", required=False)

    def values(self) -> dict[str, Any]:
        """Return what makes the key; a year is what is meant where no days are sent."""
        sent = {**self.cleaned_data}
        expires_at = ApiKey.expiry(sent.pop("expires_in_days"))
        return {**sent, "expires_at": expires_at}


class ApiKeyForm(KeyForm):
    """A new API key, with what it may do."""

    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=Scope.choices,
        initial=all_scopes,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that the key may do."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "What is it for?"
        self.fields["name"].widget.attrs["placeholder"] = "HaloPSA notes"
