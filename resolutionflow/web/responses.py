"""Shared code of the views: redirects for browsers and HTMX, toasts, parameters."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django_htmx.http import trigger_client_event

#: Named with its encoding, as some clients take JSON for Latin-1 otherwise.
JSON = "application/json; charset=utf-8"


def redirect_after_post(
    request: HttpRequest, to: Any, *args: Any, toast: str = "", error: str = "", undo: str = ""
) -> HttpResponse:
    """Return the redirect after a write, for a browser or for HTMX.

    `toast` is shown on the page that follows; a button beside it posts to the address `undo`.
    `error` is shown there as an alert: what was asked for was not done.
    """
    if toast:
        messages.success(request, toast, extra_tags=undo)
    if error:
        messages.error(request, error)
    url = resolve_url(to, *args)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


def search_param(request: HttpRequest) -> str:
    """Return the text of the search field, storable and bounded."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


def trigger_sessions_changed(response: HttpResponse) -> HttpResponse:
    """Return the response with the event that has the sidebar reload its list ([H1])."""
    return trigger_client_event(response, "sessions-changed")
