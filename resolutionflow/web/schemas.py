"""JSON shapes as Pydantic models: the base classes, the types of fields, and `validate`.

One class describes one shape. It checks what is sent, describes what is answered, and OpenAPI is
generated from it (`resolutionflow.api.openapi`). Domain code may use this module: it raises
`Invalid` and knows nothing of the REST framework.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic import ValidationError as ModelError
from pydantic_core import (
    CoreSchema,
    ErrorDetails,
    InitErrorDetails,
    PydanticCustomError,
    PydanticUseDefault,
    core_schema,
)

from resolutionflow.web.dates import is_recordable, parse_datetime_utc
from resolutionflow.web.errors import MAX_PROBLEMS, Invalid
from resolutionflow.web.text import unstorable_message
from resolutionflow.web.validation_messages import REFUSED, messages_of, too_long

# JSON has the NUL character, PostgreSQL has not.
NO_NUL = "^[^\\u0000]*$"
# What Python strips, the inside of a class: more than other languages call space.
SPACE = "\\s\\u001c-\\u001f\\u0085"
NOT_BLANK = f"^[^\\u0000]*[^\\u0000{SPACE}][^\\u0000]*$"
UUID_PATTERN = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
MAX_BIGINT = 2**63 - 1
# More than any shape has: an object of more is refused before they are looked at.
MAX_NAMES = 64
JsonSchema = dict[str, Any]
#: Values are not converted, unknown names are refused.
STRICT = ConfigDict(strict=True, extra="forbid")


# -- base classes ------------------------------------------------------------------------------


class ApiModel(BaseModel):
    """Base of every shape: values are not converted, unknown names are refused."""

    model_config = ConfigDict(**STRICT, frozen=True)


class RequestModel(ApiModel):
    """The body of a request. An optional field that is null counts as left out."""

    def sent(self) -> dict[str, Any]:
        """Return the fields that were sent, by name, without those that are null."""
        return self.model_dump(exclude_unset=True, exclude_none=True)


class ResponseModel(ApiModel):
    """The body of a response."""


class QueryModel(ApiModel):
    """The parameters of an address; every value arrives as text."""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Self:
        """Return the checked parameters of `query`; raise `Invalid` by parameter."""
        return validate(cls, dict(query.items()))


M = TypeVar("M", bound=ApiModel)


# -- checking ----------------------------------------------------------------------------------


@dataclass
class ProblemCounter:
    """Count the problems of a document; those beyond `limit` are not kept."""

    kept: int = 0
    left_out: int = 0
    limit: int = MAX_PROBLEMS


def validate(model: type[M], data: Any) -> M:
    """Return `data` as an instance of `model`.

    Raises `Invalid` with some `MAX_PROBLEMS` problems by dotted path, and the number of the others.
    """
    if not isinstance(data, dict):
        raise Invalid({"": "Send a JSON object."})
    counter = ProblemCounter()
    unknown = [name for name in data if name not in model.model_fields]
    if len(unknown) > MAX_PROBLEMS:
        counter.left_out = len(unknown) - MAX_PROBLEMS
        surplus = set(unknown[MAX_PROBLEMS:])
        data = {name: value for name, value in data.items() if name not in surplus}
    try:
        return model.model_validate(data, context=counter)
    except ModelError as error:
        raise Invalid(messages_of(error, model, data), left_out=counter.left_out) from None


def refuse(message: str) -> PydanticCustomError:
    """Return the error that a validator raises to refuse a value with this sentence."""
    return PydanticCustomError(REFUSED, "{message}", {"message": message})


@dataclass(frozen=True)
class Bounded:
    """Mark a shape inside of another: once enough problems are known, its own are only counted.

    A request of 16 MB has room for millions of mistakes.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(self._check, handler(source))

    def _check(
        self, value: Any, check: Callable[[Any], Any], info: core_schema.ValidationInfo
    ) -> Any:
        try:
            return check(value)
        except ModelError as error:
            counter = info.context
            if counter is None:
                raise
            if counter.kept >= counter.limit:
                counter.left_out += error.error_count()
                return value
            counter.kept += error.error_count()
            raise


# -- types of fields ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """Text as it was typed, of at most `max_length` characters (None: as many as a request has);
    `not_blank` asks for one of them to be more than white space.
    """

    max_length: int | None
    not_blank: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        # A bound makes Pydantic read the text as UTF-8, which finds half of a character pair.
        schema = core_schema.str_schema(strict=True, max_length=self.max_length or MAX_BIGINT)
        check = _require_text if self.not_blank else _require_storable
        return core_schema.no_info_after_validator_function(check, schema)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return text_schema(self.max_length, not_blank=self.not_blank)


def text_schema(max_length: int | None, *, not_blank: bool = False) -> JsonSchema:
    """Return the JSON schema of storable text."""
    schema: JsonSchema = {"type": "string", "pattern": NO_NUL}
    schema |= {} if max_length is None else {"maxLength": max_length}
    return schema | ({"minLength": 1, "pattern": NOT_BLANK} if not_blank else {})


def _require_storable(text: str) -> str:
    # Much faster than a pattern, which would look at each character.
    if "\x00" in text:
        raise refuse(unstorable_message(text))
    return text


def _require_text(text: str) -> str:
    if not text.strip():
        raise refuse("This can't be blank.")
    return _require_storable(text)


@dataclass(frozen=True)
class Refusal:
    """Say `message` about any value that doesn't fit the type that this annotates."""

    message: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        context = {"message": self.message}
        return core_schema.custom_error_schema(
            handler(source),
            custom_error_type=REFUSED,
            custom_error_message="{message}",
            custom_error_context=context,
        )


@dataclass(frozen=True, eq=False)
class OneOf:
    """One of `values`."""

    values: Iterable[str]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.literal_schema(list(self.values))


@dataclass(frozen=True)
class NullMeansDefault:
    """Take null for leaving the field out, where it has another default than None."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_use_default, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return {"anyOf": [handler(schema), {"type": "null"}]}


def _use_default(value: Any) -> Any:
    if value is None:
        raise PydanticUseDefault
    return value


@dataclass(frozen=True, eq=False)
class Checked:
    """A value that `check` returns as it is kept, or refuses; `schema` describes it."""

    check: Callable[[Any], Any]
    schema: JsonSchema

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return dict(self.schema)


@dataclass(frozen=True)
class Items:
    """A list of `min_items` to `max_items`; its length is checked before its items.

    A list without mistakes is checked in one go. Of another one each item is checked by itself, so
    that problems are only counted once enough are known.
    """

    max_items: int
    min_items: int = 0

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        # Stopping at the first mistake keeps the others from being collected.
        schema: Any = {**handler(source), "fail_fast": True}
        return core_schema.with_info_wrap_validator_function(self._check, schema)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        least = {"minItems": self.min_items} if self.min_items else {}
        return {**handler(schema), "maxItems": self.max_items, **least}

    def _check(
        self, value: Any, check: Callable[[Any], Any], info: core_schema.ValidationInfo
    ) -> Any:
        if not isinstance(value, list):
            return check(value)
        if len(value) > self.max_items:
            raise refuse(too_long(len(value), self.max_items, "items"))
        counter = info.context or ProblemCounter()
        before = counter.kept, counter.left_out
        if not any(type(item) is dict and len(item) > MAX_NAMES for item in value):
            try:
                return check(value)
            except ModelError:
                counter.kept, counter.left_out = before
        problems: list[InitErrorDetails] = []
        for index, item in enumerate(value):
            problems += _problems_of_item(index, item, check, counter)
        raise ModelError.from_exception_data("list", problems)


def _problems_of_item(
    index: int, item: Any, check: Callable[[Any], Any], counter: ProblemCounter
) -> list[InitErrorDetails]:
    if type(item) is dict and len(item) > MAX_NAMES:
        message = too_long(len(item), MAX_NAMES, "names")
        found = [InitErrorDetails(type=refuse(message), loc=(index,), input=item)]
    else:
        try:
            check([item])
            return []
        except ModelError as error:
            if counter.kept >= counter.limit:
                counter.left_out += error.error_count()
                return []
            found = [
                _moved(detail, (index, *detail["loc"][1:]))
                for detail in error.errors(include_url=False)
            ]
    counter.kept += len(found)
    return found


def _moved(detail: ErrorDetails, place: tuple[int | str, ...]) -> InitErrorDetails:
    """Return a problem as it can be raised again, at another place."""
    own = detail["type"] == REFUSED
    return InitErrorDetails(
        type=refuse(detail["msg"]) if own else detail["type"],
        loc=place,
        input=detail["input"],
        ctx={} if own else detail.get("ctx", {}),
    )


def whole(lowest: int = 1, highest: int = MAX_BIGINT) -> Checked:
    """Return the type of a whole number in a range; 7.0 is one, as in JSON Schema."""

    def check(value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse("Send a whole number.")
        if not lowest <= value <= highest:
            raise refuse(f"Send a whole number from {lowest} to {highest}.")
        return value

    return Checked(check, {"type": "integer", "minimum": lowest, "maximum": highest})


def check_uuid(value: Any) -> UUID:
    """Return `value` as a UUID; its text may be in upper or lower case."""
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or re.fullmatch(UUID_PATTERN, value) is None:
        raise refuse("Send an id: a UUID such as 0b7e0a52-8d2f-4c5e-9f63-1f6f8e0c2f11.")
    return UUID(value)


def _check_datetime(value: Any) -> datetime:
    if (moment := parse_datetime_utc(value)) is None:
        raise refuse("Send a time such as 2026-11-30T14:05:00Z.")
    if not is_recordable(moment):
        raise refuse("Send a time from the year 2000 on that isn't more than a day ahead.")
    return moment


#: The id of any object that the API names, in upper or lower case.
Uuid = Annotated[
    UUID, Checked(check_uuid, {"type": "string", "format": "uuid", "pattern": UUID_PATTERN})
]
DateTime = Annotated[datetime, Checked(_check_datetime, {"type": "string", "format": "date-time"})]
Flag = Annotated[bool, Refusal("Send true or false.")]
