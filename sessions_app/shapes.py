"""The JSON of decisions and custom steps that callers send ([S4]), checked item by item.

A path may have thousands of steps, so these are plain functions: a serializer with a field
object per text would take longer than the database does. Every problem is collected, named by
its place in the list; unknown names are refused, since a misspelt one would lose what was typed.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.serializers import ValidationError

from resolutionflow.api.base import checked_text, checked_whole
from sessions_app import limits

NODE_ID_PATTERN = "^[a-z0-9][a-z0-9-]{0,63}$"
CUSTOM_ID_PATTERN = "^custom-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
NODE_ID = re.compile(NODE_ID_PATTERN)
CUSTOM_ID = re.compile(CUSTOM_ID_PATTERN)
MAX_ATTACHMENTS = 50
MAX_COMMANDS = 20
SHELL = 40
DECISION_TEXTS = {
    "question": limits.LINE,
    "answer": limits.LINE,
    "action": limits.NOTES,
    "notes": limits.NOTES,
    "command_output": limits.COMMAND_OUTPUT,
}

Check = Callable[[Any], Any]


def text(max_length: int, *, min_length: int = 0) -> Check:
    return lambda value: checked_text(value, max_length=max_length, min_length=min_length)


def node_id(value: Any) -> str:
    if not isinstance(value, str) or not NODE_ID.fullmatch(value):
        raise ValidationError("Send a node id: up to 64 of a–z, 0–9 and -.")
    return value


def node_id_or_none(value: Any) -> str:
    """Where the run stands; "" is nowhere, as after the last step."""
    return value if value == "" else node_id(value)


def custom_id(value: Any) -> str:
    if not isinstance(value, str) or not CUSTOM_ID.fullmatch(value):
        raise ValidationError("Send “custom-” and a UUID in lower case.")
    return value


def moment(value: Any) -> datetime:
    """An ISO 8601 time; without an offset it is UTC."""
    try:
        parsed = parse_datetime(value) if isinstance(value, str) else None
        if parsed is not None:
            given = parsed if parsed.utcoffset() is not None else parsed.replace(tzinfo=UTC)
            return given.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValidationError("Send a time such as 2026-11-30T14:05:00Z.")


def moment_or_none(value: Any) -> datetime | None:
    return None if value is None else moment(value)


def position(value: Any) -> int:
    """A step's place, counted from 1."""
    return checked_whole(value, highest=limits.DECISIONS)


def items(value: Any, check: Check, *, most: int) -> list[Any]:
    """A list whose every item passes `check`; raises with all problems by index."""
    if not isinstance(value, list):
        raise ValidationError("Send a list.")
    if len(value) > most:
        raise ValidationError(f"{len(value):,} items; at most {most:,} fit here.")
    checked, errors = [], {}
    for index, item in enumerate(value):
        try:
            checked.append(check(item))
        except ValidationError as error:
            errors[str(index)] = error.detail
    if errors:
        raise ValidationError(errors)
    return checked


def record(value: Any, checks: dict[str, Check], *, required: tuple[str, ...]) -> dict[str, Any]:
    """An object of known names, each checked; raises with all problems by name."""
    if not isinstance(value, dict):
        raise ValidationError("Send an object.")
    errors: dict[str, Any] = {
        name[:64]: f"Not known here; use {', '.join(checks)}."
        for name in value
        if name not in checks
    }
    errors |= {name: "This is needed." for name in required if name not in value}
    checked = {}
    for name, check in checks.items():
        if name in value:
            try:
                checked[name] = check(value[name])
            except ValidationError as error:
                errors[name] = error.detail
    if errors:
        raise ValidationError(errors)
    return checked


# No white space and no control characters.
URL_PATTERN = "^(https?://|/)[^\\u0000-\\u0020\\u007f-\\u00a0]*$"
URL = re.compile(URL_PATTERN)


def link(value: Any) -> str:
    """An address that is safe to click: http, https, or on this site; never javascript:."""
    checked = checked_text(value, max_length=limits.LINE)
    if not URL.fullmatch(checked):
        raise ValidationError("Send an address that begins with https://, http:// or /.")
    return checked


def attachment(value: Any) -> dict[str, str]:
    return record(value, ATTACHMENT, required=("name", "url"))


def command(value: Any) -> dict[str, str]:
    return {"label": "", "shell": "", **record(value, COMMAND, required=("code",))}


def commands(value: Any) -> list[dict[str, str]]:
    """The commands of a step, each with its code; raises with every problem."""
    return items(value, command, most=MAX_COMMANDS)


def decision(value: Any) -> dict[str, Any]:
    return record(value, DECISION, required=("node_id",))


def library_step(value: Any) -> dict[str, Any]:
    """A step of the account's library; raises with every problem."""
    return record(value, LIBRARY_STEP, required=("title",))


def custom_step(value: Any) -> dict[str, Any]:
    empty = {"body": "", "commands": [], "return_to": ""}
    return {**empty, **record(value, CUSTOM_STEP, required=("id", "title"))}


ATTACHMENT: dict[str, Check] = {"name": text(255, min_length=1), "url": link}
COMMAND: dict[str, Check] = {
    "label": text(limits.CUSTOM_TITLE),
    "shell": text(SHELL),
    "code": text(limits.NOTES),
}
DECISION: dict[str, Check] = {
    "position": position,
    "node_id": node_id,
    **{name: text(length) for name, length in DECISION_TEXTS.items()},
    "timestamp": moment,
    "entered_at": moment_or_none,
    "attachments": lambda value: items(value, attachment, most=MAX_ATTACHMENTS),
    # Taken so that a path can be sent back as it was read; only `insight.carrying` sets it.
    "carried_over_from": moment_or_none,
}
LIBRARY_STEP: dict[str, Check] = {
    "title": text(limits.CUSTOM_TITLE, min_length=1),
    "body": text(limits.NOTES),
    "commands": lambda value: commands(value),
}
CUSTOM_STEP: dict[str, Check] = {"id": custom_id, **LIBRARY_STEP, "return_to": node_id_or_none}


def decisions(value: Any) -> list[dict[str, Any]]:
    """The path as it is to be, its first step first; raises with every problem."""
    return items(value, decision, most=limits.DECISIONS)


def custom_steps(value: Any) -> list[dict[str, Any]]:
    """The engineer's own steps, each id once; raises with every problem."""
    checked = items(value, custom_step, most=limits.CUSTOM_STEPS)
    if len({step["id"] for step in checked}) < len(checked):
        raise ValidationError("Two steps have the same id.")
    return checked
