"""Keys without prefix or label, told by their randomness alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ..heuristics import is_guid, looks_random
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Random words"

_WORD = re.compile(r"[A-Za-z0-9_-]{20,4000}+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{38,4000}+={0,2}")
_PUBLIC_BEFORE = re.compile(
    r"(?i)(?:sha(?:1|256|384|512)[:-][A-Za-z0-9+/]{0,100}|fingerprint\W{1,4}|AAAA[A-Z]"
    r"|(?:public[ _-]?key|pubkey|\bpeer|\bbh)[\"']?[ \t]{0,8}[:=][ \t]{0,8}[\"']?)$"
)
_PUBLIC = re.compile(r"AAAA[BCE][23]|MII[A-Z]|sha(?:1|256|384|512)-")
_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,30}(?:CERTIFICATE|PUBLIC KEY|REQUEST|CRL)[A-Z ]{0,10}-----"
)
# Hexadecimal, or one case of letters with digits: a key only where the words before say so.
_TOLD = re.compile(
    r"[0-9a-fA-F]{32,128}|(?=[a-z]{0,20}[0-9])[a-z0-9]{40,80}|(?=[A-Z]{0,20}[0-9])[A-Z0-9]{26,80}"
    r"|[A-Za-z]{32,64}"
)
_HINT = re.compile(
    r"rotat|revok|leak|expos|compromis|credential|token|secret|api.?key|apikey|access.?key"
    r"|\b(?:key|pat|login|auth|passhash|zabbix|wandb|seed)\b"
)
_NOT_HINT = re.compile(
    r"sha|md5|hash(?!=)|thumb|finger|commit|public|primary|foreign|registry|etag|digest|checksum"
    r"|key.?id|login.?id|kid\b|\bid\b"
)


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of long random words; public keys, certificates and fingerprints stay."""
    text, lower = src.text, src.lower
    public = _public_blocks(text)
    for start, end in src.key_runs:
        for match in _WORD.finditer(text, start, end):
            word = match.group()
            if (
                _looks_generated(word) or _rotated_hex(lower, match.start(), word)
            ) and not _is_public(text, match.start(), public):
                yield match.start(), match.end(), "high-entropy-word"
    for run in src.key_runs:
        for match in _BASE64.finditer(text, *run):
            word = match.group()
            if not any(sign in word for sign in "+/=") or not looks_random(word):
                continue
            pieces = word.rstrip("=").split("/")
            if (
                max(map(len, pieces)) >= 4
                and not _pathlike(pieces)
                and not _is_public(text, match.start(), public)
            ):
                yield *match.span(), "high-entropy-base64"


def _looks_generated(word: str) -> bool:
    """Random, and not the name of a model, whose parts between hyphens are short."""
    return looks_random(word) and (
        word.count("-") < 2 or max(map(len, word.split("-"))) >= 12 or len(word) > 60
    )


def _pathlike(pieces: list[str]) -> bool:
    """Most pieces between slashes are lower-case words or plain numbers."""
    plain = sum(
        not p or (p.islower() and p.isalpha()) or p.isdigit() or p.istitle() for p in pieces
    )
    return len(pieces) > 2 and plain * 2 > len(pieces)


def _rotated_hex(lower: str, start: int, word: str) -> bool:
    """Hexadecimal digits are a hash or an id, unless the words before speak of a credential."""
    if not _TOLD.fullmatch(word) or is_guid(word):
        return False
    before = lower[max(0, start - 40) : start]
    line = before[before.rfind("\n") + 1 :].replace("token redacted]", "")
    return bool(_HINT.search(line)) and not _NOT_HINT.search(line)


def _public_blocks(text: str) -> list[tuple[int, int]]:
    if "-----BEGIN " not in text:
        return []
    ends = [match.start() for match in re.finditer("-----END", text)]
    out = []
    for match in _BLOCK.finditer(text):
        at = bisect_right(ends, match.end())
        near = at < len(ends) and ends[at] - match.end() < 20_000
        stop = ends[at] if near else match.end() + 4000
        barrier = text.find("\0", match.end(), stop)
        out.append((match.start(), barrier if barrier >= 0 else stop))
    return out


def _is_public(text: str, start: int, blocks: list[tuple[int, int]]) -> bool:
    if _PUBLIC.match(text, start) or _PUBLIC_BEFORE.search(text[max(0, start - 112) : start]):
        return True
    at = bisect_right(blocks, start, key=lambda block: block[0])
    return bool(at) and start < blocks[at - 1][1]


RULES = [
    Rule(
        id="high-entropy-word",
        kind="token",
        description="Long random word, or hexadecimal digits behind a word for a credential",
        source="detect-secrets: high entropy strings",
        samples=(
            "used ⟦⟨w40⟩⟧ there",
            "rotated the token ⟦⟨h40⟩⟧",
        ),
        near_misses=(
            "commit ⟨h40⟩",
            "GetUserProfileSettingsFromServer",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
        ),
        scan=scan,
    ),
    Rule(
        id="high-entropy-base64",
        kind="token",
        description="Long random Base64",
        source="RFC 4648",
        samples=("used ⟦⟨b60⟩+A/b⟧ there",),
        near_misses=(
            "/usr/share/doc/python/examples/readme/more",
            "sha256:⟨b43⟩=",
            "PublicKey = ⟨b43⟩=",
        ),
        scan=scan,
    ),
]
