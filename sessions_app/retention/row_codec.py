"""Rows as JSON and back, field by field: how an archive stores a session.

Times are ISO 8601 in UTC with microseconds, ids are text or numbers, JSON stays JSON. Keys that are
derived from other fields are left out and derived anew, and so is the undo state, which is needed
for a minute only.
"""

import hashlib
import json
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from resolutionflow.json_shapes import is_deep
from resolutionflow.web.dates import is_recordable

Row = TypeVar("Row", bound=models.Model)
# A row with the highest id would leave no number for the next one. No table gets half way there.
MAX_NUMBER = 2**53
LEFT_OUT_FIELDS = frozenset({"search_key", "client_key", "undo_state"})


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT_FIELDS]


def fields_of(row: models.Model) -> dict[str, Any]:
    """Return the stored fields of the row by their column's name, as JSON can hold them."""
    return {field.attname: _to_json(getattr(row, field.attname)) for field in _fields(type(row))}


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


def row_of(model: type[Row], values: dict[str, Any]) -> Row:
    """Return the row that these fields describe, not saved.

    A field that this version doesn't know is left out, one that is new has its default. Raises
    `ValidationError` for a value that the field can't have.
    """
    known = {field.attname: field for field in _fields(model)}
    read = {name: known[name].to_python(value) for name, value in values.items() if name in known}
    for name, value in read.items():
        _require_bounds(known[name], value)
    return model(**read)


def _require_bounds(field: Any, value: Any) -> None:
    """Raise `ValidationError` for a time or a number that nothing of ours has written."""
    if isinstance(value, datetime) and not is_recordable(value):
        raise ValidationError(f"{field.attname} isn't between the year 2000 and today")
    is_number = isinstance(field, models.IntegerField) and value is not None
    if is_number and not 0 <= value <= MAX_NUMBER:
        raise ValidationError(f"{field.attname} is out of bounds")
    if isinstance(field, models.JSONField) and is_deep(value):
        raise ValidationError(f"{field.attname} is nested too deeply")


def digest(values: dict[str, Any]) -> bytes:
    """Return a hash of these fields: equal for equal fields, whatever their order."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
