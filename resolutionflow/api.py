"""What every API call shares: errors in one shape, validators against unstorable text."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from resolutionflow.errors import Conflict, DomainError, Invalid, is_database_away
from resolutionflow.text import unstorable_message


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as `{"detail": text}` or `{"detail": [{"field", "message"}]}` ([S16]).

    Validation answers 422; a request that isn't JSON 400; a database that is away 503.
    """
    if isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(serializers.as_serializer_error(error))
    if isinstance(error, exceptions.ValidationError):
        set_rollback()
        return Response({"detail": field_messages(error.detail)}, status=422)
    if isinstance(error, DomainError):
        set_rollback()
        return Response(_domain_body(error, context), status=error.status)
    if isinstance(error, RecursionError):
        set_rollback()
        return Response({"detail": "The JSON is nested too deeply."}, status=400)
    if is_database_away(error):
        set_rollback()
        detail = "The database can't be reached just now. Try again soon."
        return Response({"detail": detail}, status=503, headers={"Retry-After": "5"})
    return drf_exception_handler(error, context)


def _domain_body(error: DomainError, context: dict[str, Any]) -> dict[str, Any]:
    if isinstance(error, Invalid):
        return {"detail": [{"field": f, "message": m} for f, m in error.fields.items()]}
    body: dict[str, Any] = {"detail": error.message}
    if isinstance(error, Conflict):
        view = context.get("view")
        represent = getattr(view, "represent", None)
        if represent is not None:
            body["current"] = represent(error.current)
    return body


def field_messages(detail: Any, prefix: str = "") -> list[dict[str, str]]:
    """DRF's nested error detail as a flat list; `field` is a dotted path, "" for the whole."""
    if isinstance(detail, dict):
        found = []
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            found += field_messages(value, ".".join(filter(None, (prefix, name))))
        return found
    if isinstance(detail, list):
        found = []
        for index, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            found += field_messages(value, f"{prefix}.{index}" if nested else prefix)
        return found
    return [{"field": prefix, "message": str(detail)}]


class StorableValidator:
    """Refuse text that PostgreSQL can't hold, anywhere in a JSON value."""

    def __call__(self, value: Any) -> None:
        if message := unstorable_message(value):
            raise serializers.ValidationError(message)
