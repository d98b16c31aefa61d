"""Variables in a flow's text: `{{ name }}`, in commands also `{{ name | ps }}`.

One place knows what a placeholder looks like, so the check of a tree, the run page and the
exports can't disagree about it.
"""

import re
from collections.abc import Callable, Mapping

from trees_app.shell_quoting import QUOTES

NAME = r"[A-Za-z_][A-Za-z0-9_]{0,63}"
NAME_PATTERN = re.compile(NAME)
# Bounded white space keeps the scan linear on any input. A filter that isn't known is found
# too, so that the check can say so instead of taking the placeholder for text.
SPACE = r"[ \t]{0,16}"
PLACEHOLDER = re.compile(
    r"\{\{"
    + SPACE
    + "("
    + NAME
    + ")"
    + SPACE
    + r"(?:\|"
    + SPACE
    + "("
    + NAME
    + ")"
    + SPACE
    + r")?\}\}"
)


def names_in(text: str) -> list[str]:
    """Return the names that `text` refers to, in order of first appearance, each once."""
    return list(dict.fromkeys(name for name, _ in PLACEHOLDER.findall(text)))


def unknown_filters_in(text: str) -> list[str]:
    """Return the filters in `text` that are no shell's, in order of first appearance, each once."""
    asked = (asked for _, asked in PLACEHOLDER.findall(text))
    return list(dict.fromkeys(name for name in asked if name and name not in QUOTES))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace every placeholder that has a value; an unknown or blank one stays as written.

    The value stands as it is, whatever filter is asked for: this is for reading, not for running.
    One pass: a value that itself looks like a placeholder is never substituted again.
    """
    return _fill(text, values, lambda value, _: value)


def fill_command(text: str, values: Mapping[str, str]) -> str:
    """As `fill`, for text that is run: `{{ name | ps }}` is quoted for PowerShell, and so on.

    Without a filter the value stands as it is; with one that isn't known the placeholder stays.
    """

    def quote(value: str, shell: str) -> str | None:
        if not shell:
            return value
        return QUOTES[shell](value) if shell in QUOTES else None

    return _fill(text, values, quote)


def _fill(
    text: str, values: Mapping[str, str], format_value: Callable[[str, str], str | None]
) -> str:
    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return (format_value(value, match[2] or "") if value else None) or match[0]

    return PLACEHOLDER.sub(value_of, text)
