"""A page's markup without the line breaks and indents of its template, to look for pieces in it."""

import re

from django.http import HttpResponse

_VERBATIM = re.compile(r"(<(?:pre|textarea)\b[^>]*>.*?</(?:pre|textarea)>)", re.DOTALL)
_REPLACEMENTS = (
    (re.compile(r"\s+(?=>)"), ""),
    (re.compile(r"(?<=>)\s*\n\s*"), ""),
    (re.compile(r"\s*\n\s*(?=<)"), ""),
    (re.compile(r"\s*\n\s*"), " "),
)


def flat_html(response: HttpResponse) -> str:
    """Return the body on one line; what stands in `<pre>` and `<textarea>` keeps its lines."""
    parts = _VERBATIM.split(response.content.decode())
    return "".join(part if i % 2 else _flatten(part) for i, part in enumerate(parts))


def _flatten(markup: str) -> str:
    for pattern, replacement in _REPLACEMENTS:
        markup = pattern.sub(replacement, markup)
    return markup
