"""Secrets in the headers of the web: authorization schemes, digests, cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import is_status_word, looks_like_key
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "HTTP headers"

_BEARER = re.compile(
    r"(?<![\w-])(?:bearer|basic|negotiate|ntlm|ssws|sharedaccesssignature|splunk)[ \t]{1,4}"
    r"(?:token[ \t]{0,2}[:=]?[ \t]{0,2})?[\"'`]?([A-Za-z0-9._~+/:%-]{8,4096}+={0,2})"
)
_COOKIE = re.compile(r"(?<![\w-])(?:set-)?cookie:[ \t]{0,4}([^\r\n]{8,4000}+)")
_COOKIE_PAIR = re.compile(r"([\w.$-]{1,64}+)=([^;\s,]{8,4000}+)")
_DIGEST = re.compile(r"(?:response|cnonce|nonce|opaque)=[\"']?([A-Za-z0-9+/=_-]{16,256}+)")
# RFC 7616: the response of the usual algorithm, which nothing else writes so.
_MD5 = re.compile("[0-9a-f]{32}")
# What else stands in the line of a digest, or before it when the header is folded.
_DIGEST_PARTS = ("digest ", "realm=", "uri=", "qop=", "nc=")
_MAX_HEADER = 2000
_COOKIE_ATTRIBUTES = {"path", "domain", "expires", "max-age", "samesite"}
_SCHEMES = ("bearer", "basic", "negotiate", "ntlm", "ssws", "splunk", "sharedaccesssignature")
_DIGEST_KEYS = frozenset(("response=", "nonce=", "opaque="))


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of what stands behind a scheme, and of the values of cookies."""
    text, lower = src.text, src.lower
    if any(word in src.keyword_positions for word in _SCHEMES):
        for match in _BEARER.finditer(lower):
            value = text[match.start(1) : match.end(1)].rstrip(".:")
            if _opaque(value):
                yield match.start(1), match.start(1) + len(value), "authorization-scheme"
    for at, _ in src.occurrences(_DIGEST_KEYS):
        at -= lower.startswith("c", at - 1)  # the nonce of the client
        digest = _DIGEST.match(text, at)
        is_hash = lower.startswith("response=", at) and digest and _MD5.fullmatch(digest.group(1))
        if digest and not lower[at - 1 : at].isalnum() and (is_hash or _is_in_digest(lower, at)):
            yield *digest.span(1), "http-digest"
    if "cookie:" in src.keyword_positions:
        for match in _COOKIE.finditer(lower):
            for pair in _COOKIE_PAIR.finditer(text, match.start(1), match.end(1)):
                attribute = pair.group(1).lower() in _COOKIE_ATTRIBUTES
                if not attribute and looks_like_key(pair.group(2), least=10):
                    yield *pair.span(2), "cookie-value"


def _opaque(value: str) -> bool:
    if len(value) < 8 or is_status_word(value) or value.startswith(("http:", "https:")):
        return False
    mixed = any(c.isdigit() for c in value) or (
        len(value) >= 16 and any(c.isupper() for c in value) and any(c.islower() for c in value)
    )
    return mixed and looks_like_key(value, least=8)


def _is_in_digest(lower: str, at: int) -> bool:
    """Whether the header around speaks of a digest: its line, or the lines before in one text."""
    start = lower.rfind("\n", 0, at) + 1
    end = lower.find("\n", at)
    end = len(lower) if end < 0 else end
    start, end = max(start, at - _MAX_HEADER), min(end, at + _MAX_HEADER)
    if any(lower.find(part, start, end) >= 0 for part in _DIGEST_PARTS):
        return True
    before = max(lower.rfind("\0", 0, at) + 1, at - _MAX_HEADER)
    return lower.find("digest ", before, at) >= 0


RULES = [
    Rule(
        id="authorization-scheme",
        kind="token",
        description="What stands behind a scheme of authorization, such as Bearer",
        source="RFC 9110, RFC 6750",
        samples=(
            "Authorization: Bearer ⟦⟨w40⟩⟧",
            'curl -H "Authorization: Basic ⟦⟨w24⟩==⟧"',
        ),
        near_misses=(
            "bearer of news",
            "basic information",
        ),
        keywords=_SCHEMES,
        scan=scan,
    ),
    Rule(
        id="cookie-value",
        kind="token",
        description="Value of a cookie",
        source="RFC 6265",
        samples=("Cookie: sid=⟦⟨w32⟩⟧; theme=dark",),
        near_misses=("cookie: path=/usr/share/doc1",),
        keywords=("cookie:",),
        scan=scan,
    ),
    Rule(
        id="http-digest",
        kind="token",
        description="Response or nonce of digest authentication",
        source="RFC 7616",
        samples=(
            'Authorization: Digest username="bob", response="⟦⟨h32⟩⟧"',
            "response=⟦⟨h32⟩⟧",
            'uri="/x", response="⟦⟨h32⟩⟧"',
            'qop=auth, cnonce="⟦⟨h16⟩⟧"',
        ),
        near_misses=("the response=⟨h40⟩ alone", "response=200"),
        keywords=tuple(_DIGEST_KEYS),
        scan=scan,
    ),
]
