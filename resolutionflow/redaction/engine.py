"""One search behind highlight and mask: run every family, settle overlaps, make it stable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from . import (
    bare_hostnames,
    command_lines,
    credential_files,
    credential_pairs,
    email,
    high_entropy,
    hostnames,
    http_headers,
    idempotence,
    invisible_characters,
    ipv4,
    ipv6,
    keyword_recognizer,
    keywords,
    known_values,
    markup,
    personal_numbers,
    private_keys,
    tables,
    unc_paths,
    urls,
    vendor_keys,
)
from .chunks import split
from .keyword_index import KeywordCache, KeywordSet
from .model import KINDS, PLACEHOLDER, PLACEHOLDERS, Finding, ScannedText, Span, scanned_text

_ALWAYS: tuple[Callable[[ScannedText], Iterable[Span]], ...] = (
    private_keys.scan,
    urls.scan,
    vendor_keys.scan,
    high_entropy.scan,
    keyword_recognizer.scan,
    credential_pairs.scan,
    http_headers.scan,
    tables.scan,
    markup.scan,
    command_lines.scan,
    credential_files.scan,
    personal_numbers.scan,
    email.scan,
    ipv4.scan,
    ipv6.scan,
)
_NAMES: tuple[Callable[[ScannedText], Iterable[Span]], ...] = (
    unc_paths.scan,
    hostnames.scan,
    bare_hostnames.scan,
)
_KEYWORDS = KeywordSet(
    {
        *keywords.LABEL_WORDS,
        *command_lines.KEYWORDS,
        *personal_numbers.NUMBER_WORDS,
        *credential_pairs.PAIR_WORDS,
        *http_headers.SCHEME_WORDS,
        *http_headers.HEADER_WORDS,
        *urls.HOOK_WORDS,
    }
)
_RANK = {kind: rank for rank, kind in enumerate(("token", "unc", "email", "ip", "host"))}
_ROUNDS = 8


def find(
    text: str, *, redact_hostnames: bool = False, secrets: Iterable[str] = ()
) -> list[Finding]:
    """Everything in `text` that [R1] wants masked, in order of place, without overlaps.

    `secrets` are literal values (of sensitive variables, of fields whose label names a secret),
    found as ``token`` wherever they appear in any case of letters. With `redact_hostnames`, UNC
    paths (``unc_paths``), host names and hardware addresses (``host``) are found too.

    Offsets count characters of `text`. Time grows linearly with the length of `text`.
    """
    wanted = known_values.prepare(secrets)
    cache = KeywordCache(_KEYWORDS)
    spans: list[Span] = []
    text, starts, origins = invisible_characters.strip(text)
    for begin, start, stop, end in split(text):
        # What begins in the margins belongs to the neighbouring pieces.
        found = _find(text[begin:end], redact_hostnames, wanted, cache)
        spans += [
            (first + begin, last + begin, kind)
            for first, last, kind in found
            if start <= first + begin < stop
        ]
    spans = _settle(spans, None)
    return [
        Finding(*span)
        for span in (invisible_characters.to_original(spans, starts, origins) if starts else spans)
    ]


def _find(
    text: str, redact_hostnames: bool, secrets: Sequence[str], cache: KeywordCache
) -> list[Span]:
    src = scanned_text(text, cache)
    spans = _settle(_scan(src, redact_hostnames, secrets), text)
    # Masking changes what stands beside a candidate. Searching again in the masked text until
    # nothing new turns up is what makes masking twice equal masking once.
    for _ in range(_ROUNDS):
        masked, starts, origins = idempotence.regions_to_rescan(src, spans)
        if not masked:
            break
        again = _settle(_scan(scanned_text(masked, cache), redact_hostnames, secrets), masked)
        if not again:
            break
        spans = _settle([*spans, *idempotence.to_original(again, starts, origins)], None)
    return spans


def mask(
    text: str,
    *,
    redact_hostnames: bool = False,
    findings: Sequence[Finding] | None = None,
    secrets: Iterable[str] = (),
) -> str:
    """`text` with each finding replaced by its placeholder, for example ``[IP REDACTED]``.

    `findings` may be a subset of what `find` returned, sorted and without overlaps (the preview
    lets people keep some); without it, everything found is masked. Raises `ValueError` when they
    overlap, are out of order, out of range or of an unknown kind: failing closed is [R4].
    """
    if findings is None:
        findings = find(text, redact_hostnames=redact_hostnames, secrets=secrets)
    out: list[str] = []
    done = 0
    for finding in findings:
        if not (done <= finding.start < finding.end <= len(text)) or finding.kind not in KINDS:
            raise ValueError("findings must be sorted, apart, in range and of a known kind")
        out += (text[done : finding.start], PLACEHOLDERS[finding.kind])
        done = finding.end
    out.append(text[done:])
    return "".join(out)


def _scan(src: ScannedText, redact_hostnames: bool, secrets: Sequence[str]) -> list[Span]:
    src.key_runs.extend(vendor_keys.long_runs(src.text))
    spans: list[Span] = list(known_values.scan(src, secrets))
    for family in _ALWAYS:
        spans.extend(family(src))
    if redact_hostnames:
        for family in _NAMES:
            spans.extend(family(src))
    return spans


def _settle(spans: list[Span], text: str | None) -> list[Span]:
    """Sort, join what overlaps, and cut out what was masked before.

    Joined spans take the kind of the longest part; equal lengths are settled by `_RANK`.
    """
    spans.sort()
    joined: list[Span] = []
    longest = 0
    for start, end, kind in spans:
        if joined and start < joined[-1][1]:
            first, last, old = joined[-1]
            length = end - start
            if length > longest or (length == longest and _RANK[kind] < _RANK[old]):
                old, longest = kind, length
            joined[-1] = (first, max(last, end), old)
        else:
            joined.append((start, end, kind))
            longest = end - start
    if text is None or " REDACTED]" not in text:
        return joined
    return _cut(joined, [m.span() for m in PLACEHOLDER.finditer(text)], text)


def _cut(spans: list[Span], barriers: list[tuple[int, int]], text: str) -> list[Span]:
    out: list[Span] = []
    index = 0
    for start, end, kind in spans:
        while index < len(barriers) and barriers[index][1] <= start:
            index += 1
        at, look = start, index
        pieces: list[Span] = []
        while look < len(barriers) and barriers[look][0] < end:
            if barriers[look][0] > at:
                pieces.append((at, barriers[look][0], kind))
            at = max(at, barriers[look][1])
            look += 1
        if look == index:
            out.append((start, end, kind))
            continue
        if at < end:
            pieces.append((at, end, kind))
        out += [p for p in pieces if any(c.isalnum() for c in text[p[0] : p[1]])]
    return out
