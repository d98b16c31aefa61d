"""IPv6 addresses in every textual form of RFC 4291 and RFC 5952, plain or glued to text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "IPv6 addresses"

# Two colons in a row, or three groups in a row: a clock time has neither.
_ANCHOR = re.compile(r":(?::|(?:[0-9A-Fa-f]{1,4}+:){3})")
_RUN = re.compile(r"[0-9A-Fa-f:]{2,4096}+")
_RUN_BACKWARDS = re.compile(r"[0-9A-Fa-f:]{0,45}+")
_V4_TAIL = re.compile(r"(?:\.[0-9]{1,3}){3}(?![0-9])")
_ZONE = re.compile(r"%(?:25)?[0-9A-Za-z][0-9A-Za-z_.~-]{0,15}+")
_PIECE = re.compile(r"[0-9A-Fa-f]{0,64}+(?>(?:::?[0-9A-Fa-f]{1,64}+){0,512})(?:::)?")
_GLOBAL = re.compile(r"(?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]|ff[0-9a-f]{2}):", re.I)
_DEFANGED = re.compile(
    r"[0-9a-f]{0,4}+(?:(?:\[:{1,2}\]|%3a|:){1,2}[0-9a-f]{1,4}+){1,7}(?:\[:{1,2}\]|%3a%3a)?"
)
_DEFANGED_SIGN = re.compile(r"\[:(?:(?<=[0-9a-f\]]\[:)|:?\](?=[0-9a-f]))|%3a")
_LITERAL_NET = re.compile(r"([0-9a-f-]{4,48})\.ipv6-literal\.net")
_NIBBLES = re.compile(r"(?<![0-9a-f.])(?:[0-9a-f]\.){4,32}(?=ip6\.arpa)")
# A port behind an address that has no brackets, as some logs write it.
_PORT = re.compile(r":[1-9][0-9]{1,4}$")
_MAX = 39
_DIGIT = re.compile(r"[0-9]")
_LONG_HEAD = re.compile(r"[0-9A-Fa-f]{5,64}")
_LONG_TAIL = re.compile(r":([0-9A-Fa-f]{5,64})$")


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of IPv6 addresses with their zone; port and prefix length stay readable."""
    text, lower = src.text, src.lower
    done = 0
    anchor = _ANCHOR.search(text)
    while anchor:
        at = anchor.start()
        back = text[max(done, at - _MAX) : at][::-1]
        start = at - _RUN_BACKWARDS.match(back).end()  # type: ignore[union-attr]
        end = _RUN.match(text, start).end()  # type: ignore[union-attr]
        # Six colons at least, or two in a row: hardware addresses have neither.
        if text.find("::", start, end) >= 0 or text.count(":", start, end) >= 6:
            yield from _in_run(text, start, end)
        done = end
        anchor = _ANCHOR.search(text, done)
    if src.holds_text("[:") or src.holds_text("%3a"):
        yield from _defanged(lower)
    if src.holds_text(".ipv6-literal.net"):
        for match in _LITERAL_NET.finditer(lower):
            yield match.start(), match.end(), "ipv6-literal-name"
    if src.holds_text("ip6.arpa"):
        for match in _NIBBLES.finditer(lower):
            yield match.start(), match.end() - 1, "ipv6-reverse-name"


def _defanged(lower: str) -> Iterator[Span]:
    """Addresses with colons in brackets, or percent-encoded as in a query."""
    done = 0
    for sign in _DEFANGED_SIGN.finditer(lower):
        if sign.start() < done:
            continue
        done = sign.end()
        before = lower[max(0, sign.start() - 48) : sign.start()]
        start = sign.start() - len(before) + len(before.rstrip("0123456789abcdef:[]%"))
        start += 3 * lower.startswith("%5b", start)
        start += lower[start : sign.start()].startswith(("[", "]"))
        match = _DEFANGED.match(lower, start)
        if not match or match.end() <= sign.start():
            continue
        done = max(done, match.end())
        plain = re.sub(r"[\[\]]", "", match.group().replace("%3a", ":"))
        if plain.count(":") > 1 and _accept(plain) and any(c.isdigit() for c in plain):
            yield match.start(), match.end(), "ipv6-address-defanged"


def _in_run(text: str, start: int, end: int) -> Iterator[Span]:
    """Addresses in one run of hexadecimal digits and colons (a trailing IPv4 part may follow)."""
    at = start
    while at < end:
        piece = _PIECE.match(text, at, end)
        stop = piece.end() if piece else at
        if stop - at > 2:
            yield from _in_piece(text, at, stop)
        at = max(stop, at) + 1


def _in_piece(text: str, start: int, end: int) -> Iterator[Span]:
    """The address in one well-formed stretch of groups, if there is one.

    Groups glued on at either side are taken off: an over-long first group keeps its last four
    digits, an over-long last group is masked whole, and a small number left over from a word
    (the ``0`` of ``en0:2001:db8::1``) is dropped when what follows is an address by itself.
    """
    value = text[start:end]
    head = _LONG_HEAD.match(value)
    if head:
        start += head.end() - 4
        value = text[start:end]
    port = _PORT.search(value)
    if port and _accept(value[: port.start()]) and not _accept(value):
        value, end = value[: port.start()], end - len(port.group())
    tail = _LONG_TAIL.search(value)
    if tail:
        value = value[: tail.start(1) + 4]
    dotted = _V4_TAIL.match(text, end) if not tail else None
    before, after = text[start - 1 : start], text[end : end + 1]
    if dotted:
        value, end = value + dotted.group(), dotted.end()
    elif "::" not in value and value.count(":") < 7:
        return
    if (
        value.count(":") > 8
        or value.count("::") > 1
        or (value.count(":") == 8 and "::" not in value)
    ):
        begin = _window(value)
        if begin is None:
            return
        start, value = start + begin, value[begin:]
        if "::" not in value:
            value = ":".join(value.split(":")[:8])
        end = start + len(value)
    elif before.isalpha() and not _GLOBAL.match(value):
        rest = value.partition(":")[2]
        if _GLOBAL.match(rest) and _accept(rest):
            start, value, before = start + len(value) - len(rest), rest, ":"
    if not _accept(value) or _is_code(text, start, end, value, before, after):
        return
    zone = _ZONE.match(text, end)
    yield start, zone.end() if zone else end, "ipv6-address"


def _window(value: str) -> int | None:
    """Offset of a global, local or link-local address that starts inside an over-long run."""
    offset = 0
    while offset < min(len(value), 512):
        if _GLOBAL.match(value, offset):
            rest = value[offset:]
            if "::" in rest and _accept(rest):
                return offset
            if "::" not in rest and _accept(":".join(rest.split(":")[:8])):
                return offset
        step = value.find(":", offset)
        if step < 0:
            return None
        offset = step + 1
    return None


@lru_cache(maxsize=2048)
def _accept(value: str) -> bool:
    """Return whether `value` is an address; remembered, as logs repeat theirs."""
    if len(value) > 45 or not value.strip(":."):
        return False
    groups = value.split(":")
    if len(groups) == 8 and all(len(group) == 2 for group in groups):
        return False  # an EUI-64 or a world wide name; hardware addresses are another family
    if "." in value:  # IPv6Address refuses zero-padded octets
        octets = groups[-1].split(".")
        if not all(octet.isdecimal() for octet in octets):
            return False
        groups[-1] = ".".join(str(int(octet)) for octet in octets)
    try:
        IPv6Address(":".join(groups))
    except (AddressValueError, ValueError):
        return False
    return True


def _is_code(text: str, start: int, end: int, value: str, before: str, after: str) -> bool:
    """Scope operators, style sheets and slices use ``::`` too.

    Eight groups, or two groups of three digits or more with a decimal digit among them, are an
    address whatever they are glued to.
    """
    groups = [group for group in value.split(":") if group]
    digits = _DIGIT.search(value) is not None
    if "::" not in value or (digits and sum(len(group) > 2 for group in groups) >= 2):
        return False
    glued_left = before.isalpha() or before in ("_", ")", "]", "$")
    glued_right = after.isalpha() or after in ("_", "(", "$")
    if glued_left or glued_right:
        strong = digits and bool(_GLOBAL.match(value)) and len(groups) >= 2
        return not strong
    if before == "[" and all(len(group) <= 2 for group in groups):
        return text[start - 2 : start - 1].isalnum() or text[start - 2 : start - 1] in (")", "]")
    if not digits:
        return value.startswith("::") or all(len(group) < 3 for group in groups)
    return False


RULES = [
    Rule(
        id="ipv6-address",
        kind="ip",
        description="IPv6 address with its zone",
        source="RFC 4291, RFC 5952",
        samples=(
            "ping ⟦2001:db8::7⟧ works",
            "⟦fe80::1%eth0⟧",
            "⟦::ffff:10.0.0.5⟧",
        ),
        near_misses=(
            "at 12:30:45",
            "std::vector",
            "a::b",
        ),
        scan=scan,
    ),
    Rule(
        id="ipv6-address-defanged",
        kind="ip",
        description="IPv6 address with colons in brackets or percent-encoded",
        source="Usual defanging of addresses; RFC 3986",
        samples=(
            "⟦2001[:]db8[:]0[:]1[:]2[:]3[:]4[:]5⟧",
            "?ip=⟦2001%3adb8%3a%3a7⟧",
        ),
        near_misses=("12[:]30",),
        scan=scan,
    ),
    Rule(
        id="ipv6-literal-name",
        kind="ip",
        description="IPv6 address as a name below ipv6-literal.net",
        source="Microsoft: IPv6 literal names",
        samples=("\\\\⟦2001-db8--7.ipv6-literal.net⟧\\x",),
        near_misses=("x.ipv6-literals.net",),
        scan=scan,
    ),
    Rule(
        id="ipv6-reverse-name",
        kind="ip",
        description="IPv6 address as a name below ip6.arpa",
        source="RFC 3596",
        samples=("⟦7.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2⟧.ip6.arpa",),
        near_misses=("zone ip6.arpa",),
        scan=scan,
    ),
]
