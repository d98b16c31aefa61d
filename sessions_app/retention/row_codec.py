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

from django.db import models

Row = TypeVar("Row", bound=models.Model)
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
    return model(
        **{name: known[name].to_python(value) for name, value in values.items() if name in known}
    )


def digest(values: dict[str, Any]) -> bytes:
    """Return a hash of these fields: equal for equal fields, whatever their order."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
