"""Variables in a flow's text: `{{ name }}`.

One place knows what a placeholder looks like, so the check of a tree, the run page and the
exports can't disagree about it.
"""

import re
from collections.abc import Mapping

NAME = r"[A-Za-z_][A-Za-z0-9_]{0,63}"
NAME_PATTERN = re.compile(NAME)
# Bounded white space keeps the scan linear on any input.
PLACEHOLDER = re.compile(r"\{\{[ \t]{0,16}(" + NAME + r")[ \t]{0,16}\}\}")


def names_in(text: str) -> list[str]:
    """The names that `text` refers to, in order of first appearance, each once."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace every placeholder that has a value; an unknown or blank one stays as written.

    One pass: a value that itself looks like a placeholder is never substituted again.
    """

    def value_of(match: re.Match[str]) -> str:
        return values.get(match[1]) or match[0]

    return PLACEHOLDER.sub(value_of, text)
