"""The forms that complete a session and undo that."""

from django import forms

from resolutionflow.web.forms import LenientTextField
from sessions_app import limits
from sessions_app.models import Outcome

MAX_REVISION = 2**31 - 1  # the largest that the column of revisions holds


class CompleteForm(forms.Form):
    """How a session ends; `revision` is the state that a list showed, `position` the step that a
    page of the run did.
    """

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        error_messages={"required": "Choose how it ended.", "invalid_choice": "Choose one of six."},
    )
    outcome_notes = LenientTextField(max_length=limits.NOTES)
    next_steps = LenientTextField(max_length=limits.NOTES)
    ticket_number = forms.CharField(max_length=limits.TICKET, required=False)
    revision = forms.IntegerField(min_value=1, max_value=MAX_REVISION, required=False)
    position = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)


class UndoForm(forms.Form):
    """Which completion is undone: the revision that it left."""

    revision = forms.IntegerField(min_value=1, max_value=MAX_REVISION)
