"""Scripts and styles: what is loaded, in which order, and that nothing in them leads nowhere."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from resolutionflow.templatetags.page_script import imports_of
from resolutionflow.web import style_sheet

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
MODULES = sorted(path for path in (STATIC / "js").rglob("*.js") if path.name != "theme.js")
PAGES = sorted((STATIC / "js" / "pages").glob("*.js"))
APP_SHEET = STATIC / style_sheet.NAME
# Where a class may be named: markup, the Python that writes rows and icons, and scripts.
MARKUP = "".join(
    path.read_text()
    for folder in ("templates", "static/js", "sessions_app", "trees_app", "resolutionflow")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".html", ".js", ".py")
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def rules(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def served() -> str:
    return COMMENT.sub("", Path(str(finders.find(style_sheet.NAME))).read_text())


def test_the_style_sheet_is_served_as_one_file() -> None:
    assert "@import" not in served()
    for path in SHEETS:
        if path != APP_SHEET:
            selector = next(
                line for line in rules(path).splitlines() if line.rstrip().endswith("{")
            )
            assert selector in served(), path.name


def test_the_layers_keep_their_order() -> None:
    [order] = re.findall(r"^@layer ([\w, ]+);", served(), re.MULTILINE)
    used = list(dict.fromkeys(re.findall(r"^@layer (\w+) \{", served(), re.MULTILINE)))
    assert used == order.split(", ")


def test_what_the_style_sheet_names_is_there() -> None:
    folder = STATIC / "css"
    named = re.findall(r'url\("([^"#:]+)"\)', served())
    assert named
    assert [name for name in named if not (folder / name).resolve().is_file()] == []


def test_every_style_sheet_is_imported_once() -> None:
    imported = re.findall(r'url\("([^"]+)"\)', rules(APP_SHEET))
    own = [path.relative_to(STATIC / "css").as_posix() for path in SHEETS if path != APP_SHEET]
    assert sorted(imported) == sorted(own)


def test_custom_properties_are_defined_and_used() -> None:
    css = "".join(map(rules, SHEETS))
    defined = set(re.findall(r"(?<![\w-])(--[\w-]+)\s*:", css))
    used = set(re.findall(r"var\((--[\w-]+)", css))
    assert used <= defined
    names = {name for name in defined if name not in used}
    assert {name for name in names if name not in MARKUP} == set()


def test_every_class_is_used() -> None:
    css = "".join(map(rules, SHEETS))
    classes = set(re.findall(r"\.(-?[a-z][\w-]*)", re.sub(r'"[^"]*"|url\([^)]*\)', "", css)))
    # Of `is-resolved` the page writes `is-{{ outcome }}`; so it is with other endings.
    loose = {
        name
        for name in classes
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", MARKUP)
        and not re.search(rf"(?<![\w-]){re.escape(re.split('--|-', name)[0])}-+[{{%$\"]", MARKUP)
    }
    assert loose <= {"errorlist"}  # which Django gives the errors of a form


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_says_what_it_does_and_leaves_no_global(path: Path) -> None:
    source = path.read_text()
    assert re.match(r"/\* [A-Z<][^*]*\. ?[^*]*\*/\n", source)
    assert not re.search(r"\bwindow\.\w+ = ", source)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_all_that_a_page_imports_is_known_beforehand(path: Path) -> None:
    name = path.relative_to(STATIC).as_posix()
    found = imports_of(name)
    has_shell = path.stem not in ("sign-in", "second-factor", "error")
    assert ("js/app.js" in found) == has_shell
    for one in (name, *found):
        source = (STATIC / one).read_text()
        assert len(
            re.findall(r"^(?:import|export)\b[^;]*[\"']\.\.?/", source, re.MULTILINE)
        ) == len(re.findall(r"[\"']\.\.?/[^\"']+\.js[\"'];", source))


def test_every_module_is_on_some_page() -> None:
    used = {name for path in PAGES for name in imports_of(path.relative_to(STATIC).as_posix())}
    own = {path.relative_to(STATIC).as_posix() for path in MODULES if path not in PAGES}
    assert own == used
