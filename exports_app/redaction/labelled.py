"""Values behind a label: ``password: …``, ``API_KEY=…``, "the new password is …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import phrases
from .labels import (
    KEY_LABELS,
    PIN_LABELS,
    STEM_WORDS,
    WEAK_LABELS,
    WORD_LABELS,
    is_credential_key,
)
from .model import PLACEHOLDER, Source, Span
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
    r"|secondary|string|admin|root|user|db|sql|hex|ascii"
    r"|(?<=[a-z_-])[0-9]{1,3}(?![0-9]))s?(?![a-z])){0,3}+"
)
# … and what may stand between it and its separator: quotes, emphasis, a remark, dot leaders.
_CLOSE = r"(?:\\{0,3}[\"'`\])*_~\u201d\u2019]|&(?:quot|nbsp|#39|#x27|#34);|</[a-z]{1,10}>){0,6}"
_SEPARATOR = re.compile(
    rf"{_CLOSE}(?:[ \t]{{0,4}}(?:\([^()\n]{{1,40}}\)"
    rf"|\[(?![A-Z_-]{{1,21}} REDACTED)[^\[\]\n]{{1,24}}\]))?(?:[ \t.\u00a0]{{0,64}}+)"
    r"(?::{1,2}=?(?![:/])|={1,3}>?|[-=~]>|\u2192|\uff1a|\uff1d|\||,(?=[ \t]?[\"']))"
    r"(?:[*_`~]{0,3}+)[ \t\u00a0]{0,64}+"
)
_NEXT_LINE = re.compile(r"(?:[>|][-+]?)?\r?\n(?:[ \t]{0,8}\r?\n)?[ \t>*-]{0,12}(?=[^\s\0])")
_FILLER = re.compile(
    r"(?:[ \t]{1,4}(?:is|was|are|be|now|set|reset|changed|updated|temporarily|currently|to|as"
    r"|will|should|must|from|changed from|wieder|ge\u00e4ndert|gewijzigd|naar|cambiada"
    r"|r\u00e9initialis\u00e9"
    r"|chang\u00e9|modifi\u00e9|\u00e0|en|por|del wi-?fi|endret|til|\u00e4ndrat|till|zmieniono"
    r"|wijzig"
    r"|has|been|the|new|old|back|using|with|given|still|ist|lautet|war|wurde|auf|gesetzt|jetzt"
    r"|neu"
    r"|neues|est|es|era|ahora|\u00e9|\u00e8|zijn|\u00e4r|er|var|jest"
    r"|(?:for|of|on) (?:(?:the|my|this|her|his) )?[\w.@\\-]{1,40}"
    r"|f\u00fcr (?:da?[sn] |die )?[\w.@\\-]{1,40}"
    r"|pour [\w.@\\-]{1,40}"
    r"|para [\w.@\\-]{1,40})(?![\w-])){0,7}+[ \t]{0,2}[:=]?[ \t]{1,4}\(?"
)
_TELLS = re.compile(r"\b(?:is|was|to|ist|lautet|est|es|auf)\b|[:=]")
_QUOTED = re.compile(
    r"\\{0,3}(?:\"((?:\\\"(?=\w)|[^\"\n]){1,512}?)(?:(?<!\\)\"|\\{1,3}\"(?!\w))"
    r"|'([^'\n]{1,512}?)\\{0,3}'(?!\w)|`([^`\n]{1,512})`"
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
_GROUPED_DIGITS = re.compile(r"[0-9]{1,4}(?:[ -][0-9]{1,4}){1,3}(?![\w:/.-])")
# What may stand between a password word and its value in place of a separator: a qualifier and a
# separator ("password to unlock: …"), a dash, the line's end, the types of a registry export, and
# the value of a pair whose name the label is.
_QUALIFIED = re.compile(
    r"(?:[ \t][^\W\d_][^\W\d_'\u2019-]{0,15}){1,4}[ \t]?(?::|=|\u2192|->|=>)[ \t]{1,4}"
)
_DASHED = re.compile(r"[ \t]{1,3}[\u2013\u2014-][ \t]{1,3}")
_ENDED = re.compile(r"[ \t]{0,3}\r?\n[ \t]{0,8}(?=[^\s\0])")
_REGISTRY = re.compile(
    r"[ \t]{1,8}(?:/t[ \t]{1,4})?reg_(?:expand_|multi_)?sz[ \t]{1,8}(?:/d[ \t]{1,4})?"
)
_NAMED = re.compile(r"[\"']?[ \t]{0,3},?\r?\n?[ \t]{0,16}[\"']?value[\"']?[ \t]{0,3}[:=][ \t]{0,3}")
_APART = (_NAMED, _REGISTRY, _QUALIFIED, _DASHED, _ENDED)
_WRAPPED = re.compile(
    r"\{\s{0,20}\"?(?:value|securestring|secret|plaintext)\"?[ \t]{0,3}[:=][ \t]{0,4}"
    r"|(?:</?(?:b|i|u|em|strong|t[dhr]|span|div|p|br|code|tt|pre|font|li|d[dt]|kbd|mark|samp)"
    r"(?:\s[^<>\0\n]{0,80})?/?>[ \t]{0,4}){1,4}|&(?:quot|nbsp|#39|#x27|#34);|[*_~`]{1,3}(?=\w)",
    re.I,
)
_BRACED = re.compile(r"\{([^{}\s]{0,60}[;=!@#$%^&*][^{}\s]{0,60})\}")
_SEED = re.compile(r"[A-Z2-7]{4}(?:[ -][A-Z2-7]{4}){3,15}(?![A-Za-z0-9])")
_OPENING = frozenset("\"'")
_WORDS_ON = re.compile(r"(?: [A-Z][a-z]{2,12}){0,2} [0-9]{1,4}[!.?]?(?=[ \t]*(?:[\r\n]|\Z))")
_ALSO = re.compile(r"[ \t](?:to|and|or|und|y|et|then|->)[ \t](\S{5,64})")
_PHRASE = re.compile(r"[a-z]{3,12}(?: [a-z]{3,12}){3,24}(?=[ \t]*(?:$|[\r\n.,;]))", re.M)
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}[ \t]{1,4}(?=[^\s\[*<{$%])")
_STRAY = ".,;:"
_QUOTES = frozenset("\"'`\\\u201c\u201e\u2018\u00ab")
_REMARK = frozenset("\"'`])*_~(.\\\u201d\u2019")
_FAR = 4800
# Everyday words begin some labels. What must follow them there, and those never glued to a word.
_CODE = re.compile(r" ?code")
_GUARDS = {
    "network": re.compile(r"[ _-]?(?:key|schl|passkey|code|pass|pw|sec)"),
    "wireless": re.compile(r"[ _-]?(?:key|schl|passkey|code|pass|pw)"),
    "client": re.compile(r"_?secret|_assertion"),
    "access": re.compile(r"key|token| ?code|[^a-z ]| [^a-z]"),
    "security": re.compile(r" ?code| answer"),
    "one": re.compile(r"[ -]time"),
    "backup": re.compile(r" code"),
    "enrol": re.compile(r"l?ment ?code"),
    "invit": re.compile(r"(?:e|ation) ?code"),
    "registration": _CODE,
    "setup": _CODE,
    "redeem": _CODE,
    "recovery": re.compile(r" (?:code|phrase)"),
    **dict.fromkeys(("door", "alarm", "gate", "sms", "login", "entry", "keypad", "safe"), _CODE),
}
_UNGLUED = """
    sid sas sig pat salt jwt dsn hmac ntlm nonce hash refresh assertion csrf xsrf pin one
    security verification door alarm gate sms login entry keypad safe voicemail pairing
    combination kw mdp clave geslo heslo geheim
"""
_ALONE = frozenset(_UNGLUED.split())
_PAIRS = {")": "(", "]": "[", "}": "{"}


def scan(src: Source) -> Iterator[Span]:
    """Spans of the values, never of their labels."""
    text, lower = src.text, src.lower
    done = 0
    for at, word in src.where(STEM_WORDS):
        if at < done or (word in _ALONE and lower[at - 1 : at].isalpha()):
            continue
        if word == "token" and PLACEHOLDER.match(text, at - 1):
            continue
        guard = _GUARDS.get(word)
        if guard and not guard.match(lower, at + len(word)):
            continue
        match = _LABEL.match(lower, at)
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
            also = _ALSO.match(text, span[1]) if kind == "P" else None
            if also and looks_like_password(also.group(1)):
                yield also.start(1), also.start(1) + len(_trim(also.group(1), kind)), "token"
        elif kind == "P" and (before := phrases.before_label(text, match.start())):
            yield *before, "token"


def _behind(src: Source, label: re.Match[str], kind: str) -> tuple[int, int] | None:
    text, lower = src.text, src.lower
    end = _SUFFIX.match(lower, label.end()).end()  # type: ignore[union-attr]
    separator = _SEPARATOR.match(text, end)
    if separator or text[end : end + 1] in _REMARK or text.startswith(" (", end):
        src.loud.append((end, _line_end(text, separator.end() if separator else end)))
    if separator:
        if text.startswith("=", separator.end()):
            return None
        return _value(text, kind, separator.end(), strict=False, label=label.group())
    if lower[end : end + 1].isalpha():
        return None
    told_by = next((match for one in _APART if (match := one.match(lower, end))), None)
    if told_by and (kind == "P" or told_by.re is _NAMED):
        src.loud.append((end, _line_end(text, told_by.end())))
        strict = told_by.re is not _REGISTRY and told_by.re is not _NAMED
        found = _value(text, kind, told_by.end(), strict=strict, label=label.group(), told=True)
        if found:
            return found
    filler = _FILLER.match(text, end) or _FILLER.match(lower, end)
    if not filler:
        return None
    if text[filler.end() : filler.end() + 1] in _QUOTES or "phrase" in label.group():
        src.loud.append((end, _line_end(text, filler.end())))
    told = bool(_TELLS.search(filler.group()))
    if kind == "K" or (
        kind == "N" and not told and not re.search("pin|code|otp|puk|mfa", label.group())
    ):
        return None
    return _value(text, kind, filler.end(), strict=True, label=label.group(), told=told)


def _line_end(text: str, at: int) -> int:
    """The end of the line, or of the next one where the value may be."""
    line = _NEXT_LINE.match(text, at)
    at = line.end() if line else at
    end = text.find("\n", at, at + _FAR)
    return end if end >= 0 else min(len(text), at + _FAR)


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
    wrapped = _WRAPPED.match(text, at)
    if wrapped:
        strict = strict or "<" in wrapped.group()
        at = wrapped.end()
    if PLACEHOLDER.match(text, at):
        return None
    if kind == "P" and (braced := _BRACED.match(text, at)):
        return braced.span(1)
    if kind == "S" and (seed := _SEED.match(text, at)):
        return seed.span()
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
    if text[at : at + 1] in _OPENING and kind == "P" and not strict:
        at += 1
    if kind == "N" and (digits := _GROUPED_DIGITS.match(text, at)):
        return digits.span()
    if not strict and label.endswith("phrase") and (words := _PHRASE.match(text, at)):
        return words.span()
    bare = _BARE.match(text, at)
    if not bare:
        return None
    value = _trim(bare.group(), kind)
    if not value or INERT.fullmatch(value):
        return None
    masked = PLACEHOLDER.search(text, at, at + len(value) + 24)
    if masked and masked.start() < at + len(value):
        return None
    if strict:
        good = _believed_in_prose(value, kind, told, label)
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
    comment = re.search(r"\\[nrt](?![\w])|\\\"|</|&(?:quot|#39|#x27|lt|nbsp);", value)
    if comment:
        value = value[: comment.start()]
    while value:
        last = value[-1]
        if (
            last in _STRAY
            or (last in "'`\u2019*" and kind != "P")
            or value.endswith(("**", "__", "~~"))
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
            ("pin" in label or _CODED.fullmatch(value) is not None) and looks_like_password(value)
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


_CODED = re.compile(r"[A-Z0-9]{2,8}(?:-[A-Z0-9]{2,8}){1,5}")


def _believed_in_prose(value: str, kind: str, told: bool, label: str) -> bool:
    if kind == "P":
        return looks_like_password(value) or ("code" in label and value.isdigit())
    if kind == "N":
        return bool(re.fullmatch(r"[0-9]{4,10}", value)) or (
            _CODED.fullmatch(value) is not None and looks_like_password(value)
        )
    if is_guid(value):
        return told or label == "geniekey"
    if told and "community" in label and len(value) >= 4:
        return not is_status(value)
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
    words = _WORDS_ON.match(text, end) if text[start:end].istitle() else None
    if words:
        return words.end()
    nxt = re.compile(r" (\S{2,40})(?=\s*$|\s*\n)").match(text, end)
    if (
        nxt
        and looks_like_password(nxt.group(1) + "aa")
        and re.search(r"[0-9!@#$%^&*]", nxt.group(1))
    ):
        return nxt.end(1) if not is_reference(nxt.group(1)) or nxt.group(1).isdigit() else None
    return None
