"""Reading the value that begins at a place in a text, as far as the label's class accepts it."""

from __future__ import annotations

import re
from typing import NamedTuple

from .heuristics import PLACEHOLDER_VALUE, looks_like_key, looks_like_password
from .keywords import LabelKind
from .kinds import PLACEHOLDER
from .label_values import accepts_value, accepts_value_in_prose, prose_follows, strip_trailing


class Label(NamedTuple):
    """A label in lower case, and what it announces."""

    text: str
    kind: LabelKind


_QUOTED = re.compile(
    r"\\{0,3}(?:\"((?:\\\"(?=\w)|[^\"\n]){1,512}?)(?:(?<!\\)\"|\\{1,3}\"(?!\w))"
    r"|'([^'\n]{1,512}?)\\{0,3}'(?!\w)|`([^`\n]{1,512})`"
    r"|\u201c([^\u201d\n]{1,256})\u201d|\u201e([^\u201c\u201d\n]{1,256})[\u201c\u201d]"
    r"|\u2018([^\u2019\n]{1,256})\u2019|\u00ab\s?([^\u00bb\n]{1,256}?)\s?\u00bb)"
)
_BARE = re.compile(r"[^\s\"<>\u00a0\u201c\u201d|]{1,4096}+")
_SCHEME_WORDS = """
    bearer basic digest token apikey api-key negotiate ntlm ssws splunk bot key genericapikey
    aws4-hmac-sha256 sharedaccesssignature sharedkey oauth plain login
"""
SCHEMES = frozenset(_SCHEME_WORDS.split())
_SCHEME = re.compile(rf"(?:{'|'.join(_SCHEME_WORDS.split())})[ \t:=]{{1,4}}", re.I)
_GROUPED_DIGITS = re.compile(r"[0-9]{1,4}(?:[ -][0-9]{1,4}){1,3}(?![\w:/.-])")
# Too short for what a weak label must be followed by.
_SHORT_WORD = re.compile(r"[\w.-]{1,7}(?=[\s,;]|\Z)")
_WRAPPED = re.compile(
    r"\{\s{0,20}\"?(?:value|securestring|secret|plaintext)\"?[ \t]{0,3}[:=][ \t]{0,4}"
    r"|(?:</?(?:b|i|u|em|strong|t[dhr]|span|div|p|br|code|tt|pre|font|li|d[dt]|kbd|mark|samp)"
    r"(?:\s[^<>\0\n]{0,80})?/?>[ \t]{0,4}){1,4}|&(?:quot|nbsp|#39|#x27|#34);|[*_~`]{1,3}(?=\w)",
    re.I,
)
_BRACED = re.compile(r"\{([^{}\s]{0,60}[;=!@#$%^&*][^{}\s]{0,60})\}")
_ANGLED = re.compile(r"<(?!/)([^<>\s]{5,64})>(?!\S)")
_TEMPLATE = re.compile(
    r"(?i)pass|pwd|your|my[_-]|user|secret|token|key|redact|hidden|mask|insert|[_-]here|="
)
_SEED = re.compile(
    r"(?:[A-Z2-7]{4}(?:[ -][A-Z2-7]{4}){3,15}"
    r"|(?=[a-z ]{0,80}[2-7])[a-z2-7]{4}(?: [a-z2-7]{4}){3,15})(?![A-Za-z0-9])"
)
_OPENING = frozenset("\"'")
_TRIPLE_QUOTES = ('"""', "'''")
_PHRASE = re.compile(r"[a-z]{3,12}(?: [a-z]{3,12}){3,24}(?=[ \t]*(?:$|[\r\n.,;]))", re.M)
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}[ \t]{1,4}(?=[^\s\[*<{$%])")
NEXT_LINE = re.compile(r"(?:[>|][-+]?)?\r?\n(?:[ \t]{0,8}\r?\n)?[ \t>*-]{0,12}(?=[^\s\0])")


def read_value(
    text: str, at: int, label: Label, *, strict: bool, announced: bool = False
) -> tuple[int, int] | None:
    """Return the value that starts at `at`, if the label's class accepts it.

    `strict` values stand behind words or a line's end instead of a separator; `announced` where a
    verb or a sign says that a value follows.
    """
    short = _SHORT_WORD.match(text, at) if label.kind is LabelKind.WEAK else None
    if short and "authorization" not in label.text and short.group().lower() not in SCHEMES:
        return None
    line = NEXT_LINE.match(text, at)
    if line and not strict:
        # A sign for a block of text is as good as the separator.
        at, strict = line.end(), line.group()[0] not in ">|"
    if "authorization" in label.text and not strict:
        label = label._replace(kind=LabelKind.KEY)
        named = _ANY_SCHEME.match(text, at)
        at = named.end() if named else at
    at = _behind_schemes(text, at, label.kind)
    wrapped = _WRAPPED.match(text, at)
    if wrapped:
        strict = strict or "<" in wrapped.group()
        at = wrapped.end()
    if PLACEHOLDER.match(text, at):
        return None
    special = _special_form(text, at, label.kind)
    if special:
        return special
    if text.startswith(_TRIPLE_QUOTES, at):
        at += 2
    quoted = _QUOTED.match(text, at)
    if quoted:
        loose = not strict or announced or label.kind is LabelKind.PASSWORD
        return _quoted_value(quoted, label, any_key=not loose)
    if label.kind in (LabelKind.PASSWORD, LabelKind.KEY) and (angled := _ANGLED.match(text, at)):
        good = looks_like_password(angled.group(1)) and not _TEMPLATE.search(angled.group(1))
        return angled.span(1) if good else None
    if PLACEHOLDER_VALUE.match(text, at):
        return None
    return _bare_value(text, at, label, strict=strict, announced=announced)


def _behind_schemes(text: str, at: int, kind: LabelKind) -> int:
    """The place behind up to two words such as Bearer, which belong to no password."""
    for _ in range(2):
        scheme = _SCHEME.match(text, at)
        if scheme and kind is not LabelKind.PASSWORD:
            at = scheme.end()
    return at


def _special_form(text: str, at: int, kind: LabelKind) -> tuple[int, int] | None:
    """A password in braces, or the seed of one-time passwords in groups of four."""
    if kind is LabelKind.PASSWORD and (braced := _BRACED.match(text, at)):
        return braced.span(1)
    if kind in (LabelKind.KEY, LabelKind.CODE) and (seed := _SEED.match(text, at)):
        return seed.span()
    return None


def _quoted_value(quoted: re.Match[str], label: Label, *, any_key: bool) -> tuple[int, int] | None:
    group = quoted.lastindex or 1
    value = quoted.group(group)
    bare = value.strip()
    if not bare or PLACEHOLDER_VALUE.fullmatch(bare) or PLACEHOLDER.search(value):
        return None
    if any_key:
        good = looks_like_key(value, least=8)
    else:
        good = accepts_value(value, label.kind, label.text, quoted=True)
    return quoted.span(group) if good else None


def _bare_value(
    text: str, at: int, label: Label, *, strict: bool, announced: bool
) -> tuple[int, int] | None:
    kind = label.kind
    if text[at : at + 1] in _OPENING and kind is LabelKind.PASSWORD and not strict:
        at += 1
    if kind is LabelKind.CODE and (digits := _GROUPED_DIGITS.match(text, at)):
        return digits.span()
    if not strict and label.text.endswith("phrase") and (words := _PHRASE.match(text, at)):
        return words.span()
    bare = _BARE.match(text, at)
    value = strip_trailing(bare.group(), kind) if bare else ""
    if not value or PLACEHOLDER_VALUE.fullmatch(value):
        return None
    if value[-1] == "=" and value[:-1].isalpha() and text.startswith(("'", '"'), at + len(value)):
        return None  # the name of a pair, as a digest has them
    end = at + len(value)
    if text.find(" REDACTED]", at, end + 24) >= 0:
        masked = PLACEHOLDER.search(text, at, end + 24)
        if masked and masked.start() < end:
            return None
    if strict:
        good = accepts_value_in_prose(value, kind, announced, label.text)
    else:
        good = accepts_value(value, kind, label.text, quoted=False)
        if good and kind is LabelKind.PASSWORD and prose_follows(text, end, value):
            good = looks_like_password(value)
    return (at, end) if good else None
