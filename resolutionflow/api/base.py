"""What every API call shares: reading JSON, refusing in one shape ([S16]), the base view."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import exceptions, serializers
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback
from rest_framework.views import exception_handler as drf_exception_handler

from resolutionflow.web.errors import Conflict, DomainError, Invalid, is_database_away
from resolutionflow.web.text import UNSTORABLE, shorten, unstorable_message

# Far beyond any document of ours, far below what a recursive reader or PostgreSQL bears.
MAX_DEPTH = 100
TOO_DEEP = f"The JSON is nested too deeply; {MAX_DEPTH} levels are enough for everything here."


# -- errors ------------------------------------------------------------------------------------


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as `{"detail": text}` or `{"detail": [{"field", "message"}]}` ([S16]).

    Validation answers 422; a request that isn't JSON 400; a database that is away 503.
    """
    response = _response_to(error, context)
    if response is not None:
        response.data = _sendable(response.data)
    return response


def _response_to(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(serializers.as_serializer_error(error))
    if isinstance(error, exceptions.ValidationError):
        set_rollback()
        return Response({"detail": field_messages(error.detail)}, status=422)
    if isinstance(error, DomainError):
        set_rollback()
        return _domain_response(error, context)
    if isinstance(error, RecursionError):
        set_rollback()
        return Response({"detail": TOO_DEEP}, status=400)
    if is_database_away(error):
        set_rollback()
        detail = "The database can't be reached just now. Try again soon."
        return Response({"detail": detail}, status=503, headers={"Retry-After": "5"})
    return drf_exception_handler(error, context)


def _domain_response(error: DomainError, context: dict[str, Any]) -> Response:
    if isinstance(error, Invalid):
        found = [{"field": f, "message": m} for f, m in error.fields.items()]
        return Response({"detail": found}, status=error.status)
    body: dict[str, Any] = {"detail": error.message}
    headers: dict[str, str] = {}
    if isinstance(error, Conflict):
        represent = getattr(context.get("view"), "represent", None)
        if represent is not None:
            body["current"] = represent(error.current)
            headers["ETag"] = etag(error.current.revision)
    return Response(body, status=error.status, headers=headers)


def _sendable(detail: Any) -> Any:
    """An error that quotes what was sent may quote half a character pair, which isn't UTF-8."""
    if isinstance(detail, dict):
        return {_sendable(key): _sendable(value) for key, value in detail.items()}
    if isinstance(detail, list):
        return [_sendable(value) for value in detail]
    return UNSTORABLE.sub("\ufffd", detail) if isinstance(detail, str) else detail


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


# -- reading -----------------------------------------------------------------------------------


class BoundedJSONParser(JSONParser):
    """JSON that can be stored and walked: no endless numbers, no bottomless nesting."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body; raises `ParseError` (400)."""
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError(TOO_DEEP) from None
        level = [data]
        for _ in range(MAX_DEPTH):
            level = [part for item in level for part in _parts(item)]
            if not level:
                return data
        raise exceptions.ParseError(TOO_DEEP)


def _parts(item: Any) -> list[Any]:
    """The values inside `item`; text, which may be large, is not looked at."""
    if isinstance(item, dict):
        return [value for value in item.values() if not isinstance(value, str)]
    if isinstance(item, list):
        return [value for value in item if not isinstance(value, str)]
    # 1e400 is JSON, but no number of Python's or PostgreSQL's.
    if isinstance(item, float) and not math.isfinite(item):
        raise exceptions.ParseError("The JSON holds a number that is too large.")
    return []


class JSONAlways(BaseContentNegotiation):
    """Answer with JSON whatever `Accept` says: there is nothing else to choose from."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class StrictSerializer(serializers.Serializer[Any]):
    """Input whose every field is known: a misspelt name is refused, never silently lost."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The checked fields that were sent; raises `ValidationError` for all that is wrong."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"non_field_errors": ["Send a JSON object."]})
        known = [name for name, field in self.fields.items() if not field.read_only]
        unknown = [str(name) for name in data if name not in known]
        errors: dict[str, Any] = {
            shorten(name, 64): f"This can't be set here. Known are: {', '.join(known)}."
            for name in unknown[:20]
        }
        try:
            cleaned = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail if isinstance(error.detail, dict) else {}
        if errors:
            raise serializers.ValidationError(errors)
        return cleaned


class Text(serializers.Field):
    """Text as it was typed: never a number, never null, at most `max_length` characters."""

    def __init__(self, *, max_length: int, min_length: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_length = max_length
        self.min_length = min_length

    def to_internal_value(self, data: Any) -> str:
        return checked_text(data, max_length=self.max_length, min_length=self.min_length)

    def to_representation(self, value: Any) -> str:
        return str(value)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None:
            raise serializers.ValidationError("Send text; an empty one is “”.")
        return super().run_validation(data)


def checked_text(data: Any, *, max_length: int, min_length: int = 0) -> str:
    """`data` if it is storable text of a fitting length (in characters), else raise."""
    if not isinstance(data, str):
        raise serializers.ValidationError("Send text.")
    if len(data) > max_length:
        raise serializers.ValidationError(
            f"{len(data):,} characters; at most {max_length:,} fit here."
        )
    if len(data.strip()) < min_length:
        raise serializers.ValidationError("This can't be blank.")
    if UNSTORABLE.search(data):
        raise serializers.ValidationError(unstorable_message(data))
    return data


def checked_whole(data: Any, *, lowest: int = 1, highest: int = 2**63 - 1) -> int:
    """`data` if it is a whole number in the range, else raise; 7.0 is one, as in JSON Schema."""
    if isinstance(data, float) and data.is_integer():
        data = int(data)
    if isinstance(data, bool) or not isinstance(data, int):
        raise serializers.ValidationError("Send a whole number.")
    if not lowest <= data <= highest:
        raise serializers.ValidationError(f"Send a whole number from {lowest} to {highest}.")
    return data


class Whole(serializers.Field):
    """A whole number from `lowest` to `highest`: no text, no fraction, no boolean."""

    def __init__(self, *, lowest: int = 1, highest: int = 2**63 - 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest = lowest
        self.highest = highest

    def to_internal_value(self, data: Any) -> int:
        return checked_whole(data, lowest=self.lowest, highest=self.highest)

    def to_representation(self, value: Any) -> int:
        return int(value)


class Flag(serializers.Field):
    """true or false, as JSON has them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("Send true or false.")
        return data

    def to_representation(self, value: Any) -> bool:
        return bool(value)


class Checked(serializers.Field):
    """A field whose value goes through a function that raises `ValidationError`.

    `component` names its shape in the OpenAPI document (see `api_components`).
    """

    def __init__(
        self,
        check: Callable[[Any], Any],
        *,
        component: str,
        checks_null: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.checks_null = checks_null
        self.check = check
        self.component = component

    def to_internal_value(self, data: Any) -> Any:
        return self.check(data)

    def to_representation(self, value: Any) -> Any:
        return value

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None and self.checks_null:
            return self.check(data)
        if data is None and not self.allow_null:
            raise serializers.ValidationError("This can't be null.")
        return super().run_validation(data)


# -- the view ----------------------------------------------------------------------------------


def etag(revision: int) -> str:
    """The strong entity tag of a revision ([S15], RFC 9110 section 8.8.3)."""
    return f'"{revision}"'


class ApiView(APIView):
    """JSON in, JSON out; nothing of it is kept by browsers or proxies."""

    parser_classes = (BoundedJSONParser,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = JSONAlways
    metadata_class = None

    def body(self, kind: type[StrictSerializer]) -> dict[str, Any]:
        """The checked body of this request; raises `ValidationError` (422)."""
        given = kind(data=self.request.data)
        given.is_valid(raise_exception=True)
        return given.validated_data

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "no-store")
        return final
