"""Middleware of the whole site."""

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from resolutionflow.web.responses import JSON

FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")
Handler = Callable[[HttpRequest], HttpResponse]


class RequestSizeMiddleware:
    """Refuse a body that is larger than any form or document of ours, before reading it.

    Django bounds forms only; the API reads its stream without a limit. A body without a length
    (chunked) is refused too: no client of ours sends one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        if length > settings.MAX_REQUEST_BYTES or chunked:
            return self._refuse(request)
        return self.get_response(request)

    @staticmethod
    def _refuse(request: HttpRequest) -> HttpResponse:
        """Return a page for a plain form, and JSON for everybody else; what was sent is unread."""
        limit = settings.MAX_REQUEST_BYTES // (1024 * 1024)
        is_page = (
            "text/html" in request.headers.get("Accept", "")
            and "HX-Request" not in request.headers
            and not request.path.startswith(("/api/", "/scim/"))
        )
        if is_page:
            return render(None, "413.html", {"limit": limit}, status=413)
        detail = f"The request is too large; send at most {limit} MB at once."
        return JsonResponse({"detail": detail}, status=413, content_type=JSON)


class CharsetMiddleware:
    """Read all that is sent as UTF-8, and refuse forms that say they are anything else.

    Django decodes with any codec of Python that a header names: some make half of a character pair
    of what is sent, some no text at all. Our pages send UTF-8, and so does every browser.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = (request.content_params or {}).get("charset", "utf-8")
        if named.lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii"):
            if (request.content_type or "").startswith(FORM_TYPES):
                return JsonResponse(
                    {"detail": "Send forms in UTF-8."}, status=415, content_type=JSON
                )
            # Its setter would read the query with the old one.
            request._encoding = "utf-8"  # type: ignore[attr-defined]
        return self.get_response(request)


class NoStoreMiddleware:
    """Let no browser or proxy keep an answer, unless its view says otherwise.

    Pages and documents hold clients' data: none may be left on a shared computer, or be shown by
    Back after signing out. Back and Forward ask again, so that no step is shown that is long
    answered. It stands behind the static files, which are kept for a year.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class HtmxHeadersMiddleware:
    """Drop an `HX-Current-URL` that is no address, and name `HX-Request` in `Vary`.

    Anybody may send any header, and code that reads this one expects an address. Many pages
    respond to HTMX with a fragment; without `Vary` the browser would show the fragment, kept in
    its cache, when one goes back to the page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("HTTP_HX_CURRENT_URL")
        if address is not None and not is_address(address):
            del request.META["HTTP_HX_CURRENT_URL"]
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response


def is_address(text: str) -> bool:
    """Return whether `text` can be read as an address, as it is and with its escapes undone."""
    try:
        urlsplit(text)
        urlsplit(unquote(text))
    except ValueError:
        return False
    return True
