"""Values that the product wouldn't store, by the type of the column, as SQL can put them."""

import json
from collections.abc import Callable, Collection, Iterator
from random import Random
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction

CONTROL = "\x01\x1b[31m\u202e\u2066<b>&\"'\r\nX-Evil: 1\ufffe\u0300"
RIGHT_TO_LEFT = "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \U0001d54f \U000e0001"
NESTED = "[" * 1_000 + "]" * 1_000
TIMES = ("0001-01-01", "9999-12-31 23:59:59.999999", "infinity", "4713-01-01 BC")
TEXTS = (
    "",
    CONTROL,
    " \t\u00a0\u2003\u3000 ",
    RIGHT_TO_LEFT,
    "../../settings?x=",
    "{{ x }} %s {% if %} (unclosed: [\\ *",
    "\U0001f4a9" * 50_000,
)
DOCUMENTS = (
    "null",
    "3",
    '"text"',
    "[]",
    "{}",
    '[null, 1, "x", {}, [[]], {"name": 3, "url": [], "id": null, "title": {}},'
    ' {"name": "x", "url": "/attachments/../settings/keys/1/revoke?x="},'
    ' {"id": "custom-1", "title": null, "commands": [1, {"code": 3}], "type": "text"}]',
    '{"a": null, "nodes": 3, "structure": [], "scope": {"notes": 1, "attachments": [1]}}',
    '{"structure": {"start": "scope", "nodes": {"scope": {"type": "question", "options": 3}}},'
    ' "start": [], "nodes": {"scope": {"options": [1], "title": 2}, "ping": 3},'
    ' "intake_form": [3, {"name": null}], "name": null, "version": {}}',
    NESTED,
    "1" * 5_000,
)
NUMBERS = (-(2**63), 0, 2**31 - 1, 2**63 - 1)
SOME_ID = UUID(int=2**128 - 1)
# What decides whether the visitors may look at all: theirs stay, everybody else's change.
GATES = {"User.is_active", "User.must_change_password", "Account.requires_second_factor"} | {
    f"ApiKey.{name}" for name in ("revoked_at", "expires_at", "scopes")
}


def own_models() -> list[type[models.Model]]:
    """Every model whose rows pages may show, those of libraries that have a page among them."""
    labels = ("accounts_app", "trees_app", "sessions_app", "exports_app", "admin")
    return [model for label in labels for model in apps.get_app_config(label).get_models()]


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
# Kinds of which there is little to try share a walk.
TOGETHER = dict.fromkeys(("id", "words", "bytes", "flag", "address"), "other")


def cases() -> list[tuple[str, int]]:
    """Return what is tried in a walk each: the kinds, and which of their values."""
    most: dict[str, int] = {}
    for kind, values in VALUES.items():
        group = TOGETHER.get(kind, kind)
        most[group] = max(most.get(group, 0), len(values))
    return [(group, index) for group, count in sorted(most.items()) for index in range(count)]


def kinds_of(model: type[models.Model]) -> set[str]:
    """Return the kinds of the model's columns."""
    return {kind for field in model._meta.concrete_fields if (kind := kind_of(field))}


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


def put_all(group: str, index: int, *, spared: Collection[UUID]) -> list[str]:
    """Store values of the kinds of `group` in all rows of all models; return what took which.

    Neighbouring columns get different values, and over all indexes each column gets each. Where the
    database refuses one in some rows, the others have it: what it refuses can't be stored.
    """
    stored, at = [], 0
    for model in own_models():
        for field in model._meta.concrete_fields:
            kind = kind_of(field)
            if not kind or TOGETHER.get(kind, kind) != group:
                continue
            values = VALUES[kind]
            value = values[(index + at) % len(values)]
            at += 1
            if put(model, field, value, spared=spared):
                stored.append(f"{model.__name__}.{field.name} = {str(value)[:60]!r}")
    return stored


def put(model: type[models.Model], field: Any, value: Any, *, spared: Collection[UUID] = ()) -> int:
    """Store the value in the column, in each row that takes it; return in how many."""
    kind = kind_of(field)
    if kind == "text" and field.max_length and not isinstance(field, models.TextField):
        value = value[: field.max_length]
    cast = f"::{CASTS[kind]}" if kind in CASTS else ""
    statement = f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s{cast} WHERE '  # noqa: S608
    pk = model._meta.pk.column
    kept = list(spared) if f"{model.__name__}.{field.name}" in GATES else []
    others = f'NOT "{pk}" = ANY(%s)' if kept else "%s::text[] IS NOT NULL"
    if count := _updated(statement + others, value, kept):
        return count
    return sum(
        _updated(f'{statement}"{pk}" = %s', value, row)
        for row in model._base_manager.exclude(pk__in=kept).values_list("pk", flat=True)
    )


def _updated(statement: str, *parameters: Any) -> int:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return int(cursor.rowcount)
    except DatabaseError:
        return 0


# -- documents that nearly fit -------------------------------------------------------------------

STRANGE = (CONTROL, RIGHT_TO_LEFT, " \t\u3000", "")
# What is made of a part of a document, given the part and a source of chance.
CHANGES: dict[str, Callable[[Any, Random], Any]] = {
    "null": lambda part, random: None,
    "scalar": lambda part, random: random.choice((3, True, 0.5)),
    "large number": lambda part, random: random.choice((10**400, -(10**400), float("inf"))),
    "list": lambda part, random: [part],
    "object": lambda part, random: {"": part, "title": [part]},
    "empty": lambda part, random: type(part)() if isinstance(part, str | list | dict) else 0,
    "strange text": lambda part, random: random.choice(STRANGE) if type(part) is str else part,
    "long text": lambda part, random: "x" * 50_000 if type(part) is str else part,
    "other kind": lambda part, random: _other_kind(part),
    "nested": lambda part, random: json.loads("[" * 300 + "]" * 300),
}
GONE = "gone"


def changed(document: Any, how: str, random: Random, share: float) -> Any:
    """Return the document with about a `share` of its parts changed, or left out."""
    if random.random() < share and how != GONE:
        return CHANGES[how](document, random)
    if isinstance(document, dict):
        return {
            name: changed(part, how, random, share)
            for name, part in document.items()
            if how != GONE or random.random() >= share
        }
    if isinstance(document, list):
        return [changed(part, how, random, share) for part in document]
    return document


def _other_kind(part: Any) -> Any:
    if isinstance(part, dict):
        return list(part.values())
    return dict(enumerate(part)) if isinstance(part, list) else part


def change_documents(how: str, *, seed: int, share: float = 0.2) -> int:
    """Store each JSON document of all models changed; return how many are."""
    random, count = Random(seed), 0
    for model in own_models():
        for field in model._meta.concrete_fields:
            if kind_of(field) != "document":
                continue
            for pk, text in _documents(model, field):
                new = json.dumps(changed(json.loads(text), how, random, share))
                new = new.replace("Infinity", "1e400")  # which JSON has, and Python hasn't
                statement = f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s::jsonb'  # noqa: S608
                if new != text:
                    where = f' WHERE "{model._meta.pk.column}" = %s'
                    count += _updated(statement + where, new, pk)
    return count


def _documents(model: type[models.Model], field: Any) -> Iterator[tuple[Any, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{model._meta.pk.column}", "{field.column}"::text '  # noqa: S608
            f'FROM "{model._meta.db_table}" WHERE "{field.column}" IS NOT NULL '
            f'ORDER BY "{model._meta.pk.column}"'
        )
        yield from cursor.fetchall()
