"""The form that prepares a session."""

from django import forms

from sessions_app.run.forms import ReferenceForm


class PrepareForm(ReferenceForm):
    """A session for later; variables are sent beside it, by their own names."""

    assigned_to_id = forms.UUIDField(required=False)
