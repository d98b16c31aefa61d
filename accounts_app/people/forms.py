"""Forms of the people of an account."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.core.validators import MaxLengthValidator

from accounts_app.models import Account, Invitation, Team, User
from accounts_app.passwords.forms import RULES
from accounts_app.sign_in.forms import MAX_PASSWORD


class InvitationForm(forms.ModelForm):
    """Whom to invite, as what, to which team."""

    class Meta:
        model = Invitation
        fields = ("email", "role", "team")
        widgets: ClassVar = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(  # type: ignore[attr-defined]
            account=account
        )
        self.fields["team"].empty_label = "No team"  # type: ignore[attr-defined]


class FirstPasswordForm(SetPasswordMixin, forms.ModelForm):
    """Who comes in by an invitation, and is there already: their password."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = RULES
        self.fields["password2"].label = "Password again"
        self.fields["password2"].help_text = ""
        for name in ("password1", "password2"):
            self.fields[name].validators.append(MaxLengthValidator(MAX_PASSWORD))

    def clean(self) -> dict[str, Any] | None:
        self.validate_passwords()
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.validate_password_for_user(self.instance)


class JoinForm(FirstPasswordForm):
    """Who comes in by an invitation: their names and password."""

    class Meta(FirstPasswordForm.Meta):
        fields = ("username", "first_name", "last_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
