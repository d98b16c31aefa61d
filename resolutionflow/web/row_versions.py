"""What a page has seen of a row, and whether the row has changed since ([S15]).

A page carries a digest of each field that it shows, never a value: a page may be kept, or sent on.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.utils.crypto import salted_hmac

#: The name of the hidden field that carries what a page has seen.
SEEN_FIELD = "seen"
MAX_LENGTH = 10_000


def digest(value: Any) -> str:
    """Return a digest of a field's value; of a related row, of its id.

    Line ends and blanks around a text, which browsers and forms change, make no difference.
    """
    plain = value.pk if isinstance(value, models.Model) else value
    if isinstance(plain, str):
        plain = plain.replace("\r\n", "\n").strip()
    text = json.dumps(plain, sort_keys=True, default=str)
    return salted_hmac("resolutionflow.row_versions", text).hexdigest()[:16]


def automatic_fields(row: models.Model) -> list[str]:
    """Return the fields that the model of a row sets at each save."""
    return [f.name for f in row._meta.concrete_fields if getattr(f, "auto_now", False)]


def values_of(row: models.Model, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """Return the loaded values of the row's own fields, by name; of a related row its id."""
    left_out = {*without, *automatic_fields(row)} | row.get_deferred_fields()
    return {
        f.name: getattr(row, f.attname)
        for f in row._meta.concrete_fields
        if not {f.name, f.attname} & left_out
    }


def version_of(row: models.Model, *, without: Iterable[str] = ()) -> str:
    """Return a digest of the whole row: of the time of its last save, where it keeps one."""
    if automatic := automatic_fields(row):
        return digest([getattr(row, name) for name in automatic])
    return digest(values_of(row, without=without))


@dataclass(frozen=True)
class Seen:
    """The digests that a page carries, by field, and when it was made."""

    digests: Mapping[str, str]
    at: datetime = field(default_factory=lambda: datetime.now(tz=UTC))

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Seen":
        return cls({name: digest(value) for name, value in values.items()})

    @classmethod
    def read(cls, text: str) -> "Seen":
        """Return what a page sent; what can't be read has seen nothing."""
        try:
            sent = json.loads(text) if len(text) <= MAX_LENGTH else {}
            at = datetime.fromtimestamp(min(float(sent.pop("")), time.time()), tz=UTC)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError):
            return cls({})
        return cls({name: value for name, value in sent.items() if isinstance(value, str)}, at)

    def text(self) -> str:
        return json.dumps({**self.digests, "": int(self.at.timestamp())})

    def changed(self, values: Mapping[str, Any]) -> set[str]:
        """Return the fields that aren't any more what the page showed."""
        return {name for name, value in values.items() if self.digests.get(name) != digest(value)}


def save_changed(row: models.Model, before: Mapping[str, Any]) -> list[str]:
    """Write only those fields of a locked row that differ from `before`; return their names."""
    now = values_of(row)
    changed = [name for name, value in before.items() if name in now and now[name] != value]
    if changed:
        row.save(update_fields=[*changed, *automatic_fields(row)])
    return changed
