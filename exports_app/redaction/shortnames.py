"""Names of machines without a dot, told by where they stand: in addresses, prompts, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .domains import WORDS
from .model import Source, Span
from .words import places

_NAME = r"[A-Za-z0-9][\w-]{1,62}"
_IN_URL = re.compile(
    rf"://(?:[^\s/@\"'<>]{{1,80}}@)?((?=[^\s]{{0,62}}[A-Za-z]){_NAME})(?=[:/\s\"'<>),;?]|\Z)"
)
_BEHIND_AT = re.compile(
    r"@([A-Za-z][\w-]{1,30})(?=:[~/\\0-9\s]|[#$~)\]\"']|[ \t]{0,8}(?:[\r\n]|\Z)|[ \t]{1,8}"
    r"(?:uptime|sudo|-|\"))"
)
_USER = re.compile(r"[\w.$\\-]{2,40}\Z")
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
_PRINCIPAL = re.compile(
    r"/(?:(?<=host/)|(?<=http/)|(?<=termsrv/)|(?<=mssqlsvc/)|(?<=cifs/)|(?<=ldap/)|(?<=wsman/))"
    rf"({_NAME})(?![\w./])"
)
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
    r"[\[(](?<= [\[(])(?=[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|fe80:|f[cd][0-9a-f]{2}:)"
)
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


def scan(src: Source) -> Iterator[Span]:
    """Spans of such names, for when host names are to be masked."""
    text, lower = src.text, src.lower
    if "://" in text:
        for match in _IN_URL.finditer(text):
            if match.group(1).lower() != "localhost" and not match.group(1).isdigit():
                yield *match.span(1), "host"
    if "@" in text:
        for match in _BEHIND_AT.finditer(text):
            user = _USER.search(text[max(0, match.start() - 40) : match.start()])
            if user and match.group(1).lower() not in _VERSIONS:
                yield *match.span(1), "host"
    yield from _behind_commands(src)
    yield from _behind_labels(src)
    for match in _PRINCIPAL.finditer(lower):
        yield *match.span(1), "host"
    for match in _ACCOUNT.finditer(text):
        yield *match.span(1), "host"
    for token in src.tokens & _DEVICE_TOKENS:
        for at in places(lower, token.decode()):
            device = _DEVICE.match(text, at)
            if device and not lower[at - 1 : at].isalnum():
                yield *device.span(), "host"
    if b" 00:00:00 " in src.shape:
        first = _SYSLOG.match("\n" + text[:200])
        if first:
            yield first.start(1) - 1, first.end(1) - 1, "host"
        for match in _SYSLOG.finditer(text):
            yield *match.span(1), "host"
    for address in _BEFORE_ADDRESS.finditer(lower):
        end = address.start() - 1
        name = _LAST_WORD.search(text[max(0, end - 64) : end])
        if name and _is_odd(name.group(1)):
            yield end - len(name.group(1)), end, "host"


def _behind_commands(src: Source) -> Iterator[Span]:
    for token in src.tokens & _COMMANDS:
        for at in places(src.lower, token.decode()):
            match = _COMMAND.match(src.text, at)
            if not match or not _STARTS.search(src.text[max(0, at - 12) : at]):
                continue
            name = match.group(1).lower()
            if name not in WORDS and name not in _NOT_NAMES and not name.isdigit():
                yield *match.span(1), "host"


def _behind_labels(src: Source) -> Iterator[Span]:
    for token in src.tokens & _LABEL_TOKENS:
        word = token.decode()
        for at in places(src.lower, word):
            if src.lower[at - 1 : at].isalnum() or not (match := _LABELLED.match(src.lower, at)):
                continue
            name = src.text[match.start(1) : match.end(1)]
            told = (
                word in _CLEAR and match.group()[: match.start(1) - at].rstrip(" \t\"'")[-1] in ":="
            )
            if name.lower() in WORDS or name.isdigit():
                continue
            if _is_odd(name) or (
                told and (name.isupper() or '"' in match.group()) and len(name) > 3
            ):
                yield *match.span(1), "host"


def _is_odd(name: str) -> bool:
    """Letters with digits, or parts with a hyphen in lower or upper case: not a plain word."""
    letters = any(c.isalpha() for c in name)
    if any(c.isdigit() for c in name):
        return letters and not name[0].isdigit()
    return "-" in name and (name.islower() or name.isupper())
