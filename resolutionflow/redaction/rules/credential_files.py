"""Secrets told by their place in a line of a file of passwords.

| form | where it is described |
|---|---|
| `.pgpass` | PostgreSQL, "The Password File": host, port, database, user, password |
| `chap-secrets`, `pap-secrets` | pppd(8): client, server, secret, addresses |
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import PLACEHOLDER_VALUE, is_status_word, looks_like_password
from ..keyword_search import find_all
from ..kinds import PLACEHOLDER
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Files of passwords"

_PGPASS = re.compile(
    r"(?:[\w.-]{1,253}|\*|\[[0-9A-Fa-f:.]{2,45}\]|\[(?:IP|HOST) REDACTED\]):(?:[0-9]{4,5}|\*)"
    r":(?:[\w.$-]{1,64}|\*):(?:[\w.@$\\-]{1,64}|\*):((?:\\.|[^\s:\\]){3,256})[ \t]{0,9}(?=\r?\n|\Z)"
)
_PGPASS_PORTS = (":543", ":643", ":*:")
_CHAP = re.compile(
    r"[ \t]{0,8}(?:\"[^\"\r\n]{1,64}\"|[\w.@\\*-]{1,64})[ \t]{1,32}"
    r"(?P<server>\"[\w*.-]{1,32}\"|[\w*.-]{1,32})[ \t]{1,32}"
    r"(?:\"([^\"\r\n]{3,128})\"|([^\s\"#]{3,128}))[ \t]{1,32}"
    r"(?:\*|\"\*\"|-|[0-9A-Fa-f.:]{3,45}(?:%\w{1,15})?|\[IP REDACTED\])(?:/[0-9]{1,3})?[ \t]{0,32}"
    r"(?=[\r\n#]|\Z)"
)
_PPP_WORDS = ("ppp", "tpd")
_PPP_SERVERS = frozenset(("l2tpd", "xl2tpd", "pptpd", "pppd", "ppp", "pppoe", "accel-ppp", "sstpd"))


def scan(src: ScannedText) -> Iterator[Span]:
    """Yield the spans of such passwords."""
    text = src.text
    for port in filter(src.holds_text, _PGPASS_PORTS):
        done = 0
        for at in find_all(text, port):
            if at < done:
                continue
            start = text.rfind("\n", done, at) + 1 or done
            done = text.find("\n", at) + 1 or len(text)
            match = _PGPASS.match(text, start)
            if match and _is_secret(match.group(1)):
                yield *match.span(1), "pgpass-password"
    if "*" in text or src.holds(_PPP_WORDS):
        yield from _chap(text)


def _chap(text: str) -> Iterator[Span]:
    start = 0
    while start >= 0:
        match = _CHAP.match(text, start)
        if match:
            group = match.lastindex or 3
            value, server = match.group(group), match.group("server").strip('"')
            known = server in _PPP_SERVERS and _is_secret(value)
            if known or (server == "*" and _is_secret(value) and looks_like_password(value)):
                yield *match.span(group), "chap-secret"
        line_end = text.find("\n", start)
        start = line_end + 1 if line_end >= 0 else -1


def _is_secret(value: str) -> bool:
    return (
        any(c.isalnum() for c in value)
        and not is_status_word(value)
        and not PLACEHOLDER_VALUE.fullmatch(value)
        and not PLACEHOLDER.search(value)
    )


RULES = [
    Rule(
        id="pgpass-password",
        kind="token",
        description="Password in a line of .pgpass",
        source="PostgreSQL: The Password File",
        samples=("db1:5432:*:bob:⟦correcthorse⟧",),
        near_misses=("db1:5432:a:b", "at 10:5432:1"),
        scan=scan,
    ),
    Rule(
        id="chap-secret",
        kind="token",
        description="Secret in a line of chap-secrets or pap-secrets",
        source="pppd(8)",
        samples=("bob l2tpd ⟦correcthorse⟧ *", 'bob * "⟦Winter-22⟧" *'),
        near_misses=("bob * waits *",),
        keywords=_PPP_WORDS,
        scan=scan,
    ),
]
