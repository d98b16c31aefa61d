"""Variables in a flow's text: `{{ name }}`, in commands also `{{ name | ps }}`.

One place knows what a placeholder looks like, so the check of a tree, the run page and the
exports can't disagree about it.
"""

import html
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

    return _fill(text, values, _quote)


def fill_labels(text: str, values: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """As `fill`, with `‹label›` in place of a blank variable that has one: for reading alone."""
    return _fill(text, values, lambda value, _: value, lambda name: _marked(labels.get(name)))


def fill_html(
    text: str, values: Mapping[str, str], labels: Mapping[str, str], *, is_command: bool = False
) -> str:
    """As `fill`, or as `fill_command`, in text that is HTML already: values are escaped.

    A blank variable that has a label shows it, marked as a gap that is still to be filled.
    """

    def escape(value: str, shell: str) -> str | None:
        filled = _quote(value, shell) if is_command else value
        return None if filled is None else html.escape(filled)

    def gap(name: str) -> str | None:
        marked = _marked(labels.get(name))
        if marked is None:
            return None
        return f'<span class="placeholder" data-variable="{name}">{html.escape(marked)}</span>'

    return _fill(text, values, escape, gap)


def _marked(label: str | None) -> str | None:
    return f"‹{label}›" if label else None


def _quote(value: str, shell: str) -> str | None:
    """Return the value quoted for a shell, as it is without one; None for one not known."""
    if not shell:
        return value
    return QUOTES[shell](value) if shell in QUOTES else None


def _fill(
    text: str,
    values: Mapping[str, str],
    format_value: Callable[[str, str], str | None],
    gap: Callable[[str], str | None] = lambda name: None,
) -> str:
    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1])
        filled = format_value(value, match[2] or "") if value else gap(match[1])
        return filled or match[0]

    return PLACEHOLDER.sub(value_of, text)
