"""The product's addresses, and the floor that the benchmarks compare with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from benchmarks.timing import FLOOR, FRAME
from resolutionflow.urls import urlpatterns as product


def floor(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{request.user}</p>")


def empty(request: HttpRequest) -> HttpResponse:
    """The frame that every page of the product stands in, with nothing in it."""
    return render(request, "base.html")


urlpatterns = [
    path(FLOOR.lstrip("/"), floor),
    path(FRAME.lstrip("/"), empty),
    *product,
]
