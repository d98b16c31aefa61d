"""Host names: domain names, machine names by their habit or their label, hardware addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .domains import FILE_ENDINGS, PUBLIC_SITES, SUFFIXES, WORDS
from .model import Source, Span
from .prefixes import lookup

# A name is found from a dot with a letter behind it, to which `re` can skip; its beginning is
# looked up backwards.
_DOT = re.compile(r"\.\]?[^\W\d_]")
_NAME_BACKWARDS = re.compile(r"\[?(?:[\w.-]|\]\.\[){1,253}+")
_DOTTED = re.compile(r"\w[\w-]{0,62}+(?:(?:\.|\[\.\])[\w-]{1,63}+){1,12}(?:\$(?!\w))?")
_BEFORE_NAMES = """
    host server computer pc machine work laptop desktop device domain dns ad file print mail web sql
    backup app rds terminal exchange name dc node vm nas rechner systemname serveur servidor
    ordinateur equipo netbios fqdn ping trace tracert nslookup rdp ssh mstsc -computername -server
    on_ from_ into_ to_
"""
_LABEL_WORDS = lookup([word.replace("_", " ") for word in _BEFORE_NAMES.split()])
_LABELLED = re.compile(
    r"(?:host ?names?|hosts?|servers?|computers?(?: ?names?)?|pc(?: ?names?)?|machines?"
    r"(?: ?names?)?|work ?stations?|laptops?"
    r"|desktops?|device(?: ?names?)?|(?:domain|dns|ad|file|print|mail|web|sql|backup|app|rds"
    r"|terminal|exchange|name) ?(?:server|controller|host)"
    r"|domains?|dc|nodes?|vm|vms|printer|print queue|nas|rechner(?:name)?|computername"
    r"|systemname|serveur|servidor|ordinateur|equipo"
    r"|dns suffix|netbios(?: name)?|fqdn|ping|tracert|traceroute|nslookup|rdp to|rdp|ssh"
    r"|mstsc /v:|-computername|-server|on|from|into|to)"
    r"(?:[ .]{0,40}[:=][ ]{0,4}|[ ]{1,3}(?:is |called |named )?)[\"'`]?"
    r"([A-Za-z0-9][\w-]{1,62}+)(?![\w.@]|:/)"
)
_MACHINE = re.compile(r"[A-Z](?<![\w.@\\/#-][A-Z])(?:[A-Z0-9_-]{2,30}+)(?![\w@]|\.[A-Za-z0-9])")
_MACHINE_LOWER = re.compile(
    r"(?:srv|svr|server|dc|pc|ws|wks|wkst|laptop|desktop|lt|dt|nb|fs|sql|web|app|db|vm|vpn|rds"
    r"|ts|hv|esx|esxi|exch|mail"
    r"|print|prn|nas|san|fw|sw|ap|rtr|gw|proxy|backup|bkp|node|host|k8s|prod|dev|test|stg|lon"
    r"|nyc|par|ber|fra|ams)"
    r"(?:-[a-z0-9]{1,15}){0,3}-?[0-9]{1,4}(?![\w@]|\.[A-Za-z0-9])"
)
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
# Found from the first separator, so that `re` can skip to it; what stands before is looked at
# backwards.
_MAC = re.compile(
    r"([:-])(?<=[0-9A-Fa-f]{2}[:-])(?<![0-9A-Fa-f:.-][0-9A-Fa-f]{2}[:-])"
    r"(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}\1[0-9A-Fa-f]{2})?"
    r"(?![0-9A-Fa-f]|[:.-][0-9A-Fa-f])"
)
_MAC_DOTTED = re.compile(
    r"\.(?<=[0-9A-Fa-f]{4}\.)(?<![0-9A-Fa-f:.-][0-9A-Fa-f]{4}\.)"
    r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![0-9A-Fa-f]|[:.-][0-9A-Fa-f])"
)
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


def scan(src: Source) -> Iterator[Span]:
    """Spans of host names and hardware addresses, for when host names are to be masked.

    Dotted names need a domain ending that file names lack; bare names need digits or hyphens in
    the manner of asset names, and a role or a label that says so.
    """
    text, lower = src.text, src.lower
    done = 0
    for dot in _DOT.finditer(text):
        if dot.start() < done:
            continue
        back = _NAME_BACKWARDS.match(text[max(done, dot.start() - 253) : dot.start()][::-1])
        match = _DOTTED.search(text, dot.start() - back.end(), dot.start() + 64) if back else None
        match = _DOTTED.match(text, match.start()) if match else None
        if match and match.end() > dot.start():
            done = match.end()
            if _is_domain(match.group(), text, match.start(), done):
                yield match.start(), done - match.group().endswith("$"), "host"
    for match in _MACHINE.finditer(text):
        name = match.group().rstrip("-_")
        if _is_machine(name):
            yield match.start(), match.start() + len(name), "host"
    for match in _MACHINE_LOWER.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if not before or not (before.isalnum() or before in "_.@/#-"):
            yield *match.span(), "host"
    for word in _LABEL_WORDS.finditer(lower):
        at = word.start()
        if lower[at - 1 : at].isalnum() or not (named := _LABELLED.match(lower, at)):
            continue
        src.words.append(at)
        start, end = named.span(1)
        if _is_named(text[start:end], named.group()):
            yield start, end, "host"
    yield from _hardware(src)


def _hardware(src: Source) -> Iterator[Span]:
    text, lower = src.text, src.lower
    for pattern, group in ((_MAC, 2), (_MAC_DOTTED, 4)):
        for match in pattern.finditer(text):
            start = match.start() - group
            if len(set(re.sub(r"[:.-]", "", text[start : match.end()]))) > 1:
                yield start, match.end(), "host"
    if "mac" in lower or "hw" in lower or "physical" in lower or "ethernet" in lower:
        for match in _MAC_BARE.finditer(lower):
            if lower[match.start() - 1 : match.start()].isalnum():
                continue
            if any(c.isdigit() for c in match.group(1)):
                yield *match.span(1), "host"


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


def _is_named(name: str, phrase: str) -> bool:
    """A name behind a label must look like one: digits or a hyphen, not a plain word or unit."""
    label = phrase.split()[0]
    if name.lower() in WORDS or name.lower() in _ARTICLES:
        return False
    odd = any(c.isdigit() for c in name) and any(c.isalpha() for c in name)
    if _NOT_MACHINE.fullmatch(name.upper()) or re.fullmatch(r"[0-9]+[a-z]{1,4}", name.lower()):
        return False
    if label in ("on", "from", "into", "to", "device", "devices"):
        return (
            odd
            and len(name) >= 5
            and name.upper() == name
            and ("-" in name or bool(_ROLE.search(name)))
        )
    return odd or ("-" in name and name.upper() == name and len(name) >= 5)
