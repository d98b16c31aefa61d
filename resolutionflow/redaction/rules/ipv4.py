"""IPv4 addresses: plain, zero padded, glued to words, with port or prefix, and defanged."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "IPv4 addresses"

# Found from the first dot, to which `re` skips quickly; the first number is looked up backwards.
_RUN = re.compile(r"\.(?<=[0-9]\.)[0-9]{1,20}+(?>(?:\.[0-9]{1,20}+){2,62})", re.ASCII)
_DIGITS = frozenset("0123456789")
_NO_VERSION = frozenset("\r\n[](){}<>,;@|&?!%$\\")
_PACKAGED = frozenset("-_.")
# The usual case at once: four octets in range, none padded, the first neither 0 nor 255.
_QUAD = re.compile(
    r"(?:25[0-4]|2[0-4][0-9]|1[0-9]{2}|[1-9][0-9]?)"
    r"(?:\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}"
)
_SEPARATOR = (
    r"(?:\.|\[\.\]?|\.\]|\(\.\)|\{\.\}|<\.>|[\[({]\s?dot\s?[\])}]| dot | \. |\\{1,4}\.|%2e)"
)
_DEFANGED = re.compile(rf"[0-9](?<![0-9.][0-9])[0-9]{{0,2}}+(?:{_SEPARATOR}[0-9]{{1,3}}+){{3}}")
# The same in `ScannedText.digit_shape`.
_DEFANGED_SHAPES = (b"0[.", b"0.]", b"0 . 0", b"0%0e0", b"0[ .")
_DEFANGED_WORDS = (" dot ", *(bracket + blank + "dot" for bracket in "[({" for blank in ("", " ")))
# A whole address as one number, as browsers take it.
_NUMBER_HOST = re.compile(r"://(0x[0-9a-f]{7,8}|[1-9][0-9]{7,9})(?=[/:?#\s\"'<>]|\Z)")
_DASHED = re.compile(r"\bip-([0-9]{1,3}(?:-[0-9]{1,3}){3})(?![0-9-])")

_VERSION_WORDS = (
    "v",
    "ver",
    "vers",
    "version",
    "versie",
    "versi\u00f3n",
    "build",
    "firmware",
    "rev",
    "revision",
    "release",
    "patch",
    "hotfix",
    "agent",
    "fileversion",
    "productversion",
    "displayversion",
)
_WEAK_VERSION = {"release", "patch", "hotfix", "agent", "build", "firmware", "rev", "revision"}
_SECTIONS = (
    "\u00a7",
    "chapter",
    "section",
    "clause",
    "rule",
    "article",
    "art.",
    "kapitel",
    "abschnitt",
    "paragraph",
    "annex",
    "punkt",
    "ziffer",
)
_PRODUCT = re.compile(
    r"(?:chrome|chromium|headlesschrome|edge?|edga|opr|opera|firefox|safari|version|electron"
    r"|teams"
    r"|outlook|vivaldi|brave|trident|onedrive|slack|zoom|webex|java|jre|jdk)/$"
)
_PACKAGE = re.compile(
    r"-(?:alpha|beta|rc|preview|snapshot|dev|canary)(?![a-z])"
    r"|(?:[-_.][a-z][a-z0-9_]{1,9}){0,3}\.(?:msi|exe|dll|zip|nupkg|deb|rpm|tar|tgz|gz|cab|whl|jar"
    r"|iso|pkg|dmg|sys|msix|appx|intunewin)(?![a-z0-9])"
)
# A folder called after a version stands behind another; a server's address behind two backslashes.
_FOLDER = re.compile(r"[^\\\s]\\[0-9]")
_LOOKS_PRIVATE = re.compile(r"0*(?:10\.|192\.168\.|172\.0*(?:1[6-9]|2[0-9]|3[01])\.|169\.254\.)")
_MASKS = {f"{'1' * ones}{'0' * (32 - ones)}" for ones in range(8, 33) if ones != 31}
_WILDCARDS = {f"{'0' * zeros}{'1' * (32 - zeros)}" for zeros in range(8, 31)}
# As they are usually written, to be passed over at once.
_PARTIAL_WORDS = (".*", ".x")
_PARTIAL = re.compile(
    r"(?<![\w.-])(?:[0-9]{1,3}\.){2}(?:[0-9]{1,3}\.(?:\*|x{1,3})|\*\.\*|x\.x)(?![\w.*]|-[0-9a-z])"
)
_PLAIN_MASKS = {
    ".".join(str(int(bits[at : at + 8], 2)) for at in range(0, 32, 8))
    for bits in _MASKS | _WILDCARDS
}
_RESOLVERS = {"1.1.1.1", "1.0.0.1", "2.2.2.2"}


def _plain(src: ScannedText) -> Iterator[Span]:
    """Spans of IPv4 addresses. Netmasks, wildcard masks, ``0.0.0.0`` and version numbers stay."""
    text, lower = src.text, src.lower
    for match in _RUN.finditer(text):
        dot, end = match.span()
        start = dot - 1
        while start and dot - start < 20 and text[start - 1] in _DIGITS:
            start -= 1
        if start > 1 and text[start - 1] == "." and text[start - 2] in _DIGITS:
            continue
        if not _QUAD.fullmatch(text, start, end):
            if text[start:end] in _PLAIN_MASKS:
                continue
            end = _address_end(text[start:end].split("."), start) or 0
        if end and not _is_version(text, lower, start, end):
            yield start, end, "ipv4-address"


def _defanged(src: ScannedText) -> Iterator[Span]:
    lower = src.lower
    if src.holds(_DEFANGED_WORDS) or src.has_shape(_DEFANGED_SHAPES):
        for match in _DEFANGED.finditer(lower):
            octets = re.findall(r"[0-9]+", re.sub("%2e", ".", match.group()))
            after = lower[match.end() : match.end() + 2]
            plain = (
                match.group().count(".") == 3 and len(match.group()) == sum(map(len, octets)) + 3
            )
            if _valid(octets) and not plain and not re.match(r"[0-9]|\.[0-9]", after):
                yield match.start(), match.end(), "ipv4-address-defanged"


def _partial(src: ScannedText) -> Iterator[Span]:
    """Ranges whose last numbers are a star or an x, where no version is meant."""
    for at, _ in src.occurrences(_PARTIAL_WORDS):
        match = _PARTIAL.search(src.lower, max(0, at - 12), at + 6)
        if not match or not match.start() < at < match.end():
            continue
        value = match.group()
        octets = re.findall(r"[0-9]+", value)
        private = _LOOKS_PRIVATE.match(value) and not value.startswith("169.254.")
        if max(map(int, octets)) < 256 and (private or (len(octets) == 3 and "*" in value)):
            yield *match.span(), "ipv4-address-range"


def _as_number(src: ScannedText) -> Iterator[Span]:
    lower = src.lower
    for match in _NUMBER_HOST.finditer(lower) if src.holds_text("://") else ():
        number = int(match.group(1), 0) if match.group(1)[0] != "0" else int(match.group(1), 16)
        if 1 << 24 <= number < 1 << 32:
            yield *match.span(1), "ipv4-address-as-number"


def _in_names(src: ScannedText) -> Iterator[Span]:
    lower = src.lower
    if src.holds_text("ip-"):
        for match in _DASHED.finditer(lower):
            if _valid(match.group(1).split("-")):
                yield match.start(1), match.end(1), "ipv4-address-in-name"


def _valid(octets: list[str]) -> bool:
    """Four octets in range that are an address rather than a netmask, wildcard or nothing."""
    if len(octets) != 4 or max(map(len, octets)) > 3 or max(map(int, octets)) > 255:
        return False
    if octets[0] not in ("0", "00", "000", "255"):
        return True
    bits = "".join(f"{int(octet):08b}" for octet in octets)
    return bits not in _MASKS and bits not in _WILDCARDS and "1" in bits


def _address_end(parts: list[str], start: int) -> int | None:
    """Where the address at the start of a dotted number ends, or None.

    Five parts are an address with its port as packet captures print it (``10.0.0.5.443``), unless
    the first part is 0, 1 or 2, with which object identifiers begin. Longer ones are identifiers.
    """
    if not _valid(parts[:4]):
        return None
    if len(parts) == 4:
        return start + sum(map(len, parts)) + 3
    head = ".".join(parts[:4])
    if len(parts) == 5 and (int(parts[0]) > 2 or head in _RESOLVERS):
        return start + len(head) if int(parts[4]) <= 65535 else None
    if len(parts) == 8 and int(parts[0]) > 2 and _valid(parts[4:]):
        return start + len(".".join(parts))
    return None


def _is_version(text: str, lower: str, start: int, end: int) -> bool:
    """Whether the words around say that these four numbers are a version.

    Doubt goes to the address: private ranges are versions only behind an outright version word.
    """
    value = text[start:end]
    if text.startswith("\\", end) and _FOLDER.match(text, start - 2):
        return int(value.split(".")[0]) < 32 and not _LOOKS_PRIVATE.match(value)
    if text[end : end + 1] not in _PACKAGED and (not start or text[start - 1] in _NO_VERSION):
        return False
    before = lower[start - 28 if start > 28 else 0 : start]
    lead = before.rstrip(" \t:=#\"'*")
    if lead.endswith(_VERSION_WORDS):
        word = max((w for w in _VERSION_WORDS if lead.endswith(w)), key=len)
        behind = lead[: -len(word)][-1:]
        if behind in ("-", "/") or (word == "v" and lead != before):
            return False  # a switch, such as mstsc's "/v:" or the "-v" of ssh
        if text.startswith((":", "/"), end) and text[end + 1 : end + 2].isdecimal():
            return False  # with a port or prefix length
        if not behind.isalpha():
            private = bool(_LOOKS_PRIVATE.match(value))
            if word in _WEAK_VERSION:
                small = int(value.split(".")[0]) < 32 and value not in _RESOLVERS
                built = (
                    word == "build" and value.startswith("10.0.") and int(value.split(".")[2]) == 0
                )
                return small and (not private or built) and not text.startswith(":", end)
            return not private or value.startswith("10.0." if word == "v" else "10.")
    if lead.endswith(_SECTIONS) and int(value.split(".")[0]) < 32:
        return not _LOOKS_PRIVATE.match(value)
    if before.endswith("/") and _PRODUCT.search(before):
        return not _LOOKS_PRIVATE.match(value)
    if lower[end : end + 1] not in ("-", "_", "."):
        return False
    return bool(_PACKAGE.match(lower, end, end + 48)) and not _LOOKS_PRIVATE.match(value)


RULES = [
    Rule(
        id="ipv4-address",
        kind="ip",
        description="IPv4 address, plain, zero-padded or with a port",
        source="RFC 791, RFC 6943",
        samples=(
            "ping ⟦10.8.12.4⟧ works",
            "⟦192.168.001.010⟧",
            "en0:⟦10.0.0.5⟧:443",
        ),
        near_misses=(
            "mask 255.255.255.0",
            "version 1.2.3.4",
            "10.8.12",
        ),
        scan=_plain,
    ),
    Rule(
        id="ipv4-address-defanged",
        kind="ip",
        description="IPv4 address whose dots are written so that it is no link",
        source="Usual defanging of addresses",
        samples=(
            "⟦10[.]0[.]0[.]5⟧",
            "⟦10 dot 0 dot 0 dot 5⟧",
        ),
        near_misses=("10[.]0[.]0",),
        keywords=_DEFANGED_WORDS,
        scan=_defanged,
    ),
    Rule(
        id="ipv4-address-range",
        kind="ip",
        description="Range of IPv4 addresses, its last numbers a star or an x",
        source="Usual notation of networks",
        samples=("range ⟦10.8.12.*⟧ is blocked", "⟦192.168.44.x⟧", "⟦192.168.44.xxx⟧"),
        near_misses=("version 2.10.x", "php 8.1.*", "1.2.3.x"),
        keywords=_PARTIAL_WORDS,
        scan=_partial,
    ),
    Rule(
        id="ipv4-address-as-number",
        kind="ip",
        description="IPv4 address as one number in a URL",
        source="WHATWG: URL, IPv4 parser",
        samples=(
            "http://⟦3232235777⟧/",
            "http://⟦0xc0a80101⟧/",
        ),
        near_misses=("http://12/",),
        scan=_as_number,
    ),
    Rule(
        id="ipv4-address-in-name",
        kind="ip",
        description="IPv4 address in the name of a host, with hyphens",
        source="AWS: hostname types",
        samples=("ip-⟦10-0-0-5⟧.ec2.internal",),
        near_misses=(
            "ip-10-0-0",
            "ship-10-0-0-5x",
        ),
        scan=_in_names,
    ),
]
