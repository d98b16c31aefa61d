"""Judging a candidate value: is it inert, does it look like a password, is it random?"""

from __future__ import annotations

import re
from itertools import groupby

PLACEHOLDER_VALUE = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\$?\{[^{}\n]{0,80}\}|\$\([^()\n]{0,80}\)|%[A-Za-z_][\w() -]{0,40}%"
    r"|%[sdv](?![\w])|</?[A-Za-z_][^<>\n]{0,60}>|<%[^%\n]{0,60}%>|\[[A-Za-z][\w .-]{0,40}\]"
    r"(?![\w@])"
    r"|[*\u2022\u25cf\u00b7#_.-]{3,}(?![\w@!$%^&])|[xX]{3,}(?![\w])|\*{2,}"
    r"|\$(?:env|script|global|using|local):\w{1,60}|\$\{?[A-Za-z_][A-Za-z_.]{0,60}\}?"
    r"(?![\w!@#%^&*])"
    r"|!!?[A-Za-z_]{2,40}!|!(?:vault|secret|reference)\b|(?:os\.environ|os\.getenv|process\.env"
    r"|system\.getenv|getenv|env)[.\[(][^\s]{0,80}|(?i:your[_-][\w-]{2,40})"
    # cmdlets, calls, look-ups and members of objects, in code
    r"|(?:Get|Read|New|Import|Invoke|Select|ConvertTo|ConvertFrom)-[A-Z][A-Za-z]{2,40}(?![\w-])"
    r"|[A-Za-z_][A-Za-z_.]{1,60}(?:\([\"'][^\s]{0,80}|\([\w.,&$ ]{0,60}\)[;,)]{0,3}(?=\s|\Z)"
    r"|\[[\w+\"' -]{0,40}\][;,)]{0,3}(?=\s|\Z))"
    r"|(?:settings|config|conf|self|this|app|data|var|local|module|ctx|context|request|req|args"
    r"|options|params|process|secrets|vars|github|inputs|each|steps)(?:\.[A-Za-z_]{1,60}){1,6}"
    r";?(?![\w!@#$%^&*.-])|[a-z]{1,20}[A-Z]\w{0,30}(?:\.[A-Za-z_]{1,60}){1,6}[;,)]"
    r"|@[A-Za-z_]{2,40}(?![\w!@#$%^&*.])|\(\(?[A-Za-z][\w ./-]{0,40}\)\)?"
)
"""What stands for a secret without being one: masks, templates, variables, tags."""

_STATUS_WORDS = """
reset resets resetting expired expires expiring expiry changed change changes changing rotated
rotate rotation required requires incorrect wrong invalid valid unknown yes no none null nil
true false blank empty not is was has had have are be been will would should must may can cannot
set unset n/a na tbd tba ok okay done pending disabled enabled unchanged updated update
forgotten forgot missing correct same see ask in on at by the a an as for from with and or of to
but if when after before then so protected saved stored never always sent provided given
confirmed verified works working worked failed fails failing failure accepted rejected denied
mismatch complexity policy policies manager hint field prompt prompts login logon user username
users account hidden redacted masked removed unlisted default optional mandatory string text int
integer varchar bool boolean str file vault keepass itglue hudu lastpass bitwarden 1password
undefined current new old temporary temp admin here below above attached separately per via
absent expiration age history length lock locked lockout lockouts unlock unlocked synced sync hash
writeback write-back self-service please his her their my your our it this that which who nicht
ist war wurde wird kein keine ja nein abgelaufen vergessen falsch ge\u00e4ndert
zur\u00fcckgesetzt est a \u00e9t\u00e9 oubli\u00e9 expir\u00e9 es fue ha caducada olvidada
keyboard-interactive publickey basic bearer negotiate ntlm kerberos digest oauth oauth2 type
expired. reset. changed. revoked issued created generated replaced renewed granted obtained
leer vide vac\u00eda leeg vuota vuoto siehe bekannt known voir coffre ver v\u00e9ase zie vedi saved
present stored below gespeichert
refreshed refresh deleted received unavailable exhausted accepted. signature url endpoint
"""
_STATUS = frozenset(_STATUS_WORDS.split())
_UNIT = re.compile(
    r"[#~<>=+-]{0,2}[0-9]{1,6}(?:[.,:/-][0-9]{1,6}){0,4}\s?(?:st|nd|rd|th|px|[kmgt]i?b|ms|s|sec"
    r"|min"
    r"|mins|h|hr|hrs|hours?|days?|d|w|x|%|am|pm|times?|chars?|characters?|k|m|bit|bits"
    r"|v)?[.,;:)!?]?",
    re.I,
)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:t[0-9:.+z-]{0,30})?"
    r"|[0-9]{1,2}[:./-][0-9]{1,2}(?:[:./-][0-9]{2,4})?(?:am|pm)?",
    re.I,
)
_GUID = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.I)
_IDENTIFIER = re.compile(
    r"(?:ctrl|control|alt|altgr|shift|cmd|win|fn|option|strg|umschalt)\+\S{1,40}"
    r"|(?:kb|inc|req|chg|po|tkt|cw|rfc|ticket|case|v|ver|ps|cve|event|id|err"
    r"|error)[#_-]?[0-9.-]{1,20}"
    r"|0x[0-9a-f]{1,16}|[a-z]{1,12}-?[0-9]?365|o365|m365|s-1-[0-9-]{4,100}|2fa|3des"
    r"|aes[0-9-]{0,4}"
    r"|sha-?[0-9]{1,4}|md5|rsa[0-9]{0,5}|tls[0-9.]{0,4}|wpa[23]?(?:-[a-z]{2,12})?|802\.1x"
    r"|[a-z]{2,20}/[a-z0-9.]{1,20}|#[0-9]{1,10}",
    re.I,
)
_PATH = re.compile(
    r"[A-Za-z]:[\\/]|\\\\|[a-z][a-z0-9+.-]{1,12}://|(?:~|\.{0,2})/[\w.]|hk(?:lm|cu)", re.I
)


# How much of a value says what it is: an endless word must not be judged at each label within.
_MAX_JUDGED = 256


def is_status_word(value: str) -> bool:
    """Whether the word says something about a secret ("expired") rather than being it."""
    return len(value) < _MAX_JUDGED and value.lower().rstrip(".,;:!?)") in _STATUS


def is_non_secret_format(value: str) -> bool:
    """Dates, amounts, paths, ticket numbers and the like: never a secret by themselves."""
    return bool(
        _UNIT.fullmatch(value)
        or _DATE.fullmatch(value)
        or _IDENTIFIER.fullmatch(value)
        or _PATH.match(value)
    )


def is_guid(value: str) -> bool:
    return bool(_GUID.fullmatch(value))


_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")


def looks_like_password(value: str) -> bool:
    """Strict: for a word that follows "password" in a sentence, without a separator."""
    value = value[:_MAX_JUDGED]
    bare = value.rstrip(".,;:)!?'\"")
    if (
        len(value) < 5
        or len(bare) < 4
        or is_status_word(value)
        or is_non_secret_format(bare)
        or is_guid(bare)
    ):
        return False
    digits, letters = _DIGIT.search(bare), _LETTER.search(bare)
    if digits and (letters or len(bare) >= 6):
        return True
    if letters and re.search(r"[!@#$%^*=]", bare[1:]) and len(bare) >= 6:
        return True
    parts = bare.split("-")
    if len(parts) >= 3 and all(re.fullmatch(r"[A-Z][a-z]{2,}", part) for part in parts):
        return True
    return character_class_changes(bare) >= 5 and bare.isascii() and bare.isalpha()


def looks_like_key(value: str, *, least: int = 6) -> bool:
    """For a value behind a label such as "token:": `least` characters or more, no plain word."""
    value = value[:_MAX_JUDGED]
    if len(value) < least or is_status_word(value) or is_non_secret_format(value):
        return False
    digits, letters = _DIGIT.search(value), _LETTER.search(value)
    if digits and letters:
        return True
    if digits and len(value) >= 8:
        return True
    if letters and re.search(r"[!@#$%^*=+~]", value):
        return True
    return len(value) >= 12 and (character_class_changes(value) >= 4 or value.isupper())


def character_class_changes(value: str) -> int:
    """How often the class of character (lower, upper, digit, other) changes along `value`."""
    classes = value[:200].encode("latin-1", "replace").translate(_CLASSES)
    return max(0, sum(1 for _ in groupby(classes)) - 1)


_CLASSES = bytes(
    1 if c.islower() else 2 if c.isupper() else 3 if c.isdigit() else 4
    for c in map(chr, range(256))
)
_MIXED = re.compile(
    r"(?=[^a-z]{0,200}[a-z][^a-z]{0,200}[a-z][^a-z]{0,200}[a-z])"
    r"(?=[^A-Z]{0,200}[A-Z][^A-Z]{0,200}[A-Z][^A-Z]{0,200}[A-Z])[^0-9]{0,200}[0-9]"
)


def looks_random(value: str) -> bool:
    """Whether a bare word of letters and digits has the texture of a generated key.

    Generated keys change class at every other character and hold no long stretch of one class;
    names in CamelCase, file names and hexadecimal numbers do not.
    """
    word = value[:200]
    if not _MIXED.match(word):
        return False
    if len(set(word)) < min(12, len(word) // 2):
        return False
    if re.search(r"[a-z]{12}|[A-Z]{12}|[0-9]{12}", word):
        return False
    if len(word) < 32 and re.search(r"[a-z]{8}|[A-Z]{9}|[0-9]{9}", word):
        return False
    return character_class_changes(word) / (len(word) - 1) >= (0.35 if len(word) >= 32 else 0.42)
