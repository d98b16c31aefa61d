"""docs/requirements.md lists every mark that is used, and each one that is built has a test."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIST = ROOT / "docs" / "requirements.md"
CODE = ("resolutionflow", "accounts_app", "trees_app", "sessions_app", "exports_app")
READ = (*CODE, "benchmarks", "docs", "static", "templates", "tests")
KINDS = (".py", ".md", ".html", ".css", ".js")
MARK = re.compile(r"\[([A-Z]\d{1,2})\]")
RANGE = re.compile(r"\[([A-Z])(\d{1,2})\](?: to |–)\[\1(\d{1,2})\]")
ROW = re.compile(r"^\| \[([A-Z]\d{1,2})\] \| (.+) \|$", re.MULTILINE)

ROWS = ROW.findall(LIST.read_text())
LISTED = dict(ROWS)
NOT_BUILT = {mark for mark, text in ROWS if text.startswith("*Not built yet.*")}


def marks_in(text: str) -> set[str]:
    """Return the marks that a text names, those between the ends of a range too."""
    found = set(MARK.findall(text))
    for letter, first, last in RANGE.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last) + 1)}
    return found


def files() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    for folder in READ:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in KINDS and path not in (LIST, Path(__file__)):
                yield path


def marks_of_tests(path: Path) -> set[str]:
    """Return what the module's tests are marked with: by decorator, list of marks or parameter."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.req":
            found |= {ast.literal_eval(argument) for argument in node.args}
    return found


TESTED = {
    mark for path in (ROOT / "tests").rglob("test_*.py") for mark in marks_of_tests(path)
}  # fmt: skip


def test_each_mark_has_one_sentence() -> None:
    assert len(LISTED) == len(ROWS)
    assert all(text.endswith(".") for text in LISTED.values())


def test_each_mark_in_use_is_listed() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: [{mark}]"
        for path in files()
        for mark in marks_in(path.read_text()) - LISTED.keys()
    }
    assert not wrong
    assert LISTED.keys() >= TESTED


def test_each_requirement_that_is_built_has_a_test() -> None:
    assert not sorted(LISTED.keys() - NOT_BUILT - TESTED)


def test_what_has_a_test_is_not_called_unbuilt() -> None:
    assert not NOT_BUILT & TESTED


def test_a_mark_is_a_marker_never_a_part_of_a_name() -> None:
    letters = "".join(sorted({mark[0].lower() for mark in LISTED}))
    pattern = re.compile(rf"def (test_(?:[{letters}]\d+_\w+|\w+_[{letters}]\d+))\(")
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in pattern.findall(path.read_text())
    }
    assert not wrong


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("as [S5] says", {"S5"}),
        ("[S1], [S3] to [S5]", {"S1", "S3", "S4", "S5"}),
        ("([H6]–[H8])", {"H6", "H7", "H8"}),
        ("text[A] and [12]", set()),
    ],
)
def test_marks_are_read(text: str, marks: set[str]) -> None:
    assert marks_in(text) == marks
