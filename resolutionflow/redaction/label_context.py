"""What stands between a label and its value: separators, remarks, words, the end of the line."""

from __future__ import annotations

import re

from .keywords import LabelKind
from .scanned_text import ScannedText
from .value_reader import NEXT_LINE, SCHEMES, Label, read_value

# The rest of a compound name (SECRET_KEY_BASE, password_prod, passwordString, passwd2 …) …
_SUFFIX_WORDS = (
    r"(?:value|plain(?:text)?|text|string|content|hash|new|old|current|temp|prod"
    r"|production|dev|test|live|staging|base|b64|base64|raw|data|key|secret|token|prim(?:ary)?"
    r"|secondary|string|admin|root|user|db|sql|hex|ascii"
    r"|(?<=[a-z_-])[0-9]{1,3}(?![0-9]))s?(?![a-z])"
)
_SUFFIX = re.compile(rf"(?>(?:[ _.-]?{_SUFFIX_WORDS}){{0,3}})")
_PROSE_FOLLOWS = re.compile(rf"[ \t](?!{_SUFFIX_WORDS})[a-z]")
# … and what may stand between it and its separator: quotes, emphasis, a remark, dot leaders.
_CLOSE = r"(?:\\{0,3}[\"'`\])*_~\u201d\u2019]|&(?:quot|nbsp|#39|#x27|#34);|</[a-z]{1,10}>){0,6}"
_SEPARATOR = re.compile(
    rf"{_CLOSE}(?:[ \t]{{0,4}}(?:\([^()\n]{{1,40}}\)"
    rf"|\[(?![A-Z_-]{{1,21}} REDACTED)[^\[\]\n]{{1,24}}\]))?(?:[ \t.\u00a0]{{0,64}}+)"
    r"(?::{1,2}=?(?![:/])|={1,3}>?|\?=|[-=~]>|\u2192|\||,(?=[ \t]?[\"'])"
    r"|[\u306f\u662f\u4e3a\u70ba](?=[!-~]))"
    r"(?:[*_`~]{0,3}+)[ \t\u00a0]{0,64}+"
)
_FILLER = re.compile(
    r"(?>(?:[ \t]{1,4}(?:is|was|are|be|now|set|reset|changed|updated|temporarily|currently|to|as"
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
    r"|para [\w.@\\-]{1,40})(?![\w-])){0,7})[ \t]{0,2}[:=]?[ \t]{1,4}\(?"
)
_EMPHASIS = re.compile(r"(?:[*_`~]{1,3}|</[a-z]{1,8}>)(?=[ \t])")
_TELLS = re.compile(r"\b(?:is|was|to|ist|lautet|hei(?:\u00df|ss)t|est|es|auf)\b|[:=]")
# What tells at once that no separator follows a label, and that no secret follows it in prose.
_PROSE = re.compile(r"[ \t][a-z]")
_PLAIN = re.compile(r"([a-z]{1,40}+)[.,;:)!?]{0,3}(?=\s|\Z)")
# What may stand between a password word and its value in place of a separator: a qualifier and a
# separator ("password to unlock: …"), a dash, the line's end, the types of a registry export, and
# the value of a pair whose name the label is.
_QUALIFIED = re.compile(
    r"(?:[ \t][^\W\d_][^\W\d_'\u2019-]{0,15}){1,4}[ \t]?(?::|=|\u2192|->|=>)[ \t]{1,4}"
)
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
# A plain value, and as much behind it as may say that it is none (`label_values.prose_follows`).
_FEW_WORDS = re.compile(
    r"(?![<{&*_~`\"'\\\u201c\u201e\u2018\u00ab])(?>(?:[^\s]{1,4096}+[ \t]{0,8}){1,7})"
)
_TWO_WORDS = re.compile(
    r"(?![<{&*_~`\"'\\\u201c\u201e\u2018\u00ab])(?>(?:[^\s]{1,4096}+[ \t]{0,8}){1,4})"
)
_QUOTES = frozenset("\"'`\\\u201c\u201e\u2018\u00ab")
_VARIABLE = ("$", "{", "%")
_QUOTED_NAME = re.compile(r"[\"'`\\\u201c\u201e\u2018\u00ab](?:\w{0,40}_)?\Z")
_REMARK = frozenset("\"'`])*_~(.\\\u201d\u2019")
_FAR = 4800

_IS_CODE = re.compile("pin|code|otp|puk|mfa|combination")


def is_followed_by_prose(lower: str, stop: int) -> bool:
    """Return whether the label that ends at `stop` is a word of a sentence, with no value."""
    return _PROSE_FOLLOWS.match(lower, stop) is not None


def find_value(src: ScannedText, start: int, stop: int, kind: LabelKind) -> tuple[int, int] | None:
    """Return the span of the value behind the label at ``src.lower[start:stop]``, if it has one."""
    text, lower = src.text, src.lower
    label = Label(lower[start:stop], kind)
    end = _SUFFIX.match(lower, stop).end()  # type: ignore[union-attr]
    named = _NAMED.match(lower, end) if lower.find("value", end, end + 40) >= 0 else None
    if named:
        src.note_context(end, _line_end(text, named.end()))
        return read_value(text, named.end(), label, strict=False, announced=True)
    prose = _PROSE.match(lower, end) is not None
    separator = None if prose else _SEPARATOR.match(text, end)
    if separator or text[end : end + 1] in _REMARK or text.startswith(" (", end):
        reach = _reach(text, separator.end(), kind) if separator else _line_end(text, end)
        src.note_context(end, reach)
    if separator:
        return _behind_separator(src, separator, start, label)
    if lower[end : end + 1].isalpha():
        return None
    return _set_apart(src, end, label, prose=prose) or _behind_words(src, end, label)


def _behind_separator(
    src: ScannedText, separator: re.Match[str], start: int, label: Label
) -> tuple[int, int] | None:
    text, at = src.text, separator.end()
    if text.startswith("=", at):
        return None
    if "|" in separator.group() and text[start - 1 : start] in _VARIABLE:
        return None  # "echo $PASS | tool" pipes it
    if "," in separator.group() and not _QUOTED_NAME.search(text, max(0, start - 42), start):
        return None  # the end of a string in a list is no label
    named = _WITH_NAME.search(src.lower, max(0, start - 24), start)
    if label.kind is LabelKind.PASSWORD and named:
        pair = _PAIR.match(text, at)
        at = pair.end() if pair else at
    compared = "==" in separator.group()
    return read_value(text, at, label, strict=compared, announced=compared)


def _set_apart(src: ScannedText, end: int, label: Label, *, prose: bool) -> tuple[int, int] | None:
    """The value of a password behind a qualifier, a dash, the line's end or a registry type."""
    text, lower = src.text, src.lower
    apart = _APART if label.kind is LabelKind.PASSWORD else ()
    if prose and not lower.startswith("reg_", end + 1):
        apart = (_QUALIFIED,) if apart and _SIGN.search(lower, end, end + 72) else ()
    between = next((match for one in apart if (match := one.match(lower, end))), None)
    if not between:
        return None
    src.note_context(end, _line_end(text, between.end()))
    strict = between.re is not _REGISTRY
    return read_value(text, between.end(), label, strict=strict, announced=True)


def _behind_words(src: ScannedText, end: int, label: Label) -> tuple[int, int] | None:
    """The value behind words alone: "the new password is …"."""
    text, lower = src.text, src.lower
    marked = _EMPHASIS.match(lower, end)
    end = marked.end() if marked else end
    filler = _FILLER.match(lower, end) if label.kind is not LabelKind.WEAK else None
    if not filler:
        return None
    if text[filler.end() : filler.end() + 1] in _QUOTES or "phrase" in label.text:
        src.note_context(end, _line_end(text, filler.end()))
    plain = _PLAIN.match(text, filler.end())
    if plain and plain.group(1) not in SCHEMES and "community" not in label.text:
        return None
    announced = bool(_TELLS.search(filler.group()))
    if label.kind is LabelKind.CODE and not announced and not _IS_CODE.search(label.text):
        return None
    return read_value(text, filler.end(), label, strict=True, announced=announced)


def _reach(text: str, at: int, kind: LabelKind) -> int:
    """Where what is read of a value at `at` ends: with its line, or a few words on."""
    line = NEXT_LINE.match(text, at)
    at = line.end() if line else at
    few = _FEW_WORDS if kind is LabelKind.PASSWORD else _TWO_WORDS
    words = few.match(text, at, at + _FAR)
    return words.end() if words else _line_end(text, at)


def _line_end(text: str, at: int) -> int:
    """The end of the line, or of the next one where the value may be."""
    line = NEXT_LINE.match(text, at)
    at = line.end() if line else at
    end = text.find("\n", at, at + _FAR)
    return end if end >= 0 else min(len(text), at + _FAR)
