"""Values that the product wouldn't store, by the type of the column, as SQL can put them."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction

CONTROL = "\x01\x1b[31m\u202e\u2066<b>&\"'\r\nX-Evil: 1\ufffe\u0300"
NESTED = "[" * 900 + "]" * 900
TIMES = (
    "0001-01-01",
    "9999-12-31 23:59:59.999999",
    "infinity",
    "-infinity",
    "4713-01-01 BC",
    "294276-01-01",
)
TEXTS = ("", CONTROL, "../../settings?x=", "{{ x }} %s {% if %}", "\U0001f4a9" * 300_000)
DOCUMENTS = (
    "null",
    "3",
    '"text"',
    "[]",
    "{}",
    "[[]]",
    '[null, 1, "x", {}, {"name": 3, "url": [], "id": null, "title": {}}]',
    '[{"id": "custom-1", "title": null, "commands": [1, {"code": 3}], "type": "text"}]',
    '[{"name": "x", "url": "/attachments/../settings/keys/1/revoke?x="}]',
    '{"a": null, "nodes": 3, "structure": [], "scope": {"notes": 1, "attachments": [1]}}',
    '{"start": [], "nodes": {"scope": {"options": [1], "title": 2}, "ping": 3}, "name": {}}',
    '{"structure": {"start": 1, "nodes": {"scope": null}}, "intake_form": {"a": 1}}',
    '{"structure": {"start": "scope", "nodes": {"scope": {"type": "question", "options": 3}}},'
    ' "intake_form": [3, {"name": null}], "name": null, "version": {}}',
    json.dumps({"scope": CONTROL, "gateway": [1, {}]}),
    NESTED,
    "1" * 5_000,
)
NUMBERS = (-(2**63), -(2**31), -1, 0, 2**31 - 1, 2**63 - 1)
SOME_ID = UUID(int=2**128 - 1)


def own_models() -> list[type[models.Model]]:
    """Every model whose rows pages may show, those of libraries that have a page among them."""
    labels = ("accounts_app", "trees_app", "sessions_app", "exports_app", "admin")
    return [model for label in labels for model in apps.get_app_config(label).get_models()]


def kinds_of(model: type[models.Model]) -> Iterator[tuple[str, int]]:
    """Yield the values that fit some column, each by its kind and its place in `VALUES`."""
    kinds = {kind for field in model._meta.concrete_fields if (kind := kind_of(field))}
    for kind in sorted(kinds):
        for index in range(len(VALUES[kind])):
            yield kind, index


VALUES: dict[str, tuple[Any, ...]] = {
    "time": TIMES,
    "text": TEXTS,
    "document": DOCUMENTS,
    "number": NUMBERS,
    "id": (SOME_ID,),
    "words": ([], [""], ["x" * 50] * 30, [CONTROL]),
    "bytes": (b"",),
    "flag": (True, False),
    "address": ("::", "255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/1"),
}
CASTS = {"time": "timestamptz", "document": "jsonb", "words": "varchar[]", "address": "inet"}


def kind_of(field: Any) -> str:
    """Return the kind of values that the column takes; "" for one that is left alone."""
    if field.primary_key:
        return ""
    if field.remote_field is not None:
        return "" if getattr(field, "db_constraint", True) else "id"
    for kind, types in (
        ("time", models.DateTimeField),
        ("document", models.JSONField),
        ("words", ArrayField),
        ("text", (models.CharField, models.TextField)),
        ("number", models.IntegerField),
        ("id", models.UUIDField),
        ("bytes", models.BinaryField),
        ("flag", models.BooleanField),
        ("address", models.GenericIPAddressField),
    ):
        if isinstance(field, types):
            return kind
    raise AssertionError(f"Say in {__name__} what is extreme for {field!r}.")


def put(model: type[models.Model], kind: str, value: Any) -> list[str]:
    """Store the value in every column of the kind that takes it, in all rows; return which."""
    stored = []
    for field in model._meta.concrete_fields:
        if kind_of(field) != kind:
            continue
        sent = value
        if kind == "text" and field.max_length and not isinstance(field, models.TextField):
            sent = value[: field.max_length]
        cast = f"::{CASTS[kind]}" if kind in CASTS else ""
        statement = f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s{cast}'  # noqa: S608
        # Where a constraint refuses it, it can't be stored; where rows must differ, one has it.
        one = f"{statement} WHERE ctid = (SELECT min(ctid) FROM {model._meta.db_table})"  # noqa: S608
        for sql in (statement, one):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(sql, [sent])
            except DatabaseError:
                continue
            stored.append(field.name)
            break
    return stored
