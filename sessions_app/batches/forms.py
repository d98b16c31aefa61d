"""The form that answers a step for several targets of a batch."""

from django import forms

from resolutionflow.web.forms import LenientTextField


class BulkAnswerForm(forms.Form):
    """One answer for several targets of a batch; the targets are sent as `id:position`."""

    node_id = forms.CharField(max_length=64)
    choice = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    notes = LenientTextField()
    request_id = forms.UUIDField(required=False)
