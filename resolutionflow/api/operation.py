"""What the OpenAPI document says of every call, or of every call of a kind."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from resolutionflow.api.idempotency import KEY_HEADER, KEY_PATTERN, REPLAYED_HEADER, is_kept

ERROR = {"$ref": "#/components/schemas/ErrorResponse"}
RETRY_AFTER = {"schema": {"type": "integer"}, "description": "Seconds to wait."}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": KEY_HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": KEY_PATTERN},
    "description": "A name of your own for this call. Within a day, the same call with the same "
    "key gets the same answer, and nothing is made twice; another call with it is 422.",
}
REPLAYED = {
    "schema": {"type": "string", "enum": ["true"]},
    "description": "This is the answer of an earlier call with the same key.",
}
TOO_MANY = "The key, or the user, has made too many calls within a minute."
RUNNING = "Or the first call with this `Idempotency-Key` is still running."
REUSED = "Or another call was made with this `Idempotency-Key`."


class Operation(AutoSchema):
    """A call as `extend_schema` describes it, with what holds for all calls of its kind."""

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args)
        if operation is not None:
            limited = _add(operation["responses"], "429", TOO_MANY)
            limited["headers"] = {"Retry-After": RETRY_AFTER}
            if is_kept(self.view, self.method):
                _describe_key(operation)
        return operation

    def _get_request_for_media_type(
        self, serializer: Any, direction: str = "request"
    ) -> tuple[Any, bool]:
        """Return also that the body is required where one of several sets of its fields is, or
        where its schema stands here itself: the library looks at neither.
        """
        schema, is_required = super()._get_request_for_media_type(serializer, direction)
        name = (schema or {}).get("$ref", "").rpartition("/")[2]
        found = self.registry[name, ResolvedComponent.SCHEMA].schema if name else schema
        return schema, is_required or _needs_a_field(found or {})


def _needs_a_field(schema: Mapping[str, Any]) -> bool:
    ways = schema.get("anyOf", [])
    return bool(schema.get("required")) or bool(ways and all(way.get("required") for way in ways))


def _describe_key(operation: dict[str, Any]) -> None:
    operation["parameters"] = [*operation.get("parameters", []), IDEMPOTENCY_KEY]
    responses = operation["responses"]
    for status, response in responses.items():
        if status.startswith("2"):
            response.setdefault("headers", {})[REPLAYED_HEADER] = REPLAYED
    conflict = _add(responses, "409", RUNNING)
    conflict.setdefault("headers", {})["Retry-After"] = RETRY_AFTER
    _add(responses, "422", REUSED)


def _add(responses: dict[str, Any], status: str, description: str) -> dict[str, Any]:
    """Return the response of an error, which may have this reason too."""
    known: dict[str, Any] = responses.setdefault(status, {"content": {}, "description": ""})
    media = known["content"].setdefault("application/json", {"schema": ERROR})
    if media["schema"] != ERROR:
        media["schema"] = {"anyOf": [media["schema"], ERROR]}
    known["description"] = f"{known['description']} {description}".strip()
    return known
