"""How the OpenAPI document describes exports: formats as the registry has them."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes

from exports_app.renderers import RENDERERS
from resolutionflow.api.openapi import write_errors
from resolutionflow.api.operation import Operation

View = TypeVar("View", bound=Callable[..., Any])


class ExportOperation(Operation):
    """A call whose response is the text of an export, in the media type of its format."""

    def get_response_serializers(self) -> Any:
        media_types = dict.fromkeys(renderer.media_type for renderer in RENDERERS.values())
        texts = {(200, media_type): OpenApiTypes.STR for media_type in media_types}
        return {**texts, **write_errors(500, 503)}


def describe_formats(view: View) -> View:
    """Have the responses of an API view described when the document is made, not on import.

    Stands below `extend_schema`, which takes the schema class that it builds on from here.
    """
    view.schema = ExportOperation()  # type: ignore[attr-defined]
    return view
