"""E-mail addresses: plain, quoted, internationalised, percent-encoded and spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import looks_like_password
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "E-mail addresses"

_LOCAL_BACKWARDS = re.compile(r"(?>(?:[\w.!#$%&^'\u2019*+~`-]|\]\.\[){1,96})")
_VERP_BACKWARDS = re.compile(r"[\w.!#$%^'*+~=-]{1,160}+")
_QUOTED_BACKWARDS = re.compile(r"\"(?:(?:\"\\|[^\"\r\n]){1,64}?)\"(?!\\)")
_LABEL = r"\w(?:[\w-]{0,62}+)"
_DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}| ?[\[({]\s?dot\s?[\])}] ?)"
_DOMAIN = re.compile(rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,12}}")
_ODD_DOT = re.compile(r"[\[({ ]")
_TLD = re.compile(r"xn--|[^\W\d_]{2}")
_LITERAL = re.compile(r"\[(?:ipv6:)?[0-9a-f:.]{3,45}\]", re.I)
_AT_SIGN = re.compile(r"@|%40|&#(?:64|x40);|\\u0040|[\[({<]\s?(?:@|at)\s?[\])}>]")
_PLAIN_AT = re.compile("@")
# With the one character of each that is looked for quickest.
_RARE_SIGNS = ("%40", "&#", "u0040")
_BRACKETED_STARTS = tuple(
    bracket + blank + sign for bracket in "[({<" for blank in ("", " ") for sign in ("@", "at")
)
_BRACKETED = re.compile(r"[\[({<]\s?(?:@|at)\s?[\])}>]")
_SPELLED = re.compile(
    r"(?<![\w.+-])[\w][\w.+-]{0,63}+ (?:at|@|\u00e4t) [\w-]{1,63}+(?:(?: dot |\.)[\w-]{1,63}+){1,6}"
)
_SPELLED_SIGN = re.compile(r" (?:at|@|\u00e4t) (?=[\w-])")
_SPELLED_BACKWARDS = re.compile(r"[\w.+-]{1,64}+(?<=\w)")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LITERAL_HOST = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w.-])")
_LOGS_ON = re.compile(
    r"://|\b(?:ssh|scp|sftp|rsync|plink|pscp|putty|mosh|ftp|telnet|rdp|mstsc|py|rpcclient"
    r"|wmiexec)\b"
)
_PERSONAL = re.compile(
    r"/personal/([\w-]{2,64}_[a-z0-9-]{2,40}_[a-z]{2,12})(?=[/?#\s\"'<>)]|$)", re.M
)
# A login of a list: address, sign, password.
_ANOTHER = re.compile(r"@\w")
_COMBO = re.compile(r"(?::|[ \t]?[/|][ \t]?)([^\s:/|\"'<>,;)]{5,64})(?=[\s,;)]|\Z)")
_COMMON_TLD = {
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "info",
    "biz",
    "io",
    "co",
    "us",
    "uk",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "be",
    "ch",
    "at",
    "eu",
    "ca",
    "au",
    "nz",
    "se",
    "no",
    "dk",
    "fi",
    "pl",
    "local",
    "lan",
    "internal",
    "corp",
    "example",
    "test",
    "cloud",
    "app",
    "dev",
    "tech",
    "online",
    "me",
    "in",
    "jp",
    "cn",
    "br",
    "mx",
    "za",
    "ie",
    "pt",
    "cz",
    "ai",
    "support",
    "solutions",
}
_NOT_TLD = {
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "ico",
    "js",
    "mjs",
    "css",
    "ts",
    "tsx",
    "json",
    "service",
    "timer",
    "socket",
    "mount",
    "target",
    "slice",
    "scope",
    "path",
    "dll",
    "exe",
    "rc",
    "beta",
    "alpha",
    "next",
    "tgz",
    "zip",
    "git",
    "dmp",
    "log",
    "txt",
}
_FORGE = re.compile(
    r"git@(?:ssh\.)?(?:github|gitlab|bitbucket|dev\.azure|vs-ssh\.visualstudio)\.[a-z]{2,4}[:/]"
)

_KEYWORDS = (*_BRACKETED_STARTS, "/personal/", " dot ")


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of e-mail addresses; package pins such as ``@babel/core@7.24.0`` are not addresses."""
    text, lower = src.text, src.lower
    done = 0
    rare = any(src.holds_text(sign) for sign in _RARE_SIGNS) or bool(
        src.holds(_BRACKETED_STARTS) and _BRACKETED.search(lower)
    )
    for sign in (_AT_SIGN if rare else _PLAIN_AT).finditer(lower):
        at = sign.start()
        if at < done:
            continue
        span = _around(text, lower, at, sign.end(), done)
        if span:
            yield *span, "email-address"
            done = span[1]
            combo = _COMBO.match(text, done)
            if (
                combo
                and looks_like_password(combo.group(1))
                and not _ANOTHER.search(combo.group(1))
            ):
                yield *combo.span(1), "email-password-pair"
    for personal in _PERSONAL.finditer(lower) if src.holds(("/personal/",)) else ():
        yield *personal.span(1), "email-in-personal-site"
    if (
        src.holds((" dot ",))
        or src.holds_text(" @ ")
        or " AT " in text
        or src.holds_text(" \u00e4t ")
    ):
        for sign in _SPELLED_SIGN.finditer(lower):
            name = _SPELLED_BACKWARDS.match(lower[max(0, sign.start() - 66) : sign.start()][::-1])
            match = _SPELLED.match(lower, sign.start() - name.end()) if name else None
            if not match:
                continue
            words = re.split(r" dot |\.", match.group())
            shouted = text[sign.start() : sign.end()] == " AT " and text[sign.start() - 1].islower()
            spelled = (
                " dot " in match.group()
                or shouted
                or " \u00e4t " in match.group()
                or (" @ " in match.group() and re.search(r"[._0-9]", match.group().split(" @ ")[0]))
            )
            if words[-1] in _COMMON_TLD and (spelled or _name_like(match.group())):
                yield match.start(), match.end(), "email-spelled-out"


def _name_like(value: str) -> bool:
    """``bob @ contoso.com``: the sign alone suffices when the right side is a plain domain."""
    return " @ " in value and value.split(" @ ")[0] not in {"meet", "meeting", "look", "see", "up"}


def _around(text: str, lower: str, at: int, after: int, floor: int) -> tuple[int, int] | None:
    end = _domain_end(text, lower, after)
    if end is None:
        return None
    wordy = lower[at:after] not in ("@", "%40")
    before = text[max(floor, at - 160) : at]
    if wordy:
        before = before.rstrip(" ") if len(before) - len(before.rstrip(" ")) < 2 else before
    length = _local_length(before)
    if not length:
        return None
    start = at - length - (at - max(floor, at - 160) - len(before))
    if lower[at:after] == "%40":  # the percent sign of an earlier escape is not part of a name
        escape = re.match(r".{0,90}(?:%[0-9a-f]{2})", lower[start:at])
        if escape and not escape.group().endswith("%2b"):
            start += escape.end()
    if (
        text[start - 1 : start] == ":"
        and lower[after : after + 1].isdigit()
        and _LITERAL_HOST.match(lower, after)
    ):
        return None  # a password before an address: see `urls`
    if start >= at or _in_userinfo(text, start) or _FORGE.match(lower, start):
        return None
    return start, end


def _local_length(before: str) -> int:
    """How many characters at the end of `before` are the local part."""
    backwards = before[::-1]
    quoted = _QUOTED_BACKWARDS.match(backwards)
    if quoted:
        return quoted.end()
    match = _LOCAL_BACKWARDS.match(backwards)
    if not match:
        return 0
    length = match.end()
    if backwards[length : length + 1] == "=":
        longer = _VERP_BACKWARDS.match(backwards)
        value = before[len(before) - longer.end() :] if longer else ""
        if re.match(r"(?i)srs[01]=|prvs=|imceaex-|b?ounce|[\w.-]{0,40}\+[\w.-]{1,60}=", value):
            return len(value)
    local = before[len(before) - length :]
    # Quotes, stars and ticks around an address belong to the prose or its mark-up.
    return len(local.lstrip(".'`*~!^$%-"))


def _domain_end(text: str, lower: str, at: int) -> int | None:
    if text.startswith(" ", at) and lower[at - 1 : at] in "])}>":
        at += 1
    literal = _LITERAL.match(lower, at)
    if literal:
        return literal.end()
    domain = _DOMAIN.match(lower, at)
    if not domain:
        return None
    if _ADDRESS.fullmatch(domain.group()):
        line = lower[max(0, at - 60) : at].rpartition("\n")[2]
        return (
            None if _LOGS_ON.search(line) or lower.startswith(":", domain.end()) else domain.end()
        )
    labels = domain.group().split(".")
    if _ODD_DOT.search(domain.group()):
        labels = re.split(r"\.|dot", re.sub(r"[\[\](){} ]", "", domain.group()))
    end = domain.end()
    tld = labels[-1].rstrip("_-")
    if tld in _NOT_TLD and len(labels) > 2 and labels[-2] in _COMMON_TLD:
        return end
    if labels[0].isdecimal() and labels[1][:1].isdecimal():
        return None
    if tld in _NOT_TLD or not _TLD.match(tld):
        return None
    return end - (len(labels[-1]) - len(tld))


def _in_userinfo(text: str, start: int) -> bool:
    """Whether the candidate is the ``user:password@host`` of a URL, which `urls` takes apart."""
    before = text[max(0, start - 200) : start]
    scheme = before.rfind("://")
    return scheme >= 0 and not re.search(r"[\s/?#\"'<>]", before[scheme + 3 :])


RULES = [
    Rule(
        id="email-address",
        kind="email",
        description="E-mail address: plain, quoted, internationalised or percent-encoded",
        source="RFC 5321, RFC 6531",
        samples=(
            "ask ⟦bob.lee@contoso.com⟧ now",
            "⟦bob%40contoso.com⟧",
            '⟦"b o"@contoso.com⟧',
        ),
        near_misses=(
            "@babel/core@7.24.0",
            "user@",
            "git@github.com:x/y",
        ),
        keywords=_KEYWORDS,
        scan=scan,
    ),
    Rule(
        id="email-spelled-out",
        kind="email",
        description="E-mail address whose signs are spelled out",
        source="Usual obfuscation of addresses",
        samples=(
            "write to ⟦bob at contoso dot com⟧ please",
            "⟦bob.lee @ contoso.com⟧",
        ),
        near_misses=(
            "meet at noon dot",
            "look at contoso",
        ),
        keywords=_KEYWORDS,
        scan=scan,
    ),
    Rule(
        id="email-in-personal-site",
        kind="email",
        description="Account name in the address of a personal site of SharePoint",
        source="Microsoft: OneDrive URLs",
        samples=("https://x.example/personal/⟦bob_lee_contoso_com⟧/Documents",),
        near_misses=("/personal/notes",),
        keywords=_KEYWORDS,
        scan=scan,
    ),
    Rule(
        id="email-password-pair",
        kind="token",
        description="Password behind an e-mail address, as lists of leaked logins have them",
        source="Have I Been Pwned: combo lists",
        samples=(
            "bob@contoso.com:⟦Winter-22⟧",
            "bob@contoso.com / ⟦Winter-22⟧",
        ),
        near_misses=("bob@contoso.com: hello",),
        keywords=_KEYWORDS,
        scan=scan,
    ),
]
