"""Passwords that are named behind their value: "Winter-22 is the new password"."""

from __future__ import annotations

import re

from .heuristics import PLACEHOLDER_VALUE, looks_like_password

_VERBS = frozenset(("is", "as", "was", "for", "="))
_VERB_NEAR = re.compile(r"\s(?:is|as|was|for|=)\s", re.I)
_ARTICLES = """
    the a her his their our my new temp temporary admin wifi wi-fi default initial current old
"""
_BETWEEN = frozenset(_ARTICLES.split())


def value_before_label(text: str, at: int) -> tuple[int, int] | None:
    """The password of "Winter-22 is the new password", whose label stands at `at`."""
    if not _VERB_NEAR.search(text, max(0, at - 48), at):
        return None
    words = text[max(0, at - 110) : at].rpartition("\n")[2].split()
    skipped = 0
    while words and skipped < 3 and words[-1].lower() in _BETWEEN:
        words.pop()
        skipped += 1
    if len(words) < 2 or words.pop().lower() not in _VERBS:
        return None
    value = words[-1].strip("\"'`()*")
    if not looks_like_password(value) or PLACEHOLDER_VALUE.match(value) or "REDACTED]" in value:
        return None
    start = text.rfind(value, max(0, at - 110), at)
    return start, start + len(value)
