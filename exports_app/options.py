"""The options of an export: their values, their defaults, and the check of what a caller sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from resolutionflow.web.errors import Invalid
from resolutionflow.web.schemas import (
    Bounded,
    Flag,
    JsonSchema,
    NullMeansDefault,
    Refusal,
    RequestModel,
    Text,
    refuse,
    validate,
)
from resolutionflow.web.text import UNSTORABLE

from .renderers import DEFAULT_FORMAT, RENDERERS

DETAIL_LEVELS = ("summary", "standard", "full")
REDACTION_MODES = ("none", "mask")
#: Who will read it. `internal`: all that the other options allow. `client`: what was wrong, what
#: was done (titles and answers), the resolution and what comes next; no scratchpad, no notes, no
#: command output, no attachments, nothing about the flow. `resolution`: the fix alone.
AUDIENCES = ("internal", "client", "resolution")
#: `recorded`: as it happened, the steps before what came of them. `fix_first`: what came of it and
#: what comes next before the evidence and the steps.
ORDERS = ("recorded", "fix_first")

MISSPELT = "This redaction option is not known; see redaction_mode."


def option_choices() -> dict[str, tuple[str, ...]]:
    """Return the values that each option with a fixed set of values may have."""
    return {
        "format": tuple(RENDERERS),
        "detail_level": DETAIL_LEVELS,
        "redaction_mode": REDACTION_MODES,
        "audience": AUDIENCES,
        "order": ORDERS,
    }


@dataclass(frozen=True, eq=False)
class OptionValue:
    """One of the values that `option_choices` has for `option` when it is asked."""

    option: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return {"type": "string", "enum": list(option_choices()[self.option])}

    def _check(self, value: Any) -> str:
        choices = option_choices()[self.option]
        if not isinstance(value, str) or value not in choices:
            raise refuse(f"Choose one of: {', '.join(choices)}.")
        return value


Switch = Annotated[Flag, NullMeansDefault()]
Row = Annotated[str, Text(None)]


class SummaryOverrides(RequestModel):
    """What was typed over the summary block. None: not typed; "": typed empty, and kept."""

    issue: Row | None = None
    impact: Row | None = None
    status: Row | None = None
    resolution: Row | None = None
    next_steps: Row | None = None


SUMMARY_FIELDS = tuple(SummaryOverrides.model_fields)


class ExportOptions(RequestModel):
    """All optional. Other names are ignored."""

    model_config = ConfigDict(extra="ignore")

    format: Annotated[str, OptionValue("format"), NullMeansDefault()] = DEFAULT_FORMAT
    include_timestamps: Switch = True
    include_tree_info: Switch = True
    include_outcome_notes: Switch = True
    include_next_steps: Switch = True
    max_step_index: (
        Annotated[
            int, Field(ge=1), Refusal("Send a whole number from 1 up, or null for all steps.")
        ]
        | None
    ) = Field(None, description="Steps 1 to N; beyond the end means all.")
    include_summary: Switch = False
    summary: Annotated[SummaryOverrides, Bounded(), NullMeansDefault()] = SummaryOverrides()
    detail_level: Annotated[str, OptionValue("detail_level"), NullMeansDefault()] = "standard"
    redaction_mode: Annotated[str, OptionValue("redaction_mode"), NullMeansDefault()] = "none"
    redact_hostnames: Switch = False
    redact_phone_numbers: Switch = False
    audience: Annotated[str, OptionValue("audience"), NullMeansDefault()] = "internal"
    include_current_step: Switch = Field(
        False, description="Also the step that a session in progress stands at."
    )
    order: Annotated[str, OptionValue("order"), NullMeansDefault()] = "recorded"

    @property
    def shows_handover(self) -> bool:
        """Whether the brief of a hand-over is for this reader: a colleague, who reads the steps."""
        return self.audience == "internal" and self.detail_level != "summary"

    @classmethod
    def parse(cls, given: Any) -> Self:
        """Return the options that a JSON object asks for.

        Raises `Invalid` that names every wrong option at once. Options of other names are
        ignored, so that newer callers can talk to older servers, with one exception: a misspelt
        redaction option is an error, since ignoring it would reveal the secrets.
        """
        if not isinstance(given, Mapping):
            raise Invalid({"options": "Send the options as an object."})
        misspelt = [(name, MISSPELT) for name in given if _is_misspelt_redaction(name)]
        known = {name: given[name] for name in cls.model_fields if name in given}
        try:
            options = validate(cls, known)
        except Invalid as error:
            raise Invalid(error.problems + misspelt, left_out=error.left_out) from None
        if misspelt:
            raise Invalid(misspelt)
        return options


def _is_misspelt_redaction(name: Any) -> bool:
    return (
        isinstance(name, str)
        and name not in ExportOptions.model_fields
        and name.lower().startswith(("redact", "mask"))
        and UNSTORABLE.search(name) is None
    )
