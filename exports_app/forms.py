"""The forms of export bar and preview; `options` says what their fields mean."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from exports_app.options import SUMMARY_FIELDS, ExportOptions, option_choices
from exports_app.preview.services import CUTS, TICKET_SYSTEMS
from exports_app.session_reader import has_typed_step
from resolutionflow.web.text import sanitize_text
from sessions_app import limits
from sessions_app.models import Session


class OptionalBooleanField(forms.NullBooleanField):
    """`true` or `false`, or None where the form does not have the box.

    A box that is not ticked sends nothing, so a hidden field with `false` and the same name comes
    before it: the last value counts.
    """

    widget = forms.NullBooleanSelect


def validate_length(text: str) -> None:
    """Raise `ValidationError` for a text that is longer than a note may be."""
    if len(text) > limits.NOTES:
        raise forms.ValidationError(
            f"A field of the summary has room for {limits.NOTES:,} characters; "
            f"this has {len(text):,}."
        )


class SummaryTextField(forms.CharField):
    """Text as it was typed, made storable; None for a blank one."""

    widget = forms.Textarea

    def __init__(self) -> None:
        super().__init__(
            required=False, strip=False, empty_value=None, validators=[validate_length]
        )

    def to_python(self, value: Any) -> Any:
        return sanitize_text(str(value)) if value else None


def choices_of(option: str) -> Callable[[], list[tuple[str, str]]]:
    """Return a function that lists the values of `option` when a form is checked."""
    return lambda: [(value, value) for value in option_choices()[option]]


class BatchExportForm(forms.Form):
    """The options of a batch's export, and those that every export has.

    What is left out keeps the option's default.
    """

    format = forms.ChoiceField(choices=choices_of("format"), required=False)
    detail_level = forms.ChoiceField(choices=choices_of("detail_level"), required=False)
    audience = forms.ChoiceField(choices=choices_of("audience"), required=False)
    order = forms.ChoiceField(choices=choices_of("order"), required=False)
    include_current_step = OptionalBooleanField(required=False)
    include_summary = OptionalBooleanField(required=False)
    include_timestamps = OptionalBooleanField(required=False)
    include_tree_info = OptionalBooleanField(required=False)
    include_outcome_notes = OptionalBooleanField(required=False)
    include_next_steps = OptionalBooleanField(required=False)
    redaction_mode = forms.ChoiceField(choices=choices_of("redaction_mode"), required=False)
    redact_hostnames = OptionalBooleanField(required=False)
    redact_phone_numbers = OptionalBooleanField(required=False)

    def __init__(self, sent: Mapping[str, Any]) -> None:
        # Only what was sent is looked at: copying all the fields took as long as the reading of
        # the session, at every click on Copy.
        wanted = {name: it for name, it in self.base_fields.items() if name in sent}
        self.base_fields = wanted  # type: ignore[misc]
        super().__init__(sent)

    @property
    def problems(self) -> str:
        """What is wrong, in one line."""
        return " ".join(str(messages[0]) for messages in self.errors.values())

    def options(self) -> ExportOptions:
        """Return the options of this form, which must be valid."""
        return ExportOptions.parse(self._given())

    def _given(self) -> dict[str, Any]:
        """Return what was chosen, by the option's name."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class ExportForm(BatchExportForm):
    """The options of a session's export: a cutoff and the summary's texts as well.

    `ticket_system` and `cut` are not options of an export: they are how the preview makes its text
    fit, and a download from there fits as well. Nor is `current_step_if_typed`: the run page asks
    for the step in progress where something is typed there.
    """

    max_step_index = forms.IntegerField(min_value=1, required=False)
    current_step_if_typed = forms.BooleanField(required=False)
    issue = SummaryTextField()
    impact = SummaryTextField()
    status = SummaryTextField()
    resolution = SummaryTextField()
    next_steps = SummaryTextField()
    ticket_system = forms.ChoiceField(
        choices=[(name, name) for name in TICKET_SYSTEMS], required=False
    )
    cut = forms.ChoiceField(choices=[(cut, cut) for cut in CUTS], required=False)

    @property
    def truncation_options(self) -> dict[str, str]:
        """How the text is to be made to fit, of a valid form."""
        return {name: self.cleaned_data.get(name, "") for name in ("ticket_system", "cut")}

    def _given(self) -> dict[str, Any]:
        given = super()._given()
        given["summary"] = {
            name: text for name in SUMMARY_FIELDS if (text := self._typed_over(name)) is not None
        }
        for name in (*SUMMARY_FIELDS, "ticket_system", "cut", "current_step_if_typed"):
            given.pop(name, None)
        return given

    def _typed_over(self, name: str) -> str | None:
        """Return what was typed over a row of the summary; None where the made text stands.

        A page sends the made text beside it (`made_…`): a row that was emptied stays empty then.
        Without it, a blank row was never filled in.
        """
        typed: str | None = self.cleaned_data.get(name)
        if f"made_{name}" not in self.data:
            return typed
        made = SummaryTextField().to_python(self.data[f"made_{name}"]) or ""
        same = " ".join((typed or "").split()) == " ".join(made.split())
        return None if same else typed or ""

    def options_for(self, work_session: Session) -> ExportOptions:
        """Return the options of this form, which must be valid, for the export of a session."""
        options = self.options()
        if self.cleaned_data.get("current_step_if_typed") and has_typed_step(work_session):
            return options.model_copy(update={"include_current_step": True})
        return options
