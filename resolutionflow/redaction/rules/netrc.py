"""Passwords in `.netrc`: the words of an entry stand in any order, on one line or on several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import PLACEHOLDER_VALUE, is_status_word
from ..kinds import PLACEHOLDER
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Entries of .netrc"

_KEYWORDS = ("machine", "default")
_MAX_WORDS = 8
# Between two words: blanks, ends of lines (also as a program writes them), the sign of a quoted
# mail, and comments.
_GAP = r"(?:(?>(?:\s|\\[nrt]){1,40})(?:(?:>|\#[^\r\n\0]{0,200}+\n)\s{0,40}+)?)"
_BARE = r"(?>(?:(?!\\[nrt]|[\"'](?:[\s\0]|\Z))[^\s\0]){1,256})"
_WORD = rf"(?:\[[A-Z ]{{1,20}} REDACTED\]|\"[^\"\r\n\0]{{1,256}}\"|{_BARE})"
_HOST = r"\[(?:IP|HOST) REDACTED\](?::[0-9]{1,5})?|[\w.:%-]{1,253}+"
_HEAD = re.compile(rf"(?<![^\s\0\"'`>])(?:machine{_GAP}(?P<host>{_HOST})|default)")
_PAIR = re.compile(rf"{_GAP}(?P<name>login|user|account|port|password){_GAP}(?P<value>{_WORD})")
_LINE_END = re.compile(r"[ \t\"']{0,9}(?=[\r\n\0]|\\[nr]|\Z)")


def scan(src: ScannedText) -> Iterator[Span]:
    """Yield the spans of such passwords."""
    text = src.text
    done = 0
    for at, _ in src.occurrences(_KEYWORDS):
        head = _HEAD.match(text, at) if at >= done else None
        if not head:
            continue
        pairs = _pairs(text, head.end())
        if pairs:
            done = pairs[-1].end()
            src.note_context(at, done)
        if not _is_entry(text, head["host"], pairs):
            continue
        for pair in pairs:
            start, end = pair.span("value")
            if pair["value"].startswith('"'):
                start, end = start + 1, end - 1
            if pair["name"] == "password" and _is_secret(text[start:end]):
                yield start, end, "netrc-password"


def _pairs(text: str, at: int) -> list[re.Match[str]]:
    pairs: list[re.Match[str]] = []
    while len(pairs) < _MAX_WORDS and (pair := _PAIR.match(text, at)):
        pairs.append(pair)
        at = pair.end()
    return pairs


def _is_entry(text: str, host: str | None, pairs: list[re.Match[str]]) -> bool:
    """Return whether this is no sentence: it has a login, or nothing but a host and a password."""
    names = {pair["name"] for pair in pairs}
    if "password" not in names:
        return False
    if not names.isdisjoint(("login", "user", "account")):
        return True
    named = host is not None and any(sign in host for sign in ".:[")
    return named and bool(_LINE_END.match(text, pairs[-1].end()))


def _is_secret(value: str) -> bool:
    return (
        len(value) >= 3
        and any(c.isalnum() for c in value)
        and not is_status_word(value)
        and not PLACEHOLDER_VALUE.fullmatch(value)
        and not PLACEHOLDER.search(value)
    )


RULES = [
    Rule(
        id="netrc-password",
        kind="token",
        description="Password of an entry of .netrc, also over several lines",
        source="GNU inetutils: The .netrc file",
        samples=(
            "machine ftp.example.com login bob password ⟦swordfish⟧",
            "machine ftp.example.com\n  login bob\n  password ⟦swordfish⟧\n",
            "machine ftp.example.com\n  password ⟦swordfish⟧\n  login bob\n",
            "machine ftp.example.com\n  login bob  # the old one\n  password ⟦swordfish⟧\n",
            'machine ftp.example.com login bob password "⟦sword fish⟧"',
            "machine [IP REDACTED]\n  login [EMAIL REDACTED]\n  password ⟦swordfish⟧\n",
            "> machine ftp.example.com\n> login bob\n> password ⟦swordfish⟧\n",
            'printf "machine ftp.example.com\\nlogin bob\\npassword ⟦swordfish⟧\\n"',
            "machine api.example.com password ⟦swordfish⟧",
            "default login anonymous password ⟦guestonly⟧",
        ),
        near_misses=(
            "the machine of bob has a password policy",
            "default password policy",
            "machine web.example.com password policy differs",
            "machine ftp.example.com login bob",
            "the machine login page password reset",
        ),
        keywords=_KEYWORDS,
        scan=scan,
    ),
]
