"""Settings › Security, and the second step of the sign-in, on django-allauth's views."""

import json
from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy

from accounts_app.factors.adapter import has_second_factor
from accounts_app.factors.handles import find_by_handle, handle_of
from resolutionflow.web.dates import display_time


def _options(context: dict[str, Any], name: str) -> str:
    """Return, as JSON, what the browser is to ask of a passkey."""
    return json.dumps(context["js_data"][name], cls=DjangoJSONEncoder)


class SecondFactor(AuthenticateView):
    """The second step of the sign-in: a code, a recovery code or a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.stage.login.user
        kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        context["takes_code"] = bool(kinds - {Authenticator.Type.WEBAUTHN})
        context["takes_app"] = Authenticator.Type.TOTP in kinds
        if Authenticator.Type.WEBAUTHN in kinds:
            context["options"] = _options(context, "request_options")
        return context


class Security(IndexView):
    """What one signs in with, beside the password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        context["section"] = "settings"
        context["is_required"] = bool(user.account and user.account.requires_second_factor)
        context["has_second_factor"] = has_second_factor(user)
        context["app"] = context["authenticators"].get(Authenticator.Type.TOTP)
        codes = context["authenticators"].get(Authenticator.Type.RECOVERY_CODES)
        context["codes_left"] = len(codes.get_unused_codes()) if codes else None
        context["passkeys"] = [
            {
                "handle": handle_of(passkey.instance),
                "name": passkey.name,
                "signs_in": passkey.is_passwordless,
                "created": display_time(passkey.instance.created_at),
                "last_used": display_time(passkey.instance.last_used_at),
            }
            for passkey in context["authenticators"].get(Authenticator.Type.WEBAUTHN, [])
        ]
        return context


class AddPasskey(AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "form": kwargs.get("form") or self.get_form(),
            "options": _options(context, "creation_options"),
        }


class _OnePasskey:
    """One of the user's own, by its handle."""

    kwargs: dict[str, Any]

    def get_object(self, queryset: Any = None) -> Authenticator:
        found = find_by_handle(self.get_queryset(), self.kwargs["handle"])  # type: ignore[attr-defined]
        if found is None:
            raise Http404
        return found


class RemovePasskey(_OnePasskey, RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(str(self.success_url))
        return super().form_valid(form)


class RenamePasskey(_OnePasskey, EditWebAuthnView):
    success_url = reverse_lazy("mfa_index")


class RecoveryCodes(ViewRecoveryCodesView):
    """The codes that are left, to be written down."""


class NewRecoveryCodes(GenerateRecoveryCodesView):
    """New codes in place of the old ones."""


class ConfirmByPassword(ReauthenticateView):
    """The password again, before something that matters."""


class ConfirmByCode(CodeView):
    """A code again, before something that matters."""


class ConfirmByPasskey(ReauthenticateWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "options": _options(context, "request_options")}
