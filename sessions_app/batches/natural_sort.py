"""Sorting labels as people do."""

import re


def natural_sort_key(label: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts SRV-2 before SRV-10."""
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+", label.casefold())
    return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts]
