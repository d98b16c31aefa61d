"""Secrets told without a label before them: logins in pairs, values that are named afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import PLACEHOLDER_VALUE, is_status_word, looks_like_password
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Logins in pairs"

_LOGINS = """
    log_in log-in login logged_in logon wifi wi-fi ssid guest cred sign_in sign-in signin user
    account acct admin benutzer anmeldung zugang anmeldedaten utilisateur usuario credenciales
    identifiants
"""
_LOGIN_WORDS = frozenset(word.replace("_", " ") for word in _LOGINS.split())
_LOGIN = re.compile(
    r"(?:log[ -]?ins?|logged in|log in|logon|wi-?fi|ssid|guest|creds?|credentials?|sign[ -]?in"
    r"|user(?:name)?|account|acct|admin"
    r"|benutzer|anmeldung|zugang(?:sdaten)?|anmeldedaten|utilisateur|usuario|credenciales"
    r"|identifiants)[ \t]{0,3}[:=]?[ \t]{1,4}\(?(?:with |as |is |are |mit |als |avec |con )?"
    r"(?!(?:names?|domain|id|type|number|sid|guid|group|agent|process|failure|session|server|hours|script|time|was|has|for|could|can)\b)"
    r"([\w.@\\+-]{2,64}+)[ \t]{0,3}(?://?|\||:|,|->|\bpw\b|\bwith\b|\band\b|\\t)[ \t]{0,3}"
    r"(?:(?:key|psk|pw|pwd|pass(?:word|wort)?|kennwort)[ \t]{0,2}[:= ][ \t]{0,2})?(\S{5,128}+)"
)
# Well-known accounts need no word before them; behind "default" the value may be a plain word.
_KNOWN_WORDS = frozenset(("root", "admin", "ubnt", "cisco", "netadmin"))
_KNOWN = re.compile(
    r"(?<![\w./\\@-])(?:root|admin(?:istrator)?|ubnt|cisco|netadmin)[ \t]{0,2}[/:][ \t]{0,2}"
    r"([^\s/:\"'<>]{4,64})(?=[\s,;.)]|\Z)"
)
_DEFAULT = re.compile(r"\b(?:default|factory|creds?|credentials|login)\b[^\n]{0,24}$")
_SHORT_WORDS = frozenset(("u:", "u=", "un:", "u/n", "u/p"))
_SHORT = re.compile(
    r"(?<![a-z0-9])u(?:n|/n)?[:= ][ \t]{0,2}\S{1,60}"
    r"(?:[ \t,;/|]{1,4}|[ \t]{0,4}\r?\n[ \t]{0,8})p(?:w|/w"
    r"|ass)?[:=][ \t]{0,2}(\S{4,64})"
    r"|(?<![a-z0-9])u/p(?:w|ass)?[:=][ \t]{0,2}\S{1,60}[ \t]{0,2}[/|:,][ \t]{0,2}(\S{4,64})"
)
# Behind a colon, to the end of the line, a plain word is a password too.
_AFTER_COLON = re.compile(
    r"\b(?:log ?in|logon|creds?|credentials|zugangsdaten|anmeldedaten)[ \t]{0,2}:[ \t]{1,4}"
    r"([\w.@\\+-]{2,64}+) / ([^\s\[\]]{6,64})(?=[ \t]{0,4}(?:\r?\n|\Z))",
    re.I,
)
_HEADINGS = frozenset(("password", "passwort", "kennwort", "passphrase"))
KEYWORDS = tuple(sorted(_LOGIN_WORDS | _KNOWN_WORDS | _SHORT_WORDS))
_STRAY = ".,;:\"'`"


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of the passwords of "login bob / Winter-22", "root/Winter-22", "U: bob P: …"."""
    text, lower = src.text, src.lower
    done = 0
    for match in _AFTER_COLON.finditer(text) if " / " in text else ():
        if not is_status_word(match.group(2)) and match.group(2).lower() not in _HEADINGS:
            yield *match.span(2), "login-pair"
    for at, word in src.occurrences(KEYWORDS):
        before = lower[at - 1 : at]
        if at < done or before.isalnum() or (before and before in "-_"):
            continue
        if word in _KNOWN_WORDS and (pair := _KNOWN.match(lower, at)):
            value = text[pair.start(1) : pair.end(1)].rstrip(_STRAY)
            told = _DEFAULT.search(lower[max(0, at - 40) : at]) and not is_status_word(value)
            if (told or looks_like_password(value)) and not PLACEHOLDER_VALUE.match(value):
                done = pair.end()
                yield pair.start(1), pair.start(1) + len(value), "known-account-pair"
                continue
        pattern = _SHORT if word in _SHORT_WORDS else _LOGIN
        pair = pattern.match(lower, at)
        if not pair:
            continue
        group = pair.lastindex or 1
        value = text[pair.start(group) : pair.end(group)].rstrip(_STRAY)
        value = value if value.count("(") else value.rstrip(")]}")
        if (
            looks_like_password(value)
            and not PLACEHOLDER_VALUE.match(value)
            and "REDACTED]" not in value
        ):
            done = pair.end()
            yield pair.start(group), pair.start(group) + len(value), "login-pair"


RULES = [
    Rule(
        id="login-pair",
        kind="token",
        description="Password of a login written as a pair",
        source="Usual notes of service desks",
        samples=(
            "login bob / ⟦Winter-22⟧",
            "login: bob / ⟦swordfish⟧",
            "Guest wifi: CorpGuest / ⟦Welcome2024⟧",
            "U: bob P: ⟦Winter-22⟧",
            "U: bob\nP: ⟦Winter-22⟧",
            "user bob with ⟦Winter-22⟧",
        ),
        near_misses=(
            "login bob / guest",
            "user group / Winter",
            "Logon Process: NtLmSsp",
        ),
        keywords=KEYWORDS,
        scan=scan,
    ),
    Rule(
        id="known-account-pair",
        kind="token",
        description="Password behind a well-known account",
        source="Usual notes of service desks",
        samples=(
            "root/⟦Winter-22⟧",
            "default admin:⟦letmein⟧",
        ),
        near_misses=("admin/users page",),
        keywords=KEYWORDS,
        scan=scan,
    ),
]
