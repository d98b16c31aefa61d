"""Break text into lines for a drawing, as SVG does not wrap text."""

import re
import unicodedata

# Advance widths of Inter in em, by class of character: near enough to fill a line, and on the
# wide side, so that a text stays inside its box when another font stands in.
_NARROW = frozenset("iljtfrI.,:;'|!()[]{}‘’“”\"`-/\\ ")
_BROAD = frozenset("mwMW@%&—…")
ELLIPSIS = "…"
# A variable such as {{ host }} stays on one line.
_WORD = re.compile(r"\{\{ ?\w+ ?\}\}\S*|\S+")


def text_width(text: str, size: float) -> float:
    """Return the estimated width of `text` in px when set in `size` px."""
    return size * sum(_character_width(character) for character in text)


def _character_width(character: str) -> float:
    if character in _NARROW:
        return 0.3
    if character in _BROAD:
        return 0.9
    if character.isascii():
        return 0.67 if character.isupper() else 0.575
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0.0
    return 1.05 if unicodedata.east_asian_width(character) in "WF" else 0.68


def wrap_text(text: str, *, width: float, size: float, lines: int) -> tuple[str, ...]:
    """Return `text` in at most `lines` lines of `width` px; what doesn't fit ends in “…”.

    White space of any kind separates words; a word wider than a line is broken.
    """
    # Nothing beyond this many characters can be seen, and titles may be very long.
    words = _WORD.findall(text[: 40 * lines * max(1, int(width / size))])
    found: list[str] = []
    for word in words:
        joined = f"{found[-1]} {word}" if found else word
        if found and text_width(joined, size) <= width:
            found[-1] = joined
            continue
        rest = word
        while rest and len(found) <= lines:
            head = _longest_prefix(rest, width, size)
            found.append(head)
            rest = rest[len(head) :]
        if len(found) > lines:
            break
    if len(found) > lines:
        last = _longest_prefix(found[lines - 1], width - text_width(ELLIPSIS, size), size)
        found[lines - 1 :] = [last.rstrip(" ,.;:") + ELLIPSIS]
    return tuple(found)


def _longest_prefix(text: str, width: float, size: float) -> str:
    """Return the longest start of `text` that fits, at least one character."""
    room = width / size
    for index, character in enumerate(text):
        room -= _character_width(character)
        if room < 0:
            return text[: max(1, index)]
    return text
