"""Tables whose head names a secret: CSV, TSV, and tables of Markdown or a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..heuristics import PLACEHOLDER_VALUE, is_status_word, looks_like_password
from ..keywords import is_secret_label
from ..kinds import PLACEHOLDER
from ..rule import Rule, Span
from ..scanned_text import ScannedText

TITLE = "Tables"

_HEAD_CELL = re.compile(r"[^\W\d_][\w /().'-]{0,30}")
_SECRET_CELL = re.compile(
    r"(?:(?:new|old|temp(?:orary)?|initial|user|login|admin|wi-?fi|e-?mail|current)[ _-]?)?"
    r"(?:pass(?:word|wort|code|phrase)?|pwd?|kennwort|psk|pin(?: code)?|secret(?: key)?"
    r"|api[ _-]?key"
    r"|token|mot de passe|contrase\u00f1a|wachtwoord|senha|credential)s?"
)
# What stands in every such cell (see `keywords.LABEL_STARTS`).
_HEADS = "pass pwd pw kennw psk pin secret api token mot contrase wacht senha cred"
KEYWORDS = tuple(_HEADS.split())
_RULE = re.compile(r"[|:\s-]{3,400}")
# The line of dashes that PowerShell and databases draw below the heads of columns.
_DASHES = re.compile(
    r"\n[ \t]{0,8}[-=\u2500]{3,200}(?:[ \t]{1,80}[-=\u2500]{2,200}){0,30}[ \t\r]{0,80}(?=\n)"
)
_DASHED = re.compile(r"[-=\u2500]{2,200}")
_LONGEST = 400
# The first cell of a head, with the blanks and signs around it, is no wider than this.
_WIDEST = 64
_MOST_ROWS = 2000


def scan(src: ScannedText) -> Iterator[Span]:
    """Spans of the cells below such a head, down to the first line of another build."""
    text, lower = src.text, src.lower
    if any(src.holds_text(sign) for sign in ("--", "==", "\u2500")):
        yield from _drawn(src)
    if not any(sign in text for sign in "\t|;,"):
        return
    done = -1
    for at, _ in src.occurrences(KEYWORDS):
        if at < done:
            continue
        start = text.rfind("\n", max(0, done), at) + 1 or max(0, done)
        done = text.find("\n", at)
        done = len(text) if done < 0 else done
        if done - start > _LONGEST:
            continue
        sign = next((one for one in "\t|;," if lower.find(one, start, start + _WIDEST) >= 0), "")
        columns = _columns(lower[start:done], sign) if sign else []
        if columns:
            head = done
            cells, done = _rows(text, head, sign, columns)
            yield from cells
            src.note_context(head, done)


def _drawn(src: ScannedText) -> Iterator[Span]:
    """The cells of tables whose columns stand below dashes, by their place in the line."""
    text = src.text
    done = -1
    for at, _ in src.occurrences(KEYWORDS):
        line_end = text.find("\n", at, at + _LONGEST)
        if at < done or line_end < 0:
            continue
        done = line_end
        dashes = _DASHES.match(text, line_end)
        if not dashes:
            continue
        head = text.rfind("\n", max(0, at - _LONGEST), at) + 1
        if "REDACTED]" in text[head:line_end]:
            continue  # masking has moved the columns
        starts = [group.start() - 1 for group in _DASHED.finditer(dashes.group())]
        columns = list(zip(starts, [*starts[1:], _LONGEST], strict=True))
        secret = [
            (first, last)
            for first, last in columns
            if _names_secret(text[head + first : min(head + last, line_end)].strip())
        ]
        cells, done = _drawn_rows(text, dashes.end(), secret)
        yield from cells
        src.note_context(line_end, done)


def _names_secret(head: str) -> bool:
    lower = head.lower()
    # "Key" and "Code" alone head columns of all kinds.
    told = is_secret_label(head) and lower.rstrip("s") not in ("key", "code")
    return bool(_SECRET_CELL.fullmatch(lower)) or told


def _drawn_rows(text: str, at: int, columns: list[tuple[int, int]]) -> tuple[list[Span], int]:
    """The secret cells in the rows behind the dashes that end at `at`, and the last row's end."""
    spans: list[Span] = []
    for _ in range(_MOST_ROWS if columns else 0):
        start = at + 1
        end = text.find("\n", start, start + 4 * _LONGEST)
        end = len(text) if end < 0 and len(text) - start < 4 * _LONGEST else end
        if end <= start or not text[start:end].strip() or text.startswith("\0", start):
            break
        for first, last in columns:
            cell = text[start + first : min(start + last, end)]
            value = cell.strip()
            if _is_secret(value, "|") and not _DASHED.fullmatch(value):
                begin = start + first + cell.find(value)
                spans.append((begin, begin + len(value), "table-cell-below-dashes"))
        at = end
    return spans, at


def _columns(head: str, sign: str) -> list[int]:
    """Which columns of a table's head name a secret; none when this is no head."""
    cells = [cell.strip(" \t\r*`\"'") for cell in head.split(sign)]
    named = [cell for cell in cells if cell]
    if len(named) < 2 or not all(_HEAD_CELL.fullmatch(cell) for cell in named):
        return []
    columns = [number for number, cell in enumerate(cells) if _SECRET_CELL.fullmatch(cell)]
    return [*columns, -len(cells)] if columns else []


def _rows(text: str, at: int, sign: str, columns: list[int]) -> tuple[list[Span], int]:
    """The secret cells in the rows behind the head that ends at `at`, and the last row's end."""
    spans: list[Span] = []
    size = -columns[-1]
    for _ in range(_MOST_ROWS):
        start = at + 1
        end = text.find("\n", start, start + 4 * _LONGEST)
        end = len(text) if end < 0 and len(text) - start < 4 * _LONGEST else end
        if end <= start or text.count(sign, start, end) != size - 1:
            break
        cells = text[start:end].split(sign)
        if any(_SECRET_CELL.fullmatch(cells[column].strip().lower()) for column in columns[:-1]):
            break  # the head of the next table
        for column in columns[:-1]:
            first = start + sum(len(cell) + 1 for cell in cells[:column])
            value = cells[column].strip(" \t\r*`\"'")
            first += cells[column].find(value)
            if _is_secret(value, sign):
                spans.append((first, first + len(value), "table-cell"))
        at = end
    return spans, at


def _is_secret(value: str, sign: str) -> bool:
    if (
        len(value) < 3
        or is_status_word(value)
        or PLACEHOLDER_VALUE.fullmatch(value)
        or PLACEHOLDER.search(value)
    ):
        return False
    if _RULE.fullmatch(value) or _SECRET_CELL.fullmatch(value.lower()):
        return False
    return " " not in value and (sign in "\t|" or looks_like_password(value))


RULES = [
    Rule(
        id="table-cell",
        kind="token",
        description="Cell below a head that names a secret: CSV, TSV, Markdown",
        source="RFC 4180; GFM: tables",
        samples=(
            "user,password\nbob,⟦Winter-22⟧",
            "| User | Password |\n|---|---|\n| bob | ⟦Winter-22⟧ |",
        ),
        near_misses=("user,role\nbob,Winter-22",),
        keywords=KEYWORDS,
        scan=scan,
    ),
    Rule(
        id="table-cell-below-dashes",
        kind="token",
        description="Cell of a drawn table whose column names a secret",
        source="Microsoft: Format-Table",
        samples=("User Password\n---- --------\nbob  ⟦Winter-22⟧",),
        near_misses=("User Role\n---- ----\nbob  Winter-22",),
        keywords=KEYWORDS,
        scan=scan,
    ),
]
