"""The structure that CONTRIBUTING.md describes: which way imports go, and how long files are."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.project.modules import APPS, MODULES, ROOT

# What puts all of it together: the API's addresses and shapes, and the start.
LOOK_AHEAD = {
    "resolutionflow.api.urls",
    "resolutionflow.launch.supervisor",
}
# What answers requests; below it stands what services and queries do without any of it.
PAGE_MODULE = re.compile(r"(.+_)?(views|forms|presenters)")
DOMAIN_MODULE = re.compile(r"(.+_)?(services|queries)")
# Where REST framework may be named: the API's own modules and the shapes of its JSON.
API_MODULE = re.compile(r"(.+_)?(api|schemas|serializers)(_.+)?")
API_PACKAGES = ("resolutionflow.api",)
# REST framework's own word for the module that knows API keys.
API_AUTHENTICATION = {"accounts_app.authentication", "accounts_app.scim.authentication"}
TO_LEAVE_REST_FRAMEWORK = {"sessions_app.attachments.views"}
MAX_LINES = 400
WRITTEN = (*APPS, "benchmarks", "static", "templates", "tests")
KINDS = (".py", ".html", ".css", ".js")


def names_imported_in(path: Path, package: str) -> Iterator[str]:
    """Yield every name that a module imports, dotted; those for type checking alone too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(parents if node.level else []), *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def module_of(imported: str) -> str | None:
    """Return the module of ours that holds an imported name, or is it."""
    if imported in MODULES:
        return imported
    base = imported.rpartition(".")[0]
    return base if base in MODULES else None


def package_of(name: str) -> str:
    return name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]


NAMES = {name: set(names_imported_in(path, package_of(name))) for name, path in MODULES.items()}
IMPORTS = {
    name: {module for one in names if (module := module_of(one))} - {name}
    for name, names in NAMES.items()
}


def last_part(name: str) -> str:
    return name.rpartition(".")[2]


@pytest.mark.parametrize("app", APPS)
def test_imports_go_one_way(app: str) -> None:
    ahead = APPS[APPS.index(app) + 1 :]
    wrong = {
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        if name.split(".")[0] == app and name not in LOOK_AHEAD
        for other in others
        if other.split(".")[0] in ahead
    }
    assert not wrong


def test_no_modules_import_each_other() -> None:
    """Nor in a ring: each can be read, and tested, after those that it builds upon."""
    try:
        tuple(TopologicalSorter(IMPORTS).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_services_and_queries_import_no_pages() -> None:
    """Of any feature: a rule can be used, and tested, without a request."""
    wrong = {
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        if DOMAIN_MODULE.fullmatch(last_part(name))
        for other in others
        if PAGE_MODULE.fullmatch(last_part(other))
    }
    assert not wrong


def test_only_the_api_knows_rest_framework() -> None:
    users = {
        name
        for name, names in NAMES.items()
        if any(one.split(".")[0] == "rest_framework" for one in names)
        and not any(API_MODULE.fullmatch(part) for part in name.split("."))
        and not name.startswith(API_PACKAGES)
    }
    assert users == API_AUTHENTICATION | TO_LEAVE_REST_FRAMEWORK


def test_nothing_is_imported_from_a_test_module() -> None:
    """What tests share stands in a module that is named for what it holds."""
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / "tests").rglob("*.py")
        for name in names_imported_in(path, ".".join(path.relative_to(ROOT).parts[:-1]))
        if name.startswith("tests.") and any(part.startswith("test_") for part in name.split("."))
    }
    assert not wrong


def test_the_imports_are_seen() -> None:
    """Or the tests above would pass whatever stands in the code."""
    assert "sessions_app.models" in IMPORTS["sessions_app.recording.services"]
    assert "exports_app.options" in IMPORTS["exports_app.service"]
    assert "accounts_app.models" in IMPORTS["trees_app.models.tree"]
    # For type checking alone.
    assert "exports_app.rendered_export" in IMPORTS["exports_app.export_log"]


def test_files_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)} has {lines} lines"
        for folder in WRITTEN
        for path in (ROOT / folder).rglob("*")
        if path.suffix in KINDS and "golden" not in path.parts
        if (lines := len(path.read_text().splitlines())) > MAX_LINES
    }
    assert not long
