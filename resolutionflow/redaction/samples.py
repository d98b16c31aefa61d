"""The notation of samples: synthetic keys that stand nowhere in the code as a whole.

``⟨w36⟩`` stands for 36 made characters of the class ``w``, so that no scanner of repositories takes
a sample for a leaked key. ``⟦…⟧`` marks the part that must be found; without it, all of the text.
"""

from __future__ import annotations

import re
import string
from hashlib import sha256
from typing import NamedTuple

CLASSES = {
    "w": string.ascii_letters + string.digits,
    "u": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "a": string.ascii_lowercase + string.digits,
    "A": string.ascii_uppercase + string.digits,
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "d": string.digits,
    "s": string.ascii_uppercase + "234567",
}
"""Letters, URL-safe, Base64, lower and upper case with digits, hexadecimal, digits, Base32."""

_MADE = re.compile(r"⟨([wubaAhHds])([0-9]{1,4})⟩")


class Sample(NamedTuple):
    """A text, and where in it the rule must find something."""

    text: str
    start: int
    end: int


def expand(notation: str) -> Sample:
    """Return the sample that `notation` describes, the same each time."""
    text = _MADE.sub(lambda match: _made(match[1], int(match[2]), match.start()), notation)
    start, end = text.find("⟦"), text.find("⟧")
    if start < 0:
        return Sample(text, 0, len(text))
    return Sample(text[:start] + text[start + 1 : end] + text[end + 1 :], start, end - 1)


def _made(name: str, length: int, place: int) -> str:
    """Characters of the class without a pattern: with a digit and a letter, ends without a sign."""
    alphabet = CLASSES[name]
    for attempt in range(1000):
        out: list[str] = []
        block = 0
        while len(out) < length:
            digest = sha256(f"{name}/{length}/{place}/{attempt}/{block}".encode()).digest()
            out += (alphabet[byte % len(alphabet)] for byte in digest)
            block += 1
        value = "".join(out[:length])
        mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
        if value[0].isalnum() and value[-1].isalnum() and (mixed or name == "d" or length < 4):
            return value
    raise ValueError(f"no sample of {length} characters of class {name}")
