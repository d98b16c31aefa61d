"""What a search returns."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One stretch of text to mask: ``text[start:end]``.

    `kind` is one of `kinds.KINDS`, `rule` the id of the rule that found it (`registry.all_rules`).
    Where several rules found parts of it, it is the one with the longest part.
    """

    start: int
    end: int
    kind: str
    rule: str
