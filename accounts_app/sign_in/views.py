"""Sign-in and sign-out, on django-allauth's views."""

from allauth.account.views import LoginView, LogoutView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts_app.sign_in.forms import SignInForm

SECONDS_TO_WAIT = 300


class SignIn(LoginView):
    """The sign-in page; users who are signed in already go on to the dashboard."""

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error("__all__", "too_many_login_attempts"):
            response.status_code = 429
            response["Retry-After"] = str(SECONDS_TO_WAIT)
        return response


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Signing out, by POST alone."""

    http_method_names = ("post", "options")


@login_not_required
@never_cache
@require_safe
def signed_in_user(request: HttpRequest) -> JsonResponse:
    """Return who is signed in in this browser, for a page opened before; null for nobody."""
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"user": None, "name": ""})
    return JsonResponse({"user": str(user.pk), "name": user.display_name})
