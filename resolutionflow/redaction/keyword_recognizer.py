"""Values behind a label: ``password: …``, ``API_KEY=…``, "the new password is …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import credential_pairs
from .heuristics import PLACEHOLDER_VALUE, looks_like_key, looks_like_password
from .keywords import (
    KEY_LABELS,
    PIN_LABELS,
    STEM_WORDS,
    WEAK_LABELS,
    WORD_LABELS,
    is_credential_key,
)
from .label_values import (
    accepts_value,
    accepts_value_in_prose,
    extend_over_space,
    prose_follows,
    strip_trailing,
)
from .model import PLACEHOLDER, ScannedText, Span

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
    r"(?::{1,2}=?(?![:/])|={1,3}>?|\?=|[-=~]>|\u2192|\||,(?=[ \t]?[\"']))"
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
    r"|neue[snr]?|aktuelle[snr]?|temporaire|provisoire|nouveau|nouvelle|temporal|nuev[ao]|nuov[ao]"
    r"|temporane[ao]|nieuwe?|tijdelijke?|hei(?:\u00df|ss)t|est|es|era|ahora"
    r"|\u00e9|\u00e8|zijn|\u00e4r|er|var|jest"
    r"|(?:for|of|on) (?:(?:the|my|this|her|his) )?[\w.@\\-]{1,40}"
    r"|f\u00fcr (?:da?[sn] |die )?[\w.@\\-]{1,40}"
    r"|pour [\w.@\\-]{1,40}"
    r"|para [\w.@\\-]{1,40})(?![\w-])){0,7}+[ \t]{0,2}[:=]?[ \t]{1,4}\(?"
)
_EMPHASIS = re.compile(r"(?:[*_`~]{1,3}|</[a-z]{1,8}>)(?=[ \t])")
_TELLS = re.compile(r"\b(?:is|was|to|ist|lautet|hei(?:\u00df|ss)t|est|es|auf)\b|[:=]")
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
_SCHEMES = frozenset(_SCHEME_WORDS.split())
_SCHEME = re.compile(rf"(?:{'|'.join(_SCHEME_WORDS.split())})[ \t:=]{{1,4}}", re.I)
# What tells at once that no separator follows a label, and that no secret follows it in prose.
_PROSE = re.compile(r"[ \t][a-z]")
_PLAIN = re.compile(r"([a-z]{1,40}+)[.,;:)!?]{0,3}(?=\s|\Z)")
_GROUPED_DIGITS = re.compile(r"[0-9]{1,4}(?:[ -][0-9]{1,4}){1,3}(?![\w:/.-])")
# What may stand between a password word and its value in place of a separator: a qualifier and a
# separator ("password to unlock: …"), a dash, the line's end, the types of a registry export, and
# the value of a pair whose name the label is.
_QUALIFIED = re.compile(
    r"(?:[ \t][^\W\d_][^\W\d_'\u2019-]{0,15}){1,4}[ \t]?(?::|=|\u2192|->|=>)[ \t]{1,4}"
)
# Too short for what a weak label (K) must be followed by.
_SHORT_WORD = re.compile(r"[\w.-]{1,7}(?=[\s,;]|\Z)")
_SIGN = re.compile("[:=>\u2192]")
_DASHED = re.compile(r"[ \t]{1,3}[\u2013\u2014-][ \t]{1,3}")
_ENDED = re.compile(r"[ \t]{0,3}\r?\n[ \t]{0,8}(?=[^\s\0])")
_REGISTRY = re.compile(
    r"[ \t]{1,8}(?:(?:/t[ \t]{1,4})?reg_(?:expand_|multi_)?sz[ \t]{1,8}(?:/d[ \t]{1,4})?"
    r"|/d[ \t]{1,4})"
)
_NAMED = re.compile(
    r"[\"']?[ \t]{0,3},?[ \t]{0,3}\r?\n?[ \t]{0,16}[\"']?value[\"']?[ \t]{0,3}[:=][ \t]{0,3}"
)
_APART: tuple[re.Pattern[str], ...] = (_REGISTRY, _QUALIFIED, _DASHED, _ENDED)
# "Username / password: bob / Winter-22"
_WITH_NAME = re.compile(
    r"(?:user(?: ?name)?|login|log ?in|id|account|e-?mail|benutzer(?:name)?|usuario|utilisateur"
    r"|identifiant)[ \t]{0,2}(?:[/&+,|]|and|und|et|y)[ \t]{0,2}\Z"
)
_PAIR = re.compile(r"[^\s/|,:;]{1,64}+[ \t]{0,2}[/|,:;][ \t]{0,2}(?=\S)")
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
_CODE = re.compile(r"[A-Za-z0-9]{4,12}(?:-[A-Za-z0-9]{4,12}){0,3}|[0-9]{4} [0-9]{4}")
_CODE_LINE = re.compile(
    r"[ \t]{0,8}(?:[*\u2022-]|[0-9]{1,2}[.)])?[ \t]{0,4}(?=[^\r\n]{0,24}[0-9])"
    rf"(?:{_CODE.pattern})"
    rf"(?:[ \t,]{{1,8}}(?:{_CODE.pattern})){{0,4}}[ \t\r]{{0,4}}(?=\n|\Z)"
)
_SEED = re.compile(r"[A-Z2-7]{4}(?:[ -][A-Z2-7]{4}){3,15}(?![A-Za-z0-9])")
_OPENING = frozenset("\"'")
_ALSO = re.compile(r"[ \t](?:to|and|or|und|y|et|then|->)[ \t](\S{5,64})")
_PHRASE = re.compile(r"[a-z]{3,12}(?: [a-z]{3,12}){3,24}(?=[ \t]*(?:$|[\r\n.,;]))", re.M)
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}[ \t]{1,4}(?=[^\s\[*<{$%])")
# A plain value, and as much behind it as may say that it is none (see `prose_follows`).
_FEW_WORDS = re.compile(
    r"(?![<{&*_~`\"'\\\u201c\u201e\u2018\u00ab])(?:[^\s]{1,4096}+[ \t]{0,8}){1,7}+"
)
_TWO_WORDS = re.compile(
    r"(?![<{&*_~`\"'\\\u201c\u201e\u2018\u00ab])(?:[^\s]{1,4096}+[ \t]{0,8}){1,4}+"
)
_QUOTES = frozenset("\"'`\\\u201c\u201e\u2018\u00ab")
_REMARK = frozenset("\"'`])*_~(.\\\u201d\u2019")
_FAR = 4800
# Everyday words begin some labels. What must follow them there, and those never glued to a word.
_CODE_WORD = re.compile(r" ?code")
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
    "registration": _CODE_WORD,
    "setup": _CODE_WORD,
    "redeem": _CODE_WORD,
    "recovery": re.compile(r" (?:code|phrase)"),
    **dict.fromkeys(
        ("door", "alarm", "gate", "sms", "login", "entry", "keypad", "safe"), _CODE_WORD
    ),
}
_UNGLUED = """
    sid sas sig pat salt jwt dsn hmac ntlm nonce hash refresh assertion csrf xsrf pin one
    security verification door alarm gate sms login entry keypad safe voicemail pairing
    combination kw mdp clave geslo heslo geheim
"""
_ALONE = frozenset(_UNGLUED.split())


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of the values, never of their labels."""
    text, lower = src.text, src.lower
    done = 0
    for at, word in src.occurrences(STEM_WORDS):
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
        if match.group().endswith("codes"):
            yield from _codes(text, done)
        if span:
            done = span[1]
            yield *span, "token"
            more = extend_over_space(text, kind, *span)
            if more:
                yield span[1], more, "token"
            also = _ALSO.match(text, span[1]) if kind == "P" else None
            if also and looks_like_password(also.group(1)):
                yield (
                    also.start(1),
                    also.start(1) + len(strip_trailing(also.group(1), kind)),
                    "token",
                )
        elif kind == "P" and (before := credential_pairs.value_before_label(text, match.start())):
            yield *before, "token"


def _behind(src: ScannedText, label: re.Match[str], kind: str) -> tuple[int, int] | None:
    text, lower = src.text, src.lower
    end = _SUFFIX.match(lower, label.end()).end()  # type: ignore[union-attr]
    prose = _PROSE.match(lower, end) is not None
    named = _NAMED.match(lower, end) if lower.find("value", end, end + 40) >= 0 else None
    if named:
        src.context_spans.append((end, _line_end(text, named.end())))
        return _value(text, kind, named.end(), strict=False, label=label.group(), told=True)
    separator = None if prose else _SEPARATOR.match(text, end)
    if separator or text[end : end + 1] in _REMARK or text.startswith(" (", end):
        reach = _reach(text, separator.end(), kind) if separator else _line_end(text, end)
        src.context_spans.append((end, reach))
    if separator:
        if text.startswith("=", separator.end()):
            return None
        at = separator.end()
        if kind == "P" and _WITH_NAME.search(lower, max(0, label.start() - 24), label.start()):
            pair = _PAIR.match(text, at)
            at = pair.end() if pair else at
        compared = "==" in separator.group()
        return _value(text, kind, at, strict=compared, label=label.group(), told=compared)
    if lower[end : end + 1].isalpha():
        return None
    apart = _APART if kind == "P" else ()
    if prose and not lower.startswith("reg_", end + 1):
        apart = (_QUALIFIED,) if apart and _SIGN.search(lower, end, end + 72) else ()
    told_by = next((match for one in apart if (match := one.match(lower, end))), None)
    if told_by:
        src.context_spans.append((end, _line_end(text, told_by.end())))
        strict = told_by.re is not _REGISTRY
        found = _value(text, kind, told_by.end(), strict=strict, label=label.group(), told=True)
        if found:
            return found
    marked = _EMPHASIS.match(lower, end)
    end = marked.end() if marked else end
    filler = _FILLER.match(lower, end) if kind != "K" else None
    if not filler:
        return None
    if text[filler.end() : filler.end() + 1] in _QUOTES or "phrase" in label.group():
        src.context_spans.append((end, _line_end(text, filler.end())))
    plain = _PLAIN.match(text, filler.end())
    if plain and plain.group(1) not in _SCHEMES and "community" not in label.group():
        return None
    told = bool(_TELLS.search(filler.group()))
    if (
        kind == "N"
        and not told
        and not re.search("pin|code|otp|puk|mfa|combination", label.group())
    ):
        return None
    return _value(text, kind, filler.end(), strict=True, label=label.group(), told=told)


def _codes(text: str, at: int) -> Iterator[Span]:
    """The recovery codes on the lines below their heading, up to the first line of another kind."""
    line_end = text.find("\n", at, at + 40)
    while line_end >= 0 and (line := _CODE_LINE.match(text, line_end + 1)):
        for code in _CODE.finditer(text, *line.span()):
            if any(c.isdigit() for c in code.group()):
                yield *code.span(), "token"
        line_end = line.end() if text.startswith("\n", line.end()) else -1


def _reach(text: str, at: int, kind: str) -> int:
    """Where what is read of a value at `at` ends: with its line, or a few words on."""
    line = _NEXT_LINE.match(text, at)
    at = line.end() if line else at
    few = _FEW_WORDS if kind == "P" else _TWO_WORDS
    words = few.match(text, at, at + _FAR)
    return words.end() if words else _line_end(text, at)


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
    short = _SHORT_WORD.match(text, at) if kind == "K" else None
    if short and "authorization" not in label and short.group().lower() not in _SCHEMES:
        return None
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
    if kind in ("S", "N") and (seed := _SEED.match(text, at)):
        return seed.span()
    quoted = _QUOTED.match(text, at)
    if quoted:
        group = quoted.lastindex or 1
        start, end = quoted.span(group)
        value = text[start:end]
        if (
            not value.strip()
            or PLACEHOLDER_VALUE.fullmatch(value.strip())
            or PLACEHOLDER.search(value)
        ):
            return None
        if strict and not told and kind != "P":
            return (start, end) if looks_like_key(value, least=8) else None
        return (start, end) if accepts_value(value, kind, label, quoted=True) else None
    if kind in ("P", "S") and (angled := _ANGLED.match(text, at)):
        good = looks_like_password(angled.group(1)) and not _TEMPLATE.search(angled.group(1))
        return angled.span(1) if good else None
    if PLACEHOLDER_VALUE.match(text, at):
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
    value = strip_trailing(bare.group(), kind)
    if not value or PLACEHOLDER_VALUE.fullmatch(value):
        return None
    masked = PLACEHOLDER.search(text, at, at + len(value) + 24)
    if masked and masked.start() < at + len(value):
        return None
    if strict:
        good = accepts_value_in_prose(value, kind, told, label)
    else:
        good = accepts_value(value, kind, label, quoted=False)
        if good and kind == "P" and prose_follows(text, at + len(value), value):
            good = looks_like_password(value)
    return (at, at + len(value)) if good else None
