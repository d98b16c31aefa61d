"""Regular expressions that every supported Python matches alike."""

import importlib
import re
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

import pytest

from resolutionflow.redaction.engine import find
from resolutionflow.redaction.registry import all_rules
from tests.project.modules import MODULES

MIN_PATTERNS = 300


def parts_of(items: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each operation of a parsed expression with its argument, the inner ones too."""
    for operation, argument in items:
        yield operation, argument
        for one in argument if isinstance(argument, tuple | list) else [argument]:
            for inner in one if isinstance(one, list) else [one]:
                if isinstance(inner, parser.SubPattern):
                    yield from parts_of(inner)


def repeats_a_group(pattern: str | bytes, flags: int = 0) -> bool:
    return any(
        str(operation) == "POSSESSIVE_REPEAT" and argument[2].getwidth() != (1, 1)
        for operation, argument in parts_of(parser.parse(pattern, flags))
    )


def patterns() -> dict[str, tuple[str | bytes, int]]:
    found: dict[str, tuple[str | bytes, int]] = {}
    find("warm up", redact_hostnames=True)
    for name in MODULES:
        if ".migrations." in name or ".commands." in name:
            continue
        for key, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern):
                found[f"{name}.{key}"] = value.pattern, value.flags
    for rule in all_rules().values():
        if pattern := getattr(rule, "pattern", ""):
            found[f"rule {rule.id}"] = pattern, 0
    return found


@pytest.mark.req("R4")
def test_no_group_is_repeated_possessively() -> None:
    """Before 3.11.5 Python doesn't go back to where the last round began when it fails half-way
    (issue 106052 of CPython): `(?:\\.[0-9]+)++` took the full stop behind an address with it. An
    atomic group, `(?>(?:\\.[0-9]+)+)`, means the same, and is right.
    """
    found = patterns()
    assert len(found) > MIN_PATTERNS
    assert [name for name, pattern in found.items() if repeats_a_group(*pattern)] == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?:\.[0-9]{1,3}+)++", True),
        (r"(?>(?:\.[0-9]{1,3}+)+)", False),
        (r"a(b|(?:cd)*+)", True),
        (r"[a-z]{1,9}+x", False),
        (r"(?:ab){2}", False),
    ],
)
def test_the_check_itself(pattern: str, expected: bool) -> None:
    assert repeats_a_group(pattern) is expected
