"""Encoded names and passwords in dialogues of SMTP and IMAP."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from ..keyword_search import find_all
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Dialogues of mail servers"

_BASE64 = r"[A-Za-z0-9+/]{4,400}+={0,2}"
# Behind the mechanism itself, and behind the server's question for it (334, with the base64 of
# "Username:" or "Password:", or with nothing).
_BEHIND_MECHANISM = re.compile(
    r"auth(?:enticate)?[ \t]{1,4}(?:plain|login|cram-md5|xoauth2|oauthbearer)[ \t]{1,4}"
    rf"({_BASE64})(?=[\s\"'\\<]|\Z)",
    re.I,
)
_QUESTION = re.compile(
    r"334(?:[ \t]{1,4}(?P<question>[A-Za-z0-9+/]{4,24}={0,2})?)?[ \t]{0,8}\r?\n[^\w\r\n+/]{0,12}"
    rf"(?:c: ?)?(?P<answer>{_BASE64})(?=[ \t]{{0,8}}(?:\r?\n|\Z))",
    re.I,
)
_MAX_DIALOGUE = 2000


def scan(src: ScannedText) -> Iterator[Span]:
    """Yield the spans of what answers AUTH."""
    text = src.text
    for at in find_all(src.lower, "auth"):
        match = _BEHIND_MECHANISM.match(text, at)
        if match and _is_encoded(match.group(1)):
            yield *match.span(1), "mail-authentication"
    for at in find_all(text, "334"):
        match = _QUESTION.match(text, at)
        if match and _is_encoded(match.group("answer")) and _is_dialogue(src, match):
            yield *match.span("answer"), "mail-authentication"


def _is_dialogue(src: ScannedText, match: re.Match[str]) -> bool:
    """Whether the server asked for something, or AUTH stands not far before in the same text."""
    if match["question"]:
        return True
    before = max(src.lower.rfind("\0", 0, match.start()) + 1, match.start() - _MAX_DIALOGUE)
    return src.lower.find("auth", before, match.start()) >= 0


def _is_encoded(value: str) -> bool:
    """Base64 of text, whose parts a null byte may part: "plain" and "login" are none."""
    try:
        text = b64decode(value, validate=True).decode()
    except ValueError:
        return False
    return len(text) > 2 and all(c.isprintable() or c in "\0\1" for c in text)


RULES = [
    Rule(
        id="mail-authentication",
        kind="token",
        description="Name or password that answers AUTH, in Base64",
        source="RFC 4954, RFC 4616; IMAP: RFC 3501, AUTHENTICATE",
        samples=("AUTH PLAIN ⟦AGJvYgBXaW50ZXItMjI=⟧", "334 UGFzc3dvcmQ6\n⟦V2ludGVyLTIy⟧\n"),
        near_misses=("AUTH PLAIN LOGIN", "auth plain text"),
        scan=scan,
    ),
]
