"""Label and value as mark-up spells them: XML elements, attributes, table cells, plists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import PLACEHOLDER_VALUE, is_status_word, looks_like_password
from ..keywords import LABEL_KEYWORDS, is_secret_label
from ..kinds import PLACEHOLDER
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Labels and values in mark-up"

_ELEMENT = re.compile(
    r"<(?:[\w-]{1,30}:)?([A-Za-z][\w.-]{1,60}+)(?:\s[^<>\0]{0,160})?>\s{0,20}"
    r"([^<>\s\0][^<>\0]{0,600}?)\s{0,20}</"
)
_PLIST = re.compile(
    r"<(key|th|td|dt|label|b|strong|name)\b[^<>\0]{0,120}>([^<>\0]{1,60})</\1>\s{0,40}"
    r"<(?:string|td|dd|value|span|code|data)\b[^<>\0]{0,120}>\s{0,20}"
    r"([^<>\s\0][^<>\0]{0,600}?)\s{0,20}</"
)
# An element whose attribute is the label, or one that holds its value in an element of its own.
_NAMED = re.compile(
    r"<[\w:.-]{1,60}+\s[^<>\0]{0,80}?\b(?:name|key|id)=[\"']([^\"'<>\n]{1,60})[\"'][^<>\0]{0,80}>"
    r"\s{0,40}"
    r"(?:<value\b[^<>\0]{0,80}>\s{0,20})?([^<>\s\0][^<>\0]{0,600}?)\s{0,20}</",
    re.I,
)
_NESTED = re.compile(
    r"<([A-Za-z][\w.:-]{1,60}+)>\s{0,40}<(?:value|plaintext|string)>\s{0,20}"
    r"([^<>\s\0][^<>\0]{0,600}?)\s{0,20}</",
    re.I,
)
_ATTRIBUTES = re.compile(
    r"\b(?:key|name|id|field|label|property|param)\s{0,3}[=:]\s{0,3}[\"']"
    r"([^\"'<>\n]{1,60})[\"'][^<>\n]{0,80}?"
    r"\bvalue\s{0,3}[\"']?\s{0,3}[=:]\s{0,3}[\"']([^\"'<>\n]{1,512})[\"']",
    re.I,
)
_ROW = re.compile(
    r"\|[ \t*`]{0,6}([^|\n]{2,40}?)[ \t*`:]{0,6}\|[ \t`]{0,6}([^|\n`]{2,200}?)[ \t`]{0,6}\|"
)
_TABBED = re.compile(r"([A-Za-z][\w .-]{1,30}?)[ \t]{0,2}\t[ \t]{0,4}(\S{4,200})[ \t]{0,4}\r?$")


def _in_elements(src: ScannedText) -> Iterator[Span]:
    """Spans of the values whose label names a secret."""
    text = src.text
    if src.holds_text("</"):
        for match in _ELEMENT.finditer(text):
            yield from _judge(match.group(1), match, 2, "markup-element")
        for match in _PLIST.finditer(text):
            yield from _judge(match.group(2), match, 3, "markup-pair")
        for pattern in (_NAMED, _NESTED):
            for match in pattern.finditer(text):
                yield from _judge(match.group(1), match, 2, "markup-element")
    if src.holds_text("value"):
        for match in _ATTRIBUTES.finditer(text):
            yield from _judge(match.group(1), match, 2, "markup-attribute")


def _in_lines(src: ScannedText) -> Iterator[Span]:
    text = src.text
    row, tab = "|" in text, "\t" in text
    line_end = -1
    for at, _ in src.occurrences(LABEL_KEYWORDS) if row or tab else ():
        if at < line_end:
            continue
        start = text.rfind("\n", max(0, line_end), at) + 1 or max(0, line_end)
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        for match in _ROW.finditer(text, start, line_end) if row else ():
            words = match.group(2).split()
            if words and (" " not in match.group(2) or looks_like_password(words[0])):
                yield from _judge(match.group(1), match, 2, "table-row")
        tabbed = _TABBED.match(text, start, line_end) if tab else None
        if tabbed and looks_like_password(tabbed.group(2)):
            yield from _judge(tabbed.group(1), tabbed, 2, "tabbed-pair")


def _judge(label: str, match: re.Match[str], group: int, rule: str) -> Iterator[Span]:
    value = match.group(group)
    if not is_secret_label(label) or is_status_word(value) or PLACEHOLDER_VALUE.fullmatch(value):
        return
    if PLACEHOLDER.search(value) or not any(c.isalnum() for c in value):
        return
    yield match.start(group), match.end(group), rule


RULES = [
    Rule(
        id="markup-element",
        kind="token",
        description="Text of an element whose name or attribute names a secret",
        source="W3C: XML 1.0",
        samples=(
            "<password>⟦correcthorse⟧</password>",
            '<setting name="ApiKey"><value>⟦abc123def⟧</value></setting>',
        ),
        near_misses=(
            "<username>correcthorse</username>",
            "<password>expired</password>",
        ),
        scan=_in_elements,
    ),
    Rule(
        id="markup-pair",
        kind="token",
        description="Element behind one that names a secret: plist, table row, definition list",
        source="Apple: property lists; WHATWG: HTML",
        samples=(
            "<key>password</key><string>⟦correcthorse⟧</string>",
            "<td>Password</td><td>⟦correcthorse⟧</td>",
        ),
        near_misses=("<key>label</key><string>correcthorse</string>",),
        scan=_in_elements,
    ),
    Rule(
        id="markup-attribute",
        kind="token",
        description="Attribute value beside a key that names a secret",
        source="Microsoft: appSettings; JSON of name and value",
        samples=('<add key="Password" value="⟦correcthorse⟧" />',),
        near_misses=('<add key="Theme" value="correcthorse" />',),
        scan=_in_elements,
    ),
    Rule(
        id="table-row",
        kind="token",
        description="Cell beside one that names a secret",
        source="GFM: tables",
        samples=("| Wi-Fi password | ⟦correcthorse⟧ |",),
        near_misses=("| Wi-Fi name | correcthorse |",),
        keywords=tuple(sorted(LABEL_KEYWORDS)),
        scan=_in_lines,
    ),
    Rule(
        id="tabbed-pair",
        kind="token",
        description="Value behind a tab and a label that names a secret",
        source="Text copied from a table",
        samples=("Wi-Fi password\t⟦Winter-22⟧",),
        near_misses=("Wi-Fi name\tWinter-22",),
        keywords=tuple(sorted(LABEL_KEYWORDS)),
        scan=_in_lines,
    ),
]
