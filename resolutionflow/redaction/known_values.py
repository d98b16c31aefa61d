"""Values known to be secret: sensitive variables, and what was typed under a secret's label."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, quote_plus

from .rule import Rule, Span
from .scanned_text import ScannedText, lower_same_length, normalize_width


def _context_rule(id: str, description: str) -> Rule:
    """A rule that finds by more than the text under scan, and so has no sample of its own."""
    return Rule(
        id=id,
        kind="token",
        description=description,
        source="ResolutionFlow: docs/exports.md",
        samples=(),
        near_misses=(),
    )


KNOWN_VALUE = _context_rule(
    "known-value", "Value of a sensitive variable, or of a step that asks for a secret"
)
REPEATED_SECRET = _context_rule("repeated-secret", "Password or key that stands elsewhere, too")
PASSWORD_LIKE_LINE = _context_rule(
    "password-like-line", "Line below a label that asks for a secret, in the form of a password"
)
CONTEXT_RULES = (KNOWN_VALUE, REPEATED_SECRET, PASSWORD_LIKE_LINE)

_SHORT = 4
_LONGEST_SPLIT = 80
# What formatting puts between the characters of a value: emphasis, escapes, a line's end with the
# indent or quote sign of the next line.
_GAP = r"(?:[*_~`\\]{1,3}|\r?\n[ \t>|]{0,12})?"
_GAPS = b"*_~`\\\r\n \t>|"


def prepare(secrets: Iterable[str]) -> list[str]:
    """The distinct lower-case forms to look for, longest first.

    A value of several lines is looked for line by line, because renderers re-wrap lines. The forms
    in which it is pasted into URLs, HTML and JSON are added, and its Base64.
    """
    wanted: set[str] = set()
    for secret in secrets:
        for line in str(secret).splitlines():
            value = normalize_width(line.strip())
            if not any(c.isalnum() for c in value) and len(value) < _SHORT:
                continue
            wanted.add(lower_same_length(value))
            wanted.update(lower_same_length(form) for form in _forms(value))
    wanted.discard("")
    return sorted(wanted, key=len, reverse=True)


def _forms(value: str) -> Iterator[str]:
    yield html.escape(value)
    yield html.escape(value, quote=False)
    yield html.escape(value).replace("&#x27;", "&#39;")
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    try:
        raw = value.encode()
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8 form to encode
        return
    yield from (quote(value, safe=""), quote(value), quote(value, safe="!$&'()*+,;=:@/?-._~"))
    yield quote_plus(value)
    if len(raw) >= _SHORT:
        yield from (
            b64encode(raw).decode().rstrip("="),
            urlsafe_b64encode(raw).decode().rstrip("="),
        )


def scan(src: ScannedText, secrets: Sequence[str]) -> Iterator[Span]:
    """Every appearance of each value, also split by formatting. One shorter than four characters
    counts as a whole word only, else the value ``1`` would eat every number of the document."""
    lower = src.lower
    squeezed = b""
    for value in secrets:
        seen = 0
        at = lower.find(value)
        while at >= 0:
            end = at + len(value)
            glued = lower[at - 1 : at].isalnum() or lower[end : end + 1].isalnum()
            if len(value) >= _SHORT or not glued:
                yield at, end, KNOWN_VALUE.id
            seen += 1
            at = lower.find(value, end)
        if _SHORT <= len(value) <= _LONGEST_SPLIT:
            squeezed = squeezed or _squeezed(lower)
            # A look at the text without its gaps tells whether the slow search can find more.
            if squeezed.count(_squeezed(value)) > seen:
                for match in re.finditer(_GAP.join(map(re.escape, value)), lower):
                    yield *match.span(), KNOWN_VALUE.id


def _squeezed(lower: str) -> bytes:
    return lower.encode("utf-8", "surrogatepass").translate(None, _GAPS)
