"""The options of an export: their values, their defaults, and the check of what a caller sends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .renderers import DEFAULT_FORMAT, RENDERERS

DETAIL_LEVELS = ("summary", "standard", "full")
REDACTION_MODES = ("none", "mask")
#: Who will read it. `internal`: all that the other options allow. `client`: what was wrong, what
#: was done (titles and answers), the resolution and what comes next; no scratchpad, no notes, no
#: command output, no attachments, nothing about the flow. `resolution`: the fix alone.
AUDIENCES = ("internal", "client", "resolution")

#: The options that are true or false.
FLAGS = (
    "include_timestamps",
    "include_tree_info",
    "include_outcome_notes",
    "include_next_steps",
    "include_summary",
    "redact_hostnames",
    "redact_phone_numbers",
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def option_choices() -> dict[str, tuple[str, ...]]:
    """Return the values that each option with a fixed set of values may have."""
    return {
        "format": tuple(RENDERERS),
        "detail_level": DETAIL_LEVELS,
        "redaction_mode": REDACTION_MODES,
        "audience": AUDIENCES,
    }


class OptionsError(ValueError):
    """The options are wrong. `errors` lists every wrong one as `{"field", "message"}`."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error['field']}: {error['message']}" for error in errors))


@dataclass(frozen=True, slots=True)
class SummaryOverrides:
    """What was typed over the summary block [X11]. None: not typed; "": typed empty, and kept."""

    issue: str | None = None
    impact: str | None = None
    status: str | None = None
    resolution: str | None = None
    next_steps: str | None = None


SUMMARY_FIELDS = tuple(field.name for field in fields(SummaryOverrides))


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The options of one export, with their defaults."""

    format: str = DEFAULT_FORMAT
    include_timestamps: bool = True
    include_tree_info: bool = True
    include_outcome_notes: bool = True
    include_next_steps: bool = True
    max_step_index: int | None = None
    include_summary: bool = False
    summary: SummaryOverrides = SummaryOverrides()
    detail_level: str = "standard"
    redaction_mode: str = "none"
    redact_hostnames: bool = False
    redact_phone_numbers: bool = False
    audience: str = "internal"

    @classmethod
    def parse(cls, given: Any) -> "ExportOptions":
        """Return the options that a JSON object asks for.

        Raises `OptionsError` that names every wrong option at once. Options of other names are
        ignored, so that newer callers can talk to older servers, with one exception: a misspelt
        redaction option is an error, since ignoring it would reveal the secrets.
        """
        if not isinstance(given, Mapping):
            raise OptionsError([{"field": "options", "message": "Send the options as an object."}])
        parser = _OptionParser(given)
        values = parser.parse()
        if parser.errors:
            raise OptionsError(parser.errors)
        return cls(**values)


class _OptionParser:
    """Checks a JSON object of options and collects every error."""

    def __init__(self, given: Mapping[Any, Any]) -> None:
        self.given = given
        self.errors: list[dict[str, str]] = []

    def parse(self) -> dict[str, Any]:
        """Return the values that were sent; they are valid if there are no `errors`."""
        values = {name: self._choice(name, choices) for name, choices in self._sent_choices()}
        values |= {name: self._flag(name) for name in FLAGS if name in self.given}
        if self.given.get("max_step_index") is not None:
            values["max_step_index"] = self._step_index(self.given["max_step_index"])
        if self.given.get("summary") is not None:
            values["summary"] = self._summary(self.given["summary"])
        for name in self.given:
            if _is_misspelt_redaction(name):
                self._add(str(name), "This redaction option is not known; see redaction_mode.")
        return values

    def _sent_choices(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(name, choices) for name, choices in option_choices().items() if name in self.given]

    def _choice(self, name: str, choices: tuple[str, ...]) -> Any:
        value = self.given[name]
        if not isinstance(value, str) or value not in choices:
            self._add(name, f"Choose one of: {', '.join(choices)}.")
        return value

    def _flag(self, name: str) -> Any:
        if not isinstance(self.given[name], bool):
            self._add(name, "Send true or false.")
        return self.given[name]

    def _step_index(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self._add("max_step_index", "Send a whole number from 1 up, or null for all steps.")
        return value

    def _summary(self, given: Any) -> SummaryOverrides | None:
        if not isinstance(given, Mapping):
            self._add("summary", f"Send an object with any of: {', '.join(SUMMARY_FIELDS)}.")
            return None
        typed: dict[str, str | None] = {}
        for name, value in given.items():
            if name not in SUMMARY_FIELDS:
                shown = _UNSTORABLE.sub("\ufffd", str(name))[:60]
                self._add(f"summary.{shown}", f"Not known here; use {', '.join(SUMMARY_FIELDS)}.")
            elif value is not None and not isinstance(value, str):
                self._add(f"summary.{name}", "Send text.")
            elif value is not None and _UNSTORABLE.search(value):
                self._add(f"summary.{name}", "The text holds a character that cannot be stored.")
            else:
                typed[name] = value
        return SummaryOverrides(**typed)

    def _add(self, field: str, message: str) -> None:
        self.errors.append({"field": field, "message": message})


def _is_misspelt_redaction(name: Any) -> bool:
    return (
        isinstance(name, str)
        and name not in ("redaction_mode", "redact_hostnames", "redact_phone_numbers")
        and name.lower().startswith(("redact", "mask"))
        and _UNSTORABLE.search(name) is None
    )
