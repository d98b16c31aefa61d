"""How the OpenAPI document describes what all calls share: errors, headers, strict bodies."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from resolutionflow.api.pagination import CURSOR_PATTERN

NO_NUL = "^[^\\u0000]*$"
NOT_BLANK = "^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$"
WHAT_HAPPENED = {
    400: "The body isn't JSON, or the object is not in a state that allows this.",
    401: "No sign-in, or a key that isn't valid.",
    402: "A limit of the account is reached; the text names count and limit.",
    403: "The object is of the account, but not open to the caller.",
    404: "There is no such object in the caller's account.",
    405: "The address has no such method.",
    409: "The write was made against an older state; `current` is the state now.",
    413: "The body is too large.",
    415: "The body isn't sent as application/json.",
    422: "What was sent can't be used; every problem is named.",
    500: "Something broke on the server's side; the answer holds no content.",
    503: "The database can't be reached just now.",
}


def ref(name: str) -> dict[str, str]:
    """A reference to one of `api_components`, or to a serializer's component."""
    return {"$ref": f"#/components/schemas/{name}"}


def failures(*codes: int) -> dict[int, OpenApiResponse]:
    """The error answers with these status codes, each in the shape of [S16]."""
    kinds = {409: "Conflict", 422: "Refusal"}
    return {
        code: OpenApiResponse(ref(kinds.get(code, "Failure")), description=WHAT_HAPPENED[code])
        for code in sorted({*codes, 401, 503})
    }


def reading(*codes: int) -> dict[int, OpenApiResponse]:
    """What can go wrong when one object is read."""
    return failures(403, 404, *codes)


def writing(*codes: int) -> dict[int, OpenApiResponse]:
    """What can go wrong when a body is sent."""
    return failures(400, 403, 404, 413, 415, 422, *codes)


def answer_header(name: str, text: str, *, on: tuple[int, ...] = (200,)) -> OpenApiParameter:
    """A header of the answers with these status codes."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=text, response=list(on)
    )


def query(name: str, schema: dict[str, Any], text: str) -> OpenApiParameter:
    """A query parameter that may be left out."""
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=text)


def paging(cursor: bool) -> list[OpenApiParameter]:
    """The parameters and headers of a list."""
    number = {"type": "integer", "maximum": 1_000_000_000}
    size = {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}
    found = [
        query("page", {**number, "minimum": 1}, "Which page, counted from 1."),
        query("size", size, "Rows of a page."),
        query("skip", {**number, "minimum": 0}, "Rows to pass over, instead of `page`."),
        query("limit", size, "Rows to answer, with `skip`."),
        answer_header("X-Total-Count", "How many there are; `10000+` when there are more."),
    ]
    if cursor:
        text = "From the `Link` header of the page before: the fast way through a long list."
        found.append(query("cursor", {"type": "string", "pattern": CURSOR_PATTERN}, text))
    more = 'The next page, as `rel="next"`; left out on the last.'
    return [*found, answer_header("Link", more)]


class StrictBody(OpenApiSerializerExtension):
    """Unknown names are refused, and the document says so."""

    target_class = "resolutionflow.api.base.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


class TextSchema(OpenApiSerializerFieldExtension):
    target_class = "resolutionflow.api.base.Text"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return text_schema(self.target.max_length, min_length=self.target.min_length)


class WholeSchema(OpenApiSerializerFieldExtension):
    target_class = "resolutionflow.api.base.Whole"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        limits = {"minimum": self.target.lowest, "maximum": self.target.highest}
        kind: Any = ["integer", "null"] if self.target.allow_null else "integer"
        return {"type": kind, **limits}


class FlagSchema(OpenApiSerializerFieldExtension):
    target_class = "resolutionflow.api.base.Flag"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "boolean"}


class CheckedSchema(OpenApiSerializerFieldExtension):
    target_class = "resolutionflow.api.base.Checked"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return ref(self.target.component)


def text_schema(max_length: int, *, min_length: int = 0) -> dict[str, Any]:
    """Storable text: JSON has the NUL character, PostgreSQL has not."""
    schema: dict[str, Any] = {"type": "string", "maxLength": max_length, "pattern": NO_NUL}
    return schema | ({"minLength": min_length, "pattern": NOT_BLANK} if min_length else {})
