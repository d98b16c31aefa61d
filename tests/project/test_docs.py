"""What README, CONTRIBUTING and docs/ say is held against the code."""

import ast
import json
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.test import Client
from django.urls import Resolver404, resolve

from exports_app import options, redaction
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from resolutionflow.api import urls
from tests.factories import make_completed, make_key
from tests.project.doc_pages import (
    BASE_DIR,
    PAGES,
    code,
    code_spans,
    doc,
    fences,
    headings,
    links,
    names,
    table,
)
from tests.project.env_example import documented_settings
from trees_app.document import check, shape
from trees_app.document.advice import commands
from trees_app.importing import json_import

OUR_APPS = ("resolutionflow", "accounts_app", "trees_app", "sessions_app", "exports_app")
METHODS = "GET|POST|PUT|PATCH|DELETE"
each_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: page.relative_to(BASE_DIR).as_posix()
)


# -- links and files ---------------------------------------------------------------------------


def test_the_pages_are_there():
    assert {"README.md", "CONTRIBUTING.md", "api.md"} <= {page.name for page in PAGES}


@each_page
def test_every_relative_link_and_image_exists(page):
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in headings(target), link


def test_every_guide_is_in_the_index():
    index = links(doc("README.md"))
    assert {page.name for page in doc("").glob("*.md")} - {"README.md"} <= index


def test_the_screenshots_are_small():
    shown = {link for link in links(BASE_DIR / "README.md") if link.endswith(".png")}
    assert len(shown) == 2
    assert all((BASE_DIR / link).stat().st_size < 250_000 for link in shown)


TOP = {path.name for path in BASE_DIR.iterdir()}


@each_page
def test_every_file_and_folder_named_exists(page):
    for span in code_spans(page):
        top = span.split("/")[0]
        is_path = re.fullmatch(r"[\w./-]+", span) and "/" in span and top in TOP
        if is_path and top not in (".data", ".venv"):
            assert (BASE_DIR / span).exists(), span


# -- targets, commands, settings ---------------------------------------------------------------


@each_page
def test_every_make_target_exists(page):
    makefile = (BASE_DIR / "Makefile").read_text()
    known = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", code(page))) <= known


@each_page
def test_every_management_command_exists(page):
    assert set(re.findall(r"manage\.py\s+([a-z_]+)", page.read_text())) <= set(get_commands())


def test_every_command_of_ours_is_explained():
    ours = {name for name, app in get_commands().items() if app in OUR_APPS}
    rows = table(doc("operating.md"), "command")
    assert ours == {row[0].split("manage.py ")[1].split()[0].strip("`") for row in rows}


def test_every_flag_in_the_table_of_commands_exists():
    apps = get_commands()
    for row in table(doc("operating.md"), "command"):
        name = row[0].split("manage.py ")[1].split()[0].strip("`")
        parser = load_command_class(apps[name], name).create_parser("manage.py", name)
        assert set(re.findall(r"--[a-z-]+", row[0])) <= set(parser._option_string_actions)


SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?==|$)|(?:HOST|PORT|DEBUG|CHROMIUM)(?==|$)")
# Of the tests alone: writes their expected files anew.
NOT_SETTINGS = {"REWRITE_GOLDEN"}


@each_page
def test_every_setting_named_is_in_env_example(page):
    lines = "\n".join(fences(page, "ini")).splitlines()
    written = [*code_spans(page), *(line for line in lines if re.match(r"[A-Z_]+=", line))]
    named = {match[0] for text in written if (match := SETTING.match(text))}
    assert named - NOT_SETTINGS <= set(documented_settings())


# -- addresses ---------------------------------------------------------------------------------

SAMPLE_ID = "3f1c0c1e-8d3b-4b60-9c0d-0e6d1f5f4b11"


def view_of(path):
    """What answers at `path`; `{id}` may be a number or a UUID."""
    for sample in ("1", SAMPLE_ID):
        try:
            return resolve(path.replace("{id}", sample)).func
        except Resolver404:
            continue
    return None


def addresses(page: Path) -> set[tuple[str, str]]:
    """Method (or "") and path of every address of ours in the page's code spans."""
    found = set()
    for span in code_spans(page):
        match = re.fullmatch(rf"(?:({METHODS}) )?(/[\w{{}}/.-]*)", span)
        # The recipes also name addresses of the ticket systems.
        if match and (not page.name.startswith("psa-") or match[2].startswith("/api/v1")):
            found.add((match[1] or "", match[2]))
    return found


@each_page
def test_every_address_exists_and_takes_its_method(page):
    for method, path in addresses(page):
        if path == "/api/v1":
            continue
        view = view_of(path)
        assert view is not None, path
        view_class = getattr(view, "view_class", None)
        if method and view_class is not None:
            assert hasattr(view_class, method.lower()), f"{method} {path}"


def test_every_call_of_the_api_is_explained():
    known = set()
    for pattern in urls.urlpatterns:
        path = "/api/v1/" + re.sub(r"<\w+:\w+>", "{id}", str(pattern.pattern))
        for method in METHODS.split("|"):
            if hasattr(pattern.callback.view_class, method.lower()):
                known.add((method, path))
    assert known == {pair for pair in addresses(doc("api.md")) if pair[0] and "api/v1" in pair[1]}


# -- flows -------------------------------------------------------------------------------------


def test_the_example_flow_can_be_published():
    (example,) = fences(doc("flows.md"), "json")
    flow = json_import.read_flow(example.encode())
    assert {node["type"] for node in flow.structure["nodes"].values()} == set(shape.NODE_TYPES)


def test_problem_codes_are_those_of_the_check():
    assert set(names(table(doc("flows.md"), "code"))) == codes_made("Problem")


def test_advice_codes_are_those_of_the_rules():
    expected = codes_made("Advice") | set(commands.FINDERS)
    assert set(names(table(doc("flows.md"), "advice"))) == expected


def codes_made(class_name):
    """Return the literal codes with which this class is made in the document's modules."""
    return {
        node.args[1].value
        for path in (BASE_DIR / "trees_app" / "document").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == class_name
        and isinstance(node.args[1], ast.Constant)
    }


def test_limits_and_lists_of_flows_are_those_of_the_check():
    text = " ".join(doc("flows.md").read_text().split())
    assert f"{check.MAX_NODES:,} nodes" in text
    assert f"{check.MAX_BYTES // 1024} KiB" in text
    assert ", ".join(f"`{outcome}`" for outcome in shape.OUTCOMES) in text
    kinds = next(row[1] for row in table(doc("flows.md"), "field") if row[0] == "`type`")
    assert re.findall(r"`(\w+)`", kinds)[: len(shape.VARIABLE_TYPES)] == list(shape.VARIABLE_TYPES)


# -- exports -----------------------------------------------------------------------------------


def test_the_option_table_is_the_options():
    rows = table(doc("exports.md"), "option")
    assert names(rows) == list(ExportOptions.model_fields)


CHOICES = options.option_choices()


@pytest.mark.parametrize("row", table(doc("exports.md"), "option"), ids=lambda row: row[0])
def test_an_option_has_these_values_and_this_default(row):
    name, values, default = row[0].strip("`"), row[1], json.loads(row[2].strip("`"))
    assert ExportOptions.parse({name: default}) == ExportOptions()
    if name in CHOICES:
        assert tuple(re.findall(r"`(\w+)`", values)) == CHOICES[name]


def test_formats_levels_and_audiences_have_a_row_each():
    page = doc("exports.md")
    assert tuple(names(table(page, "detail_level"))) == options.DETAIL_LEVELS
    assert tuple(names(table(page, "audience"))) == options.AUDIENCES
    media_types = {row[0].strip("`"): row[2].strip("`") for row in table(page, "format")}
    assert media_types == {name: one.media_type for name, one in RENDERERS.items()}


def test_placeholders_and_kinds_of_redaction_are_those_of_the_engine():
    page = doc("exports.md")
    shown = {row[1].strip("`") for row in table(page, "found")}
    assert shown == set(redaction.PLACEHOLDERS.values())
    assert ", ".join(f"`{kind}`" for kind in redaction.KINDS) in page.read_text()


# -- examples with curl ------------------------------------------------------------------------


def curls(page: Path) -> list[list[str]]:
    """The arguments of every curl in the page's shell examples."""
    found = []
    for block in fences(page, "sh"):
        text = re.sub(r"\\\n|(?<=\|)\n", " ", block)
        reader = shlex.shlex(text, posix=True, punctuation_chars="|()\n")
        reader.whitespace_split = True
        reader.whitespace = " \t"
        words = list(reader)
        while "curl" in words:
            words = words[words.index("curl") + 1 :]
            end = next((i for i, word in enumerate(words) if word[:1] in "|()\n"), len(words))
            found.append(words[:end])
    return found


class Request:
    """What a curl would send."""

    def __init__(self, words: list[str]) -> None:
        self.method, self.url, self.data = "", "", []
        self.headers: dict[str, str] = {}
        in_query = False
        rest = iter(words)
        for word in rest:
            if word in ("-H", "--header"):
                name, _, value = next(rest).partition(": ")
                self.headers[name] = value
            elif word in ("-X", "--request"):
                self.method = next(rest)
            elif word.startswith("--data"):
                self.data.append(next(rest))
            elif word in ("-o", "-u"):
                next(rest)
            elif word == "-G":
                in_query = True
            elif not word.startswith("-"):
                self.url = word
        self.method = self.method or ("POST" if self.data and not in_query else "GET")
        self.query = self.data if in_query else []


OUR_CURLS = [
    pytest.param(words, id=f"{page.name}-{number}")
    for page in PAGES
    for number, words in enumerate(curls(page), start=1)
    if "/api/v1/" in Request(words).url
]


def test_the_reader_of_this_test_sees_the_curls():
    assert len(OUR_CURLS) >= 10
    (first, second) = (Request(words) for words in curls(BASE_DIR / "README.md"))
    assert (first.method, second.method) == ("GET", "POST")
    assert json.loads(second.data[0])["format"] == "psa"


@pytest.mark.parametrize("words", OUR_CURLS)
def test_a_curl_example_works(words, integration, engineer):
    one = Request(words)
    done = make_completed(engineer, ticket_number="T-10412", outcome_notes="Updated the client.")
    makes = "Idempotency-Key" in one.headers
    if writes := makes or one.method in ("PUT", "PATCH"):
        # Integrations only read: a write is tried by an engineer, at a session that is open.
        done.completed_at, done.outcome = None, ""
        done.save()
    user = engineer if writes else integration
    values = {"KEY": make_key(user), "ID": str(done.pk), "TICKET": "T-10412"}
    values["TREE"] = str(done.tree_id)

    def filled(text: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda match: values.get(match[1], ""), text)

    path = re.sub(r"^(\$RF|http://127\.0\.0\.1:8000)", "", one.url)
    assert path.startswith("/"), "an example of ours begins with $RF or the local address"
    headers = {name: filled(value) for name, value in one.headers.items()}
    content_type = headers.pop("Content-Type", "application/octet-stream")
    answer = Client(headers=headers).generic(
        one.method,
        filled(path),
        "" if one.query else filled("".join(one.data)),
        content_type,
        query_params=dict(filled(part).split("=", 1) for part in one.query),
    )
    # An integration runs nothing, so it has no current session; the guide says so.
    expected = 404 if path.endswith("/current") else 201 if makes else 200
    assert answer.status_code == expected, answer.content
