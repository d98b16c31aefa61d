"""`{{ text|found_words:words }}`: what was searched for, marked."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from sessions_app.history.highlight import highlight

register = template.Library()


@register.filter
def found_words(text: str, words: Sequence[str] | None) -> SafeString:
    """`text` with the folded `words` marked; as it is where there are none."""
    return highlight(text, words or ())
