"""The product's addresses, and the floor that the benchmarks compare with."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.harness import FLOOR
from resolutionflow.urls import urlpatterns as product


def floor(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{request.user}</p>")


urlpatterns = [path(FLOOR.lstrip("/"), floor), *product]
