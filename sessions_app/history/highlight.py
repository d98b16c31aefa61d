"""Marking the words of a search where they were found, with or without accents."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from resolutionflow.web.text import normalize_for_search


def highlight(text: str, words: Sequence[str]) -> SafeString:
    """Return `text` as HTML, each of the normalized `words` in a `<mark>` where the search found
    it.
    """
    if not words or not text:
        return escape(text)
    folded, places = _normalize_with_places(text)
    hit = [False] * len(text)
    for word in words:
        at = folded.find(word)
        while at >= 0:
            first, last = places[at], places[at + len(word) - 1]
            hit[first : last + 1] = [True] * (last - first + 1)
            at = folded.find(word, at + len(word))
    return mark_safe("".join(_pieces(text, hit)))  # noqa: S308 (every piece is escaped)


def _normalize_with_places(text: str) -> tuple[str, list[int]]:
    """Return the text normalized letter by letter, and for each letter the index that
    it came from.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in normalize_for_search(letter) or (" " if letter.isspace() else ""):
            letters.append(part)
            places.append(place)
    return "".join(letters), places


def _pieces(text: str, hit: list[bool]) -> list[str]:
    pieces = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or hit[end] != hit[start]:
            piece = escape(text[start:end])
            pieces.append(f"<mark>{piece}</mark>" if hit[start] else piece)
            start = end
    return pieces
