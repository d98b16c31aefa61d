"""What every page view shares: rendering for HTMX or whole, toasts, refusing kindly."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django_htmx.http import trigger_client_event


def redirect_after_post(
    request: HttpRequest, to: Any, *args: Any, toast: str = "", undo: str = ""
) -> HttpResponse:
    """After a write: go to a page with GET, in the browser's way or in HTMX's.

    `toast` is said on the page that follows; a button beside it posts to the address `undo`.
    """
    if toast:
        messages.success(request, toast, extra_tags=undo)
    url = resolve_url(to, *args)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


def search_param(request: HttpRequest) -> str:
    """What a search field asks for, as far as anything can contain it: storable and short."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


def trigger_sessions_changed(response: HttpResponse) -> HttpResponse:
    """Have the sidebar of this HTMX request's page read its list again ([H1])."""
    return trigger_client_event(response, "sessions-changed")
