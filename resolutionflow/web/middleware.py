"""Middleware of the whole site."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

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
            limit = settings.MAX_REQUEST_BYTES // (1024 * 1024)
            return JsonResponse(
                {"detail": f"The request is too large; send at most {limit} MB at once."},
                status=413,
            )
        return self.get_response(request)
