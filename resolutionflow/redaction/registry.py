"""All rules, collected from the modules below `rules`.

A module there holds a list `RULES` and a `TITLE`; it is a family, which an account may switch off.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import NamedTuple

from . import rules
from .known_values import CONTEXT_RULES
from .rule import Rule


class Family(NamedTuple):
    """The rules of one module; `name` is its path below `rules`, `title` what people read."""

    name: str
    title: str
    rules: tuple[Rule, ...]


@cache
def families() -> dict[str, Family]:
    """Return every family by its name."""
    start = f"{rules.__name__}."
    found = {}
    for module in walk_packages(rules.__path__, start):
        if not module.ispkg:
            name = module.name.removeprefix(start)
            loaded = import_module(module.name)
            found[name] = Family(name, loaded.TITLE, tuple(loaded.RULES))
    return found


@cache
def all_rules() -> dict[str, Rule]:
    """Return every rule by its id, those that need more than a text included."""
    listed = [rule for family in families().values() for rule in family.rules]
    return {rule.id: rule for rule in (*listed, *CONTEXT_RULES)}


def describe_rule(id: str) -> str:
    """Return what people read about a rule; an account's own rules are named in their id."""
    rule = all_rules().get(id)
    return rule.description if rule else f"Own pattern: {id.removeprefix('own:')}"
