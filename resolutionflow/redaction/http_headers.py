"""Secrets in the headers of the web: authorization schemes, digests, cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .heuristics import is_status_word, looks_like_key
from .model import ScannedText, Span

_BEARER = re.compile(
    r"(?<![\w-])(?:bearer|basic|negotiate|ntlm|ssws|sharedaccesssignature|splunk)[ \t]{1,4}"
    r"(?:token[ \t]{0,2}[:=]?[ \t]{0,2})?[\"'`]?([A-Za-z0-9._~+/:%-]{8,4096}+={0,2})"
)
_COOKIE = re.compile(r"(?<![\w-])(?:set-)?cookie:[ \t]{0,4}([^\r\n]{8,4000}+)")
_COOKIE_PAIR = re.compile(r"([\w.$-]{1,64}+)=([^;\s,]{8,4000}+)")
_DIGEST = re.compile(r"\b(?:response|cnonce|nonce|opaque)=[\"']?([A-Za-z0-9+/=_-]{16,256}+)")
_COOKIE_ATTRIBUTES = {"path", "domain", "expires", "max-age", "samesite"}
SCHEME_WORDS = frozenset(
    ("bearer", "basic", "negotiate", "ntlm", "ssws", "splunk", "sharedaccesssignature")
)
HEADER_WORDS = frozenset(("digest ", "cookie:"))


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of what stands behind a scheme, and of the values of cookies."""
    text, lower = src.text, src.lower
    if any(word in src.keyword_positions for word in SCHEME_WORDS):
        for match in _BEARER.finditer(lower):
            value = text[match.start(1) : match.end(1)].rstrip(".:")
            if _opaque(value):
                yield match.start(1), match.start(1) + len(value), "token"
    if "digest " in src.keyword_positions:
        for match in _DIGEST.finditer(text):
            yield *match.span(1), "token"
    if "cookie:" in src.keyword_positions:
        for match in _COOKIE.finditer(lower):
            for pair in _COOKIE_PAIR.finditer(text, match.start(1), match.end(1)):
                attribute = pair.group(1).lower() in _COOKIE_ATTRIBUTES
                if not attribute and looks_like_key(pair.group(2), least=10):
                    yield *pair.span(2), "token"


def _opaque(value: str) -> bool:
    if len(value) < 8 or is_status_word(value) or value.startswith(("http:", "https:")):
        return False
    mixed = any(c.isdigit() for c in value) or (
        len(value) >= 16 and any(c.isupper() for c in value) and any(c.islower() for c in value)
    )
    return mixed and looks_like_key(value, least=8)
