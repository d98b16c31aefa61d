"""Forms of the run page: they shape input; the rules stand in the services."""

from itertools import zip_longest
from typing import cast

from django import forms
from django.http import QueryDict

from resolutionflow.web.errors import Invalid
from resolutionflow.web.forms import LenientTextField, require_valid
from sessions_app import limits
from sessions_app.recording.services import StepInput
from sessions_app.schemas import MAX_COMMANDS, MAX_SHELL


class ReferenceForm(forms.Form):
    """What ties a session to the ticket system."""

    ticket_number = forms.CharField(max_length=limits.TICKET, required=False)
    client_name = forms.CharField(max_length=limits.CLIENT, required=False)


class StepForm(forms.Form):
    """A step's form, which answers, saves what is typed, or both. The service checks
    the lengths.
    """

    position = forms.IntegerField(min_value=1, max_value=1_000_000)
    node_id = forms.CharField(max_length=64)
    choice = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    # In its place: the option whose answer is carried over from an earlier session ([H5]).
    reused_option = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    text = LenientTextField()
    notes = LenientTextField()
    command_output = LenientTextField()
    request_id = forms.UUIDField(required=False)
    revised_decision_id = forms.IntegerField(min_value=1, required=False)

    def step(self) -> StepInput:
        """Return the form as the service takes it; raise `Invalid` when a hidden field was
        forged.
        """
        sent = dict(require_valid(self))
        reused_option = sent.pop("reused_option")
        return StepInput(
            **{**sent, "choice": sent["choice"] if reused_option is None else reused_option}
        )

    @property
    def is_reused(self) -> bool:
        """Whether the answer is reused from an earlier session; after `step`."""
        return self.cleaned_data.get("reused_option") is not None


class CustomStepForm(forms.Form):
    """A custom step, typed by the engineer or taken from the library.

    `after` is the recorded step that was open, `keep` saves the step to the library too. Its
    commands come as parallel lists of `command`, `command_label` and `command_shell`.
    """

    title = forms.CharField(max_length=limits.CUSTOM_TITLE, required=False)
    body = LenientTextField(max_length=limits.NOTES)
    command = LenientTextField(max_length=limits.NOTES)
    after = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    # The current step that the page showed, where it showed none that was recorded.
    position = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    node_id = forms.CharField(max_length=64, required=False)
    library = forms.UUIDField(required=False)
    keep = forms.BooleanField(required=False)
    request_id = forms.UUIDField(required=False)

    def commands(self) -> list[dict[str, str]]:
        """Return the commands that have any code; raise `Invalid` for one that is too long."""
        sent = cast(QueryDict, self.data)
        lists = [
            [LenientTextField().to_python(text) for text in sent.getlist(name)[:MAX_COMMANDS]]
            for name in ("command", "command_label", "command_shell")
        ]
        if any(len(code) > limits.NOTES for code in lists[0]):
            raise Invalid({"command": f"At most {limits.NOTES:,} characters fit in a command."})
        found = zip_longest(*lists, fillvalue="")
        return [
            {"label": label[: limits.CUSTOM_TITLE], "shell": shell[:MAX_SHELL], "code": code}
            for code, label, shell in ((code.strip("\n"), *more) for code, *more in found)
            if code.strip()
        ]
