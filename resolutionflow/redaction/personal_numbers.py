"""Numbers that belong to a person: payment cards, social security and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from .keyword_index import find_all
from .model import ScannedText, Span

_CARD = re.compile(
    r"[2-6](?<![\w.+-][2-6])(?:[0-9]{3}([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?"
    r"|(?<=3)[47][0-9]{2}([ -]?)[0-9]{6}\2[0-9]{5}|(?<=3)[068][0-9]{2}([ -]?)[0-9]{6}\3[0-9]{4}"
    r"|(?<=4)[0-9]{12})(?![\w-]|\.[0-9])"
)
_LABELLED_CARD = re.compile(
    r"(?:card|cc|credit|debit|\bpan|amex|visa|mastercard|kreditkarte|carte"
    r"|tarjeta)\b[^\n0-9]{0,24}"
    r"([0-9](?:[ -]?[0-9]){11,18})(?![0-9-])"
)
_ISSUERS = re.compile(
    r"4|5[1-5]|2(?:2[2-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[68])|6(?:011|4[4-9]|5|2)|35"
    r"(?:2[89]|[3-8])"
)
_LABELLED_SSN = re.compile(
    r"(?:ssn|social security(?: (?:number|no\.?|#))?|itin)\b[^\n0-9]{0,12}"
    r"([0-9]{3}[- .]?[0-9]{2}[- .]?[0-9]{4})(?![\w-])"
)
# Found from the exchange code, so that `re` can skip to punctuation; the area code is looked up
# backwards.
_NANP = re.compile(r"[-.)][ -]?(?:[2-9][0-9]{2}[-.]|[0-9]{2}-)[0-9]{4}(?![\w-]|\.[0-9])")
_SSN = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}")
_AREA_BACKWARDS = re.compile(r"(?:[0-9]{2}[2-9]\(?)(?:[ .-]?1\+?)?(?![\w./:+-])")
_INTERNATIONAL = re.compile(
    r"(?:\+|00)[1-9][0-9]{0,2}(?:[ .-]?(?:\(0?[0-9]{0,4}\))?[ .-]?[0-9]{1,6}){2,6}(?![\w-]"
    r"|\.[0-9])"
)
_EXITS = (re.compile(r"\+(?<![\w+]\+)[1-9]"), re.compile(r"00[1-9](?<![\w.,:/+-]00[1-9])"))
_LABELLED_PHONE = re.compile(
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
    "card,cc ,cc:,cc#,credit,debit,pan ,pan:,amex,visa,mastercard,kreditkarte,carte,tarjeta,ssn,"
    "social,itin,phone,tel,t\u00e9l,mob,handy,cell,fax,call,ring,rang,dial,ddi,did ,landline,"
    "voicemail,sms,text,contact,reach,ph ,ph:"
)
NUMBER_WORDS = frozenset(_WORDS.split(","))
# The shapes (see `keyword_index.digit_shape`) of a card, a telephone or a security number.
_CARD_SHAPES = (b"0000-0000", b"0000 0000", b"0" * 13, b"-000000-", b" 000000 ")
_CARD_LENGTH = 24
_NANP_SHAPES = (b"000-0000", b"000.0000", b"-00-0000")
_WITH_AREA = (
    *(b"%b000-0000" % sign for sign in (b"-", b".", b"]", b" ")),
    *(b"%b000.0000" % sign for sign in (b"-", b".", b"]", b" ")),
    b"0-00-0000",
)
_LETTERS = frozenset((b"m", b"t", b"p"))
# How far the expressions behind a word read.
_REACH = 72


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of cards (issuer range and Luhn sum right), social security and phone numbers."""
    text, lower = src.text, src.lower
    shape = src.digit_shape
    yield from _cards(src)
    maybe = any(sign in shape for sign in _NANP_SHAPES) and any(
        sign in shape for sign in _WITH_AREA
    )
    for match in _NANP.finditer(text) if maybe else ():
        if match.end() - match.start() == 8 and text[match.start()] == "-":
            start = match.start() - 3
            before = text[start - 1 : start] if start > 0 else ""
            if (
                start >= 0
                and _SSN.match(text, start)
                and _is_ssn(text[start : match.end()], before)
            ):
                yield start, match.end(), "token"
            continue
        area = _AREA_BACKWARDS.match(text[max(0, match.start() - 10) : match.start()][::-1])
        if area:
            yield match.start() - area.end(), match.end(), "token"
    for exit_code in chain.from_iterable(pattern.finditer(text) for pattern in _EXITS):
        src.context_spans.append((exit_code.start(), exit_code.start() + 40))
        number = _INTERNATIONAL.match(text, exit_code.start())
        if number:
            digits = re.sub(r"[^0-9]", "", number.group())
            if 8 <= len(digits) <= 16 and (number.group()[0] == "+" or " " in number.group()):
                yield *number.span(), "token"
    starts = [at for at, _ in src.occurrences(NUMBER_WORDS) if not lower[at - 1 : at].isalnum()]
    for letter in _LETTERS & src.tokens:
        for sign in (":", "."):
            found = find_all(lower, letter.decode() + sign)
            starts += (at for at in found if not lower[at - 1 : at].isalnum())
    for at in starts:
        if not _NUMBER.search(lower, at, at + _REACH):
            continue
        src.context_spans.append((at, at + _REACH))
        for pattern in (_LABELLED_CARD, _LABELLED_SSN, _LABELLED_PHONE):
            number = pattern.match(lower, at)
            if number and _fits(pattern, number):
                yield *number.span(1), "token"


def _cards(src: ScannedText) -> Iterator[Span]:
    done = 0
    for at in sorted(chain.from_iterable(find_all(src.digit_shape, sign) for sign in _CARD_SHAPES)):
        match = _CARD.search(src.text, max(done, at - _CARD_LENGTH), at + 3 * _CARD_LENGTH)
        if not match or match.start() > at:
            continue
        done = match.end()
        digits = re.sub(r"[^0-9]", "", match.group())
        if _ISSUERS.match(digits) and luhn(digits):
            yield *match.span(), "token"


def _fits(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    number = match.group(1)
    digits = re.sub(r"[^0-9]", "", number)
    if pattern is _LABELLED_CARD:
        return len(digits) >= 13 and bool(_ISSUERS.match(digits))
    if pattern is _LABELLED_PHONE:
        return not _NOT_PHONE.match(number) and not _LETTERED.match(match.group())
    return True


def _is_ssn(number: str, before: str) -> bool:
    """Area 000, 666 and 9xx, group 00 and serial 0000 are never issued."""
    area, group, serial = number.split("-")
    issued = area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"
    return issued and not (before.isalnum() or before in ("_", ".", "-"))


def luhn(digits: str) -> bool:
    """The check sum of ISO/IEC 7812-1."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1
