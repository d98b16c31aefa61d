"""Forms of the session pages: they shape input; the rules stand in the services."""

import uuid
from typing import Any

from django import forms

from resolutionflow.errors import Invalid
from resolutionflow.text import clean
from sessions_app import limits
from sessions_app.models import Outcome
from sessions_app.recording import StepInput


class PastedText(forms.CharField):
    """Free text as pasted: line ends unified, what can't be stored replaced, nothing stripped."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = [v for v in self.validators if "Null" not in type(v).__name__]

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class ReferenceForm(forms.Form):
    """What ties a session to the ticket system."""

    ticket_number = forms.CharField(max_length=limits.TICKET, required=False)
    client_name = forms.CharField(max_length=limits.CLIENT, required=False)


class StepForm(forms.Form):
    """A step's form, whether it answers, saves typing, or both. Lengths are the service's."""

    position = forms.IntegerField(min_value=1, max_value=1_000_000)
    node_id = forms.CharField(max_length=64)
    choice = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    text = PastedText()
    notes = PastedText()
    command_output = PastedText()
    request_id = forms.UUIDField(required=False)
    revises = forms.IntegerField(min_value=1, required=False)

    def step(self) -> StepInput:
        """The form as the service takes it; raises `Invalid` when a hidden field was forged."""
        require_valid(self)
        return StepInput(**self.cleaned_data)


class CustomStepForm(forms.Form):
    """A step that the flow forgot, typed by the engineer."""

    title = forms.CharField(max_length=limits.CUSTOM_TITLE, required=False)
    body = PastedText(max_length=limits.NOTES)
    command = PastedText(max_length=limits.NOTES)
    request_id = forms.UUIDField(required=False)

    def commands(self) -> list[dict[str, str]]:
        code = self.cleaned_data["command"].strip("\n")
        return [{"label": "", "shell": "", "code": code}] if code.strip() else []


class CompleteForm(forms.Form):
    """How a session ended."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        error_messages={"required": "Choose how it ended.", "invalid_choice": "Choose one of six."},
    )
    outcome_notes = PastedText(max_length=limits.NOTES)
    next_steps = PastedText(max_length=limits.NOTES)


def require_valid(form: forms.Form) -> dict[str, Any]:
    """The form's cleaned data, or `Invalid` with the first message of each field."""
    if not form.is_valid():
        raise Invalid({name: str(messages[0]) for name, messages in form.errors.items()})
    return form.cleaned_data


def uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
