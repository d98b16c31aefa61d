"""`{% blank_completion as completion %}`: the form that completes whichever session of a list."""

from django import template

from sessions_app.completion.presenters import CompletionForm, blank_form

register = template.Library()


@register.simple_tag
def blank_completion() -> CompletionForm:
    """Return the form with nothing chosen and nothing typed."""
    return blank_form()
