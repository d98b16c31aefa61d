"""What a caller can ask of an export: the option table of SPEC section 6, checked in one place."""

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
    """What was typed over the summary block [X11]. None: not typed; "": typed empty, stays so."""

    issue: str | None = None
    impact: str | None = None
    status: str | None = None
    resolution: str | None = None
    next_steps: str | None = None


SUMMARY_FIELDS = tuple(field.name for field in fields(SummaryOverrides))


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The options of one export; the defaults are those of SPEC section 6."""

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
        passed over, so that newer callers can talk to older servers, with one exception: a
        misspelt wish to redact is an error, since passing it over would hand out the secrets.
        """
        if not isinstance(given, Mapping):
            raise OptionsError([{"field": "options", "message": "Send the options as an object."}])
        errors: list[dict[str, str]] = []
        wanted: dict[str, Any] = {}

        def wrong(field: str, message: str) -> None:
            errors.append({"field": field, "message": message})

        for name, choices in option_choices().items():
            if name in given:
                wanted[name] = given[name]
                if not isinstance(given[name], str) or given[name] not in choices:
                    wrong(name, f"Choose one of: {', '.join(choices)}.")
        for name in FLAGS:
            if name in given:
                wanted[name] = given[name]
                if not isinstance(given[name], bool):
                    wrong(name, "Send true or false.")
        if given.get("max_step_index") is not None:
            last = wanted["max_step_index"] = given["max_step_index"]
            if isinstance(last, bool) or not isinstance(last, int) or last < 1:
                wrong("max_step_index", "Send a whole number from 1 up, or null for all steps.")
        if given.get("summary") is not None:
            wanted["summary"] = _parse_summary(given["summary"], wrong)
        for name in given:
            if _is_misspelt_redaction(name):
                wrong(str(name), "This redaction option is not known; see redaction_mode.")
        if errors:
            raise OptionsError(errors)
        return cls(**wanted)


def _is_misspelt_redaction(name: Any) -> bool:
    return (
        isinstance(name, str)
        and name not in ("redaction_mode", "redact_hostnames", "redact_phone_numbers")
        and name.lower().startswith(("redact", "mask"))
        and _UNSTORABLE.search(name) is None
    )


def _parse_summary(given: Any, wrong: Any) -> SummaryOverrides | None:
    if not isinstance(given, Mapping):
        wrong("summary", f"Send an object with any of: {', '.join(SUMMARY_FIELDS)}.")
        return None
    typed: dict[str, str | None] = {}
    for name, value in given.items():
        if name not in SUMMARY_FIELDS:
            shown = _UNSTORABLE.sub("\ufffd", str(name))[:60]
            wrong(f"summary.{shown}", f"Not known here; use {', '.join(SUMMARY_FIELDS)}.")
        elif value is not None and not isinstance(value, str):
            wrong(f"summary.{name}", "Send text.")
        elif value is not None and _UNSTORABLE.search(value):
            wrong(f"summary.{name}", "The text holds a character that cannot be stored.")
        else:
            typed[name] = value
    return SummaryOverrides(**typed)
