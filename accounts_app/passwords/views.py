"""Pages of passwords, on django-allauth's flows."""

from typing import Any

from allauth.account.internal.flows.password_change import finalize_password_change
from allauth.account.views import PasswordResetDoneView, PasswordResetFromKeyView, PasswordResetView
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from accounts_app.passwords.forms import OwnPasswordForm


@method_decorator(rate_limit(action="change_password"), name="dispatch")
class ChangePassword(PasswordChangeView):
    """A new password for the one who is signed in."""

    form_class = OwnPasswordForm
    template_name = "account/password_change.html"
    success_url = reverse_lazy("settings")

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.save()
        finalize_password_change(self.request, user)
        return HttpResponseRedirect(str(self.success_url))


class LostPassword(PasswordResetView):
    """Asks for a link by mail, where this installation sends any."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "sends_mail": settings.SENDS_MAIL}

    def form_valid(self, form: Any) -> HttpResponse:
        if not settings.SENDS_MAIL:
            return self.render_to_response(self.get_context_data())
        return super().form_valid(form)


class LostPasswordSent(PasswordResetDoneView):
    """What to do next, for an address that somebody has and for any other."""


class NewPasswordByLink(PasswordResetFromKeyView):
    """The page behind a link; it leads on to the sign-in."""

    success_url = reverse_lazy("login")
