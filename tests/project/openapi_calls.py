"""The OpenAPI document as calls are made up from it."""

import logging
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from resolutionflow.api.docs import document
from resolutionflow.wsgi import application


@pytest.fixture
def wsgi(monkeypatch):
    """Calls of the application on the test's own database connection, which must stay open."""
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations():
    return [
        (method.upper(), path)
        for path, methods in document()["paths"].items()
        for method in methods
        if method in ("get", "post", "put", "patch", "delete")
    ]


@cache
def described():
    """The document as Schemathesis reads it. What it makes of the schemas hangs on this object, and
    costs seconds and hundreds of megabytes.
    """
    return schemathesis.openapi.from_wsgi("/api/v1/schema?format=json", application)
