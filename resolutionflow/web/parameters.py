"""The types of the parameters of an address, which arrive as text."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from resolutionflow.web.dates import parse_datetime_utc
from resolutionflow.web.schemas import (
    Checked,
    JsonSchema,
    Text,
    check_uuid,
    refuse,
)


def parameter(check: Callable[[str], Any], schema: JsonSchema) -> Checked:
    """Return the type of a parameter: `check` gets its text, which is never empty."""

    def check_text(value: Any) -> Any:
        if not isinstance(value, str) or not value:
            raise refuse("Send a value, or leave this out.")
        return check(value)

    return Checked(check_text, schema)


def whole_parameter(lowest: int, highest: int, **schema: Any) -> Checked:
    """Return the type of a parameter that is a whole number in a range, in ASCII digits."""

    def check(text: str) -> int:
        if text.isascii() and text.isdecimal() and len(text) < 20:
            number = int(text)
            if lowest <= number <= highest:
                return number
        raise refuse(f"Send a whole number from {lowest} to {highest}.")

    return parameter(check, {"type": "integer", "minimum": lowest, "maximum": highest, **schema})


def choice_parameter(choices: list[str]) -> Checked:
    """Return the type of a parameter that is one of `choices`."""

    def check(text: str) -> str:
        if text not in choices:
            raise refuse(f"Choose one of {', '.join(choices)}.")
        return text

    return parameter(check, {"type": "string", "enum": choices})


def _check_flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise refuse("Send true or false.")
    return text.lower() == "true"


def _check_moment(text: str) -> datetime:
    if (moment := parse_datetime_utc(text, allow_date=True)) is None:
        raise refuse("Send a time such as 2026-11-30T14:05:00Z, or a date.")
    return moment


FlagParameter = Annotated[bool, parameter(_check_flag, {"type": "boolean"})]
DateTimeParameter = Annotated[
    datetime, parameter(_check_moment, {"type": "string", "format": "date-time"})
]
UuidParameter = Annotated[UUID, parameter(check_uuid, {"type": "string", "format": "uuid"})]
SearchText = Annotated[str, Text(255)]
