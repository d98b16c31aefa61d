"""`{% session_line card words %}`: a session as a line of a list."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from sessions_app.cards import Card
from sessions_app.history.line import line

register = template.Library()


@register.simple_tag(takes_context=True)
def session_line(context: Any, card: Card, words: Sequence[str] | None = None) -> SafeString:
    """The line of `card`; the folded `words` that were searched for are marked in it."""
    return line(card, words=words or (), request=context["request"])
