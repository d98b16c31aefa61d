"""The JSON columns of sessions as they are read: in shape, whatever is stored."""

from typing import Any

from resolutionflow.json_shapes import (
    Shape,
    list_of,
    record,
    records,
    text,
    values_of,
)

commands: Shape = records({"label": text, "shell": text, "code": text})
_custom_steps: Shape = records(
    {"id": text, "title": text, "body": text, "commands": commands, "return_to": text}
)
attachments: Shape = records({"name": text, "url": text})
drafts: Shape = values_of(
    record(
        {},
        {"notes": text, "command_output": text, "text": text, "attachments": attachments},
    )
)
variables: Shape = values_of(text)
words: Shape = list_of(text)


def custom_steps(value: Any) -> list[dict[str, Any]]:
    """Return the custom steps, without those that no decision could name."""
    return [step for step in _custom_steps(value) if step["id"].startswith("custom-")]


def undo_state(value: Any) -> dict[str, Any] | None:
    """Return how a session stood before it was closed; None where that can't be used."""
    if not isinstance(value, dict) or not isinstance(value.get("fields"), dict):
        return None
    needed = isinstance(value.get("last_activity_at"), str) and "decisions" in value
    return value if needed else None
