"""Many short texts searched as one, since what a search costs beside its text is paid once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .model import BREAK, Finding

Search = Callable[[str], Sequence[Finding]]
_MARK = BREAK.strip()
# Longer texts are searched alone: joined, they would be held twice.
_LONG = 20_000


def find_each(texts: Iterable[str], search: Search) -> dict[str, list[Finding]]:
    """Each different text of `texts` with what `search` finds in it.

    `search` is `engine.find`, bound to its options. The findings are those of searching each text
    by itself: nothing is read across the break that is put between texts.
    """
    found: dict[str, list[Finding]] = {}
    short: list[str] = []
    for text in dict.fromkeys(texts):
        found[text] = []
        if len(text) > _LONG or _MARK in text:
            found[text] = list(search(text))
        elif text:
            short.append(text)
    starts: list[int] = []
    length = 0
    for text in short:
        starts.append(length)
        length += len(text) + len(BREAK)
    at = 0
    for start, end, kind in search(BREAK.join(short)) if short else ():
        while at + 1 < len(starts) and starts[at + 1] <= start:
            at += 1
        first = starts[at]
        if end - first > len(short[at]):
            # Not seen yet; but what is masked must never depend on a text's neighbours.
            return found | {text: list(search(text)) for text in short}
        found[short[at]].append(Finding(start - first, end - first, kind))
    return found
