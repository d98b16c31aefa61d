"""Values behind a label: ``password: …``, ``API_KEY=…``, "the new password is …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import looks_like_password
from ..keywords import (
    LABEL_STARTS,
    LABELS,
    STARTS_OF_KIND,
    LabelKind,
    is_credential_key,
    is_public_key,
)
from ..kinds import PLACEHOLDER
from ..label_context import find_value, is_followed_by_prose
from ..label_values import extend_over_space, strip_trailing
from ..rule import Rule, Span, compile_pattern
from ..scanned_text import ScannedText
from ..time_budget import check_time
from ..value_before_label import value_before_label

TITLE = "Values behind a label"


def _labels_by_start() -> dict[str, re.Pattern[str]]:
    """The labels that can begin with each word, of the kinds that have such labels."""
    kinds: dict[str, list[LabelKind]] = {start: [] for start in LABEL_STARTS}
    for kind, words in STARTS_OF_KIND.items():
        for word in words:
            start = next(word[:size] for size in range(1, len(word) + 1) if word[:size] in kinds)
            if kind not in kinds[start]:
                kinds[start].append(kind)
    return {
        start: compile_pattern("|".join(f"(?P<{kind.value}>{LABELS[kind]})" for kind in listed))
        for start, listed in kinds.items()
    }


_LABELS = _labels_by_start()
# Everyday words among the starts, with the starts of labels that they may go on to.
_KEY_LABEL = compile_pattern(LABELS[LabelKind.KEY])
_EVERYDAY = {
    start: tuple(
        word
        for starts in STARTS_OF_KIND.values()
        for word in starts
        if word.startswith(f"{start} ")
    )
    for start in LABEL_STARTS & STARTS_OF_KIND[LabelKind.WEAK]
}
_RESULT = re.compile(r"pass(?=[ \t;,]|$)", re.M)  # "spf=pass": a value, no label
_RUN = re.compile(r"\S{1,4096}")
_MAX_LABELS_IN_WORD = 64
_LABELS_BETWEEN_CHECKS = 256
_RULE_OF = {
    LabelKind.PASSWORD: "labelled-password",
    LabelKind.CODE: "labelled-code",
    LabelKind.KEY: "labelled-key",
    LabelKind.WEAK: "labelled-strong-value",
}
_CODE = re.compile(r"[A-Za-z0-9]{4,12}(?:-[A-Za-z0-9]{4,12}){0,3}|[0-9]{4} [0-9]{4}")
_CODE_LINE = re.compile(
    r"[ \t]{0,8}(?:[*\u2022-]|[0-9]{1,2}[.)])?[ \t]{0,4}(?=[^\r\n]{0,24}[0-9])"
    rf"(?:{_CODE.pattern})"
    rf"(?:[ \t,]{{1,8}}(?:{_CODE.pattern})){{0,4}}[ \t\r]{{0,4}}(?=\n|\Z)"
)
_CODE_LIST = re.compile(
    rf"[ \t]{{0,4}}[:=]?[ \t]{{0,4}}((?:{_CODE.pattern})"
    rf"(?:[ \t,;]{{1,4}}(?:{_CODE.pattern})){{1,19}})"
    r"(?=[ \t.]{0,4}(?:\r?\n|\Z))"
)
_ALSO = re.compile(r"[ \t](?:to|and|or|und|y|et|then|->)[ \t](\S{5,64})")


def scan(src: ScannedText) -> Iterator[Span]:
    """Yield the spans of the values, never of their labels."""
    text, lower = src.text, src.lower
    done = 0
    for number, (at, word) in enumerate(_label_places(src)):
        if number % _LABELS_BETWEEN_CHECKS == 0:
            check_time()
        match = _LABELS[word].match(lower, at) if at >= done else None
        if not match:
            continue
        kind = LabelKind[match.lastgroup or "WEAK"]
        if match.group().startswith("key") and is_credential_key(lower, at):
            kind = LabelKind.KEY
        done = match.end()
        if match.group().startswith("key") and is_public_key(lower, at):
            continue
        if kind is LabelKind.WEAK and is_followed_by_prose(lower, done):
            continue
        span = find_value(src, at, done, kind)
        if span is None and kind is LabelKind.CODE and (key := _KEY_LABEL.match(lower, at)):
            # "TOTP seed", "auth code": the labels of keys begin with words of codes.
            kind, done = LabelKind.KEY, key.end()
            span = find_value(src, at, done, kind)
        if match.group().endswith("codes"):
            yield from _codes_behind(text, done)
        if span:
            done = span[1]
            yield *span, _RULE_OF[kind]
            if kind is LabelKind.PASSWORD:
                yield from _more_of_password(text, *span)
        elif kind is LabelKind.PASSWORD and (before := value_before_label(text, at)):
            yield *before, "password-before-label"


def _label_places(src: ScannedText) -> Iterator[tuple[int, str]]:
    """Where a label may stand, and the word that it begins with.

    A word that goes on and on is read to its end at each label in it: no more than so many count.
    """
    text, lower = src.text, src.lower
    run_end = tried = 0
    for at, word in src.occurrences(LABEL_STARTS):
        if word == "token" and PLACEHOLDER.match(text, at - 1):
            continue
        if text[at - 1 : at] == "=" and _RESULT.match(lower, at):
            continue
        if (
            word in _EVERYDAY
            and is_followed_by_prose(lower, at + len(word))
            and not lower.startswith(_EVERYDAY[word], at)
        ):
            continue
        if at >= run_end:
            run_end, tried = _RUN.match(text, at).end(), 0  # type: ignore[union-attr]
        tried += 1
        if tried <= _MAX_LABELS_IN_WORD:
            yield at, word


def _more_of_password(text: str, start: int, end: int) -> Iterator[Span]:
    """The second word of a password with a blank, and the new one of "changed from … to …"."""
    more = extend_over_space(text, start, end)
    if more:
        yield end, more, "labelled-password"
    also = _ALSO.match(text, end)
    if also and looks_like_password(also.group(1)):
        value = strip_trailing(also.group(1), LabelKind.PASSWORD)
        yield also.start(1), also.start(1) + len(value), "labelled-password"


def _codes_behind(text: str, at: int) -> Iterator[Span]:
    """The recovery codes in the line of their heading, or on the lines below it."""
    listed = _CODE_LIST.match(text, at)
    for code in _CODE.finditer(text, *listed.span(1)) if listed else ():
        parts = code.group().split("-")
        grouped = len(parts) > 1 and len(set(map(len, parts))) == 1
        if (grouped or any(c.isdigit() for c in code.group())) and len(code.group()) >= 6:
            yield *code.span(), "recovery-codes"
    line_end = text.find("\n", at, at + 40)
    while line_end >= 0 and (line := _CODE_LINE.match(text, line_end + 1)):
        for code in _CODE.finditer(text, *line.span()):
            if any(c.isdigit() for c in code.group()):
                yield *code.span(), "recovery-codes"
        line_end = line.end() if text.startswith("\n", line.end()) else -1


def _rule(
    id: str, description: str, source: str, samples: tuple[str, ...], near_misses: tuple[str, ...]
) -> Rule:
    return Rule(
        id=id,
        kind="token",
        description=description,
        source=source,
        samples=samples,
        near_misses=near_misses,
        keywords=tuple(sorted(LABEL_STARTS)),
        scan=scan,
    )


RULES = [
    _rule(
        "labelled-password",
        "Value behind a word for a password, in the languages of service desks",
        "detect-secrets: keyword detector",
        (
            "Password: ⟦Winter-22⟧",
            "DB_PASSWORD=⟦correcthorse⟧",
            "CLIENT_SECRET=⟦correcthorse⟧",
            "shared secret: ⟦swordfish⟧",
            "the new password is ⟦Winter-22⟧",
            "Kennwort: ⟦Winter-22⟧",
        ),
        (
            "Password: expired",
            '{"password":"your-real-pw", "port": 5432}',
            "Password policy: 12 characters",
            "password reset done",
        ),
    ),
    _rule(
        "labelled-code",
        "Digits or groups behind a word for a PIN or another code",
        "Usual labels of tickets",
        ("PIN: ⟦4821⟧", "alarm code is ⟦77310⟧", "door code ⟦4821#⟧"),
        ("PIN: unknown", "error code: none"),
    ),
    _rule(
        "labelled-key",
        "Value behind a word for a key, token or secret",
        "detect-secrets: keyword detector",
        (
            "api_key=⟦⟨w24⟩⟧",
            "API key: ⟦1234-5678-9012⟧",
            "TOTP seed: ⟦⟨s16⟩⟧",
            "Token: ⟦abc123def456⟧",
            'secret: "⟦⟨w32⟩⟧"',
        ),
        ("token: expired", "secret: see vault"),
    ),
    _rule(
        "labelled-strong-value",
        "Strong value behind a word such as key, hash or session id",
        "detect-secrets: keyword detector",
        ("key: ⟦⟨h32⟩⟧", "session id = ⟦⟨w28⟩⟧"),
        ("key: value", "hash: md5", "license: MIT", "PublicKey = ⟨b44⟩"),
    ),
    _rule(
        "password-before-label",
        "Password that is named behind its value",
        "Usual notes of service desks",
        ("⟦Winter-22⟧ is the new password",),
        ("this is the new password",),
    ),
    _rule(
        "recovery-codes",
        "Recovery codes below their heading",
        "GitHub, Google, Microsoft: recovery codes",
        ("Recovery codes:\n⟦ab12-cd34⟧\n", "Recovery codes: ⟦4821-9930⟧, 1177-2045"),
        ("Recovery codes:\nprinted",),
    ),
]
