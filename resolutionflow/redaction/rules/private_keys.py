"""Private key blocks: PEM, OpenSSH, SSH2, PuTTY; whole, cut short, quoted, or on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Private keys"

_BEGIN = re.compile(
    r"-{4,5} ?BEGIN (?:[A-Z0-9]{1,12} ){0,4}(?:PRIVATE KEY|KEY BLOCK|OpenVPN Static key V1"
    r"|PRIVATE KEY BLOCK)[A-Z ]{0,12} ?-{4,5}"
)
_END = re.compile(
    r"-{4,5} ?END (?:[A-Z0-9]{1,12} ){0,5}(?:KEY|BLOCK|OpenVPN Static key V1)[A-Z ]{0,12} ?-{4,5}"
)
_GAP = r"(?:[ \t>|#*+\"'`,;-]|\\[nrt]|\r?\n){0,24}"
_BODY = re.compile(
    rf"(?:{_GAP}(?:(?:Proc-Type|DEK-Info|Comment|Version|Hash|Subject|Charset)[:=][^\n]{{0,200}}"
    r"|[A-Za-z0-9+/]{16,20000}+={0,2})){0,4000}"
    r"(?:(?:\\n|\r?\n)[ \t>]{0,8}[A-Za-z0-9+/]{1,64}={0,2}(?=[ \t]{0,8}(?:[\r\n\"'\\]|\Z)))?"
)
_MOST = 200_000
_PUTTY = re.compile(r"PuTTY-User-Key-File-[0-9]")
_PUTTY_PART = re.compile(r"Private-Lines: ?[0-9]{1,4}|Private-(?:MAC|Hash): ?[0-9a-f]{20,80}")


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans from the header to the footer, or to the last line that still looks like key text."""
    text = src.text
    if src.holds_text("begin "):
        begins = [match.span() for match in _BEGIN.finditer(text)]
        ends = [match.span() for match in _END.finditer(text)] if begins else []
        at = 0
        for index, (start, body_start) in enumerate(begins):
            following = begins[index + 1][0] if index + 1 < len(begins) else len(text)
            barrier = text.find("\0", body_start, min(following, body_start + _MOST))
            following = barrier if barrier >= 0 else following
            while at < len(ends) and ends[at][0] < body_start:
                at += 1
            if at < len(ends) and ends[at][0] < min(following, body_start + _MOST):
                yield start, ends[at][1], "private-key"
            else:
                yield start, _BODY.match(text, body_start, following).end(), "private-key"  # type: ignore[union-attr]
    if src.holds_text("putty-user-key-file") or src.holds_text("private-lines"):
        for part in _PUTTY_PART.finditer(text):
            body = _BODY.match(text, part.end())
            yield part.start(), body.end() if body else part.end(), "putty-private-key"


RULES = [
    Rule(
        id="private-key",
        kind="token",
        description="Private key block: PEM, OpenSSH, PGP, OpenVPN; whole or cut short",
        source="RFC 7468, RFC 4880",
        samples=(
            "⟦-----BEGIN RSA PRIVATE KEY-----\n⟨b64⟩\n⟨b64⟩\n-----END RSA PRIVATE KEY-----⟧",
            "⟦-----BEGIN OPENSSH PRIVATE KEY-----\n⟨b64⟩⟧",
        ),
        near_misses=(
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----",
        ),
        scan=scan,
    ),
    Rule(
        id="putty-private-key",
        kind="token",
        description="Private part of a key file of PuTTY",
        source="PuTTY: PPK file format",
        samples=("⟦Private-Lines: 2\n⟨b64⟩\n⟨b64⟩⟧",),
        near_misses=("Public-Lines: 2\nAAAA",),
        scan=scan,
    ),
]
