"""One name, one thing: no public class shares its name, and every name in backticks exists."""

import ast
import importlib
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from procrastinate.contrib.django import app

from tests.project.modules import APPS, MODULES, ROOT

# Django looks for these names, in a module of their own.
FRAMEWORK_CLASSES = {"Command", "Migration"}
READ = (*APPS, "benchmarks", "tests")
PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
IN_BACKTICKS = re.compile(r"(`{1,2})([^`\n]+)\1")
DOTTED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\(.*\))?")
FILE = re.compile(r"(?:[\w-]+/)*[\w-]+\.(?:py|html|css|js|toml|txt|md|sh)")
SKIPPED = {".venv", ".git", ".data", "staticfiles", "node_modules"}


def public_classes() -> dict[str, list[str]]:
    """Return, by name, the modules that define a public class of that name."""
    found: dict[str, list[str]] = defaultdict(list)
    for module, path in MODULES.items():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module)
    return found


CLASSES = public_classes()


def comments_and_docstrings(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


def texts() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        yield page, page.read_text()
    for folder in READ:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, "\n".join(comments_and_docstrings(path.read_text()))


def named_in_backticks(text: str) -> set[str]:
    return {match[2].strip() for match in IN_BACKTICKS.finditer(text)}


@cache
def file_names() -> set[str]:
    """Return every file of the project, with each of the ends of its path."""
    found = set()
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not SKIPPED & set(parts):
            found |= {"/".join(parts[at:]) for at in range(len(parts))}
    return found


def has(thing: Any, name: str) -> bool:
    """Return whether a module or class has this attribute or field."""
    if hasattr(thing, name) or name in getattr(thing, "__dataclass_fields__", ()):
        return True
    if isinstance(thing, type):
        if any(name in vars(one).get("__annotations__", ()) for one in thing.__mro__):
            return True
        # What `__init__` or another method sets.
        return any(name in getattr(one, "__static_attributes__", ()) for one in thing.__mro__)
    return False


def resolves(thing: Any, parts: list[str]) -> bool:
    """Return whether attribute after attribute is there; behind a plain value anything is."""
    for part in parts:
        if not isinstance(thing, ModuleType | type):
            return True
        if not has(thing, part):
            return False
        thing = getattr(thing, part, None)
    return True


def exists(dotted: str) -> bool:
    """Return whether a dotted name of ours leads to something; any other is taken as it is."""
    if dotted in app.tasks:
        return True
    parts = first, *rest = dotted.split(".")
    for end in range(len(parts), 0, -1):
        # The longest beginning that is a module, by its full name or the end of one.
        modules = [name for name in MODULES if f".{name}".endswith("." + ".".join(parts[:end]))]
        if modules:
            return any(resolves(importlib.import_module(name), parts[end:]) for name in modules)
    classes = [getattr(importlib.import_module(name), first) for name in CLASSES.get(first, ())]
    return not classes or any(resolves(one, rest) for one in classes)


def test_no_two_public_classes_share_a_name() -> None:
    assert not {
        name: modules
        for name, modules in CLASSES.items()
        if len(modules) > 1 and name not in FRAMEWORK_CLASSES
    }


def test_every_dotted_name_in_backticks_exists() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in texts()
        for name in named_in_backticks(text)
        if (match := DOTTED.fullmatch(name)) and not FILE.fullmatch(name)
        if not exists(match[1])
    }
    assert not wrong


def test_every_file_in_backticks_exists() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in texts()
        for name in named_in_backticks(text)
        if FILE.fullmatch(name) and name not in file_names()
    }
    assert not wrong


@pytest.mark.parametrize(
    ("dotted", "there"),
    [
        ("sessions_app.models.Session.objects", True),
        ("models.Session", True),
        ("Session.objects.visible_to", True),
        ("accounts_app.models.User.role", True),
        ("sessions_app.no_such_module", False),
        ("services.no_such_function", False),
        ("Session.no_such_method", False),
        ("sessions.purge", True),
        ("request.session", True),
    ],
)
def test_names_are_looked_up(dotted: str, there: bool) -> None:
    """Or the tests above would pass whatever stands in the code."""
    assert exists(dotted) == there
