"""The form of the sign-in page, on django-allauth's."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login import perform_login, record_authentication
from django import forms
from django.http import HttpRequest, HttpResponse

# Hashing takes longer with the length; no password of a person is longer.
MAX_PASSWORD = 1_000


class SignInForm(LoginForm):
    """A name, as `accounts_app.sign_in.names` finds it, and the password."""

    username = forms.CharField(label="Username or e-mail", max_length=254)
    password = forms.CharField(label="Password", max_length=MAX_PASSWORD, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["login"]

    def clean(self) -> dict[str, Any]:
        # django-allauth's own name of the field, for its choice of a message.
        self.cleaned_data["login"] = self.cleaned_data.get("username", "")
        return super().clean()

    def user_credentials(self) -> dict[str, Any]:
        return {
            "username": self.cleaned_data["username"],
            "password": self.cleaned_data["password"],
        }

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in; the browser session says how and when, and copies no name."""
        self._login.redirect_url = redirect_url
        record_authentication(request, self._login.user, method="password")
        return perform_login(request, self._login)
