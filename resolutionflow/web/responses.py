"""Shared code of the views: redirects for browsers and HTMX, toasts, parameters."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django_htmx.http import trigger_client_event

from resolutionflow.web.typed_texts import TypedText, typed_texts

#: Named with its encoding, as some clients take JSON for Latin-1 otherwise.
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class AfterPost:
    """What a redirect after a write says: where it leads, and what was done or not done."""

    url: str
    toast: str
    error: str
    undo: str


def redirect_after_post(
    request: HttpRequest,
    to: Any,
    *args: Any,
    toast: str = "",
    error: str = "",
    undo: str = "",
    shows_typed: bool = True,
) -> HttpResponse:
    """Return the redirect after a write, for a browser or for HTMX.

    `toast` is shown on the page that follows; a button beside it posts to the address `undo`.
    `error` is shown there as an alert: what was asked for was not done. Where something was typed
    for it, a page comes instead that says so and shows the text; without `shows_typed` it is there
    already.
    """
    url = resolve_url(to, *args)
    typed = typed_texts(request) if error and shows_typed else []
    if typed:
        return _not_done(request, error, typed, url)
    if toast:
        messages.success(request, toast, extra_tags=undo)
    if error:
        messages.error(request, error)
    response: HttpResponse
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204, headers={"HX-Redirect": url})
    else:
        response = HttpResponseRedirect(url, status=303)
    response.after_post = AfterPost(url, toast, error, undo)  # type: ignore[attr-defined]
    return response


def _not_done(request: HttpRequest, reason: str, typed: list[TypedText], url: str) -> HttpResponse:
    context = {"reason": reason, "typed_texts": typed, "next_url": url}
    response = render(request, "not_done.html", context, status=409)
    if getattr(request, "htmx", False):
        response["HX-Retarget"] = response["HX-Reselect"] = "#main"
        response["HX-Reswap"] = "outerHTML show:window:top"
    return response


def search_param(request: HttpRequest) -> str:
    """Return the text of the search field, storable and bounded."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


def trigger_sessions_changed(response: HttpResponse) -> HttpResponse:
    """Return the response with the event that has the sidebar reload its list ([H1])."""
    return trigger_client_event(response, "sessions-changed")
