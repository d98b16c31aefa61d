"""Secrets told by their place in a line of a known form: files of passwords, dialogues of mail.

| form | where it is described |
|---|---|
| `.pgpass` | PostgreSQL, "The Password File": host, port, database, user, password |
| `chap-secrets`, `pap-secrets` | pppd(8): client, server, secret, addresses |
| ``AUTH PLAIN``, ``AUTH LOGIN`` | RFC 4954, RFC 4616; IMAP's ``AUTHENTICATE``, RFC 3501 |
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from .heuristics import PLACEHOLDER_VALUE, is_status_word, looks_like_password
from .keyword_index import find_all
from .model import PLACEHOLDER, ScannedText, Span

_PGPASS = re.compile(
    r"(?:[\w.-]{1,253}|\*|\[[0-9A-Fa-f:.]{2,45}\]|\[(?:IP|HOST) REDACTED\]):(?:[0-9]{4,5}|\*)"
    r":(?:[\w.$-]{1,64}|\*):(?:[\w.@$\\-]{1,64}|\*):((?:\\.|[^\s:\\]){3,256})[ \t]{0,9}(?=\r?\n|\Z)"
)
_PGPASS_PORTS = (":543", ":643", ":*:")
_CHAP = re.compile(
    r"[ \t]{0,8}(?:\"[^\"\r\n]{1,64}\"|[\w.@\\*-]{1,64})[ \t]{1,32}"
    r"(?P<server>\"[\w*.-]{1,32}\"|[\w*.-]{1,32})[ \t]{1,32}"
    r"(?:\"([^\"\r\n]{3,128})\"|([^\s\"#]{3,128}))[ \t]{1,32}"
    r"(?:\*|\"\*\"|-|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[IP REDACTED\])[ \t]{0,32}(?=[\r\n#]|\Z)"
)
_PPP_SERVERS = frozenset(("l2tpd", "xl2tpd", "pptpd", "pppd", "ppp", "pppoe", "accel-ppp", "sstpd"))
_PPP_TOKENS = frozenset(b"ppp pppd pptpd pppoe sstpd tpd xl".split())
_BASE64 = r"[A-Za-z0-9+/]{4,400}+={0,2}"
# Behind the mechanism itself, and behind the server's question for it (334, with the base64 of
# "Username:" or "Password:", or with nothing).
_BEHIND_MECHANISM = re.compile(
    r"auth(?:enticate)?[ \t]{1,4}(?:plain|login|cram-md5|xoauth2|oauthbearer)[ \t]{1,4}"
    rf"({_BASE64})(?=[\s\"'\\<]|\Z)",
    re.I,
)
_QUESTION = re.compile(
    rf"334(?:[ \t]{{1,4}}(?:[A-Za-z0-9+/]{{4,24}}={{0,2}})?)?[ \t]{{0,8}}\r?\n[^\w\r\n+/]{{0,12}}"
    rf"(?:c: ?)?({_BASE64})(?=[ \t]{{0,8}}(?:\r?\n|\Z))",
    re.I,
)
_AUTH = frozenset((b"auth", b"authenticate"))


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of such passwords, and of the encoded names and passwords of a dialogue."""
    text = src.text
    for port in _PGPASS_PORTS:
        done = 0
        for at in find_all(text, port):
            if at < done:
                continue
            start = text.rfind("\n", done, at) + 1 or done
            done = text.find("\n", at) + 1 or len(text)
            match = _PGPASS.match(text, start)
            if match and _is_secret(match.group(1)):
                yield *match.span(1), "token"
    if "*" in text or not _PPP_TOKENS.isdisjoint(src.tokens):
        yield from _chap(text)
    if not _AUTH.isdisjoint(src.tokens):
        for at in (
            at for token in _AUTH & src.tokens for at in find_all(src.lower, token.decode())
        ):
            match = _BEHIND_MECHANISM.match(text, at)
            if match and _is_encoded(match.group(1)):
                yield *match.span(1), "token"
        for at in find_all(text, "334"):
            match = _QUESTION.match(text, at)
            if match and _is_encoded(match.group(1)):
                yield *match.span(1), "token"


def _chap(text: str) -> Iterator[Span]:
    start = 0
    while start >= 0:
        match = _CHAP.match(text, start)
        if match:
            group = match.lastindex or 3
            value, server = match.group(group), match.group("server").strip('"')
            known = server in _PPP_SERVERS and _is_secret(value)
            if known or (server == "*" and _is_secret(value) and looks_like_password(value)):
                yield *match.span(group), "token"
        line_end = text.find("\n", start)
        start = line_end + 1 if line_end >= 0 else -1


def _is_encoded(value: str) -> bool:
    """Base64 of text, whose parts a null byte may part: "plain" and "login" are none."""
    try:
        text = b64decode(value, validate=True).decode()
    except ValueError:
        return False
    return len(text) > 2 and all(c.isprintable() or c in "\0\1" for c in text)


def _is_secret(value: str) -> bool:
    return (
        any(c.isalnum() for c in value)
        and not is_status_word(value)
        and not PLACEHOLDER_VALUE.fullmatch(value)
        and not PLACEHOLDER.search(value)
    )
