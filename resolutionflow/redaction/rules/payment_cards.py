"""Payment cards: sixteen digits and kin, of a known issuer, whose check digit is right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Payment cards"

_CARD = re.compile(
    r"[2-6](?<![\w.+-][2-6])(?:[0-9]{3}([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?"
    r"|(?<=3)[47][0-9]{2}([ -]?)[0-9]{6}\2[0-9]{5}|(?<=3)[068][0-9]{2}([ -]?)[0-9]{6}\3[0-9]{4}"
    r"|(?<=4)[0-9]{12})(?![\w-]|\.[0-9])"
)
_AFTER_WORD = re.compile(
    r"(?:card|cc|credit|debit|\bpan|amex|visa|mastercard|kreditkarte|carte"
    r"|tarjeta)\b[^\n0-9]{0,24}"
    r"([0-9](?:[ -]?[0-9]){11,18})(?![0-9-])"
)
_ISSUERS = re.compile(
    r"4|5[1-5]|2(?:2[2-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[68])|6(?:011|4[4-9]|5|2)|35"
    r"(?:2[89]|[3-8])"
)
_WORDS = "card,cc ,cc:,cc#,credit,debit,pan ,pan:,amex,visa,mastercard,kreditkarte,carte,tarjeta"
KEYWORDS = tuple(_WORDS.split(","))
# One of these builds (see `ScannedText.digit_shape`) stands in every card.
_SHAPES = (b"0000-0000", b"0000 0000", b"0" * 13, b"-000000-", b" 000000 ")
_MAX_LENGTH = 24
# How far the expression behind a word reads.
_REACH = 72
_DIGITS = re.compile(r"[0-9](?:[ ./()-]{0,2}[0-9]){6}")


def scan(src: ScannedText) -> Iterator[Span]:
    """Yield the spans of card numbers."""
    done = 0
    for at in src.shape_places(_SHAPES):
        match = _CARD.search(src.text, max(done, at - _MAX_LENGTH), at + 3 * _MAX_LENGTH)
        if not match or match.start() > at:
            continue
        done = match.end()
        if _is_card(match.group()):
            yield *match.span(), "payment-card"
    for at, _ in src.occurrences(KEYWORDS):
        if src.lower[at - 1 : at].isalnum() or not _DIGITS.search(src.lower, at, at + _REACH):
            continue
        src.note_context(at, at + _REACH)
        number = _AFTER_WORD.match(src.lower, at)
        if number and _may_be_card(number.group(1)):
            yield *number.span(1), "payment-card-after-word"


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _is_card(number: str) -> bool:
    """Whether issuer and check digit (ISO/IEC 7812-1) are right; one digit repeated is no card."""
    digits = _digits(number)
    return bool(_ISSUERS.match(digits)) and luhn.is_valid(digits) and len(set(digits)) > 1


def _may_be_card(number: str) -> bool:
    digits = _digits(number)
    return len(digits) >= 13 and bool(_ISSUERS.match(digits))


RULES = [
    Rule(
        id="payment-card",
        kind="card",
        description="Payment card number: issuer and check digit are right",
        source="ISO/IEC 7812-1",
        samples=(
            "paid with ⟦4111 1111 1111 1111⟧ today",
            "⟦5500-0000-0000-0004⟧",
            "⟦378282246310005⟧",
        ),
        near_misses=("order 4111 1111 1111 1112", "4444444444444444444444", "ref 1234567890123456"),
        scan=scan,
    ),
    Rule(
        id="payment-card-after-word",
        kind="card",
        description="Number behind a word for a payment card",
        source="ISO/IEC 7812-1",
        samples=("card no. ⟦4111 1111 1111 1112⟧", "Visa: ⟦4000123412341234⟧"),
        near_misses=("card 12", "card reader 1234567890123456"),
        keywords=KEYWORDS,
        scan=scan,
    ),
]
