"""How the OpenAPI document describes the shapes, errors, headers and parameters of all calls."""

from typing import Any

from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from pydantic import RootModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from resolutionflow.api.errors import ErrorResponse, ValidationErrorResponse
from resolutionflow.web.schemas import QueryModel, RequestModel, ResponseModel

REF_TEMPLATE = "#/components/schemas/{model}"
DESCRIPTIONS = {
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
    503: "The database can't be reached just now, or takes no changes.",
    507: "A disk of the server is full; nothing of this was saved.",
}
COUNT_HEADER = "How many there are; `10000+` when there are more."
LINK_HEADER = 'The next page, as `rel="next"`; left out on the last.'


# -- responses ---------------------------------------------------------------------------------


def errors(*codes: int) -> dict[int, OpenApiResponse]:
    """Return the error responses with these status codes, each in the shape of [S16]."""
    return {
        code: OpenApiResponse(
            ValidationErrorResponse if code == 422 else ErrorResponse,
            description=DESCRIPTIONS[code],
        )
        for code in sorted({*codes, 401, 503})
    }


def read_errors(*codes: int) -> dict[int, OpenApiResponse]:
    """Return the error responses of reading one object."""
    return errors(403, 404, *codes)


def write_errors(*codes: int) -> dict[int, OpenApiResponse]:
    """Return the error responses of a call with a body."""
    return errors(400, 403, 404, 413, 415, 422, 507, *codes)


def list_response(model: type[ResponseModel]) -> type[RootModel[Any]]:
    """Return the shape of a plain list of `model`."""
    return type(f"{model.__name__}List", (RootModel[list[model]],), {"__module__": __name__})  # type: ignore[valid-type]


def response_header(name: str, text: str, *, on: tuple[int, ...] = (200,)) -> OpenApiParameter:
    """Return the description of a header of the responses with these status codes."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=text, response=list(on)
    )


# -- parameters --------------------------------------------------------------------------------


def query_parameters(model: type[QueryModel]) -> list[OpenApiParameter]:
    """Return the descriptions of all parameters of `model`, which may be left out."""
    properties = model.model_json_schema(schema_generator=SchemaGenerator)["properties"]
    return [
        OpenApiParameter(
            name,
            _without_null(schema),
            OpenApiParameter.QUERY,
            description=schema.get("description", ""),
        )
        for name, schema in properties.items()
    ]


def list_parameters(model: type[QueryModel]) -> list[OpenApiParameter]:
    """Return the descriptions of the parameters of a list, and of its response's headers."""
    headers = [
        response_header("X-Total-Count", COUNT_HEADER),
        response_header("Link", LINK_HEADER),
    ]
    return [*query_parameters(model), *headers]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value that is sent: null is not one, in an address."""
    [kind] = [kind for kind in schema.get("anyOf", [schema]) if kind != {"type": "null"}]
    return {name: value for name, value in kind.items() if name != "description"}


# -- shapes ------------------------------------------------------------------------------------


class SchemaGenerator(GenerateJsonSchema):
    """Pydantic's JSON schemas without the titles that repeat the names of fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if described.get("default", ...) is None:
            # Null means left out, which is no value to name.
            del described["default"]
        return described


class ModelSchema(PydanticExtension):
    """Describe a model as it checks requests, or as it is answered."""

    target_class = "pydantic.BaseModel"
    match_subclasses = True
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of the model, and register those that it refers to."""
        schema = self.target.model_json_schema(
            ref_template=REF_TEMPLATE,
            mode="validation" if issubclass(self.target, RequestModel) else "serialization",
            schema_generator=SchemaGenerator,
        )
        for name, part in schema.pop("$defs", {}).items():
            part.pop("title", None)
            component = ResolvedComponent(
                name=name, type=ResolvedComponent.SCHEMA, object=name, schema=part
            )
            auto_schema.registry.register_on_missing(component)
        schema.pop("title", None)
        return schema
