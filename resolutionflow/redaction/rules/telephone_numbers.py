"""Telephone numbers: international, North American, and behind a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from ..keyword_search import find_all
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Telephone numbers"

# Found from the exchange code, so that `re` can skip to punctuation; the area code is looked up
# backwards.
_NANP = re.compile(r"[-.)][ -]?[2-9][0-9]{2}[-.][0-9]{4}(?![\w-]|\.[0-9])")
_AREA_BACKWARDS = re.compile(r"(?:[0-9]{2}[2-9]\(?)(?:[ .-]?1\+?)?(?![\w./:+-])")
_NANP_SHAPES = (b"000-0000", b"000.0000")
_WITH_AREA = tuple(
    b"%b000%b0000" % (before, sign) for before in (b"-", b".", b"]", b" ") for sign in (b"-", b".")
)
_INTERNATIONAL = re.compile(
    r"(?:\+|00)[1-9][0-9]{0,2}(?:[ .-]?(?:\(0?[0-9]{0,4}\))?[ .-]?[0-9]{1,6}){2,6}(?![\w-]"
    r"|\.[0-9])"
)
_EXITS = (re.compile(r"\+(?<![\w+]\+)[1-9]"), re.compile(r"00[1-9](?<![\w.,:/+-]00[1-9])"))
_AFTER_WORD = re.compile(
    r"(?:(?:tele)?phone|tel|telefon(?:nummer)?|t\u00e9l(?:\u00e9phone)?|tel\u00e9fono|mobile?"
    r"|mob|handy|cell(?:phone)?|fax"
    r"|call(?:ed|ing|back)?|ring|rang|dial(?:led|ed)?|ddi|did|landline|voicemail|sms|text"
    r"(?:ed)?|contact|reach(?:ed)?"
    r"|callback|m|t|p|ph)\b[^\n0-9+(]{0,20}?[:.#= ]{1,3}(\+?\(?[0-9](?:[ ."
    r"()/-]{0,2}[0-9]){6,14})(?![\w-]|[.:][0-9])"
)
_NUMBER = re.compile(r"[0-9](?:[ ./()-]{0,2}[0-9]){6}")
_LETTERED = re.compile(r"\b[mtp]\b(?!\s?[:.])")
_NOT_PHONE = re.compile(
    r"[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
    r"|[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}|1[0-9]{9}$"
)
_WORDS = (
    "phone,tel,t\u00e9l,mob,handy,cell,fax,call,ring,rang,dial,ddi,did ,landline,voicemail,sms,"
    "text,contact,reach,ph ,ph:"
)
KEYWORDS = tuple(_WORDS.split(","))
_LETTERS = tuple(letter + sign for letter in "mtp" for sign in ":.")
# How far the expression behind a word reads.
_REACH = 72


def scan(src: ScannedText) -> Iterator[Span]:
    """Yield the spans of telephone numbers, for when they are to be masked."""
    text, lower = src.text, src.lower
    if src.has_shape(_NANP_SHAPES) and src.has_shape(_WITH_AREA):
        for match in _NANP.finditer(text):
            area = _AREA_BACKWARDS.match(text[max(0, match.start() - 10) : match.start()][::-1])
            if area:
                yield match.start() - area.end(), match.end(), "north-american-telephone-number"
    for exit_code in chain.from_iterable(pattern.finditer(text) for pattern in _EXITS):
        src.note_context(exit_code.start(), exit_code.start() + 40)
        number = _INTERNATIONAL.match(text, exit_code.start())
        if number:
            digits = re.sub(r"[^0-9]", "", number.group())
            if 8 <= len(digits) <= 16 and (number.group()[0] == "+" or " " in number.group()):
                yield *number.span(), "international-telephone-number"
    starts = [at for at, _ in src.occurrences(KEYWORDS)]
    for word in _LETTERS:
        starts += find_all(lower, word)
    for at in starts:
        if lower[at - 1 : at].isalnum() or not _NUMBER.search(lower, at, at + _REACH):
            continue
        src.note_context(at, at + _REACH)
        number = _AFTER_WORD.match(lower, at)
        if number and _may_be_phone(number):
            yield *number.span(1), "telephone-number-after-word"


def _may_be_phone(match: re.Match[str]) -> bool:
    return not _NOT_PHONE.match(match.group(1)) and not _LETTERED.match(match.group())


RULES = [
    Rule(
        id="north-american-telephone-number",
        kind="phone",
        description="Telephone number of North America, with its area code",
        source="NANPA: North American Numbering Plan",
        samples=("at ⟦(212) 555-0123⟧ today", "⟦212-555-0123⟧", "⟦+1 212.555.0123⟧"),
        near_misses=("555-0123", "112-055-0123"),
        scan=scan,
    ),
    Rule(
        id="international-telephone-number",
        kind="phone",
        description="Telephone number with its country code",
        source="ITU-T: E.123, E.164",
        samples=("at ⟦+49 30 1234567⟧ today", "⟦0044 20 7946 0123⟧"),
        near_misses=("+5 points", "0012"),
        scan=scan,
    ),
    Rule(
        id="telephone-number-after-word",
        kind="phone",
        description="Number behind a word for a telephone",
        source="ITU-T: E.123",
        samples=("phone ⟦0121 496 0830⟧", "call back: ⟦020 7946 0123⟧"),
        near_misses=("call 2025-03-04", "phone 12"),
        keywords=KEYWORDS,
        scan=scan,
    ),
]
