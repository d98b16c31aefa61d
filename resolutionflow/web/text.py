"""Text that a database can hold and a person can read."""

import re
import unicodedata
from typing import Any

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# C0 and C1 control characters other than tab, line feed and carriage return.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def unstorable_message(value: Any) -> str:
    """Return why PostgreSQL could not store `value` (any JSON value), or "".

    UTF-8 text has no NUL in PostgreSQL and no lone surrogates at all.
    """
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if found := UNSTORABLE.search(item):
                kind = "a NUL character" if found[0] == "\x00" else "half of a character pair"
                return f"The text contains {kind}, which can't be stored."
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
    return ""


def sanitize_text(text: str) -> str:
    """Return pasted text made storable: no NUL, no lone surrogate, line ends as LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSTORABLE.sub("\ufffd", text.replace("\x00", ""))


def normalize_for_search(text: str) -> str:
    """Return `text` without case, accents and extra spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    # Once more: some signs, such as ℡, decompose into capitals.
    return " ".join(unicodedata.normalize("NFKD", bare.casefold()).split())


def shorten(text: str, length: int) -> str:
    """Return `text` on one line of at most `length` characters, with an ellipsis if it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def count_with_noun(number: int, noun: str) -> str:
    """Return “1 session”, “1,200 sessions”, for nouns whose plural ends with s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def count_lines(text: str) -> int:
    """Return how many lines `text` has; a last line end begins no further one."""
    return len(text.splitlines())
