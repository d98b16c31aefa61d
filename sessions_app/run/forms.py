"""Forms of the session pages: they shape input; the rules stand in the services."""

import uuid
from itertools import zip_longest
from typing import Any, cast

from django import forms
from django.http import QueryDict

from resolutionflow.web.errors import Invalid
from resolutionflow.web.text import sanitize_text
from sessions_app import limits
from sessions_app.models import Outcome
from sessions_app.recording.services import StepInput
from sessions_app.shapes import MAX_COMMANDS, SHELL
from trees_app.models import Tree


class LenientTextField(forms.CharField):
    """Free text as pasted: line ends unified, what can't be stored replaced, nothing stripped."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = [v for v in self.validators if "Null" not in type(v).__name__]

    def to_python(self, value: Any) -> str:
        return sanitize_text(super().to_python(value) or "")


class ReferenceForm(forms.Form):
    """What ties a session to the ticket system."""

    ticket_number = forms.CharField(max_length=limits.TICKET, required=False)
    client_name = forms.CharField(max_length=limits.CLIENT, required=False)


class StepForm(forms.Form):
    """A step's form, whether it answers, saves typing, or both. Lengths are the service's."""

    position = forms.IntegerField(min_value=1, max_value=1_000_000)
    node_id = forms.CharField(max_length=64)
    choice = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    # In its place: the option whose answer is carried over from an earlier session ([H5]).
    carried = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    text = LenientTextField()
    notes = LenientTextField()
    command_output = LenientTextField()
    request_id = forms.UUIDField(required=False)
    revises = forms.IntegerField(min_value=1, required=False)

    def step(self) -> StepInput:
        """The form as the service takes it; raises `Invalid` when a hidden field was forged."""
        sent = dict(require_valid(self))
        carried = sent.pop("carried")
        return StepInput(**{**sent, "choice": sent["choice"] if carried is None else carried})

    @property
    def carries_over(self) -> bool:
        """Whether the answer is taken from an earlier session; after `step`."""
        return self.cleaned_data.get("carried") is not None


class CustomStepForm(forms.Form):
    """A step that the flow forgot, typed by the engineer or taken from the library.

    `after` is the recorded step that was open, `keep` saves the step to the library too. Its
    commands come as parallel lists of `command`, `command_label` and `command_shell`.
    """

    title = forms.CharField(max_length=limits.CUSTOM_TITLE, required=False)
    body = LenientTextField(max_length=limits.NOTES)
    command = LenientTextField(max_length=limits.NOTES)
    after = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    library = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    keep = forms.BooleanField(required=False)
    request_id = forms.UUIDField(required=False)

    def commands(self) -> list[dict[str, str]]:
        """The commands that have any code; raises `Invalid` for one that is too long to keep."""
        sent = cast(QueryDict, self.data)
        lists = [
            [LenientTextField().to_python(text) for text in sent.getlist(name)[:MAX_COMMANDS]]
            for name in ("command", "command_label", "command_shell")
        ]
        if any(len(code) > limits.NOTES for code in lists[0]):
            raise Invalid({"command": f"At most {limits.NOTES:,} characters fit in a command."})
        found = zip_longest(*lists, fillvalue="")
        return [
            {"label": label[: limits.CUSTOM_TITLE], "shell": shell[:SHELL], "code": code}
            for code, label, shell in ((code.strip("\n"), *more) for code, *more in found)
            if code.strip()
        ]


class SaveAsFlowForm(forms.Form):
    """What a session's path is called as a flow, and whether it is published at once."""

    name = forms.CharField(max_length=255, error_messages={"required": "Give the new flow a name."})
    description = LenientTextField(max_length=limits.NOTES)
    status = forms.ChoiceField(
        choices=Tree.Status.choices,
        error_messages={
            "required": "Choose whether it is a draft.",
            "invalid_choice": "Choose whether it is a draft.",
        },
    )


class CompleteForm(forms.Form):
    """How a session ended."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        error_messages={"required": "Choose how it ended.", "invalid_choice": "Choose one of six."},
    )
    outcome_notes = LenientTextField(max_length=limits.NOTES)
    next_steps = LenientTextField(max_length=limits.NOTES)


class PrepareForm(ReferenceForm):
    """A session for later; variables are sent beside it, by their own names."""

    assigned_to_id = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class BulkAnswerForm(forms.Form):
    """One answer for several targets of a batch; the targets are sent as `id:position`."""

    node_id = forms.CharField(max_length=64)
    choice = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    notes = LenientTextField()
    request_id = forms.UUIDField(required=False)


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


def number_or_none(text: str) -> int | None:
    """The number that a page sent as digits, if a database's column of numbers can hold it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
