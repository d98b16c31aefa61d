"""Text functions that the parts of an export share. Pure: strings in, strings out.

Everything here is linear in its input, because a note can be a 5 MB log.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from trees_app import variables

NO_BREAK_SPACE = "\u00a0"

#: A line that CommonMark reads as a list item: indent, marker, content.
LIST_ITEM = re.compile(r"([ \t]*)([-*+]|(\d{1,9})([.)]))[ \t]+(?=\S)")

# ECMA-48 control sequences (colours, cursor moves) and the titles that terminals set. Console
# output is pasted with them; without the whole sequence gone, "[0;32m" would stay behind.
_TERMINAL = re.compile(
    "\x1b\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b\\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\\\)"
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls, soft hyphen, and the invisible characters that reorder or split text (Unicode UAX #9
# and the joiners without a shape). They would hide an address from redaction, or show a reader
# other words than were typed. The joiners U+200C and U+200D stay: Persian and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
# What no encoder or HTML parser takes: lone surrogates and Unicode's noncharacters.
_UNWRITABLE = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
# Tabs, line feeds and what is printable up to Hebrew: text of these needs no cleaning at all.
_MAYBE_ODD = re.compile("[^\t\n\x20-\x7e\xa0-\xac\xae-\u05ff]")
# The same for ASCII alone, which most notes and logs are: bytes go through a table thrice as fast.
_PLAIN_ASCII = bytes((0x09, 0x0A, *range(0x20, 0x7F)))
_DASHES = "-=\u2010-\u2015\u2212\u2500-\u2503\u2550\u2551"
_RULER = re.compile(rf"(?:[{_DASHES}_*~#+][ \t]*){{3,}}\Z|[{_DASHES}]{{2}}")
_RULER_END = re.compile(rf"[{_DASHES}]{{2}}\Z")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_MINUTE, _SECOND = len("2026-03-04 09:15"), len("2026-03-04 09:15:02")


def clean(text: str) -> str:
    """Return `text` with one kind of line end (LF) and nothing in it that cannot be seen.

    Terminal sequences, control and direction characters go; tabs stay; what UTF-8 or HTML cannot
    carry becomes U+FFFD.
    """
    if text.isascii():
        if not text.encode().translate(None, _PLAIN_ASCII):
            return text
    elif _MAYBE_ODD.search(text) is None:
        return text
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _UNSEEN.sub("", text)
    return _UNWRITABLE.sub("\ufffd", text)


def strip_line_ends(text: str) -> str:
    """Return `text` without blank lines at its ends and without spaces at the end of its lines.

    The indent of the first line with text stays, so pasted columns keep their shape.
    """
    if "\n" not in text:
        return text.rstrip()
    return strip_blank_lines("\n".join(map(str.rstrip, text.split("\n"))))


def strip_blank_lines(text: str) -> str:
    """Return `text` without the blank lines at its start and the white space at its end."""
    text = text.rstrip()
    if not text[:1].isspace():
        return text
    start = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, start) + 1 :]


def one_line(text: str) -> str:
    """Return `text` on one line, every run of white space being one space."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.split())


def head_lines(text: str, count: int) -> tuple[str, bool]:
    """Return the first `count` lines of `text` and whether there were more.

    It looks no further than it must, so a huge output is neither split nor copied.
    """
    end = -1
    for _ in range(count):
        end = text.find("\n", end + 1)
        if end < 0:
            return text, False
    return text[:end], True


def is_ruler(line: str) -> bool:
    """Return whether `line` could be read as a section's heading or rule in plain text [X13].

    That is a line of rule characters only (`-----`, `* * *`), or one that starts and ends with at
    least two dashes or equals signs (`--- RESOLUTION ---`).
    """
    line = line.strip()
    found = _RULER.match(line)
    if found is None:
        return False
    return found.end() == len(line) or _RULER_END.search(line[-2:]) is not None


def indent(text: str, by: str) -> str:
    """Return `text` with `by` in front of every line that is not blank."""
    return "\n".join([by + line if line else line for line in text.split("\n")])


def indent_rulers(text: str) -> str:
    """Return `text` with the lines that look like a section ruler indented by four spaces."""
    return "\n".join(
        "    " + line.lstrip() if is_ruler(line) else line for line in text.split("\n")
    )


def fill_variables(text: str, values: Mapping[str, str]) -> str:
    """Replace `{{ name }}` by the session's value in one pass [X12].

    `values` are lines of clean text (see `variables_on_one_line`). An unknown or empty variable
    stays as written. Where a value would turn its line into a list item, a no-break space keeps
    the line a line: only what a person typed as a list is one.
    """
    if "{{" not in text or not values:
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if "{{" in line:
            filled = variables.fill(line, values)
            if LIST_ITEM.match(filled) and not LIST_ITEM.match(line):
                filled = NO_BREAK_SPACE + filled.lstrip()
            lines[number] = filled
    return "\n".join(lines)


def variables_on_one_line(values: Mapping[str, object]) -> dict[str, str]:
    """Return the session's variables, each as one clean line, as `fill_variables` wants them."""
    return {
        name: one_line(clean(str(value))) for name, value in values.items() if value is not None
    }


def format_time(local: datetime, *, seconds: bool = False) -> str:
    """Return a time as `2026-03-04 09:15`, or with its seconds; its zone isn't named."""
    # strftime("%Y") does not pad years below 1000 on every system; isoformat does.
    return local.isoformat(" ", "seconds")[: _SECOND if seconds else _MINUTE]


def zone_names(local: datetime) -> tuple[str, str]:
    """Return the name of an aware time's zone, short and long: `CET` and `CET (UTC+01:00)`.

    Zones without letters of their own have the offset for both.
    """
    return _zone_names(local.tzname() or "", local.utcoffset() or timedelta())


@lru_cache(maxsize=64)
def _zone_names(name: str, offset: timedelta) -> tuple[str, str]:
    """Return what follows a time: the zone's letters, and the letters with the offset."""
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    shown = f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "UTC"
    if not name.isalpha() or name == shown:
        return shown, shown
    return name, f"{name} ({shown})"


def duration(length: timedelta) -> str:
    """Return a length of time as `2 d 3 h 05 min`, `34 min 10 s` or `45 s`; never below `0 s`."""
    seconds = max(0, int(length.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h {minutes:02d} min"
    if hours:
        return f"{hours} h {minutes:02d} min"
    if minutes:
        return f"{minutes} min {seconds:02d} s"
    return f"{seconds} s"


def slug(text: str, limit: int) -> str:
    """Return `text` as lower-case ASCII words joined by `-`: 0 to `limit` characters."""
    plain = unicodedata.normalize("NFKD", text[:1000].casefold())
    plain = plain.encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", plain).strip("-")[:limit].rstrip("-")


def words_of(text: str, limit: int) -> str:
    """Return `text` as lower-case words of any script joined by `-`: 0 to `limit` characters."""
    folded = unicodedata.normalize("NFC", text[:1000].lower())
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    return "-".join(kept.split())[:limit].rstrip("-")
