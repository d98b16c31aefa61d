"""UNC paths, also escaped, with forward slashes, or as smb:// and file:// addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "UNC paths"

_HOST = r"[A-Za-z0-9_\u00c0-\u024f](?:[\w.:@$%-]{0,253}+)"
_SEGMENT = (
    r"(?:[^\\/:*?\"<>|\r\n\t,;()\[\]{}']|\([^()\\\r\n\"]{0,40}\)|\{[0-9A-Fa-f-]{36}\}"
    r"|(?<=\w)''?(?=\w))"
)
_BACKSLASH = re.compile(
    rf"\\\\(?<![\\\w]\\\\)(?<!\W[A-Za-z]:\\\\)(?<!^[A-Za-z]:\\\\)"
    rf"(?>(?:\\\\)?)(?:[?.]\\{{1,2}}UNC\\{{1,2}})?(?:\[[A-Z]+ REDACTED\]|{_HOST})"
    rf"(?:(?<![ \t])\\{{1,2}}(?>{_SEGMENT}{{0,255}})){{0,64}}(?:(?<![ \t])\\{{1,2}})?"
)
# Glued to a word: a name that looks like a machine's, single backslashes behind it.
_GLUED = re.compile(
    rf"\\\\(?<=[^\W\d_]\\\\)(?=[\w.-]{{0,62}}[A-Z0-9.-])[A-Za-z0-9][\w.-]{{1,62}}+\\(?!\\)"
    rf"(?>{_SEGMENT}{{1,255}})(?:(?<![ \t])\\(?>{_SEGMENT}{{0,255}})){{0,64}}"
)
# A path whose backslashes are doubled, glued to what was taken for a server.
_DOUBLED = re.compile(r"\\[^\s\\]{0,80}\Z")
# What programs write for a line's end or any digit: no path.
_ESCAPED = re.compile(r"\\{2,4}[A-Za-z](?![\w]|\\[A-Za-z0-9$]{2})")
_SLASHES = re.compile(
    r"//(?:(?:(?<=smb://)|(?<=cifs://)|(?<=file://)|(?<=afp://)|(?<=nfs://))/{0,3}(?!/)"
    r"|(?<![\w:/.]//)(?=[\w.-]{1,253}/[\w$.]))"
    r"(?!/|localhost/)[A-Za-z0-9_][^\s\"'<>|,;()]{1,512}+"
)
_FILE_LOCAL = re.compile(r"file:///(?!/)")
_SCHEMES = ("smb:", "cifs:", "file:", "afp:", "nfs:")
_EXTENSION = re.compile(r"\.(?:[A-Za-z0-9]{2,4}|accdb)(?=$|\s)")
_PROSE = re.compile(
    r"\s+(?:and|or|is|was|to|from|for|with|in|on|at|the|a|as|but|so|not|has|had|please|denied"
    r"|failed|fails|"
    r"cannot|can|does|did|now|then|via|by|are|were|gives|returns|returned|says|still|missing"
    r"|unavailable|"
    r"offline|timed|since|after|before|when|while|works|worked|opens|opened|mapped|share|path"
    r"|error|access|ok|okay|"
    r"instead|because|if|which|that|it|und|ist|nicht|auf|RO|RW|-\S+|/\S+|->|=>|&&?|>+)(?=\s|$)",
    re.I,
)


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans from the leading slashes to the end of the path. A path with spaces ends at its quote,
    at a file extension, or where prose begins."""
    text = src.text
    if src.holds_text("\\\\"):
        for match in chain(_BACKSLASH.finditer(text), _GLUED.finditer(text)):
            start = match.start()
            if match.re is _GLUED and _DOUBLED.search(text[max(0, start - 80) : start]):
                continue
            if text[start - 1 : start] in ('"', "'", "`", "<") and text[start - 1 : start]:
                end = match.end()
            else:
                end = _unquoted_end(text, start, match.end())
            while end > start and text[end - 1] in " .,;:)!":
                end -= 1
            if any(c.isalnum() for c in text[start:end]) and not _ESCAPED.match(text, start, end):
                yield start, end, "unc-path"
    if src.holds_text("//"):
        for match in _SLASHES.finditer(text):
            start = match.start()
            if text[start - 1 : start] == ":":
                start -= next(len(name) for name in _SCHEMES if text.endswith(name, 0, start))
            if not _FILE_LOCAL.match(text, start):
                end = match.start() + len(match.group().rstrip(".,;:!?`*"))
                yield start, end, "unc-path-with-slashes"


def _unquoted_end(text: str, start: int, end: int) -> int:
    """Without quotes, a blank goes on only to more path: a further backslash or an extension."""
    path = text[start:end]
    space = re.search(r"\s", path)
    if not space:
        return end
    prose = _PROSE.search(path)
    limit = prose.start() if prose else len(path)
    last_slash = path.rfind("\\", 0, limit)
    if last_slash > space.start():
        tail = path[last_slash:limit]
        extension = _EXTENSION.search(tail)
        blank = re.search(r"\s", tail)
        if extension:
            return start + last_slash + extension.end()
        return start + (last_slash + blank.start() if blank else limit)
    extension = _EXTENSION.search(path, 2, limit)
    if (
        extension
        and path.rfind("\\", 0, extension.start()) > 1
        and path.count(" ", 0, extension.start()) <= 4
    ):
        return start + extension.end()
    return start + space.start()


RULES = [
    Rule(
        id="unc-path",
        kind="unc",
        description="UNC path, also with doubled backslashes",
        source="Microsoft: MS-DTYP, UNC",
        samples=(
            "open ⟦\\\\fs01\\data\\a.txt⟧ please",
            "⟦\\\\fs01⟧",
        ),
        near_misses=(
            "C:\\Users\\bob",
            "a\\\\b",
        ),
        scan=scan,
    ),
    Rule(
        id="unc-path-with-slashes",
        kind="unc",
        description="Path of a share as an address, or with forward slashes",
        source="Microsoft: file URIs; SMB URI scheme",
        samples=(
            "⟦smb://fs01/data⟧",
            "mount ⟦//fs01/data⟧ /mnt",
        ),
        near_misses=(
            "http://x",
            "file:///etc/hosts",
            "// a comment",
        ),
        scan=scan,
    ),
]
