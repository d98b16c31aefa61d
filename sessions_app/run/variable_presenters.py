"""The session's variables as fields of a form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sessions_app.models import Session
from sessions_app.variable_validation import variable_problems

SEEN_PREFIX = "seen-"  # of hidden fields: the value that the page showed
FIELD_PREFIX = "variable-"  # of the names of variables' fields in a form
INPUT_TYPES = {"email": "email", "date": "date", "number": "text"}


@dataclass(frozen=True)
class VariableField:
    """A variable as a form field, with the error of the value that was typed, if any."""

    name: str
    label: str
    type: str
    input_type: str
    value: str
    required: bool
    choices: tuple[str, ...]
    help: str
    sensitive: bool
    error: str = ""
    # What is saved, where that isn't what the field shows.
    seen: str = ""
    # It is optional and was left blank on purpose, so that no step asks for it again.
    is_skipped: bool = False

    @property
    def seen_name(self) -> str:
        return f"{SEEN_PREFIX}{self.field_name}"

    @property
    def field_name(self) -> str:
        return f"{FIELD_PREFIX}{self.name}"


def submitted_variables(sent: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that a form sent, by the variable's name."""
    return {
        name.removeprefix(FIELD_PREFIX): str(value)
        for name, value in sent.items()
        if name.startswith(FIELD_PREFIX)
    }


def seen_variables(sent: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that the page of a form showed, by the variable's name."""
    seen = {
        name.removeprefix(SEEN_PREFIX): value
        for name, value in sent.items()
        if name.startswith(SEEN_PREFIX)
    }
    return submitted_variables(seen)


def variable_fields(
    work_session: Session,
    *,
    names: list[str] | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> tuple[VariableField, ...]:
    """Return the session's variables as fields: those in `names`, or all that the flow declares.

    `typed` and `errors` show a refused form as it was typed.
    """
    stored = work_session.session_variables
    unfit = variable_problems(work_session.intake_form, stored)
    found = {f"variables.{name}": text for name, text in unfit.items() if name not in (typed or {})}
    fields = declared_fields(
        work_session.intake_form,
        {**stored, **(typed or {})},
        names=names,
        errors={**found, **(errors or {})},
    )
    return tuple(
        replace(
            field,
            seen=stored.get(field.name, ""),
            is_skipped=not field.required and stored.get(field.name) == "",
        )
        for field in fields
    )


def variable_label(item: Mapping[str, Any]) -> str:
    """Return what a variable is called on screen."""
    return item.get("label") or str(item["name"]).replace("_", " ").capitalize()


def declared_fields(
    intake_form: Iterable[Mapping[str, Any]],
    values: Mapping[str, str],
    *,
    names: list[str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> tuple[VariableField, ...]:
    """Return the variables of the form with their `values`; as `variable_fields`."""
    declared = {item["name"]: item for item in intake_form}
    chosen = declared if names is None else {n: declared.get(n, {"name": n}) for n in names}
    return tuple(
        VariableField(
            name=name,
            label=variable_label(item),
            type=item.get("type") or "text",
            input_type=INPUT_TYPES.get(item.get("type") or "", "text"),
            value=values.get(name, ""),
            required=bool(item.get("required")),
            choices=tuple(item.get("choices") or ()),
            help=item.get("help") or "",
            sensitive=bool(item.get("sensitive")),
            error=(errors or {}).get(f"variables.{name}", ""),
        )
        for name, item in chosen.items()
    )
