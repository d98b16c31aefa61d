"""Rows whose changes are in the audit log, whatever changes them.

The one place where changes of accounts, teams, users, keys and flows are logged: pages, the API,
the admin, commands and jobs all save a row or update a queryset.
"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction

from accounts_app.models.audit_entry import (
    Action,
    AuditedObject,
    AuditEntry,
    ObjectType,
    signed_in_actor,
)

# Of a long text the log keeps the beginning: that it was changed is what counts.
MAX_VALUE = 1_000
_WITH_FACTS = (Action.CREATED, Action.REVOKED, Action.DELETED)
Row = TypeVar("Row", bound="AuditedModel")
#: For each field that was changed, the value before and the value after.
Changes = dict[str, tuple[Any, Any]]


class AuditedQuerySet(models.QuerySet[Row]):
    """A queryset whose updates and deletions are logged row by row."""

    def update(self, **values: Any) -> int:
        names = self.model.audited_names(values)
        if not names:
            return super().update(**values)
        with transaction.atomic():
            before = self.model.stored_values(self.order_by("pk"), names)
            count = super().update(**values)
            rows = self.model._base_manager.in_bulk(list(before))
            _write(
                entry
                for pk, row in rows.items()
                for entry in row.change_entries(before[pk], row.audited_values(names))
            )
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            _write(row.audit_entry(Action.CREATED) for row in made)
        return made

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            entries = [row.audit_entry(Action.DELETED) for row in self]
            deleted = super().delete()
            _write(entries)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class AuditedModel(models.Model):
    """A row that the audit log follows: `audited_fields` say in which of its fields."""

    audited_fields: ClassVar[tuple[str, ...]] = ()
    audited_as: ClassVar[ObjectType]

    class Meta:
        abstract = True

    # -- what the log says of it ---------------------------------------------------------------

    def audited_account_id(self) -> Any:
        return getattr(self, "account_id", None)

    def audited_name(self) -> str:
        return str(self)

    def audited_facts(self) -> dict[str, Any]:
        """Return what is said of a row beside its name when it comes, ends and goes."""
        return {}

    def actions_of(self, changes: Changes) -> Iterator[tuple[Action, dict[str, Any]]]:
        """Yield what a change of these fields is called, with its details."""
        yield Action.CHANGED, {name: self._shown(name, *pair) for name, pair in changes.items()}

    def _shown(self, name: str, before: Any, after: Any) -> list[Any]:
        field = self._meta.get_field(name)
        return [_plain(_related(field, value)) for value in (before, after)]

    # -- how it comes about --------------------------------------------------------------------

    @classmethod
    def audited_names(cls, written: Iterable[str] | None) -> tuple[str, ...]:
        """Return which of the audited fields are among those that are written; None is all."""
        if written is None:
            return cls.audited_fields
        names = set(written)
        fields: dict[str, Any] = {name: cls._meta.get_field(name) for name in cls.audited_fields}
        return tuple(name for name, field in fields.items() if names & {name, field.attname})

    def audited_values(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the values of these fields; of a related row its id."""
        fields: dict[str, Any] = {name: self._meta.get_field(name) for name in names}
        return {
            name: field.to_python(getattr(self, field.attname)) for name, field in fields.items()
        }

    def audit_entry(self, action: Action, **details: Any) -> AuditEntry:
        about = AuditedObject(
            self.audited_as, self.pk, self.audited_name(), self.audited_account_id()
        )
        facts = self.audited_facts() if action in _WITH_FACTS else {}
        details = {**facts, **details}
        return AuditEntry.objects.build(action, about, by=signed_in_actor(), details=details)

    def change_entries(self, before: dict[str, Any], after: dict[str, Any]) -> list[AuditEntry]:
        """Return the entries for what differs between two states of the row."""
        changes = {
            name: (before[name], after[name]) for name in after if before[name] != after[name]
        }
        if not changes:
            return []
        return [self.audit_entry(action, **details) for action, details in self.actions_of(changes)]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and log what was created or changed, in one transaction."""
        adding = self._state.adding
        names = self.audited_names(kwargs.get("update_fields"))
        if not names and not adding:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            own = type(self)._base_manager.filter(pk=self.pk)
            stored = {} if adding else self.stored_values(own, names)
            super().save(*args, **kwargs)
            if self.pk in stored:
                _write(self.change_entries(stored[self.pk], self.audited_values(names)))
            else:
                _write([self.audit_entry(Action.CREATED)])

    @classmethod
    def stored_values(
        cls, rows: "models.QuerySet[Any]", names: Iterable[str]
    ) -> dict[Any, dict[str, Any]]:
        """Return these fields of each row as they are stored, by its id, and lock the rows."""
        fields: dict[str, Any] = {name: cls._meta.get_field(name) for name in names}
        columns = [field.attname for field in fields.values()]
        locked = rows.select_for_update(of=("self",), no_key=True).values_list("pk", *columns)
        return {pk: dict(zip(fields, values, strict=True)) for pk, *values in locked}

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and log it, in one transaction."""
        with transaction.atomic():
            entry = self.audit_entry(Action.DELETED)
            deleted = super().delete(*args, **kwargs)
            _write([entry])
        return deleted


def _write(entries: Iterable[AuditEntry]) -> None:
    found = list(entries)
    if found:
        AuditEntry.objects.bulk_create(found)


def _related(field: Any, value: Any) -> Any:
    """Return a value as it is; of a related row its name and id."""
    if field.remote_field is None or value is None:
        return value
    row = field.remote_field.model._base_manager.filter(pk=value).first()
    return f"{row} ({value})" if row is not None else value


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it, a long text cut."""
    if value is None or isinstance(value, bool | int):
        return value
    text = ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"
