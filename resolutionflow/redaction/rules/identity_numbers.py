"""Numbers that identify a person or an account: social security numbers, IBAN."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban
from stdnum.us import ssn

from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Social security numbers and IBAN"

# Found from its middle, so that `re` can skip to the hyphen; the area is looked at backwards.
_SSN = re.compile(r"-(?<=[0-9]{3}-)(?<![\w.-][0-9]{3}-)[0-9]{2}-[0-9]{4}(?![\w-]|\.[0-9])")
_SSN_SHAPES = (b"000-00-0000",)
_AFTER_WORD = re.compile(
    r"(?:ssn|social security(?: (?:number|no\.?|#))?|itin)\b[^\n0-9]{0,12}"
    r"([0-9]{3}[- .]?[0-9]{2}[- .]?[0-9]{4})(?![\w-])"
)
KEYWORDS = ("ssn", "social", "itin")
_IBAN = re.compile(
    r"[A-Z]{2}(?<![A-Za-z0-9][A-Z]{2})[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?"
    r"(?![A-Za-z0-9])"
)

# Eight digits in a row stand in every IBAN, not far behind its country.
_IBAN_SHAPES = (b"00000000", b"0000 0000", b"0000-0000")
_MAX_IBAN_START = 16
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?=[ -]?[A-Z0-9]{4}[ -]?[A-Z0-9]{4})")


def scan(src: ScannedText) -> Iterator[Span]:
    """Yield the spans of social security numbers and of IBAN."""
    text, lower = src.text, src.lower
    if src.has_shape(_SSN_SHAPES):
        for match in _SSN.finditer(text):
            start = match.start() - 3
            if ssn.is_valid(text[start : match.end()]):
                yield start, match.end(), "us-social-security-number"
    for at, _ in src.occurrences(KEYWORDS):
        if lower[at - 1 : at].isalnum():
            continue
        number = _AFTER_WORD.match(lower, at)
        if number:
            src.note_context(at, number.end())
            yield *number.span(1), "social-security-number-after-word"
    yield from _ibans(src)


def _ibans(src: ScannedText) -> Iterator[Span]:
    text = src.text
    done = 0
    for at in src.shape_places(_IBAN_SHAPES):
        start = _IBAN_START.search(text, max(done, at - _MAX_IBAN_START), at + 5)
        match = _IBAN.match(text, start.start()) if start else None
        if not match:
            continue
        # Words in capitals may follow: the longest number whose check digits are right counts.
        value = match.group()
        while len(value) >= 15:
            if iban.is_valid(value):
                done = match.start() + len(value)
                yield match.start(), done, "iban"
                break
            value = value[:-1].rstrip(" -")


RULES = [
    Rule(
        id="us-social-security-number",
        kind="id",
        description="Social security number of the United States, of an area that is issued",
        source="SSA: the Social Security number",
        samples=("employee ⟦536-90-4399⟧ called",),
        near_misses=("000-12-3456", "666-12-3456", "123-00-4567", "x536-90-4399", "536-90-43991"),
        scan=scan,
    ),
    Rule(
        id="social-security-number-after-word",
        kind="id",
        description="Number behind a word for a social security number",
        source="SSA: the Social Security number; IRS: ITIN",
        samples=("SSN ⟦536904399⟧", "Social security number: ⟦912-70-1234⟧"),
        near_misses=("ssn 12",),
        keywords=KEYWORDS,
        scan=scan,
    ),
    Rule(
        id="iban",
        kind="id",
        description="International bank account number whose check digits are right",
        source="ISO 13616",
        samples=("to ⟦DE89 3704 0044 0532 0130 00⟧ today", "⟦GB82WEST12345698765432⟧"),
        near_misses=("DE88 3704 0044 0532 0130 00", "AB12 CDEF 3456"),
        scan=scan,
    ),
]
