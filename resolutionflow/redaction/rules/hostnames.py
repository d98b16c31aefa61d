"""Host names: domain names, machine names by their habit or their label, hardware addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..hostname_words import FILE_ENDINGS, PUBLIC_SITES, SUFFIXES, TENANTS, WORDS
from ..keyword_search import find_all
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Host names"

# A name is found from a dot with a letter behind it, to which `re` can skip; its beginning is
# looked up backwards.
_DOT = re.compile(r"\.(?=\]?[^\W\d_])(?:(?:[\w-]{1,63}+\.){0,11}([\w-]{1,63}+)(?![\w.\[-]))?")
_NAME_BACKWARDS = re.compile(r"\[?(?>(?:[\w.-]|\]\.\[){1,253})")
_DOTTED = re.compile(r"\w[\w-]{0,62}+(?:(?:\.|\[\.\])[\w-]{1,63}+){1,12}(?:\$(?!\w))?")
_BEFORE_NAMES = """
    host hosts hostname hostnames server servers computer computers computername computernames pc
    pcname pcnames machine machines machinename machinenames work workstation workstations laptop
    laptops desktop desktops device devices devicename devicenames domain domains printer dc node
    nodes vm vms nas rechner rechnername systemname serveur servidor ordinateur equipo netbios dns
    fqdn ping tracert traceroute nslookup rdp ssh mstsc print
"""
_KINDS_OF = "domain dns ad file print mail web sql backup app rds terminal exchange name"
_AFTER_LABEL = frozenset(" .:=")
_LABEL_TOKENS = frozenset(
    word.encode()
    for word in _BEFORE_NAMES.split()
    + [a + b for a in _KINDS_OF.split() for b in ("server", "controller", "host")]
)
_KIND_TOKENS = frozenset(word.encode() for word in _KINDS_OF.split())
_GOES_WITH_NAME = re.compile(
    r"\b(?:on|from|into|to)(?: {1,3}(?:is |called |named )?| ?[:=] {0,4})[\"'`]?$"
)
_LABELLED = re.compile(
    r"(?:host ?names?|hosts?|servers?|computers?(?: ?names?)?|pc(?: ?names?)?|machines?"
    r"(?: ?names?)?|work ?stations?|laptops?"
    r"|desktops?|device(?: ?names?)?|(?:domain|dns|ad|file|print|mail|web|sql|backup|app|rds"
    r"|terminal|exchange|name) ?(?:server|controller|host)"
    r"|domains?|dc|nodes?|vm|vms|printer|print queue|nas|rechner(?:name)?|computername"
    r"|systemname|serveur|servidor|ordinateur|equipo"
    r"|dns suffix|netbios(?: name)?|fqdn|ping|tracert|traceroute|nslookup|rdp to|rdp|ssh"
    r"|mstsc /v:)"
    r"(?:[ .]{0,40}[:=][ ]{0,4}|[ ]{1,3}(?:is |called |named )?)[\"'`]?"
    r"([A-Za-z0-9][\w-]{1,62}+)(?![\w.@]|:/)"
)
# A machine's name shows a capital followed by a digit or hyphen; such pairs are looked for in a
# twin of the text in which they are spelled ``A0``, and the name's beginning backwards from there.
_MACHINE = re.compile(r"(?<![\w.@\\/#-])[A-Z][A-Z0-9_-]{2,30}+(?![\w@]|\.[A-Za-z0-9])")
_MACHINE_TWIN = bytes(
    65 if c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_" else 48 if c in b"0123456789-" else 32
    for c in range(256)
)
_ROLE_WORDS = """
    srv svr server dc pc ws wks wkst laptop desktop lt dt nb fs sql web app db vm vpn rds ts hv
    esx esxi exch mail print prn nas san fw sw ap rtr gw proxy backup bkp node host prod dev
    test stg lon nyc par ber fra ams
"""
_ROLES = _ROLE_WORDS.split()
_MACHINE_TOKENS = frozenset(role.encode() for role in _ROLES)
_MACHINE_LOWER = re.compile(
    rf"(?<![\w.@/#-])(?:{'|'.join(_ROLES)})"
    r"(?:-[a-z0-9]{1,15}){0,3}-?[0-9]{1,4}(?![\w@]|\.[A-Za-z0-9])"
)
_IN_NAME = frozenset("-0123456789")
_ROLE = re.compile(
    r"(?:^|[-_])(?:(?:SRV|SVR|SERVER|DC|PC|WS|WKS|WKST|WRK|LAPTOP|DESKTOP|LT|DT|NB|NBK|FS|SQL"
    r"|WEB|APP|DB|VM|VPN|RDS|RDSH|TS|HV|ESX|ESXI|EXCH|EX|MAIL"
    r"|PRINT|PRN|PRT|NAS|SAN|FW|SW|AP|RTR|GW|PROXY|BACKUP|BKP|BK|NODE|HOST|WIN|MAC|MBP|IMAC"
    r"|SURFACE|TAB|POS|KIOSK|TERM|CTX|CITRIX|FILE|HYPERV|VEEAM"
    r"|DHCP|DNS|NPS|ADFS|CA|WSUS|SCCM|RADIUS|LAP|TABLET|PHONE|CAM|NVR|UPS|SBS|CLIENT|MGMT|JUMP"
    r"|BASTION|STORAGE|MX|CORE|EDGE|DIST|ACC|WLC|SWITCH|ROUTER)"
    r"[0-9]{0,5}[A-Z]?)(?=$|[-_])"
)
_WINDOWS_DEFAULT = re.compile(r"(?:DESKTOP|LAPTOP|WIN|PC|MININT)-[A-Z0-9]{5,15}")
_NOT_MACHINE = re.compile(
    r"(?:KB|CVE|INC|REQ|CHG|PRB|PO|RFC|TKT|SR|CASE|HTTP|TLS|SSL|SHA|MD|AES|RSA|UTF|ISO|USB|HDMI"
    r"|DDR|IPV|WPA|MS|IEEE|DSA|ECDSA|AMD|ARM|X|H|ID|SKU|SN|P"
    r"|PS|EVENT|ERROR|ERR|OS|RJ|CAT|VLAN|RAID|COM|LPT|PID|TCP|UDP|CN|OU|S|V|Q|FY|Y|WIFI|BASE|CP"
    r"|GB|MB|TB|LEVEL|TIER|STEP|PHASE|VER|BUILD)"
    r"[-_]?[0-9][0-9-]{0,14}[A-Z]?"
)
# Where `keyword_index.digit_shape` shows them, letters up to f being digits too.
_MAC = re.compile(
    r"(?<![0-9A-Fa-f:.-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"(?:\1[0-9A-Fa-f]{2}\1[0-9A-Fa-f]{2})?(?![0-9A-Fa-f]|[:.-][0-9A-Fa-f])"
)
_MAC_DOTTED = re.compile(
    r"(?<![0-9A-Fa-f:.-])(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?![0-9A-Fa-f]|[:.-][0-9A-Fa-f])"
)
_MACS = ((b"00:00:00:00:", _MAC), (b"00-00-00-00-", _MAC), (b"0000.0000.0000", _MAC_DOTTED))
_HEXADECIMAL = bytes.maketrans(b"abcdef", b"000000")
_MAC_TOKENS = frozenset((b"mac", b"hw", b"hwaddr", b"physical", b"ethernet"))
_MAC_BARE = re.compile(
    r"(?:mac|hw(?:addr)?|physical address|ethernet)\b[^\n0-9a-f]{0,16}"
    r"(?:address[^\n0-9a-f]{0,8})?([0-9a-f]{12})(?![0-9a-z])"
)
_ARTICLES = {
    "the",
    "a",
    "an",
    "is",
    "was",
    "this",
    "that",
    "his",
    "her",
    "my",
    "our",
    "its",
    "their",
}


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of host names and hardware addresses, for when host names are to be masked.

    Dotted names need a domain ending that file names lack; bare names need digits or hyphens in
    the manner of asset names, and a role or a label that says so.
    """
    text, lower = src.text, src.lower
    yield from _dotted(text)
    yield from _machines(text, lower)
    for token in src.words & _MACHINE_TOKENS:
        for at in find_all(text, token.decode()):
            if text[at + len(token) : at + len(token) + 1] not in _IN_NAME:
                continue
            if lower_case := _MACHINE_LOWER.match(text, at):
                yield *lower_case.span(), "machine-name"
    labels = src.words & _LABEL_TOKENS
    if b"controller" in src.words:
        labels |= src.words & _KIND_TOKENS
    for token in labels:
        word = token.decode()
        for at in find_all(lower, word):
            end = at + len(word)
            if lower[end : end + 1] not in _AFTER_LABEL or lower[at - 1 : at].isalnum():
                continue
            if not (named := _LABELLED.match(lower, at)):
                continue
            start, end = named.span(1)
            if _is_named(text[start:end], named.group()):
                yield start, end, "host-name-after-word"
    yield from _hardware(src)


def _machines(text: str, lower: str) -> Iterator[Span]:
    twin = text.encode("latin-1", "replace").translate(_MACHINE_TWIN)
    known: dict[str, tuple[bool, bool]] = {}
    done = 0
    for at in find_all(twin, b"A0"):
        if at < done:
            continue
        begin = twin.rfind(b" ", max(done, at - 29), at) + 1 or max(done, at - 29)
        match = _MACHINE.match(text, begin)
        if not match:
            continue
        done = match.end()
        name = match.group().rstrip("-_")
        verdict = known.get(name)
        if verdict is None:
            verdict = known[name] = _is_machine(name), _may_be_gone_to(name)
        machine, asset = verdict
        if machine or (asset and _GOES_WITH_NAME.search(lower[max(0, begin - 16) : begin])):
            yield begin, begin + len(name), "machine-name"


def _dotted(text: str) -> Iterator[Span]:
    done = 0
    judged: dict[tuple[str, str, str], bool] = {}
    dot = _DOT.search(text)
    while dot:
        at, following = dot.start(), dot.start() + 1
        ending = dot.group(1)
        if ending and not _may_end_name(ending):
            dot = _DOT.search(text, dot.end())
            continue
        back = _NAME_BACKWARDS.match(text[max(done, at - 253) : at][::-1])
        match = _DOTTED.search(text, at - back.end(), at + 64) if back else None
        match = _DOTTED.match(text, match.start()) if match else None
        if match and match.end() > at:
            start, done = match.span()
            following = max(done, following)
            around = match.group(), text[max(0, start - 2) : start], text[done : done + 1]
            good = judged.get(around)
            if good is None:
                good = judged[around] = _is_domain(match.group(), text, start, done)
            if good:
                yield start, done - match.group().endswith("$"), "domain-name"
        dot = _DOT.search(text, following)


def _hardware(src: ScannedText) -> Iterator[Span]:
    text, lower = src.text, src.lower
    hexadecimal = src.digit_shape.translate(_HEXADECIMAL)
    for sign, pattern in _MACS:
        for at in find_all(hexadecimal, sign):
            match = pattern.match(text, at)
            if match and len(set(match.group())) > 2:  # more than one digit, and the sign
                yield *match.span(), "hardware-address"
    for token in src.words & _MAC_TOKENS:
        for at in find_all(lower, token.decode()):
            bare = _MAC_BARE.match(lower, at)
            if bare and not lower[at - 1 : at].isalnum() and not bare.group(1).isalpha():
                yield *bare.span(1), "hardware-address"


def _is_domain(name: str, text: str, start: int, end: int) -> bool:
    labels = name.rstrip("$").replace("[.]", ".").lower().split(".")
    tld = labels[-1].rstrip("-_")
    if tld not in SUFFIXES and not tld.startswith("xn--"):
        return False
    if any(not label or label.startswith("-") for label in labels) or text[end : end + 1] == "(":
        return False
    if all(label[:1].isupper() and not label.isupper() for label in name.split(".")):
        return False
    site = ".".join(labels[-2:])
    before = text[start - 1 : start]
    if TENANTS.fullmatch(".".join(labels)):
        return True
    if site in PUBLIC_SITES or ".".join(labels[-3:]) in PUBLIC_SITES:
        return False
    if (
        before in ("$", "\\", "/")
        and text[start - 2 : start] not in ("//", "\\\\")
        and before != "/"
    ):
        return False
    if tld in FILE_ENDINGS and before in ("/", "\\") and text[start - 2 : start - 1] != before:
        return False
    if len(labels) == 2 and labels[0] in WORDS:
        return False
    return not labels[-2].isdigit() or len(labels) > 2 or labels[-2] in ("163", "126", "360")


def _is_machine(name: str) -> bool:
    if len(name) < 4 or (
        not any(c.isdigit() for c in name) and not _WINDOWS_DEFAULT.fullmatch(name)
    ):
        return bool(_ROLE.search(name) and "-" in name and len(name) >= 6)
    if _NOT_MACHINE.fullmatch(name):
        return False
    return bool(_WINDOWS_DEFAULT.fullmatch(name) or _ROLE.search(name))


def _may_end_name(label: str) -> bool:
    tld = label.lower().rstrip("-_")
    return tld in SUFFIXES or tld.startswith("xn--")


def _is_asset(name: str) -> bool:
    return len(name) >= 5 and name.upper() == name and ("-" in name or bool(_ROLE.search(name)))


def _may_be_gone_to(name: str) -> bool:
    """Whether the name is a machine's in "moved to ACME-0123", "logged on to …"."""
    return (
        "-" in name
        and any(c.isdigit() for c in name)
        and _is_asset(name)
        and not _NOT_MACHINE.fullmatch(name)
    )


def _is_named(name: str, phrase: str) -> bool:
    """A name behind a label must look like one: digits or a hyphen, not a plain word or unit."""
    label = phrase.split()[0]
    if name.lower() in WORDS or name.lower() in _ARTICLES:
        return False
    odd = any(c.isdigit() for c in name) and any(c.isalpha() for c in name)
    if _NOT_MACHINE.fullmatch(name.upper()) or re.fullmatch(r"[0-9]+[a-z]{1,4}", name.lower()):
        return False
    if label in ("device", "devices"):
        return odd and _is_asset(name)
    return odd or ("-" in name and name.upper() == name and len(name) >= 5)


RULES = [
    Rule(
        id="domain-name",
        kind="host",
        description="Domain name, of machines and of customers",
        source="RFC 1034, RFC 6762",
        samples=(
            "open ⟦portal.contoso.com⟧ now",
            "⟦srv01.corp.local⟧",
        ),
        near_misses=(
            "readme.md",
            "login.microsoftonline.com",
            "e.g. this",
        ),
        scan=scan,
    ),
    Rule(
        id="machine-name",
        kind="host",
        description="Name of a machine, told by its role and number",
        source="Microsoft: naming conventions for computers",
        samples=(
            "on ⟦SRV-SQL07⟧ today",
            "⟦DESKTOP-4F7K2LM⟧",
            "moved to ⟦ACME-0123⟧",
        ),
        near_misses=(
            "KB5012345",
            "CVE-2024-1234",
            "SHA256",
        ),
        scan=scan,
    ),
    Rule(
        id="host-name-after-word",
        kind="host",
        description="Name behind a word for a machine",
        source="Usual labels of tickets",
        samples=(
            "host ⟦web3-lon⟧ is down",
            "computer name: ⟦ACCT-07⟧",
        ),
        near_misses=(
            "server is slow",
            "host 5min",
        ),
        scan=scan,
    ),
    Rule(
        id="hardware-address",
        kind="host",
        description="Hardware (MAC) address",
        source="IEEE 802, EUI-48",
        samples=(
            "MAC ⟦02-9C-14-F5-9F-6B⟧ blocked",
            "⟦f20d.ccf5.7447⟧",
            "mac address ⟦02207414c083⟧",
        ),
        near_misses=(
            "00:00:00:00:00:00",
            "12:30:45",
        ),
        scan=scan,
    ),
]
