"""How readily what stands behind a label is accepted as its value, by the label's class.

The classes are `keywords.LabelKind`.
"""

from __future__ import annotations

import re

from .heuristics import (
    is_guid,
    is_non_secret_format,
    is_status_word,
    looks_like_key,
    looks_like_password,
    looks_random,
)
from .keywords import LabelKind

_NEXT_PAIR = re.compile(r"[&;,](?:\s|$|[A-Za-z][\w. -]{0,30}[=:])")
_WORDS_ON = re.compile(r"(?: [A-Z][a-z]{2,12}){0,2} [0-9]{1,4}[!.?]?(?=[ \t]*(?:[\r\n]|\Z))")
_STRAY = ".,;:"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_COMMENT = re.compile(r"\\[nrt](?![\w])|\\\"|</|&(?:quot|#39|#x27|lt|nbsp);")
_COMMENT_SIGNS = ("\\", "</", "&")
_PROSE_ON = re.compile(r"[ \t]{1,8}[a-z]{2,40}(?:[ \t]{1,8}[a-z]{2,40}){2}")
_LAST_WORD = re.compile(r" (\S{2,40})(?=[ \t]{0,64}(?:[\r\n]|\Z))")
_NO_VALUES = ("\\", "/", "-", "\u2013", "\u2014", "?", "|", "{", "[", "(")
_OTHER_PAIR = re.compile(r"[\w./-]{1,39}[=:](?=[^\s])")
_PATH = re.compile(r"[a-z]+://|[A-Za-z]:\\\\?|\\\\\\\\|/(?:etc|home|var|usr|opt|run|tmp)/")
_GROUPED_KEY = re.compile(r"[0-9]{4,8}(?:-[0-9]{4,8}){2,7}")
_DIGITS = re.compile(r"[0-9]{3,12}#?|[0-9]{2,4}(?:[ -][0-9]{2,4}){1,2}")
_COUNT = re.compile(r"[0-9]{1,3}")  # of tests that pass
_CODED = re.compile(r"[A-Z0-9]{2,8}(?:-[A-Z0-9]{2,8}){1,5}")


def strip_trailing(value: str, kind: LabelKind) -> str:
    """Cut off the next pair of a list and the sentence's punctuation."""
    pair = _NEXT_PAIR.search(value, 1)
    if pair:
        value = value[: pair.start()]
    signed = any(map(value.__contains__, _COMMENT_SIGNS))
    comment = _COMMENT.search(value) if signed else None
    if comment:
        value = value[: comment.start()]
    while value:
        last = value[-1]
        if (
            last in _STRAY
            or (last in "'`\u2019*" and kind is not LabelKind.PASSWORD)
            or value.endswith(("**", "__", "~~"))
            or (last in "'`" and value.count(last) == 1)
            or (last in _PAIRS and value.count(last) > value.count(_PAIRS[last]))
        ):
            value = value[:-1]
        else:
            break
    return value


def accepts_value(value: str, kind: LabelKind, label: str, *, quoted: bool) -> bool:
    """Return whether this is a value behind a separator: "password: …", ``token=…``."""
    if is_status_word(value) or value in _NO_VALUES:
        return False
    if kind is LabelKind.PASSWORD:
        if len(value) < 2 or _PATH.match(value) or (label == "pass" and _COUNT.fullmatch(value)):
            return False
        return any(c.isalnum() for c in value) or len(value) > 3
    if kind is LabelKind.CODE:
        return _DIGITS.fullmatch(value) is not None or (
            ("pin" in label or _CODED.fullmatch(value) is not None) and looks_like_password(value)
        )
    if kind is LabelKind.KEY:
        return _accepts_key(value, label, quoted=quoted)
    return _accepts_weak(value, label)


def _accepts_key(value: str, label: str, *, quoted: bool) -> bool:
    if quoted and len(value) >= 6 and " " not in value and not is_non_secret_format(value):
        return "/" not in value or looks_like_key(value)
    if is_guid(value) or _GROUPED_KEY.fullmatch(value):
        return True
    return looks_like_key(value) and ("community" not in label or len(value) < 65)


# The digests of files and certificates; what is shorter may be the hash of a password.
_DIGEST = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}")
_FILE_ENDING = re.compile(r"\.\w{2,4}$")


def _accepts_weak(value: str, label: str) -> bool:
    if is_guid(value) or is_non_secret_format(value) or "/" in value[:2]:
        return False
    if re.match(r"[A-Z]+\\", value) or ("hash" in label and _DIGEST.fullmatch(value)):
        return False
    if len(value) >= 8 and looks_like_password(value) and re.search(r"[!@#$%^&*]", value[1:256]):
        return "=" not in value and "(" not in value
    if len(value) < 12:
        return False
    if looks_random(value):
        return True
    if re.fullmatch(r"[0-9a-fA-F]{24,256}", value) and "hash" not in label:
        return True
    return (
        looks_like_key(value, least=16)
        and " " not in value
        and "\\" not in value
        and "(" not in value
        and not _FILE_ENDING.search(value[-5:])
    )


def accepts_value_in_prose(value: str, kind: LabelKind, announced: bool, label: str) -> bool:
    """Behind words alone; `announced` where one of them is a verb that introduces a value."""
    if kind is LabelKind.PASSWORD:
        return looks_like_password(value) or ("code" in label and value.isdigit())
    if kind is LabelKind.CODE:
        return bool(re.fullmatch(r"[0-9]{4,10}#?", value)) or (
            _CODED.fullmatch(value) is not None and looks_like_password(value)
        )
    if is_guid(value):
        return announced or label == "geniekey"
    if announced and "community" in label and len(value) >= 4:
        return not is_status_word(value)
    if announced and "secret" in label and looks_like_password(value):
        return True
    digits = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return digits and len(value) >= 12 and not is_non_secret_format(value) and looks_like_key(value)


def prose_follows(text: str, at: int, value: str) -> bool:
    """Whether plain lower-case prose follows: "Password: same as before" is a remark."""
    return bool(_PROSE_ON.match(text, at)) and value.isalpha() and value.islower()


def extend_over_space(text: str, start: int, end: int) -> int | None:
    """Passwords typed with a space: "Password: Summer 2025!" goes on to the next odd word."""
    if text[start - 1 : start] in "\"'`" or text[end : end + 1] != " ":
        return None
    words = _WORDS_ON.match(text, end) if text[start:end].istitle() else None
    if words:
        return words.end()
    nxt = _LAST_WORD.match(text, end)
    if (
        nxt
        and not _OTHER_PAIR.match(nxt.group(1))
        and looks_like_password(nxt.group(1) + "aa")
        and re.search(r"[0-9!@#$%^&*]", nxt.group(1))
    ):
        # In a list of pairs, the next pair is no part of it.
        word = strip_trailing(nxt.group(1), LabelKind.PASSWORD)
        if not is_non_secret_format(word) or word.isdigit():
            return nxt.start(1) + len(word)
    return None
