"""Sign-in and time zone of every request."""

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib.auth.middleware import (
    AuthenticationMiddleware,
    LoginRequiredMiddleware,
    get_user,
)
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts_app.backends import user_read_already


class UserMiddleware(AuthenticationMiddleware):
    """As Django's, but the user has come with the browser session: one query for both."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(  # type: ignore[assignment]
            lambda: _signed_in_user(request)
        )


def _signed_in_user(request: Any) -> Any:
    with user_read_already(request.session.user):
        return get_user(request)


class TimeZoneMiddleware:
    """Show times in the user's zone: their own, else the account's.

    It is read from the user that every page loads with their account, never kept in the browser
    session: a changed zone counts at once, for everybody of the account.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(self._zone(request)):
            return self.get_response(request)

    def _zone(self, request: HttpRequest) -> zoneinfo.ZoneInfo | None:
        # A request with an API key has no browser session and answers in UTC.
        if not request.session.session_key or not request.user.is_authenticated:
            return None
        user = request.user
        name = user.time_zone or (user.account.time_zone if user.account else "UTC")
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return None


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's middleware, but an HTMX request is answered with a redirect of the whole page.

    Followed as a redirect, the sign-in form would be swapped into the middle of a step.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        response = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request") == "true":
            page = urlsplit(request.headers.get("HX-Current-URL", ""))
            following = urlencode({"next": urlunsplit(("", "", page.path, page.query, ""))})
            return HttpResponse(
                status=204, headers={"HX-Redirect": f"{reverse('login')}?{following}"}
            )
        return response
