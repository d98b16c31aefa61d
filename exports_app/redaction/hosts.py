"""Host names: domain names, machine names by their habit or their label, hardware addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .domains import FILE_ENDINGS, PUBLIC_SITES, SUFFIXES, TENANTS, WORDS
from .model import Source, Span
from .words import places

# A name is found from a dot with a letter behind it, to which `re` can skip; its beginning is
# looked up backwards.
_DOT = re.compile(r"\.\]?[^\W\d_]")
_NAME_BACKWARDS = re.compile(r"\[?(?:[\w.-]|\]\.\[){1,253}+")
_REST = re.compile(r"(?:\.[\w-]{1,63}+){0,11}\.([\w-]{1,63}+)(?![\w.\[-])")
_DOTTED = re.compile(r"\w[\w-]{0,62}+(?:(?:\.|\[\.\])[\w-]{1,63}+){1,12}(?:\$(?!\w))?")
_BEFORE_NAMES = """
    host hosts hostname hostnames server servers computer computers computername computernames pc
    pcname pcnames machine machines machinename machinenames work workstation workstations laptop
    laptops desktop desktops device devices devicename devicenames domain domains dns ad file print
    mail web sql backup app rds terminal exchange name printer dc node nodes vm vms nas rechner
    rechnername systemname serveur servidor ordinateur equipo netbios fqdn ping tracert traceroute
    nslookup rdp ssh mstsc
"""
_AFTER_LABEL = frozenset(" .:=")
_KINDS_OF = (
    "domain",
    "dns",
    "ad",
    "file",
    "print",
    "mail",
    "web",
    "sql",
    "backup",
    "app",
    "rds",
    "terminal",
    "exchange",
    "name",
)
_LABEL_TOKENS = frozenset(
    word.encode()
    for word in _BEFORE_NAMES.split()
    + [a + b for a in _KINDS_OF for b in ("server", "controller", "host")]
)
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
_MACHINE = re.compile(
    r"[A-Z](?<![\w.@\\/#-][A-Z])(?=[A-Z_]{0,29}[0-9-])(?:[A-Z0-9_-]{2,30}+)(?![\w@]|\.[A-Za-z0-9])"
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
# With what of `words.shape` shows them, letters up to f being digits too.
_MACS = (
    (_MAC, 2, (b"00:00:00:00:", b"00-00-00-00-")),
    (_MAC_DOTTED, 4, (b"0000.0000.0000",)),
)
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


def scan(src: Source) -> Iterator[Span]:
    """Spans of host names and hardware addresses, for when host names are to be masked.

    Dotted names need a domain ending that file names lack; bare names need digits or hyphens in
    the manner of asset names, and a role or a label that says so.
    """
    text, lower = src.text, src.lower
    yield from _dotted(text)
    known: dict[str, bool] = {}
    for match in _MACHINE.finditer(text):
        name = match.group().rstrip("-_")
        machine = known.get(name)
        if machine is None:
            machine = known[name] = _is_machine(name)
        if machine or _is_gone_to(name, lower, match.start()):
            yield match.start(), match.start() + len(name), "host"
    for token in src.tokens & _MACHINE_TOKENS:
        for at in places(text, token.decode()):
            if lower_case := _MACHINE_LOWER.match(text, at):
                yield *lower_case.span(), "host"
    for token in src.tokens & _LABEL_TOKENS:
        word = token.decode()
        for at in places(lower, word):
            end = at + len(word)
            if lower[end : end + 1] not in _AFTER_LABEL or lower[at - 1 : at].isalnum():
                continue
            if not (named := _LABELLED.match(lower, at)):
                continue
            start, end = named.span(1)
            if _is_named(text[start:end], named.group()):
                yield start, end, "host"
    yield from _hardware(src)


def _dotted(text: str) -> Iterator[Span]:
    done = 0
    judged: dict[tuple[str, str, str], bool] = {}
    for dot in _DOT.finditer(text):
        at = dot.start()
        if at < done:
            continue
        ending = _REST.match(text, at)
        if ending and not _may_end_name(ending.group(1)):
            done = ending.end()
            continue
        back = _NAME_BACKWARDS.match(text[max(done, at - 253) : at][::-1])
        match = _DOTTED.search(text, at - back.end(), at + 64) if back else None
        match = _DOTTED.match(text, match.start()) if match else None
        if match and match.end() > at:
            start, done = match.span()
            around = match.group(), text[max(0, start - 2) : start], text[done : done + 1]
            good = judged.get(around)
            if good is None:
                good = judged[around] = _is_domain(match.group(), text, start, done)
            if good:
                yield start, done - match.group().endswith("$"), "host"


def _hardware(src: Source) -> Iterator[Span]:
    text, lower = src.text, src.lower
    hexadecimal = src.shape.translate(_HEXADECIMAL)
    for pattern, group, signs in _MACS:
        if not any(sign in hexadecimal for sign in signs):
            continue
        for match in pattern.finditer(text):
            start = match.start() - group
            if len(set(re.sub(r"[:.-]", "", text[start : match.end()]))) > 1:
                yield start, match.end(), "host"
    for token in src.tokens & _MAC_TOKENS:
        for at in places(lower, token.decode()):
            bare = _MAC_BARE.match(lower, at)
            if bare and not lower[at - 1 : at].isalnum() and not bare.group(1).isalpha():
                yield *bare.span(1), "host"


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


def _is_gone_to(name: str, lower: str, start: int) -> bool:
    """ "moved to ACME-0123", "logged on to …": such a place is a machine."""
    return (
        "-" in name
        and any(c.isdigit() for c in name)
        and _is_asset(name)
        and not _NOT_MACHINE.fullmatch(name)
        and bool(_GOES_WITH_NAME.search(lower[max(0, start - 16) : start]))
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
