"""The time zone of whoever is signed in."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

KEY = "time_zone"


class TimeZoneMiddleware:
    """Show times in the user's zone: their own, else the account's.

    The zone's name is kept in the browser session, so that only its first request pays a query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(self._zone(request)):
            return self.get_response(request)

    def _zone(self, request: HttpRequest) -> zoneinfo.ZoneInfo | None:
        # A request with an API key has no browser session and answers in UTC.
        if not request.session.session_key:
            return None
        name = request.session.get(KEY)
        if name is None:
            if not request.user.is_authenticated:
                return None
            user = request.user
            name = user.time_zone or (user.account.time_zone if user.account else "UTC")
            request.session[KEY] = name
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return None
