"""One search behind highlight and mask: run every rule, settle overlaps, make it stable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import idempotence, invisible_characters, known_values
from .chunks import split
from .finding import Finding
from .kinds import KINDS, PLACEHOLDERS
from .policy import DEFAULT_POLICY, Policy
from .rule import Span
from .rule_set import RuleSet, rule_set
from .scanned_text import ScannedText
from .settle import settle
from .wrapped_lines import extend_over_line_ends

_MAX_ROUNDS = 8


def find(
    text: str,
    *,
    redact_hostnames: bool = False,
    redact_phone_numbers: bool = False,
    secrets: Iterable[str] = (),
    policy: Policy = DEFAULT_POLICY,
) -> list[Finding]:
    """Return everything in `text` that [R1] wants masked, in order of place, without overlaps.

    `secrets` are literal values (of sensitive variables, of fields whose label names a secret),
    found as ``token`` wherever they appear in any case of letters. With `redact_hostnames`, UNC
    paths (``unc``), host names and hardware addresses (``host``) are found too, and with
    `redact_phone_numbers` telephone numbers (``phone``). `policy` holds an account's choices.

    Offsets count characters of `text`. Time grows linearly with the length of `text`.
    """
    options = {"redact_hostnames": redact_hostnames, "redact_phone_numbers": redact_phone_numbers}
    rules = rule_set(frozenset(name for name, wanted in options.items() if wanted), policy)
    search = _Search(rules, known_values.prepare(secrets), policy)
    spans: list[Span] = []
    text, starts, origins = invisible_characters.strip(text)
    for begin, start, stop, end in split(text):
        # What begins in the margins belongs to the neighbouring pieces.
        spans += [
            (first + begin, last + begin, rule)
            for first, last, rule in search.find(text[begin:end])
            if start <= first + begin < stop
        ]
    spans = settle(spans, None, rules.kinds)
    if starts:
        spans = invisible_characters.to_original(spans, starts, origins)
    return [Finding(start, end, rules.kinds[rule], rule) for start, end, rule in spans]


class _Search:
    """One search of one text or its pieces."""

    def __init__(self, rules: RuleSet, secrets: Sequence[str], policy: Policy) -> None:
        self._rules = rules
        self._secrets = secrets
        self._policy = policy

    def find(self, text: str) -> list[Span]:
        """Return the spans to mask, in order, apart."""
        kinds = self._rules.kinds
        src = self._rules.prepare(text)
        spans = settle(self._scan(src), text, kinds)
        # Masking changes what stands beside a candidate. Searching again in the masked text until
        # nothing new turns up is what makes masking twice equal masking once.
        for _ in range(_MAX_ROUNDS):
            masked, starts, origins = idempotence.regions_to_rescan(src, spans, kinds)
            if not masked:
                break
            again = settle(self._scan(self._rules.prepare(masked)), masked, kinds)
            if not again:
                break
            spans = settle([*spans, *idempotence.to_original(again, starts, origins)], None, kinds)
        return spans

    def _scan(self, src: ScannedText) -> list[Span]:
        found = [*known_values.scan(src, self._secrets), *self._rules.scan(src)]
        spans = list(extend_over_line_ends(src.text, found, self._rules.kinds))
        if not self._policy.allows_something:
            return spans
        known = known_values.KNOWN_VALUE.id
        allows = self._policy.allows
        return [
            span for span in spans if span[2] == known or not allows(src.text[span[0] : span[1]])
        ]


def mask(
    text: str,
    *,
    redact_hostnames: bool = False,
    redact_phone_numbers: bool = False,
    findings: Sequence[Finding] | None = None,
    secrets: Iterable[str] = (),
    policy: Policy = DEFAULT_POLICY,
) -> str:
    """Return `text` with each finding replaced by its placeholder, for example ``[IP REDACTED]``.

    `findings` may be a subset of what `find` returned, sorted and without overlaps (the preview
    lets people keep some); without it, everything found is masked. Raises `ValueError` when they
    overlap, are out of order, out of range or of an unknown kind: failing closed is [R4].
    """
    if findings is None:
        findings = find(
            text,
            redact_hostnames=redact_hostnames,
            redact_phone_numbers=redact_phone_numbers,
            secrets=secrets,
            policy=policy,
        )
    out: list[str] = []
    done = 0
    for finding in findings:
        if not (done <= finding.start < finding.end <= len(text)) or finding.kind not in KINDS:
            raise ValueError("findings must be sorted, apart, in range and of a known kind")
        out += (text[done : finding.start], PLACEHOLDERS[finding.kind])
        done = finding.end
    out.append(text[done:])
    return "".join(out)
