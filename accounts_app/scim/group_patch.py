"""Patches of groups: members are added and removed as sets, whatever the size of the group.

Applied entry by entry, removing some hundreds of some thousand members takes half a minute. What a
patch says of anything else is `scim2-models`' to apply.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from scim2_models import (
    Context,
    InvalidFilterException,
    InvalidPathException,
    InvalidSyntaxException,
    InvalidValueException,
    NoTargetException,
    PatchOp,
    Path,
)
from scim2_models.path import (
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
)

from accounts_app.models import Account, Team
from accounts_app.scim.membership import known_members
from accounts_app.scim.resources import ScimGroup

MAX_OPERATIONS = 1_000
SCHEMA = str(ScimGroup.__schema__).lower()


@dataclass(frozen=True)
class _Change:
    """One operation on members: `add`, `remove` or `replace` these; no values are all of them."""

    op: str
    values: list[Any] | None


@dataclass
class GroupPatch:
    """A patch of a group, its operations on members apart from the rest."""

    changes: list[_Change] = field(default_factory=list)
    rest: PatchOp[ScimGroup] | None = None

    @classmethod
    def read(cls, body: Any) -> "GroupPatch":
        """Return the patch that a body says; raise what SCIM answers to one that can't be."""
        if not isinstance(body, dict):
            raise InvalidSyntaxException(detail="Send a JSON object.")
        key = next((name for name in body if name.lower() == "operations"), "Operations")
        operations = body.get(key)
        if not isinstance(operations, list) or not operations:
            raise InvalidValueException(detail="Operations holds one or more operations.")
        if len(operations) > MAX_OPERATIONS:
            raise InvalidValueException(detail=f"At most {MAX_OPERATIONS:,} operations.")
        patch = cls()
        rest: list[Any] = []
        for operation in operations:
            rest += patch._take(operation)
        if rest:
            patch.rest = PatchOp[ScimGroup].model_validate(
                {**body, key: rest}, scim_ctx=Context.RESOURCE_PATCH_REQUEST
            )
        return patch

    def _take(self, operation: Any) -> Iterator[Any]:
        """Keep what an operation says of members, and yield what it says of anything else."""
        if not isinstance(operation, dict):
            yield operation
            return
        found = {name.lower(): value for name, value in operation.items()}
        op, path, value = str(found.get("op")).lower(), found.get("path"), found.get("value")
        if isinstance(path, str) and _plain(path).lower().startswith("members"):
            self.changes.append(_change(op, _plain(path), value))
        elif not path and isinstance(value, dict) and op in ("add", "replace"):
            others = {}
            for name, item in value.items():
                if _plain(name).lower() == "members":
                    self.changes.append(_change(op, "members", item))
                else:
                    others[name] = item
            if others:
                yield {**operation, "value": others}
        else:
            yield operation

    def members_after(self, account: Account, team: Team, there: set[UUID]) -> set[UUID]:
        """Return the members after all of these changes to those that are `there`."""
        members = set(there)
        for change in self.changes:
            if change.op == "remove":
                # Somebody who isn't there, or nowhere, is removed already.
                gone = {str(value).lower() for value in change.values or ()}
                if change.values is None:
                    members = set()
                else:
                    members = {pk for pk in members if str(pk) not in gone}
                continue
            named = known_members(account, change.values or ())
            members = named if change.op == "replace" else members | named
        return members


def _plain(path: str) -> str:
    """Return a path without the schema of groups before it."""
    return path[len(SCHEMA) + 1 :] if path.lower().startswith(f"{SCHEMA}:") else path


def _change(op: str, path: str, value: Any) -> _Change:
    if op not in ("add", "remove", "replace"):
        raise InvalidValueException(detail=f"“{op}” is no operation: add, remove or replace.")
    Path[ScimGroup](path)  # raises for what is no path
    if path.lower() in ("members", "members.value"):
        if op == "remove" and value is None:
            return _Change("remove", None)
        if op == "add" and value is None:
            raise InvalidValueException(detail="An add needs a value.")
        return _Change(op, _values(value))
    if "[" not in path and " " not in path:
        raise InvalidPathException(path=path, detail=f"Members have no such part: {path}")
    selected = _selected(path)
    if op == "remove":
        return _Change("remove", selected)
    raise NoTargetException(detail="Members are added and removed; there is nothing to change.")


def _values(value: Any) -> list[Any]:
    """Return the ids in a list of members, in one member, or in a plain text."""
    members = value if isinstance(value, list) else [] if value is None else [value]
    ids = []
    for member in members:
        if isinstance(member, dict):
            found = {name.lower(): part for name, part in member.items()}
            member = found.get("value")
        if not isinstance(member, str):
            raise InvalidValueException(detail="members: each of them has a value, an id.")
        ids.append(member)
    return ids


def _selected(path: str) -> list[str]:
    """Return the ids that the filter of a path names, as in `members[value eq "…"]`."""
    node = Path[ScimGroup](path).value_filter
    if node is None:
        raise InvalidPathException(path=path)
    return _ids_named(node)


def _ids_named(node: FilterNode) -> list[str]:
    terms = node.terms if isinstance(node, LogicalExpr) else (node,)
    is_choice = not isinstance(node, LogicalExpr) or node.op == LogicalOperator.or_
    if not is_choice or not all(_is_named(term) for term in terms):
        raise InvalidFilterException(
            detail='Members are selected by their ids: members[value eq "…"].'
        )
    return [str(term.value) for term in terms if isinstance(term, Comparison)]


def _is_named(node: FilterNode) -> bool:
    return (
        isinstance(node, Comparison)
        and node.op == CompareOperator.eq
        and str(node.attr_path).lower() == "value"
    )
