"""Asking for the password again before something that a borrowed browser must not do ([I4]).

Who confirmed within `ACCOUNT_REAUTHENTICATION_TIMEOUT` is not asked. django-allauth keeps that in
the browser session; whatever else it accepts as a confirmation, a second factor say, counts too.
"""

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts_app.models import User

PASSWORD_FIELD = "confirm_password"  # noqa: S105
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
    """Return the page that asks for the password, to do `action`; None once it was confirmed.

    The page sends everything again that was sent, with the password, to the same address: nothing
    that was typed is lost. A form may also ask for the password itself, as `PASSWORD_FIELD`.
    """
    if is_recently_confirmed(request):
        return None
    problem, status = "", 403
    if request.POST.get(PASSWORD_FIELD):
        try:
            if _is_password(request, request.POST[PASSWORD_FIELD]):
                reauthentication.reauthenticate_by_password(request)
                return None
            problem = "That isn’t your password. Nothing was done yet."
        except ValidationError as refused:
            problem, status = " ".join(refused.messages), 429
    left_out = {PASSWORD_FIELD, "csrfmiddlewaretoken"}
    context = {
        "section": "settings",
        "action": action,
        "problem": problem,
        "has_password": cast(User, request.user).has_usable_password(),
        "has_factor": bool(reauthentication.get_reauthentication_flows(request.user)),
        "address": request.get_full_path(),
        "sent": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in left_out
        ],
    }
    return render(request, "accounts_app/confirm.html", context, status=status)


def _is_password(request: HttpRequest, password: str) -> bool:
    """Return whether this is the password; wrong ones are counted as at the sign-in."""
    return bool(get_adapter().reauthenticate(request.user, password))


def requires_confirmation(*, action: str) -> Callable[[View], View]:
    """Return a decorator of a view that does `action` only after the password again."""

    def decorate(view: View) -> View:
        @wraps(view)
        def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = ask_to_confirm(request, action=action)
            return view(request, *args, **kwargs) if asked is None else asked

        return confirmed

    return decorate
