"""What somebody must do before anything else: choose a password of their own, add the second factor
that their account requires ([I2]).

Every address that needs a sign-in asks here, pages and calls of the API by the browser's session
alike; a call with an API key carries no browser session and goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from accounts_app.factors.adapter import has_second_factor
from accounts_app.models import User
from resolutionflow.web.responses import JSON


@dataclass(frozen=True)
class FirstStep:
    """Something to be done first: on which page, and the addresses, by name, that it needs."""

    page: str
    allowed: frozenset[str]
    message: str


# What anybody may do at any time, signed in or not. Every other address is closed, new ones too.
ALWAYS_ALLOWED = frozenset(
    {
        "healthz", "security-txt", "signed-in-user", "login", "account_login", "logout",
        "account_logout", "account_reset_password", "account_reset_password_done",
        "account_reset_password_from_key", "mfa_authenticate", "mfa_login_webauthn",
        "invitation-accept",
    }
)  # fmt: skip
NEW_PASSWORD = FirstStep(
    page="password_change",
    allowed=frozenset({"password_change", "change-password"}),
    message="Somebody else set your password. Choose your own first.",
)
SECOND_FACTOR = FirstStep(
    page="mfa_index",
    allowed=frozenset(
        {
            "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate",
            "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "password_change",
            "change-password",
        }
    ),
    message="Your account requires a second factor. Add one first, under Settings, Security.",
)  # fmt: skip


def first_step_of(user: User) -> FirstStep | None:
    """Return what `user` must do before anything else; None when nothing is left."""
    if user.must_change_password:
        return NEW_PASSWORD
    if user.account and user.account.requires_second_factor and not has_second_factor(user):
        return SECOND_FACTOR
    return None


class FirstStepsMiddleware:
    """Leads to what must be done first, whichever address was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.session.session_key or not request.user.is_authenticated:
            return None
        step = first_step_of(request.user)
        if step is None or request.resolver_match.view_name in step.allowed | ALWAYS_ALLOWED:
            return None
        page = reverse(step.page)
        is_htmx = request.headers.get("HX-Request") == "true"
        is_script = is_htmx or "X-Page-User" in request.headers
        if not is_script and not request.path.startswith("/api/"):
            return HttpResponseRedirect(page)
        response = JsonResponse(
            {"message": step.message, "detail": step.message}, status=403, content_type=JSON
        )
        if is_htmx:
            response["HX-Redirect"] = page
        return response
