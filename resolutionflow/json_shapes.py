"""JSON columns that are read in the shape that the code relies on, whatever is stored.

Every write is checked (`resolutionflow.web.schemas`), so this changes nothing of what the product
stored itself. A row that SQL or an older release wrote must not break each page that shows it:
what doesn't fit is left out.
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from django.db import models
from django.db.models.fields.json import KeyTransform

#: Returns a value that fits, made of any JSON value.
Shape = Callable[[Any], Any]
MAX_DEPTH = 40


class ShapedJSONField(models.JSONField):
    """A `JSONField` whose value is passed through `shape` when it is read.

    For migrations it is a plain `JSONField`: the column is the same.
    """

    def __init__(self, *args: Any, shape: Shape = lambda value: value, **kwargs: Any) -> None:
        self.shape = shape
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the value in shape; as it is for a part of the column (`KeyTransform`)."""
        if value is None:
            return None
        if isinstance(expression, KeyTransform):
            return super().from_db_value(value, expression, connection)
        return read_json(value, self.shape)


def read_json(stored: str, shape: Shape) -> Any:
    """Return the JSON text of a column in shape; for the field, and for statements in SQL.

    What Python can't read becomes what the shape makes of null: a number of thousands of digits,
    thousands of levels.
    """
    try:
        read = json.loads(stored, parse_float=_finite)
    except (ValueError, RecursionError):
        read = None
    return shape(None if is_deep(read) else read)


def _finite(number: str) -> float:
    """Return the number; 0 for one that is none of Python's, which no answer could hold."""
    read = float(number)
    return read if math.isfinite(read) else 0.0


def is_deep(value: Any) -> bool:
    """Return whether objects and arrays stand in each other more than `MAX_DEPTH` levels deep."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for outer in level
            if type(outer) in (dict, list)
            for item in (outer.values() if type(outer) is dict else outer)
            if type(item) in (dict, list)
        ]
        if not level:
            return False
    return True


# -- shapes ------------------------------------------------------------------------------------


def text(value: Any) -> str:
    """Return a text: a number as it is written, "" for what is no text."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def optional_text(value: Any) -> str | None:
    return None if value is None else text(value)


def one_of(*values: str, otherwise: str | None) -> Shape:
    """Return the shape of one of some texts."""
    return lambda value: value if isinstance(value, str) and value in values else otherwise


def list_of(shape: Shape) -> Shape:
    """Return the shape of a list; anything else becomes an empty one."""
    return lambda value: [shape(item) for item in value] if isinstance(value, list) else []


def optional(shape: Shape) -> Shape:
    """Return a shape that leaves null as it is."""
    return lambda value: None if value is None else shape(value)


def values_of(shape: Shape) -> Shape:
    """Return the shape of an object with values of one shape; anything else becomes {}."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            return {}
        return {name: shape(item) for name, item in value.items()}

    return read


def anything(value: Any) -> Any:
    return value


def record(needed: Mapping[str, Shape], known: Mapping[str, Shape] | None = None) -> Shape:
    """Return the shape of an object that has the `needed` names, and may have `known` and others.

    What is no object becomes one of the needed names alone.
    """
    may = {} if known is None else known

    def read(value: Any) -> dict[str, Any]:
        given = value if isinstance(value, dict) else {}
        return {
            **given,
            **{name: shape(given.get(name)) for name, shape in needed.items()},
            **{name: shape(given[name]) for name, shape in may.items() if name in given},
        }

    return read


def records(needed: Mapping[str, Shape], known: Mapping[str, Shape] | None = None) -> Shape:
    """Return the shape of a list of such objects; what is no object is left out of it."""
    read = record(needed, known)

    def read_all(value: Any) -> list[dict[str, Any]]:
        return (
            [read(item) for item in value if isinstance(item, dict)]
            if isinstance(value, list)
            else []
        )

    return read_all
