"""The lines of an archive, read within bounds: who made the file isn't known.

A few megabytes can unpack to gigabytes. So a line has a length and a number of values that nothing
of ours comes near, and lines that are of no use may not go on and on.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

MAX_LINE_BYTES = 256 * 1024 * 1024
MAX_HEAD_BYTES = 1024 * 1024
MAX_VALUES = 1_000_000  # in one line: a value takes a hundred times its comma in memory
MAX_UNUSED_LINES = 100_000  # in a row

# What begins another value; what stands in texts doesn't count.
_VALUE = re.compile(rb'"(?>(?:[^"\\]++|\\.)*)"?|([,\[{])', re.DOTALL)


@dataclass(frozen=True)
class Line:
    """A line by its number, from 1: its object, or the `reason` why it can't be used."""

    number: int
    value: dict[str, Any]
    reason: str = ""


def read_lines(source: Path | IO[bytes]) -> Iterator[Line]:
    """Yield each line. Where the file itself is damaged or out of bounds, that is the last one."""
    number = 0
    with gzip.open(source, "rb") as packed:
        while True:
            number += 1
            try:
                line = packed.readline(MAX_LINE_BYTES + 1)
            except EOFError:
                return
            except (OSError, zlib.error) as error:
                yield Line(number, {}, f"the file is damaged here ({error})")
                return
            if not line:
                return
            if len(line) > MAX_LINE_BYTES:
                yield Line(number, {}, "the line is too long")
                return
            yield parse_line(number, line)


def encode_line(value: dict[str, Any]) -> bytes:
    """Return the object as a line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def is_readable(line: bytes) -> bool:
    """Return whether a line is within the bounds of reading."""
    return len(line) <= MAX_LINE_BYTES and not has_too_many_values(line)


def parse_line(number: int, line: bytes) -> Line:
    """Return the line with the object that it holds, or why it can't be used."""
    if has_too_many_values(line):
        return Line(number, {}, "the line holds too many values")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return Line(number, {}, "the line is damaged")
    if not isinstance(value, dict):
        return Line(number, {}, "the line is no object")
    return Line(number, value)


def has_too_many_values(line: bytes) -> bool:
    """Return whether reading the line would take many times its length in memory."""
    if sum(line.count(mark) for mark in (b",", b"[", b"{")) <= MAX_VALUES:
        return False
    found = 0
    for match in _VALUE.finditer(line):
        found += match[1] is not None
        if found > MAX_VALUES:
            return True
    return False
