"""`{{ text|found_words:words }}`: what was searched for, marked."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from sessions_app.history.highlight import highlight

register = template.Library()


@register.filter
def found_words(text: str, words: Sequence[str] | None) -> SafeString:
    """Return `text` with the normalized `words` marked."""
    return highlight(text, words or ())
