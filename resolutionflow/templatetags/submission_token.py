"""`{% submission_token %}`: the token of a form that makes something.

However often the form is sent, its thing is made once (`accounts_app.submissions`).
"""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

TOKEN_FIELD = "submission_token"  # noqa: S105 (the name of a field)


@register.simple_tag
def submission_token() -> SafeString:
    """Return a hidden field with a new token.

    A browser that keeps the values of forms over a reload must not keep this one.
    """
    return format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off">', TOKEN_FIELD, uuid.uuid4()
    )
