"""The request that is being answered, for what can't be handed it: the audit log.

A model that is saved knows nothing of pages, calls and commands, and must say who changed it all
the same. Nothing else reads this.
"""

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from resolutionflow.web.client_address import client_address

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class CurrentRequestMiddleware:
    """Keep the request within reach while it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def current_request() -> HttpRequest | None:
    """Return the request that is being answered; None in a command or a job."""
    return _request.get()


def current_address() -> str | None:
    """Return where the current request comes from; None without one."""
    request = _request.get()
    return None if request is None else client_address(request)
