"""Finding the values of variables in typed text."""

import re
from collections.abc import Collection

# A value shorter than this counts as a whole word only: "1" is in every number.
MIN_PARTIAL_LENGTH = 4


def values_pattern(values: Collection[str]) -> str:
    """Return a regular expression for any of the `values`, the longest first."""
    return "|".join(_value_pattern(value) for value in sorted(values, key=len, reverse=True))


def _value_pattern(value: str) -> str:
    pattern = re.escape(value)
    return pattern if len(value) >= MIN_PARTIAL_LENGTH else rf"(?<!\w){pattern}(?!\w)"
