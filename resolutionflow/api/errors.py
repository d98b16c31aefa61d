"""How every error is answered ([S16]): one shape, whatever was raised."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from resolutionflow.web.errors import (
    MAX_PROBLEMS,
    Busy,
    Conflict,
    DomainError,
    Invalid,
)
from resolutionflow.web.outages import find_outage
from resolutionflow.web.schemas import ResponseModel
from resolutionflow.web.text import UNSTORABLE

# Far beyond any document of ours, far below what a recursive reader or PostgreSQL bears.
MAX_DEPTH = 100
TOO_DEEP = f"The JSON is nested too deeply; {MAX_DEPTH} levels are enough for everything here."


class ErrorResponse(ResponseModel):
    """What went wrong, in a sentence."""

    detail: str


class FieldProblem(ResponseModel):
    """One thing that is wrong with what was sent.

    `field` is a dotted path, empty for the body as a whole. Of a flow that can't be published,
    `node` and `code` say where and which rule.
    """

    field: str
    message: str
    node: str = ""
    code: str = ""


class ValidationErrorResponse(ResponseModel):
    """Everything that is wrong; of more than 20 problems the number of the others."""

    detail: list[FieldProblem]


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return every error as `{"detail": text}` or `{"detail": [{"field", "message"}]}` ([S16]).

    Validation answers 422; a request that isn't JSON 400; an outage 503 or 507.
    """
    response = _response_to(error, context)
    if response is not None:
        response.data = _sendable(response.data)
    return response


def _response_to(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(serializers.as_serializer_error(error))
    if isinstance(error, exceptions.ValidationError):
        error = Invalid(_field_messages(error.detail))
    if isinstance(error, DomainError):
        set_rollback()
        return _domain_response(error, context)
    if isinstance(error, exceptions.UnsupportedMediaType):
        parsers = getattr(context.get("view"), "parser_classes", ())
        known = " or ".join(dict.fromkeys(parser.media_type for parser in parsers))
        return Response({"detail": f"Send the body as {known}."}, status=error.status_code)
    if isinstance(error, RecursionError):
        set_rollback()
        return Response({"detail": TOO_DEEP}, status=400)
    if (outage := find_outage(error)) is not None:
        set_rollback()
        headers = {"Retry-After": outage.retry_after}
        return Response({"detail": outage.detail}, status=outage.status, headers=headers)
    return drf_exception_handler(error, context)


def _domain_response(error: DomainError, context: dict[str, Any]) -> Response:
    if isinstance(error, Invalid):
        return Response({"detail": field_problems(error)}, status=error.status)
    body: dict[str, Any] = {"detail": error.message}
    headers: dict[str, str] = {}
    if isinstance(error, Busy):
        headers["Retry-After"] = error.retry_after
    if isinstance(error, Conflict):
        read = getattr(context.get("view"), "current_state", None)
        if read is not None and (state := read(error.current)) is not None:
            body["current"], headers["ETag"] = state
    return Response(body, status=error.status, headers=headers)


def field_problems(error: Invalid) -> list[dict[str, str]]:
    """Return the first `MAX_PROBLEMS` problems, and then how many more there are."""
    named = [{"field": name, "message": message} for name, message in error.problems[:MAX_PROBLEMS]]
    others = error.left_out + len(error.problems) - len(named)
    if others:
        named.append({"field": "", "message": f"{others:,} more problems were found."})
    return named


def etag(revision: int) -> str:
    """Return the strong entity tag of a revision ([S15], RFC 9110 section 8.8.3)."""
    return f'"{revision}"'


def _sendable(detail: Any) -> Any:
    """Replace half a character pair, which an error may quote and UTF-8 can't hold."""
    if isinstance(detail, dict):
        return {_sendable(key): _sendable(value) for key, value in detail.items()}
    if isinstance(detail, list):
        return [_sendable(value) for value in detail]
    return UNSTORABLE.sub("\ufffd", detail) if isinstance(detail, str) else detail


def _field_messages(detail: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return the nested error of the REST framework or of a model as paths and messages."""
    if isinstance(detail, dict):
        found = []
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            found += _field_messages(value, ".".join(filter(None, (prefix, name))))
        return found
    if isinstance(detail, list):
        return [problem for value in detail for problem in _field_messages(value, prefix)]
    return [(prefix, str(detail))]
