"""Sign-in and time zone of every request."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib.auth.middleware import (
    AuthenticationMiddleware,
    LoginRequiredMiddleware,
    get_user,
)
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts_app.backends import user_read_already
from accounts_app.kept_forms.services import keep as keep_form
from resolutionflow.web.client_address import client_address
from resolutionflow.web.dates import zone_of

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class UserMiddleware(AuthenticationMiddleware):
    """As Django's, but the user has come with the browser session: one query for both."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        session: Any = request.session
        session.address = client_address(request)
        session.user_agent = request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")
        request.user = SimpleLazyObject(  # type: ignore[assignment]
            lambda: _signed_in_user(request)
        )


def _signed_in_user(request: Any) -> Any:
    with user_read_already(request.session.user):
        user = get_user(request)
    # What a page asks for by itself doesn't say that somebody is there.
    if user.is_authenticated and "X-Background" not in request.headers:
        request.session.touch()
    return user


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

    def _zone(self, request: HttpRequest) -> tzinfo | None:
        # A request with an API key has no browser session and answers in UTC.
        if not request.session.session_key or not request.user.is_authenticated:
            return None
        user = request.user
        return zone_of(user.time_zone or (user.account.time_zone if user.account else "UTC"))


class PageUserMiddleware:
    """Refuse a write of a page that somebody else opened than is signed in now.

    Two sign-ins in one browser share its cookie: without this, what one person typed would be
    recorded under the other's name. The page's scripts send the id of its user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        opened_by = request.headers.get("X-Page-User", "")
        if not opened_by or request.method in SAFE_METHODS or not request.user.is_authenticated:
            return None
        if opened_by == str(request.user.pk):
            return None
        name = request.user.display_name
        message = f"You are signed in as {name} in this browser now, so this was not sent."
        response = JsonResponse({"message": message, "detail": message}, status=409)
        response["X-Other-User"] = "true"
        response["HX-Reswap"] = "none"
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's middleware, but a script's request is answered with 401 instead of a redirect.

    Followed as a redirect, the sign-in form would be swapped into the middle of a step, and the
    script would take it for success. What was sent by POST can't be asked for again by GET: after
    signing in one comes back to the page that sent it, or where something was typed to a page that
    has it and sends it on (`accounts_app.kept_forms`).
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        is_htmx = request.headers.get("HX-Request") == "true"
        if not is_htmx and "X-Page-User" not in request.headers:
            if request.method in SAFE_METHODS:
                return super().handle_no_permission(request, view_func)
            page = _page_of(request.headers.get("Referer", ""))
            if keep_form(request, page=page):
                page = f"{reverse('kept-form')}?{urlencode({'page': page})}"
            return HttpResponseRedirect(_sign_in_url(page))
        page = _page_of(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
        response = JsonResponse(
            {"message": "You are signed out. What you typed is kept in this browser."}, status=401
        )
        if is_htmx:
            response["HX-Redirect"] = _sign_in_url(page)
        return response


def _page_of(address: str) -> str:
    """Return the path and query of a page's address; "" for one that can't be read."""
    try:
        page = urlsplit(address)
    except ValueError:
        return ""
    return urlunsplit(("", "", page.path, page.query, ""))


def _sign_in_url(page: str) -> str:
    return f"{reverse('login')}?{urlencode({'next': page})}"
