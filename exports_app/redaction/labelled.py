"""Values behind a label: ``password: …``, ``API_KEY=…``, "the new password is …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .labels import (
    KEY_LABELS,
    PIN_LABELS,
    STEM,
    WEAK_LABELS,
    WORD_LABELS,
    is_credential_key,
)
from .model import PLACEHOLDER, Source, Span
from .prefixes import words_on
from .values import (
    INERT,
    is_guid,
    is_reference,
    is_status,
    looks_like_key,
    looks_like_password,
    looks_random,
)

_LABEL = re.compile(
    rf"(?P<P>{WORD_LABELS})|(?P<N>{PIN_LABELS})|(?P<S>{KEY_LABELS})|(?P<K>{WEAK_LABELS})"
)
# The rest of a compound name (SECRET_KEY_BASE, password_prod, passwordString, passwd2 …) …
_SUFFIX = re.compile(
    r"(?:[ _.-]?(?:value|plain(?:text)?|text|string|content|hash|new|old|current|temp|prod"
    r"|production|dev|test|live|staging|base|b64|base64|raw|data|key|secret|token|prim(?:ary)?"
    r"|secondary|string|admin|root|user|db|sql|hex|ascii|(?<=[a-z_-])[0-9]{1,3}(?![0-9]))s?(?![a-z])){0,3}+"
)
# … and what may stand between it and its separator: quotes, emphasis, a remark, dot leaders.
_CLOSE = r"(?:\\{0,3}[\"'`\])*_~\u201d\u2019]){0,6}"
_SEPARATOR = re.compile(
    rf"{_CLOSE}(?:[ \t]{{0,4}}\([^()\n]{{1,40}}\))?(?:[ \t.\u00a0]{{0,64}}+)"
    r"(?::{1,2}=?(?![:/])|={1,3}>?|[-=~]>|\u2192|\uff1a|\uff1d|\||,(?=[ \t]?[\"']))"
    r"(?:[*_`~]{0,3}+)[ \t\u00a0]{0,64}+"
)
_NEXT_LINE = re.compile(r"\r?\n[ \t>*-]{0,12}(?=\S)")
_FILLER = re.compile(
    r"(?:[ \t]{1,4}(?:is|was|are|be|now|set|reset|changed|updated|temporarily|currently|to|as"
    r"|will"
    r"|has|been|the|new|old|back|using|with|given|still|ist|lautet|war|wurde|auf|gesetzt|jetzt"
    r"|neu"
    r"|neues|est|es|era|ahora|\u00e9|\u00e8|zijn|\u00e4r|er|var|jest|for [\w.@\\-]{1,40}|for the"
    r" [\w.-]{1,24}|of [\w.@\\-]{1,40}|on [\w.-]{1,40}|f\u00fcr [\w.@\\-]{1,40}"
    r"|pour [\w.@\\-]{1,40}"
    r"|para [\w.@\\-]{1,40})(?![\w-])){0,7}+[ \t]{0,2}[:=]?[ \t]{1,4}"
)
_TELLS = re.compile(r"\b(?:is|was|to|ist|lautet|est|es|auf)\b|[:=]")
_QUOTED = re.compile(
    r"\\{0,3}(?:\"([^\"\n]{1,512}?)\\{0,3}\"|'([^'\n]{1,512}?)\\{0,3}'(?!\w)|`([^`\n]{1,512})`"
    r"|\u201c([^\u201d\n]{1,256})\u201d|\u201e([^\u201c\u201d\n]{1,256})[\u201c\u201d]"
    r"|\u2018([^\u2019\n]{1,256})\u2019|\u00ab\s?([^\u00bb\n]{1,256}?)\s?\u00bb)"
)
_BARE = re.compile(r"[^\s\"<>\u00a0\u201c\u201d|]{1,4096}+")
_NEXT_PAIR = re.compile(r"[&;,](?:\s|$|[A-Za-z][\w. -]{0,30}[=:])")
_SCHEME = re.compile(
    r"(?:bearer|basic|digest|token|apikey|api-key|negotiate|ntlm|ssws|splunk|bot|key"
    r"|genericapikey"
    r"|aws4-hmac-sha256|sharedaccesssignature|sharedkey|oauth|plain|login)[ \t:=]{1,4}",
    re.I,
)
_BEARER = re.compile(
    r"(?<![\w-])(?:bearer|basic|negotiate|ntlm|ssws|sharedaccesssignature|splunk)[ \t]{1,4}"
    r"(?:token[ \t]{0,2}[:=]?[ \t]{0,2})?[\"'`]?([A-Za-z0-9._~+/:%-]{8,4096}+={0,2})"
)
_LOGIN = re.compile(
    r"(?:log[ -]?in|logged in|log in|logon|wi-?fi|ssid|guest|creds?|credentials?|sign[ -]?in"
    r"|user(?:name)?|account|acct|admin"
    r"|benutzer|anmeldung|zugang|utilisateur|usuario)[ \t]{0,3}[:=]?[ \t]{1,4}(?:with |as |is )?"
    r"([\w.@\\+-]{2,64}+)[ \t]{0,3}(?:/|\||:|,|->|\bpw\b|\bwith\b|\band\b|\\t)[ \t]{0,3}"
    r"(\S{5,128}+)"
)
_COOKIE = re.compile(r"(?<![\w-])(?:set-)?cookie:[ \t]{0,4}([^\r\n]{8,4000}+)")
_COOKIE_PAIR = re.compile(r"([\w.$-]{1,64}+)=([^;\s,]{8,4000}+)")
_GROUPED_DIGITS = re.compile(r"[0-9]{2,4}(?:[ -][0-9]{2,4}){1,2}(?![\w:/.-])")
_PHRASE = re.compile(r"[a-z]{3,12}(?: [a-z]{3,12}){3,24}(?=[ \t]*(?:$|[\r\n.,;]))", re.M)
_DIGEST = re.compile(r"\b(?:response|cnonce|nonce|opaque)=[\"']?([A-Za-z0-9+/=_-]{16,256}+)")
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}[ \t]{1,4}(?=[^\s\[*<{$%])")
_COOKIE_ATTRIBUTES = {"path", "domain", "expires", "max-age", "samesite"}
_STRAY = ".,;:"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def scan(src: Source) -> Iterator[Span]:
    """Spans of the values, never of their labels."""
    text, lower = src.text, src.lower
    done = 0
    for stem in words_on(STEM, src):
        src.words.append(stem.start())
        if stem.start() < done:
            continue
        match = _LABEL.match(lower, stem.start())
        if not match:
            continue
        kind = match.lastgroup or "K"
        if match.group().startswith("key") and is_credential_key(lower, match.start()):
            kind = "S"
        done = match.end()
        span = _behind(src, match, kind)
        if span:
            done = span[1]
            yield *span, "token"
            more = _second_word(text, kind, *span)
            if more:
                yield span[1], more, "token"
    yield from _headers(src)


def _behind(src: Source, label: re.Match[str], kind: str) -> tuple[int, int] | None:
    text, lower = src.text, src.lower
    end = _SUFFIX.match(lower, label.end()).end()  # type: ignore[union-attr]
    separator = _SEPARATOR.match(text, end)
    if separator:
        if text.startswith("=", separator.end()):
            return None
        return _value(text, kind, separator.end(), strict=False, label=label.group())
    if lower[end : end + 1].isalpha():
        return None
    filler = _FILLER.match(text, end) or _FILLER.match(lower, end)
    if not filler:
        return None
    told = bool(_TELLS.search(filler.group()))
    if kind == "K" or (kind == "N" and not told and not re.search("pin|code", label.group())):
        return None
    return _value(text, kind, filler.end(), strict=True, label=label.group(), told=told)


def _value(
    text: str, kind: str, at: int, *, strict: bool, label: str, told: bool = False
) -> tuple[int, int] | None:
    """The value that starts at `at`, if the label's class believes it."""
    line = _NEXT_LINE.match(text, at)
    if line and not strict:
        at, strict = line.end(), True
    if "authorization" in label and not strict:
        kind = "S"
        named = _ANY_SCHEME.match(text, at)
        at = named.end() if named else at
    for _ in range(2):
        scheme = _SCHEME.match(text, at)
        if scheme and kind != "P":
            at = scheme.end()
    if PLACEHOLDER.match(text, at):
        return None
    quoted = _QUOTED.match(text, at)
    if quoted:
        group = quoted.lastindex or 1
        start, end = quoted.span(group)
        value = text[start:end]
        if not value.strip() or INERT.fullmatch(value.strip()) or PLACEHOLDER.search(value):
            return None
        if strict and not told and kind != "P":
            return (start, end) if looks_like_key(value, least=8) else None
        return (start, end) if _believed(value, kind, label, quoted=True) else None
    if INERT.match(text, at):
        return None
    if kind == "N" and (digits := _GROUPED_DIGITS.match(text, at)):
        return digits.span()
    if not strict and label.endswith("phrase") and (words := _PHRASE.match(text, at)):
        return words.span()
    bare = _BARE.match(text, at)
    if not bare:
        return None
    value = _trim(bare.group(), kind)
    if not value or INERT.fullmatch(value) or PLACEHOLDER.search(text, at, at + len(value) + 24):
        return None
    if strict:
        good = _believed_in_prose(value, kind, told)
    else:
        good = _believed(value, kind, label, quoted=False)
        if good and kind == "P" and _goes_on(text, at + len(value), value):
            good = looks_like_password(value)
    return (at, at + len(value)) if good else None


def _trim(value: str, kind: str) -> str:
    """Cut off the next pair of a list and the sentence's punctuation."""
    pair = _NEXT_PAIR.search(value, 1)
    if pair:
        value = value[: pair.start()]
    comment = re.search(r"\\[nrt](?![\w])|\\\"|</", value)
    if comment:
        value = value[: comment.start()]
    while value:
        last = value[-1]
        if (
            last in _STRAY
            or (last in "'`\u2019*" and kind != "P")
            or (last in "'`" and value.count(last) == 1)
            or (last in _PAIRS and value.count(last) > value.count(_PAIRS[last]))
        ):
            value = value[:-1]
        else:
            break
    return value


def _believed(value: str, kind: str, label: str, *, quoted: bool) -> bool:
    if is_status(value) or value in ("\\", "/", "-", "\u2013", "\u2014", "?", "|", "{", "[", "("):
        return False
    if kind == "P":
        if len(value) < 2 or re.match(
            r"[a-z]+://|[A-Za-z]:\\\\?|\\\\\\\\|/(?:etc|home|var|usr|opt|run|tmp)/", value
        ):
            return False
        return any(c.isalnum() for c in value) or len(value) > 3
    if kind == "N":
        return bool(re.fullmatch(r"[0-9]{3,12}#?|[0-9]{2,4}(?:[ -][0-9]{2,4}){1,2}", value)) or (
            "pin" in label and looks_like_password(value)
        )
    if kind == "S":
        if quoted and len(value) >= 6 and " " not in value and not is_reference(value):
            return "/" not in value or looks_like_key(value)
        if is_guid(value):
            return True
        return looks_like_key(value) and ("community" not in label or len(value) < 65)
    if is_guid(value) or re.match(r"[A-Z]+\\", value) or "/" in value[:2]:
        return False
    if len(value) >= 8 and looks_like_password(value) and re.search(r"[!@#$%^&*]", value[1:]):
        return "=" not in value and "(" not in value
    return len(value) >= 12 and (
        looks_random(value)
        or (bool(re.fullmatch(r"[0-9a-fA-F]{24,256}", value)) and "hash" not in label)
        or (
            looks_like_key(value, least=16)
            and " " not in value
            and not re.search(r"[\\(]|\.\w{2,4}$", value)
        )
    )


def _believed_in_prose(value: str, kind: str, told: bool) -> bool:
    if kind == "P":
        return looks_like_password(value)
    if kind == "N":
        return bool(re.fullmatch(r"[0-9]{4,10}", value))
    if is_guid(value):
        return told
    digits = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return digits and len(value) >= 12 and not is_reference(value) and looks_like_key(value)


def _goes_on(text: str, at: int, value: str) -> bool:
    """Whether plain lower-case prose follows: "Password: same as before" is a remark."""
    rest = re.compile(r"[ \t]+[a-z]{2,}(?:[ \t]+[a-z]{2,}){2}").match(text, at)
    return bool(rest) and value.isalpha() and value.islower()


def _second_word(text: str, kind: str, start: int, end: int) -> int | None:
    """Passwords typed with a space: "Password: Summer 2025!" goes on to the next odd word."""
    if kind != "P" or text[start - 1 : start] in "\"'`" or text[end : end + 1] != " ":
        return None
    nxt = re.compile(r" (\S{2,40})(?=\s*$|\s*\n)").match(text, end)
    if (
        nxt
        and looks_like_password(nxt.group(1) + "aa")
        and re.search(r"[0-9!@#$%^&*]", nxt.group(1))
    ):
        return nxt.end(1) if not is_reference(nxt.group(1)) or nxt.group(1).isdigit() else None
    return None


def _headers(src: Source) -> Iterator[Span]:
    """Authorization schemes, cookies, and pairs such as "login bob / Winter-22"."""
    text, lower = src.text, src.lower
    if any(
        word in lower
        for word in ("bearer", "basic", "negotiate", "ntlm", "ssws", "splunk", "signature ")
    ):
        for match in _BEARER.finditer(lower):
            value = text[match.start(1) : match.end(1)].rstrip(".:")
            if _opaque(value):
                yield match.start(1), match.start(1) + len(value), "token"
    for match in _LOGIN.finditer(lower):
        before = lower[match.start() - 1 : match.start()]
        if before.isalnum() or before in ("-", "_"):
            continue
        value = text[match.start(2) : match.end(2)].rstrip(_STRAY + "\"'`")
        value = value if value.count("(") else value.rstrip(")]}")
        if looks_like_password(value) and not INERT.match(value) and "REDACTED]" not in value:
            yield match.start(2), match.start(2) + len(value), "token"
    if "digest " in lower:
        for match in _DIGEST.finditer(text):
            yield *match.span(1), "token"
    if "cookie:" in lower:
        for match in _COOKIE.finditer(lower):
            for pair in _COOKIE_PAIR.finditer(text, match.start(1), match.end(1)):
                attribute = pair.group(1).lower() in _COOKIE_ATTRIBUTES
                if not attribute and looks_like_key(pair.group(2), least=10):
                    yield *pair.span(2), "token"


def _opaque(value: str) -> bool:
    if len(value) < 8 or is_status(value) or value.startswith(("http:", "https:")):
        return False
    mixed = any(c.isdigit() for c in value) or (
        len(value) >= 16 and any(c.isupper() for c in value) and any(c.islower() for c in value)
    )
    return mixed and looks_like_key(value, least=8)
