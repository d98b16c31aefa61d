"""What a rule is: where a secret is found, and the samples that prove it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scanned_text import ScannedText

Span = tuple[int, int, str]
"""``(start, end, id of the rule)`` in characters, end exclusive."""

Scan = Callable[["ScannedText"], Iterable[Span]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that is masked, why, and the samples that prove it (`tests/redaction`).

    A rule finds by `scan`, a function that may serve several rules and names one in each span, or
    by `pattern`, whose `group` is the secret:

    - with `prefixes`, `pattern` begins with one of them; it is tried only where one stands;
    - with `keywords`, `pattern` is searched in texts that hold one of them; the secret begins
      `lookback` characters before the match.

    `validate` gets the secret and may refuse it. `keywords` of a rule with `scan` are lower-case
    words whose places the scan looks up in `ScannedText.occurrences`; the search for all of them at
    once is built from the rules (see `rule_set`).

    `samples` and `near_misses` are texts; `samples.expand` says how they are written. `source`
    names the documentation that describes the form.
    """

    id: str
    kind: str
    description: str
    source: str
    samples: tuple[str, ...]
    near_misses: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    pattern: str = ""
    group: int = 0
    lookback: int = 0
    validate: Callable[[str], bool] | None = None
    scan: Scan | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """`pattern`, compiled once."""
        return compile_pattern(self.pattern)


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return the expression, compiled once in a process."""
    return re.compile(pattern)


def key_rule(
    id: str,
    prefixes: str,
    tail: str,
    sample: str,
    description: str,
    source: str,
    *,
    starts_word: bool = False,
    near_misses: tuple[str, ...] = (),
) -> Rule:
    """Return the rule of a maker's keys: one of `prefixes` (separated by spaces), then `tail`.

    A blank inside a prefix is written `␣`. Such keys are looked for in long runs of key characters
    alone (`vendor_keys.key_runs`): with its prefix a key has at least 16, is not lower-case
    hexadecimal throughout, and doesn't read like words. Any other needs a `Rule` with `keywords`.
    `sample` is a tail in the notation of `samples.expand`: every prefix is proved with it. With
    `starts_word`, no letter or digit may stand before the prefix, as is wise for short ones.
    """
    words = tuple(prefix.replace("\u2423", " ") for prefix in prefixes.split())
    start = "(?<![A-Za-z0-9])" if starts_word else ""
    choice = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return Rule(
        id=id,
        kind="token",
        description=description,
        source=source,
        samples=tuple(word + sample for word in words),
        near_misses=(f"{words[0]}x1", *near_misses),
        prefixes=words,
        pattern=f"{start}(?:{choice})(?:{tail})",
    )
