"""The house as CONTRIBUTING.md tells of it: which way imports go, and how long files are."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Each may import those before it.
APPS = ("resolutionflow", "accounts_app", "trees_app", "sessions_app", "exports_app")
# What puts all of it together: the API's addresses and shapes, and the start.
LOOK_AHEAD = {
    f"resolutionflow.{name}" for name in ("api.urls", "api.components", "launch.supervisor")
}
LONGEST = 400
WRITTEN = (*APPS, "benchmarks", "static", "templates", "tests")
KINDS = (".py", ".html", ".css", ".js")


def modules() -> dict[str, Path]:
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports_in(node: ast.AST, package: str) -> Iterator[str]:
    """The modules of ours that are imported in `node`, those for type checking among them."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in MODULES)
    if isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
        for alias in node.names:
            name = f"{base}.{alias.name}"
            if name in MODULES or base in MODULES:
                yield name if name in MODULES else base
    for child in ast.iter_child_nodes(node):
        yield from imports_in(child, package)


def imported_by(name: str) -> set[str]:
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return set(imports_in(ast.parse(path.read_text()), package)) - {name}


IMPORTS = {name: imported_by(name) for name in MODULES}


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


def test_the_readers_of_imports_see_them() -> None:
    """Or the tests above would pass whatever stands in the code."""
    assert "sessions_app.models" in IMPORTS["sessions_app.recording.services"]
    assert "exports_app.options" in IMPORTS["exports_app.service"]
    assert "accounts_app.models" in IMPORTS["trees_app.models.tree"]


def test_files_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)} has {lines} lines"
        for folder in WRITTEN
        for path in (ROOT / folder).rglob("*")
        if path.suffix in KINDS and "golden" not in path.parts
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert not long
