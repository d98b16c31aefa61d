"""Names of machines without a dot, told by where they stand: in addresses, prompts, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..hostname_words import WORDS
from ..keyword_search import find_all
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Host names without a dot"

_NAME = r"[A-Za-z0-9][\w-]{1,62}"
_IN_URL = re.compile(
    rf"://(?:[^\s/@\"'<>]{{1,80}}@)?((?=[^\s]{{0,62}}[A-Za-z]){_NAME})(?=[:/\s\"'<>),;?]|\Z)"
)
_BEHIND_AT = re.compile(
    r"[@\u327f]([A-Za-z][\w-]{1,30})(?=:(?:[~/\\0-9\s]|\Z)|[#$~)\]\"'>]"
    r"|[ \t]{0,8}(?:[\r\n]|\Z)|[ \t]{1,8}(?:uptime|sudo|[-~/\"]|[\w.-]{1,40}\][#$%]))"
)
# The prompts of network equipment: a name, perhaps a mode, a sign, a command.
_SHELL_COMMANDS = """
    show sh configure config conf get set diag diagnose exec execute ping traceroute copy write wr
    debug no interface reload display system undo router exit enable terminal clear request commit
    do dir more run
"""
_SHELL_TOKENS = frozenset(word.encode() for word in _SHELL_COMMANDS.split())
_PROMPT_SIGNS = [
    re.compile(rf"{sign}(?=[ \t]?(?:{'|'.join(_SHELL_COMMANDS.split())})\b)") for sign in ">#"
]
_PROMPT = re.compile(
    rf"(?:RP/[\w/]{{1,20}}:)?({_NAME})(?:/[a-z]{{2,12}}){{0,3}}(?:\([\w./-]{{1,40}}\))?[ ]?[>#]"
)
_USER = re.compile(r"[\w.$\\-]{2,40}\Z")
_LOGS_ON = re.compile(r"\b(?:ssh|scp|sftp|rsync|mosh|plink|pscp|su|login|logged)\b")
_PINS = """
    latest next beta alpha canary stable rc dev channel here everyone all sha256 sha512 v1 v2 v3 v4
"""
_VERSIONS = frozenset(_PINS.split())
# A command and nothing but switches, a port or an address behind the name.
_COMMANDS_LIST = """
    ping tracert traceroute nslookup telnet ssh dig mtr nc mstsc rlogin host
"""
_COMMANDS = frozenset(word.encode() for word in _COMMANDS_LIST.split())
_COMMAND = re.compile(
    rf"(?:ping|tracert|traceroute|nslookup|telnet|ssh|dig|mtr|nc|mstsc"
    rf"|rlogin)(?:\.exe)?(?:[ \t]{{1,8}}[-/]\w{{1,3}}"
    rf"(?:[ \t]{{1,8}}[0-9]{{1,5}})?){{0,4}}[ \t]{{1,8}}(?:(?:-[Jl][ \t]{{1,8}}|/v:|@)?({_NAME}))"
    r"(?=[ \t]{0,8}(?:[\r\n]|\Z)|[ \t]{1,8}(?:[0-9-/@]|[a-z][\w-]{0,30}[@.]))"
)
_STARTS = re.compile(r"(?:^|[>$#;&|`\"'(:]|\bran|\brun|\btried|\bon)[ \t]{0,8}\Z", re.M)
_PROSE = """
    works worked fails failed ok fine test again times out statistics
"""
_NOT_NAMES = frozenset(_PROSE.split())
# Service principals, accounts of machines, and devices that people name after people.
_PRINCIPAL = re.compile(rf"/({_NAME})(?![\w./])")
_SERVICES = frozenset((b"host", b"http", b"termsrv", b"mssqlsvc", b"cifs", b"ldap", b"wsman"))
_ACCOUNT = re.compile(r"\\([A-Za-z0-9][\w-]{1,14})\$(?!\w)")
_DEVICE = re.compile(r"[A-Za-z]{4,8}(?:-?(?:Pro|Air))?-(?![0-9])[\w-]{2,40}")
_DEVICE_TOKENS = frozenset(
    (b"iphone", b"ipad", b"macbook", b"imac", b"galaxy", b"pixel", b"surface")
)
_SYSLOG = re.compile(
    rf"\n(?:<[0-9]{{1,3}}>)?[A-Z][a-z]{{2}} [ 0-9][0-9] [0-9:]{{8}} ({_NAME})"
    r"(?= [\w/.()-]{1,60}(?:\[[0-9]{1,8}\])?:)"
)
_BEFORE_ADDRESS = re.compile(
    r"[\[(](?=[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|fe80:|f[cd][0-9a-f]{2}:)"
)
_OPENED = (b" [0", b" [fe80:", b" [fc", b" [fd")
_LAST_WORD = re.compile(rf"(?<![\w.@/\\])({_NAME})\Z")
# Labels so clear that any word behind them is a name.
_LABEL_TOKENS_LIST = """
    hostname computername devname workstation station workstationname host computer machine
    switch
"""
_LABEL_TOKENS = frozenset(word.encode() for word in _LABEL_TOKENS_LIST.split())
_LABELLED = re.compile(
    r"(?:(?:client-)?hostname|computername|devname|workstation(?: ?name)?|station|host|computer"
    r"|machine|switch)"
    rf"[\"']?(?:[ \t]{{0,3}}[:=][ \t]{{0,3}}[\"']?|[ \t]\"|[ \t])({_NAME})(?![\w.@/\\])"
)
_CLEAR = frozenset(("hostname", "computername", "devname", "workstation"))


def _in_urls(src: ScannedText) -> Iterator[Span]:
    if not src.holds_text("://"):
        return
    for match in _IN_URL.finditer(src.text):
        if match.group(1).lower() != "localhost" and not match.group(1).isdigit():
            yield *match.span(1), "host-name-in-url"


def _behind_at(src: ScannedText) -> Iterator[Span]:
    text, lower = src.text, src.lower
    if not (src.holds_text("@") or src.holds_text("\u327f")):
        return
    for match in _BEHIND_AT.finditer(text):
        user = _USER.search(text[max(0, match.start() - 40) : match.start()])
        if not user or match.group(1).lower() in _VERSIONS:
            continue
        rest = text[match.end() : match.end() + 9].partition("\0")[0]
        ends = not rest.strip(" \t\r\n")
        line = lower[max(0, match.start() - 60) : match.start()].rpartition("\n")[2]
        if not ends or _is_machine_like(match.group(1)) or _LOGS_ON.search(line):
            yield *match.span(1), "host-name-after-at"


def _principals(src: ScannedText) -> Iterator[Span]:
    for token in src.words & _SERVICES:
        for at in find_all(src.lower, token.decode() + "/"):
            principal = _PRINCIPAL.match(src.lower, at + len(token))
            if principal and not src.lower[at - 1 : at].isalpha():
                yield *principal.span(1), "service-principal"


def _machine_accounts(src: ScannedText) -> Iterator[Span]:
    for match in _ACCOUNT.finditer(src.text):
        yield *match.span(1), "machine-account"


def _devices(src: ScannedText) -> Iterator[Span]:
    for token in src.words & _DEVICE_TOKENS:
        for at in find_all(src.lower, token.decode()):
            device = _DEVICE.match(src.text, at)
            after = src.lower[at + len(token) : at + len(token) + 1]
            if device and not (src.lower[at - 1 : at].isalnum() or after.isalpha()):
                yield *device.span(), "personal-device"


def _in_syslog(src: ScannedText) -> Iterator[Span]:
    if not src.has_shape([b" 00:00:00 "]):
        return
    first = _SYSLOG.match("\n" + src.text[:200])
    if first:
        yield first.start(1) - 1, first.end(1) - 1, "syslog-host"
    for match in _SYSLOG.finditer(src.text):
        yield *match.span(1), "syslog-host"


def _before_addresses(src: ScannedText) -> Iterator[Span]:
    for end in src.shape_places(_OPENED):
        if not _BEFORE_ADDRESS.match(src.lower, end + 1):
            continue
        name = _LAST_WORD.search(src.text[max(0, end - 64) : end])
        if name and _is_machine_like(name.group(1)):
            yield end - len(name.group(1)), end, "host-name-before-address"


def _prompts(src: ScannedText) -> Iterator[Span]:
    text = src.text
    if _SHELL_TOKENS.isdisjoint(src.words):
        return
    for pattern in _PROMPT_SIGNS:
        for sign in pattern.finditer(text):
            at = sign.start()
            start = text.rfind("\n", max(0, at - 120), at) + 1
            match = _PROMPT.match(text, start, at + 1) if start or at < 120 else None
            if match and (_is_machine_like(match.group(1)) or match.group(1).isupper()):
                yield *match.span(1), "prompt-host"


def _behind_commands(src: ScannedText) -> Iterator[Span]:
    for token in src.words & _COMMANDS:
        for at in find_all(src.lower, token.decode()):
            match = _COMMAND.match(src.text, at)
            if not match or not _STARTS.search(src.text[max(0, at - 12) : at]):
                continue
            name = match.group(1).lower()
            if name not in WORDS and name not in _NOT_NAMES and not name.isdigit():
                yield *match.span(1), "host-name-after-command"


def _behind_labels(src: ScannedText) -> Iterator[Span]:
    for token in src.words & _LABEL_TOKENS:
        word = token.decode()
        for at in find_all(src.lower, word):
            if src.lower[at - 1 : at].isalnum() or not (match := _LABELLED.match(src.lower, at)):
                continue
            name = src.text[match.start(1) : match.end(1)]
            told = (
                word in _CLEAR and match.group()[: match.start(1) - at].rstrip(" \t\"'")[-1] in ":="
            )
            if name.lower() in WORDS or name.isdigit():
                continue
            if _is_machine_like(name) or (
                told and (name.isupper() or '"' in match.group()) and len(name) > 3
            ):
                yield *match.span(1), "host-name-after-label"


def _is_machine_like(name: str) -> bool:
    """Letters with digits, or parts with a hyphen in lower or upper case: not a plain word."""
    letters = any(c.isalpha() for c in name)
    if any(c.isdigit() for c in name):
        return letters and not name[0].isdigit()
    return "-" in name and (name.islower() or name.isupper())


RULES = [
    Rule(
        id="host-name-in-url",
        kind="host",
        description="Name of a machine in a URL",
        source="RFC 3986",
        samples=("https://⟦intranet⟧/login",),
        near_misses=(
            "http://localhost/",
            "http://12345/",
        ),
        scan=_in_urls,
    ),
    Rule(
        id="host-name-after-at",
        kind="host",
        description="Name behind a user and an at sign, as prompts and ssh have it",
        source="OpenSSH: ssh(1)",
        samples=(
            "bob@⟦web01⟧:~$ ls",
            "ssh root@⟦gateway⟧",
            "rsync -a x bob@⟦web01⟧:",
        ),
        near_misses=(
            "npm i react@latest",
            "thanks @everyone",
        ),
        scan=_behind_at,
    ),
    Rule(
        id="prompt-host",
        kind="host",
        description="Name in the prompt of network equipment",
        source="Cisco: IOS, command modes",
        samples=(
            "⟦edge-1⟧# show version",
            "⟦CORE⟧>show ip",
        ),
        near_misses=("echo 1 > show",),
        scan=_prompts,
    ),
    Rule(
        id="host-name-after-command",
        kind="host",
        description="Name behind ping, ssh and the like",
        source="Usual commands of networks",
        samples=(
            "ping ⟦filer⟧",
            "nslookup ⟦printer3⟧",
        ),
        near_misses=(
            "ping failed",
            "ssh works",
        ),
        scan=_behind_commands,
    ),
    Rule(
        id="host-name-after-label",
        kind="host",
        description="Name behind a label that only names machines",
        source="Fortinet: log fields; Microsoft: event fields",
        samples=(
            'devname="⟦FGT60F⟧"',
            "hostname ⟦edge-1⟧",
        ),
        near_misses=(
            "computer slow",
            "host only",
        ),
        scan=_behind_labels,
    ),
    Rule(
        id="service-principal",
        kind="host",
        description="Machine in the name of a service principal",
        source="Microsoft: service principal names",
        samples=(
            "HOST/⟦dc01⟧",
            "MSSQLSvc/⟦db-2⟧:1433",
        ),
        near_misses=(
            "host/path/x",
            "http/1.1",
        ),
        scan=_principals,
    ),
    Rule(
        id="machine-account",
        kind="host",
        description="Account of a machine, with its dollar sign",
        source="Microsoft: computer accounts",
        samples=("CORP\\⟦PC07⟧$ logged on",),
        near_misses=("CORP\\bob",),
        scan=_machine_accounts,
    ),
    Rule(
        id="personal-device",
        kind="host",
        description="Device that is named after a person",
        source="Apple: device names",
        samples=("⟦iPhone-von-Anna⟧ joined",),
        near_misses=(
            "iPhone-15",
            "iPhone of Anna",
        ),
        scan=_devices,
    ),
    Rule(
        id="syslog-host",
        kind="host",
        description="Name of the machine in a line of syslog",
        source="RFC 3164",
        samples=("Mar  4 10:11:12 ⟦mx1⟧ postfix/smtpd[12]: connect",),
        near_misses=("Mar 4 at 10:11:12",),
        scan=_in_syslog,
    ),
    Rule(
        id="host-name-before-address",
        kind="host",
        description="Name in front of an address in brackets",
        source="Output of ping and traceroute",
        samples=("to ⟦edge-1⟧ [10.0.0.5] with",),
        near_misses=("unknown [10.0.0.5]",),
        scan=_before_addresses,
    ),
]
