"""Values known to be secret: sensitive variables, and what was typed under a secret's label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from .model import Source, Span, lowered

_SHORT = 4


def prepare(secrets: Iterable[str]) -> list[str]:
    """The distinct lower-case forms to look for, longest first.

    A value of several lines is looked for line by line, because renderers re-wrap lines. The
    percent-encoded form is added, since values are pasted into URLs.
    """
    wanted: set[str] = set()
    for secret in secrets:
        for line in str(secret).splitlines():
            value = line.strip()
            if not any(c.isalnum() for c in value) and len(value) < _SHORT:
                continue
            wanted.add(lowered(value))
            try:
                wanted.add(quote(value, safe="").lower())
            except UnicodeEncodeError:  # a lone surrogate has no UTF-8 form to encode
                continue
    wanted.discard("")
    return sorted(wanted, key=len, reverse=True)


def scan(src: Source, secrets: Sequence[str]) -> Iterator[Span]:
    """Every appearance of each value. One shorter than four characters counts as a whole word
    only, else the value ``1`` would eat every number of the document."""
    lower = src.lower
    for value in secrets:
        at = lower.find(value)
        while at >= 0:
            end = at + len(value)
            glued = lower[at - 1 : at].isalnum() or lower[end : end + 1].isalnum()
            if len(value) >= _SHORT or not glued:
                yield at, end, "token"
            at = lower.find(value, end)
