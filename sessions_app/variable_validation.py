"""The values of a session's variables, checked by the type that the flow declares ([T3])."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from resolutionflow.web.errors import Invalid
from resolutionflow.web.text import unstorable_message
from sessions_app import limits
from trees_app.variables import NAME_PATTERN

# A host name or address: labels of letters (any script), digits, - and _; or IPv6 in hex.
HOST = re.compile(r"[\w](?:[\w.-]{0,253})\.?|\[?[0-9A-Fa-f:.%]{2,60}\]?")


def clean_values(
    intake_form: Iterable[Mapping[str, Any]], values: Any, *, keep_unfit: bool = False
) -> dict[str, str]:
    """Check `values` by name against the form; return them as text.

    A blank value is kept: it empties the variable. A name that the form doesn't declare is plain
    text. Raises `Invalid` with a message for every wrong value, by name; with `keep_unfit` a value
    that doesn't fit its type is kept (see `variable_problems`).
    """
    if not isinstance(values, Mapping):
        raise Invalid({"variables": "Send an object of values by name."})
    fields = {field["name"]: field for field in intake_form}
    cleaned: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name, value in values.items():
        try:
            if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
                raise ValidationError("A name has letters, digits and _ only.")
            cleaned[name] = clean_text(value)
            if not keep_unfit:
                require_fit(fields.get(name, {}), cleaned[name])
        except ValidationError as error:
            errors[f"variables.{str(name)[:64]}"] = error.messages[0]
    if errors:
        raise Invalid(errors)
    return cleaned


def is_optional(intake_form: Iterable[Mapping[str, Any]], name: str) -> bool:
    """Return whether the form declares `name` and does without a value of it."""
    return any(field["name"] == name and not field.get("required") for field in intake_form)


def variable_problems(
    intake_form: Iterable[Mapping[str, Any]], values: Mapping[str, str]
) -> dict[str, str]:
    """Return, by name, what is wrong with the values that don't fit their declared type."""
    found: dict[str, str] = {}
    for field in intake_form:
        try:
            require_fit(field, values.get(field["name"]) or "")
        except ValidationError as error:
            found[field["name"]] = error.messages[0]
    return found


def fitting_values(
    intake_form: Iterable[Mapping[str, Any]], values: Mapping[str, str]
) -> dict[str, str]:
    """Return the values that may stand in a command: those that fit their type."""
    unfit = variable_problems(intake_form, values)
    return {name: value for name, value in values.items() if name not in unfit}


def clean_text(value: Any) -> str:
    """Return one value as text, or raise `ValidationError` with what to type instead."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValidationError("Type text or a number here.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError("Type a number such as 12 or 3.5.")
    text = str(value).strip()
    if message := unstorable_message(text):
        raise ValidationError(message)
    if len(text) > limits.VARIABLE:
        raise ValidationError(f"At most {limits.VARIABLE:,} characters fit here.")
    return text


def require_fit(field: Mapping[str, Any], text: str) -> None:
    """Raise `ValidationError` for a value, not blank, that isn't of the declared type."""
    check = CHECKS.get(field.get("type", "text"))
    if text and check:
        check(field, text)


def _number(field: Mapping[str, Any], text: str) -> None:
    if not re.fullmatch(r"[+-]?\d{1,18}(?:[.,]\d{1,9})?", text):
        raise ValidationError("Type a number such as 12 or 3.5.")


def _email(field: Mapping[str, Any], text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        raise ValidationError("Type an e-mail address such as ana@example.com.") from None


def _select(field: Mapping[str, Any], text: str) -> None:
    if text not in (field.get("choices") or []):
        raise ValidationError("Choose one of the answers in the list.")


def _date(field: Mapping[str, Any], text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValidationError("Type a date such as 2026-11-30.") from None


def _host(field: Mapping[str, Any], text: str) -> None:
    if not HOST.fullmatch(text):
        raise ValidationError("Type a host name or address, without spaces.")


CHECKS = {"number": _number, "email": _email, "select": _select, "date": _date, "host": _host}
