"""Filters and orders of SCIM, as conditions of the database (RFC 7644, section 3.4.2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from scim2_models import InvalidFilterException, InvalidPathException, Path, ScimFilter
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)

from accounts_app.models import Team, TeamMembership, User
from accounts_app.scim.resources import ScimGroup, ScimUser

MAX_FILTER = 4_000
NOBODY = Q(pk__in=())
# Names are compared without case, as SCIM asks for where an attribute isn't case-exact.
_TEXT = {
    CompareOperator.eq: "iexact",
    CompareOperator.co: "icontains",
    CompareOperator.sw: "istartswith",
    CompareOperator.ew: "iendswith",
    CompareOperator.gt: "gt",
    CompareOperator.ge: "gte",
    CompareOperator.lt: "lt",
    CompareOperator.le: "lte",
}


@dataclass(frozen=True)
class Column:
    """Where an attribute is stored, and what kind of value that is."""

    lookup: str
    kind: str = "text"


USER_COLUMNS = {
    "id": Column("pk", "id"),
    "externalid": Column("provisioned__external_id", "exact"),
    "username": Column("username"),
    "name.givenname": Column("first_name"),
    "name.familyname": Column("last_name"),
    "displayname": Column("shown_name"),
    "active": Column("is_active", "boolean"),
    "emails": Column("email"),
    "emails.value": Column("email"),
    "groups": Column("groups", "member"),
    "groups.value": Column("groups", "member"),
    "meta.created": Column("date_joined", "time"),
    "meta.lastmodified": Column("provisioned__updated_at", "time"),
}
GROUP_COLUMNS = {
    "id": Column("pk", "id"),
    "externalid": Column("provisioned__external_id", "exact"),
    "displayname": Column("name"),
    "members": Column("members", "member"),
    "members.value": Column("members", "member"),
    "meta.created": Column("provisioned__created_at", "time"),
    "meta.lastmodified": Column("provisioned__updated_at", "time"),
}
COLUMNS: Mapping[type, Mapping[str, Column]] = {ScimUser: USER_COLUMNS, ScimGroup: GROUP_COLUMNS}


def condition(model: type, found: ScimFilter[Any]) -> Q:
    """Return a filter as a condition; raise `InvalidFilterException` for what can't be searched."""
    if len(found) > MAX_FILTER:
        raise InvalidFilterException(detail=f"A filter has at most {MAX_FILTER:,} characters.")
    try:
        return _Conditions(model).visit(found.ast)
    except RecursionError:
        raise InvalidFilterException(detail="The filter is nested too deeply.") from None


def ordering(model: type, path: Path[Any] | None, *, descending: bool) -> list[Any]:
    """Return what a list is ordered by: what was asked for, and then always the same."""
    always = "date_joined" if model is ScimUser else "name"
    if path is None:
        return [always, "pk"]
    name = str(path).rpartition(":")[2].lower()
    column = COLUMNS[model].get(name)
    if column is None or column.kind == "member":
        raise InvalidPathException(detail=f"Lists can't be sorted by {path}.")
    by: Any = Lower(column.lookup) if column.kind == "text" else F(column.lookup)
    order = by.desc(nulls_first=True) if descending else by.asc(nulls_last=True)
    return [order, "pk"]


def _unsearchable(path: str) -> InvalidFilterException:
    return InvalidFilterException(detail=f"{path} can't be searched in this way.")


class _Conditions(FilterVisitor[Q]):
    """Turn each expression into a condition; `prefix` is the attribute before a bracket."""

    def __init__(self, model: type, prefix: str = "") -> None:
        self.model = model
        self.prefix = prefix

    def _name(self, path: AttrPath) -> str:
        own = ".".join(filter(None, (self.prefix, path.attr, path.sub_attr)))
        return own.lower()

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        first, *others = (self.visit(term) for term in node.terms)
        for other in others:
            first = first & other if node.op == LogicalOperator.and_ else first | other
        return first

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_value_path(self, node: ValuePath) -> Q:
        name = self._name(node.attr_path)
        if name not in ("emails", "members", "groups"):
            raise _unsearchable(str(node.attr_path))
        return _Conditions(self.model, name).visit(node.val_filter)

    def visit_present(self, node: Present) -> Q:
        name = self._name(node.attr_path)
        if name in ("schemas", "meta", "meta.resourcetype", "meta.location", "meta.version"):
            return ~NOBODY
        if name == "name":
            return ~Q(first_name="", last_name="")
        if name in ("emails.type", "emails.primary"):
            name = "emails.value"
        column = self._column(name)
        if column.kind in ("id", "boolean"):
            return ~NOBODY
        if column.kind == "member":
            return _has_member(column, None)
        if column.kind == "time":
            return Q(**{f"{column.lookup}__isnull": False})
        return Q(**{f"{column.lookup}__gt": ""})

    def visit_comparison(self, node: Comparison) -> Q:
        name = self._name(node.attr_path)
        if node.op == CompareOperator.ne:
            return ~self._equal(name, node.value)
        if node.op == CompareOperator.eq:
            return self._equal(name, node.value)
        column = self._column(name)
        if column.kind == "time":
            return Q(**{f"{column.lookup}__{_TEXT[node.op]}": _time(node.value)})
        if column.kind not in ("text", "exact") or not isinstance(node.value, str):
            raise _unsearchable(name)
        lookup = _TEXT[node.op]
        if column.kind == "exact":
            lookup = lookup.removeprefix("i")
        return Q(**{f"{column.lookup}__{lookup}": _storable(node.value)})

    def _column(self, name: str) -> Column:
        column = COLUMNS[self.model].get(name)
        if column is None:
            raise _unsearchable(name)
        return column

    def _equal(self, name: str, value: Any) -> Q:
        if name in ("emails.type", "emails.primary"):
            return _email_with(name.partition(".")[2], value)
        if name == "members.type":
            return _has_member(GROUP_COLUMNS["members"], None) if value == "User" else NOBODY
        column = self._column(name)
        if value is None:
            return ~self.visit_present(Present(_path(name)))
        if column.kind == "boolean":
            if str(value).lower() not in ("true", "false"):
                raise _unsearchable(name)
            return Q(**{column.lookup: str(value).lower() == "true"})
        if column.kind == "time":
            return Q(**{column.lookup: _time(value)})
        if column.kind == "member":
            return _has_member(column, str(value))
        if column.kind == "id":
            number = as_id(str(value))
            return NOBODY if number is None else Q(pk=number)
        lookup = "exact" if column.kind == "exact" else "iexact"
        return Q(**{f"{column.lookup}__{lookup}": _storable(str(value))})


def _path(name: str) -> AttrPath:
    attribute, _, part = name.partition(".")
    return AttrPath(attribute, part or None)


def _storable(text: str) -> str:
    """Return a text that PostgreSQL can compare; nothing that is stored has a NUL."""
    return text.replace("\0", "\ufffd")


def as_id(text: str) -> UUID | None:
    """Return the id that is written in `text`; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _time(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(value)).astimezone()
    except (ValueError, OverflowError):
        raise InvalidFilterException(detail=f"“{value}” is no time.") from None


def _email_with(part: str, value: Any) -> Q:
    """Return the condition for a user who has an address of this type, or a primary one."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    sent = Q(provisioned__attributes__emails__contains=[{part: value}])
    if value in ("work", True):
        # What is shown of a user whose addresses the directory has not sent.
        own = Q(provisioned=None) | ~Q(provisioned__attributes__has_key="emails")
        return sent | (own & ~Q(email=""))
    return sent


def _has_member(column: Column, value: str | None) -> Q:
    """Return the condition for groups with a member, or users with a group; None is any."""
    number = as_id(value) if value is not None else None
    if value is not None and number is None:
        return NOBODY
    if column.lookup == "members":
        rows = TeamMembership.objects.filter(team=OuterRef("pk"))
        own = User.objects.filter(team=OuterRef("pk"))
        if number is not None:
            rows, own = rows.filter(user=number), own.filter(pk=number)
        return Q(Exists(rows)) | Q(Exists(own))
    rows = TeamMembership.objects.filter(user=OuterRef("pk"))
    teams = Team.objects.filter(pk=OuterRef("team"))
    if number is not None:
        rows, teams = rows.filter(team=number), teams.filter(pk=number)
    return Q(Exists(rows)) | Q(Exists(teams))
