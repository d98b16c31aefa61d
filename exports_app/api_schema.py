"""How the OpenAPI document describes exports: formats and options as the registry has them."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes

from exports_app.options import FLAGS, SUMMARY_FIELDS, ExportOptions, option_choices
from exports_app.renderers import RENDERERS
from resolutionflow.api.schema import writing

View = TypeVar("View", bound=Callable[..., Any])
NULLABLE_TEXT = {"type": ["string", "null"], "pattern": "^[^\\u0000]*$"}


class ExportOptionsSchema(OpenApiSerializerExtension):
    """The component `ExportOptions`."""

    target_class = "exports_app.options.ExportOptions"

    def get_name(self, *args: Any, **kwargs: Any) -> str:
        return "ExportOptions"

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return options_schema()


class ExportOperation(AutoSchema):
    """A call whose response is the text of an export, in the media type of its format."""

    def get_response_serializers(self) -> Any:
        media_types = dict.fromkeys(renderer.media_type for renderer in RENDERERS.values())
        texts = {(200, media_type): OpenApiTypes.STR for media_type in media_types}
        return {**texts, **writing(500)}


def describe_formats(view: View) -> View:
    """Have the responses of an API view described when the document is made, not on import.

    Stands below `extend_schema`, which takes the schema class that it builds on from here.
    """
    view.schema = ExportOperation()  # type: ignore[attr-defined]
    return view


def options_schema() -> dict[str, Any]:
    """Return the JSON schema of the options, as `ExportOptions.parse` checks them."""
    defaults = ExportOptions()
    properties: dict[str, Any] = {
        name: {"type": "string", "enum": list(choices), "default": getattr(defaults, name)}
        for name, choices in option_choices().items()
    }
    for name in FLAGS:
        properties[name] = {"type": "boolean", "default": getattr(defaults, name)}
    properties["max_step_index"] = {
        "type": ["integer", "null"],
        "minimum": 1,
        "description": "Steps 1 to N; beyond the end means all.",
    }
    properties["summary"] = {
        "type": ["object", "null"],
        "properties": dict.fromkeys(SUMMARY_FIELDS, NULLABLE_TEXT),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": {},
        "description": "All optional. Other names are passed over.",
    }
