"""The forms of passwords."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, ResetPasswordKeyForm, UserTokenForm
from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

from accounts_app.passwords import tasks
from accounts_app.sign_in.forms import MAX_PASSWORD

RULES = "At least 10 characters, not a common password, and no name of yours or of your account."


class OwnPasswordForm(PasswordChangeForm):
    """A new password for the one who is signed in; the old one counts as at the sign-in."""

    keeps_api_keys = forms.BooleanField(
        label="Keep my API keys: nobody else can have made one", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.must_change_password or not self.user.api_keys.filter(revoked_at=None):
            del self.fields["keeps_api_keys"]
        self.fields["old_password"].label = "Current password"
        self.fields["new_password1"].label = "New password"
        self.fields["new_password2"].label = "New password again"
        self.fields["new_password1"].help_text = RULES
        self.fields["new_password2"].help_text = ""
        for name, field in self.fields.items():
            if name != "keeps_api_keys":
                field.validators.append(MaxLengthValidator(MAX_PASSWORD))

    def clean_old_password(self) -> str:
        password = self.cleaned_data["old_password"]
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("incorrect_password")
        return password

    def save(self, commit: bool = True) -> Any:
        self.user.keeps_api_keys = self.cleaned_data.get("keeps_api_keys", False)
        get_adapter().set_password(self.user, self.cleaned_data["new_password1"])
        return self.user


class LostPasswordForm(ResetPasswordForm):
    """Asks for a link by mail. It is the same for an address that nobody has, and as quick: who
    has it is looked for in the background.
    """

    email = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address = self.cleaned_data["email"]
        tasks.send_reset_links.defer(address=address, site=request.build_absolute_uri("/"))
        return address


class LinkedPasswordForm(ResetPasswordKeyForm):
    """The new password of somebody who came by a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "New password"
        self.fields["password2"].label = "New password again"
        self.fields["password1"].help_text = RULES
        for field in self.fields.values():
            field.validators.append(MaxLengthValidator(MAX_PASSWORD))
            field.widget.attrs.pop("placeholder", None)


class ResetTokenForm(UserTokenForm):
    """The link, good once, for somebody who may sign in."""

    def _get_user(self, uidb36: str) -> Any:
        user = super()._get_user(uidb36)
        return user if user is not None and user.is_active else None
