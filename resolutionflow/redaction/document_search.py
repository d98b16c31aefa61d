"""Many short texts searched as one, since what a search costs beside its text is paid once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from .finding import Finding
from .heuristics import looks_like_password
from .known_values import PASSWORD_LIKE_LINE, REPEATED_SECRET
from .regex_tools import trie_pattern
from .scanned_text import TEXT_BARRIER

Search = Callable[[str], Sequence[Finding]]
_MARK = TEXT_BARRIER.strip()
# Longer texts are searched alone: joined, they would be held twice. So many characters are joined
# at most that the search takes them in one piece.
_MAX_JOINED_TEXT = 20_000
_MAX_JOINED = 200_000
_LONE_WORD = re.compile(r"^[ \t*`'\"]{0,16}+([^\s`'\"*]{4,200}+)[ \t\r*`'\"]{0,16}$", re.M)
_SHORTEST_REPEATED, _LONGEST_REPEATED, _MOST_REPEATED = 6, 200, 500


def find_in_texts(texts: Iterable[str], search: Search) -> dict[str, list[Finding]]:
    """Return each different text of `texts` with what `search` finds in it.

    `search` is `engine.find`, bound to its options. The findings are those of searching each text
    by itself: no rule reads across the barrier that is put between texts.
    """
    found: dict[str, list[Finding]] = {}
    batch: list[str] = []
    size = 0
    for text in dict.fromkeys(texts):
        found[text] = []
        if len(text) > _MAX_JOINED_TEXT or _MARK in text:
            found[text] = list(search(text))
        elif text:
            if size + len(text) > _MAX_JOINED:
                found |= _find_joined(batch, search)
                batch, size = [], 0
            batch.append(text)
            size += len(text) + len(TEXT_BARRIER)
    return found | _find_joined(batch, search)


def _find_joined(texts: Sequence[str], search: Search) -> dict[str, list[Finding]]:
    """What `search` finds in texts that are put together."""
    if not texts:
        return {}
    starts: list[int] = []
    length = 0
    for text in texts:
        starts.append(length)
        length += len(text) + len(TEXT_BARRIER)
    found: dict[str, list[Finding]] = {text: [] for text in texts}
    at = 0
    for finding in search(TEXT_BARRIER.join(texts)):
        while at + 1 < len(starts) and starts[at + 1] <= finding.start:
            at += 1
        text, first = texts[at], starts[at]
        if finding.end - first > len(text):
            # What is masked must never depend on a text's neighbours.
            return {text: list(search(text)) for text in texts}
        moved = finding._replace(start=finding.start - first, end=finding.end - first)
        found[text].append(moved)
    return found


def propagate_secrets(found: Mapping[str, Sequence[Finding]]) -> dict[str, list[Finding]]:
    """`found`, and the passwords and keys that one text tells where any text repeats them.

    "Password: Winter-22" gives away what "logged on with Winter-22" means, three steps on. Values
    that could be plain words are not followed, nor more than 500 of them.
    """
    values = {
        text[start:end]
        for text, spans in found.items()
        for start, end, kind, _ in spans
        if kind == "token"
    }
    telling = sorted(
        value
        for value in values
        if _SHORTEST_REPEATED <= len(value) <= _LONGEST_REPEATED and looks_like_password(value)
    )[:_MOST_REPEATED]
    if not telling:
        return {text: list(spans) for text, spans in found.items()}
    pattern = trie_pattern(telling)
    return {text: _with_repeats(text, spans, pattern) for text, spans in found.items()}


def _with_repeats(text: str, spans: Sequence[Finding], pattern: re.Pattern[str]) -> list[Finding]:
    out = list(spans)
    at = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        while at < len(spans) and spans[at].end <= start:
            at += 1
        taken = at < len(spans) and spans[at].start < end
        glued = text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()
        if not taken and not glued:
            out.append(Finding(start, end, "token", REPEATED_SECRET.id))
    return sorted(out)


def password_like_lines(text: str) -> list[Finding]:
    """The lines of `text` that are one word which looks like a password, for texts beside a label
    that asks for one: what a command prints below "Show the Wi-Fi password"."""
    return [
        Finding(*match.span(1), "token", PASSWORD_LIKE_LINE.id)
        for match in _LONE_WORD.finditer(text)
        if looks_like_password(match.group(1))
    ]
