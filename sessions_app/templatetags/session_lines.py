"""`{% session_lines cards words %}`: sessions as the lines of a list."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from sessions_app.history.cards import Card
from sessions_app.history.row import render_row

register = template.Library()


@register.simple_tag(takes_context=True)
def session_lines(
    context: Any, cards: Sequence[Card], words: Sequence[str] | None = None
) -> SafeString:
    """Return the lines of `cards`, with the normalized `words` that were searched for marked."""
    return SafeString(
        "".join(render_row(card, words=words or (), request=context["request"]) for card in cards)
    )


@register.simple_tag(takes_context=True)
def session_line(context: Any, card: Card) -> SafeString:
    """Return the line of one card."""
    return render_row(card, words=(), request=context["request"])
