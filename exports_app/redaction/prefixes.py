"""Many literal words as one fast expression."""

from __future__ import annotations

import re
from collections import defaultdict


def lookup(prefixes: list[str]) -> re.Pattern[str]:
    """One expression for all prefixes that shares their beginnings, longest first."""

    def branch(tails: list[str]) -> str:
        by_first: dict[str, list[str]] = defaultdict(list)
        for tail in tails:
            if tail:
                by_first[tail[0]].append(tail[1:])
        arms = [re.escape(first) + branch(rest) for first, rest in by_first.items()]
        if not arms:
            return ""
        return f"(?:{'|'.join(arms)}){'?' if '' in tails else ''}"

    return re.compile(branch(prefixes))
