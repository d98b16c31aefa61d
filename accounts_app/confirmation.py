"""Asking for the password or a second factor again before something that a borrowed browser must
not do ([I4]).

Who confirmed within `ACCOUNT_REAUTHENTICATION_TIMEOUT` is not asked. django-allauth keeps that in
the browser session.
"""

import json
from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts_app.factors.forms import ConfirmByPasskeyForm
from accounts_app.models import User

PASSWORD_FIELD = "confirm_password"  # noqa: S105
CODE_FIELD = "confirm_code"
CREDENTIAL_FIELD = "confirm_credential"
LEFT_OUT = {PASSWORD_FIELD, CODE_FIELD, CREDENTIAL_FIELD, "csrfmiddlewaretoken"}
CONFIRMED = 200
View = Callable[..., HttpResponse]


def is_recently_confirmed(request: HttpRequest) -> bool:
    """Return whether the one who is signed in has proved it again within the last minutes.

    For somebody without a password, who comes by single sign-on, signing in again is the proof.
    """
    if reauthentication.did_recently_reauthenticate(request):
        return True
    user = cast(User, request.user)
    if reauthentication.get_reauthentication_flows(user):
        return False
    records = reauthentication.get_authentication_records(request, user)
    return any(time() - known["at"] < app_settings.REAUTHENTICATION_TIMEOUT for known in records)


def ask_to_confirm(request: HttpRequest, *, action: str) -> HttpResponse | None:
    """Return the page that asks for the password or factor, to do `action`; None once confirmed.

    The page sends everything again that was sent, with the password, a code or a passkey's answer,
    to the same address: nothing that was typed is lost. A form may also ask for the password
    itself, as `PASSWORD_FIELD`.
    """
    if is_recently_confirmed(request):
        return None
    problem, status = _confirm(request)
    if status == CONFIRMED:
        return None
    user = cast(User, request.user)
    kinds = {kind for flow in _flows(user) for kind in flow.get("types", ())}
    takes_passkey = Authenticator.Type.WEBAUTHN in kinds
    context = {
        "section": "settings",
        "action": action,
        "problem": problem,
        "has_password": user.has_usable_password(),
        "takes_code": bool(kinds - {Authenticator.Type.WEBAUTHN}),
        "passkey_options": passkey_options(user) if takes_passkey else "",
        "address": request.get_full_path(),
        "sent": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in LEFT_OUT
        ],
    }
    return render(request, "accounts_app/confirm.html", context, status=status)


def _flows(user: User) -> list[dict[str, Any]]:
    return reauthentication.get_reauthentication_flows(user)


def passkey_options(user: User) -> str:
    """Return, as JSON, what the browser is to ask of a passkey of `user`."""
    return json.dumps(webauthn.begin_authentication(user), cls=DjangoJSONEncoder)


def _confirm(request: HttpRequest) -> tuple[str, int]:
    """Return what is wrong with what was sent to confirm, and the status of the page that says so;
    `CONFIRMED` for nothing. Wrong ones are counted as at the sign-in.
    """
    for field, confirm in (
        (PASSWORD_FIELD, _by_password),
        (CODE_FIELD, _by_code),
        (CREDENTIAL_FIELD, _by_passkey),
    ):
        if text := request.POST.get(field):
            try:
                confirm(request, text)
            except ValidationError as refused:
                is_limited = "too_many_login_attempts" in {
                    error.code for error in refused.error_list
                }
                return " ".join(refused.messages), 429 if is_limited else 403
            return "", CONFIRMED
    return "", 403


def _by_password(request: HttpRequest, password: str) -> None:
    if not get_adapter().reauthenticate(request.user, password):
        raise ValidationError("That isn’t your password. Nothing was done yet.")
    reauthentication.reauthenticate_by_password(request)


def _by_code(request: HttpRequest, code: str) -> None:
    _save(ReauthenticateForm({"code": code}, user=request.user), "code")


def _by_passkey(request: HttpRequest, credential: str) -> None:
    _save(ConfirmByPasskeyForm({"credential": credential}, user=request.user), "credential")


def _save(form: Any, field: str) -> None:
    if not form.is_valid():
        raise ValidationError(form.errors.as_data()[field])
    form.save()


def requires_confirmation(*, action: str) -> Callable[[View], View]:
    """Return a decorator of a view that does `action` only after the password again."""

    def decorate(view: View) -> View:
        @wraps(view)
        def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = ask_to_confirm(request, action=action)
            return view(request, *args, **kwargs) if asked is None else asked

        return confirmed

    return decorate
