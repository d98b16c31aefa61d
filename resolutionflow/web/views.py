"""Pages that belong to no app: the health check and the error pages."""

import sys
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from resolutionflow.web import health
from resolutionflow.web.outages import find_outage
from resolutionflow.web.responses import JSON
from resolutionflow.web.typed_texts import TypedText, typed_texts

#: RFC 9116 asks for less than a year.
SECURITY_TXT_IS_VALID = timedelta(days=180)
SERVER_ERROR = "Something went wrong on our side. It has been noted in the log."


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200 when everything can be recorded, else 503, or 507 when only files can't be kept.

    It responds within a second whatever happens, and says what is wrong in a word.
    """
    found = health.monitor.read()
    return JsonResponse({"status": found}, status=found.status_code, content_type=JSON)


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a hole in this installation (RFC 9116).

    Without a setting it is the mailbox that RFC 2142 keeps for this, at the site's own host.
    """
    host = split_domain_port(request.get_host())[0]
    lines = {
        "Contact": settings.SECURITY_CONTACT or f"mailto:security@{host}",
        "Expires": (timezone.now() + SECURITY_TXT_IS_VALID).strftime("%Y-%m-%dT00:00:00Z"),
        "Preferred-Languages": "en",
        "Canonical": request.build_absolute_uri(),
    }
    content = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


def is_api_request(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _error(request: HttpRequest, status: int, template: str, detail: str) -> HttpResponse:
    if is_api_request(request):
        return JsonResponse({"detail": detail}, status=status, content_type=JSON)
    context = {"detail": detail, "typed_texts": _texts_to_show(request)}
    return render(request, template, context, status=status)


def _texts_to_show(request: HttpRequest) -> list[TypedText]:
    """Return what was typed for a page; a script's page stands as it was, with its form."""
    return [] if "HX-Request" in request.headers else typed_texts(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400, "400.html", "This request could not be read.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403, "403.html", str(exception) or "This isn't open to your role.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Never the resolver's own text, which names every address.
    return _error(request, 404, "404.html", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500, or that of an outage (503, 507); the page needs no database and no context."""
    outage = find_outage(sys.exc_info()[1])
    status = outage.status if outage else 500
    detail = outage.detail if outage else SERVER_ERROR
    if is_api_request(request):
        response: HttpResponse = JsonResponse({"detail": detail}, status=status, content_type=JSON)
    else:
        context = {
            "detail": detail,
            "outage": outage,
            "was_sent": request.method == "POST",
            "typed_texts": _texts_to_show(request),
        }
        response = render(None, "500.html", context, status=status)
    if outage:
        response["Retry-After"] = outage.retry_after
    return response


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = "This page was open for too long, or in another sign-in. Reload it and try again."
    return _error(request, 403, "403_csrf.html", detail)
