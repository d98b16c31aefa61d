"""IP addresses and e-mail in every form people paste."""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.redaction import find, mask

pytestmark = pytest.mark.req("R1")

BEFORE = [
    "",
    "ping ",
    "gw=",
    "(",
    "[",
    '"',
    "src:",
    "address ",
    "https://",
    "gateway",
    "<",
    ",",
    "-> ",
]
AFTER_V4 = ["", " ok", ":443", "/24", ")", "]", ",", ".", "/index.htm", "(static)", "\n", '"', ";"]
HOST_BITS = st.integers(min_value=1 << 24, max_value=(223 << 24) - 1)


@given(HOST_BITS, st.sampled_from(BEFORE), st.sampled_from(AFTER_V4), st.booleans())
@settings(max_examples=300, deadline=None)
def test_ipv4_anywhere(number: int, before: str, after: str, padded: bool) -> None:
    address = str(IPv4Address(number))
    if padded:
        address = ".".join(f"{int(octet):03d}" for octet in address.split("."))
    masked = mask(before + address + after)
    assert address not in masked
    assert "[IP REDACTED]" in masked


@given(HOST_BITS, st.sampled_from(["[.]", "(.)", "{.}", "[dot]", "(dot)", " dot ", "%2E", "\\."]))
@settings(max_examples=200, deadline=None)
def test_ipv4_defanged(number: int, dot: str) -> None:
    address = str(IPv4Address(number)).replace(".", dot)
    assert mask(f"saw {address} twice") == "saw [IP REDACTED] twice"


def ipv6_forms(number: int, rng: random.Random) -> list[str]:
    address = IPv6Address(number)
    short = address.compressed
    head = address.exploded.rsplit(":", 2)[0]
    groups = address.exploded.split(":")
    at = rng.randrange(1, 7)
    squeezed = groups.copy()
    squeezed[at] = "0"
    return [
        address.exploded,
        short,
        short.upper(),
        ":".join(group.lstrip("0") or "0" for group in groups),
        f"{head}:{IPv4Address(number & 0xFFFFFFFF)}",
        ":".join(squeezed[:at]) + "::" + ":".join(squeezed[at + 1 :]),
    ]


@given(
    st.integers(min_value=0x2000 << 112, max_value=(0x4000 << 112) - 1),
    st.sampled_from(["", "ping ", "(", "[", "src=", "addr ", "gateway ", "<", "via:"]),
    st.sampled_from(["", " up", "/64", "%eth0", "%12", "]:443", ")", ",", ".", "\n"]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=300, deadline=None)
def test_ipv6_every_form(number: int, before: str, after: str, rng: random.Random) -> None:
    for address in ipv6_forms(number, rng):
        masked = mask(before + address + after)
        assert address not in masked, (address, masked)
        assert masked.startswith(before + "[IP REDACTED]"), (address, masked)


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("loopback ::1", "loopback [IP REDACTED]"),
        ("::ffff:10.9.8.7 mapped", "[IP REDACTED] mapped"),
        ("fe80::1%12", "[IP REDACTED]"),
        ("[2001:db8::1]:443", "[[IP REDACTED]]:443"),
        ("fd00::5/48", "[IP REDACTED]/48"),
        ("en0:2607:f8b0:4005:805::200e", "en0:[IP REDACTED]"),
        ("64:ff9b::192.0.2.33", "[IP REDACTED]"),
        ("2001[:]db8[:][:]1 seen", "[IP REDACTED] seen"),
        ("IP 10.0.0.5.52344 > 10.0.0.7.443: S", "IP [IP REDACTED].52344 > [IP REDACTED].443: S"),
        ("dns 172.28.111.204/10.90.6.40", "dns [IP REDACTED]/[IP REDACTED]"),
        ("5.0.0.10.in-addr.arpa", "[IP REDACTED].in-addr.arpa"),
        # A switch called v, and what has a port or prefix length, is no version
        ("mstsc /v:10.9.8.25:3390 /admin", "mstsc /v:[IP REDACTED]:3390 /admin"),
        ("ssh -v 203.0.113.9", "ssh -v [IP REDACTED]"),
        ("mstsc /v 10.9.8.25", "mstsc /v [IP REDACTED]"),
        ("firmware 203.0.113.5 unreachable", "firmware [IP REDACTED] unreachable"),
        ("build 203.0.113.6:8080", "build [IP REDACTED]:8080"),
        ("rev 10.1.1.1/24", "rev [IP REDACTED]/24"),
        # Whole addresses as one number
        (
            "http://3232235777/ and http://0xc0a80101/x",
            "http://[IP REDACTED]/ and http://[IP REDACTED]/x",
        ),
        ("https://h/?ip=%5B2001%3Adb8%3A5%3A%3A36%5D", "https://h/?ip=%5B[IP REDACTED]%5D"),
    ],
)
def test_address_stands_exactly(line: str, masked: str) -> None:
    assert mask(line) == masked


@pytest.mark.parametrize(
    "line",
    [
        "Agent 4.10.2.1 deployed",
        "version 1.2.3.4",
        "v4.10.2.1",
        "Build 10.0.20348.2340",
        "Chrome/131.0.0.0",
        "rule 4.3.2.1a of the handbook",
        "\u00a7 5.1.2.4 of the contract",
        "http://1234567/",
        "setup-4.10.2.1.msi",
        "1.3.6.1.2.1.25.3.2.1.5.1",
        "mask 255.255.252.0",
        "0.0.0.0/0",
        "12:30:45",
        "00:00:00:00",
        "2025-01-31T23:59:59Z",
        "std::vector<int>",
        "td::before {}",
        "[Regex]::Escape($_)",
        "x[::2] and x[1::2]",
        "a::b",
        "02:20:74:14:c0:83",
        "50:06:01:60:3b:a0:11:22",
        "{7D1F5C3A-1111-4E2B-9C55-0A0B0C0D0E0F}",
        "999.1.1.1",
        "ratio 16:9",
    ],
)
def test_versions_times_and_code_are_no_addresses(line: str) -> None:
    assert find(line) == []


LOCALS = [
    "bob",
    "m.o'neil",
    "anna_b",
    "billing+2025",
    "x-y.z",
    "jos\u00e9",
    '"john doe"',
    '"odd\\\\"name"',
    "o\u2019brien",
    "bob&alice",
    "k.lee_x.com#EXT#",
]
DOMAINS = [
    "contoso.com",
    "mail.office.lan",
    "m\u00fcller.example",
    "xn--mller-kva.de",
    "a-b.co.uk",
    "163.com",
    "\u03c0\u03b1\u03c1\u03ac\u03b4\u03b5\u03b9\u03b3\u03bc\u03b1.\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae",
    "[10.0.0.1]",
    "site.technology",
]


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("local", LOCALS)
def test_email_in_prose_and_markup(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    for before, after in [
        ("", ""),
        ("to=", ","),
        ("<", ">"),
        ("mail ", " now"),
        ("mailto:", ""),
        ("(", ")."),
    ]:
        assert mask(f"{before}{address}{after}") == f"{before}[EMAIL REDACTED]{after}", address


@pytest.mark.parametrize(
    "address",
    [
        "bob at contoso dot com",
        "bob [at] contoso [dot] com",
        "bob(at)contoso.com",
        "bob%40contoso.com",
        "bob@contoso[.]com",
        "bob[@]contoso.com",
        "a.b (at) contoso (dot) org",
        "bob AT contoso.com",
        "bob \u00e4t contoso.de",
    ],
)
def test_email_spelled_out(address: str) -> None:
    assert mask(f"from {address}") == "from [EMAIL REDACTED]"


@pytest.mark.parametrize(
    "line",
    [
        "@channel heads up",
        "meet @ reception 10am",
        "npm i @babel/core@7.24.0",
        "git@github.com:acme/app.git",
        "logo@2x.png",
        "getty@tty1.service",
        "3 @ 4.50 each",
        "a@b",
        "@media print",
        "user@ prompt",
    ],
)
def test_at_signs_that_are_no_addresses(line: str) -> None:
    assert find(line) == []
