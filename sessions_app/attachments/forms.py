"""The form that gives files to a step."""

from django import forms


class StepRefForm(forms.Form):
    """The step that a file is for."""

    position = forms.IntegerField(min_value=1, max_value=1_000_000)
    node_id = forms.CharField(max_length=64)
