"""The form that saves a session's path as a flow."""

from django import forms

from resolutionflow.web.forms import LenientTextField
from sessions_app import limits
from trees_app.models import Tree


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
