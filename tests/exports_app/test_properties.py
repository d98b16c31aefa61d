"""Whatever is typed, an export keeps its structure and reads back as typed."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports_app.builder import build_document
from exports_app.cleaning import LIST_ITEM, is_ruler, one_line
from exports_app.document import ExportDocument
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS, commonmark
from exports_app.renderers.commonmark import escape_blocks
from exports_app.session_data import SessionData, StepData
from tests.exports_app.parsers import Markdown, Page, words
from tests.exports_app.samples import VPN
from tests.growth import count_calls, ends_soon

pytestmark = pytest.mark.req("X13")

FRAGMENTS = (
    "# heading", "## Resolution", "###", "Title\n===", "Title\n---", "---", "***", "___", "- - -",
    "====================", "--------------------", "--- RESOLUTION ---", "RESOLUTION",
    "```", "```sh\nrm -rf /\n```", "~~~", "````", "`code`", "``", "~~gone~~", "    indented", "\tx",
    "| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n-|-", "a|\n:-", ":-:", "|", "\\|", "\\", "\\\\",
    "<script>alert(1)</script>", "<b>", "</div>", "<!-- x -->", "<?php", "<![CDATA[", "<a@b.c>",
    "<https://x.example>", "<1@x.y>", "</main></body>", "]]>", "&amp;", "&lt;b&gt;", "&#35; x", "&",
    "[a](b)", "![a](b)", "[a]: http://x.example", "[a]", "[a][b]", "[^1]: x", "[ ] todo", "[x](",
    "> quote", ">> x", "*em*", "**strong**", "_em_", "__x__", "snake_case_name", "_", "a_ b", "*",
    "- item", "* item", "+ item", "1. one", "2. two", "7) seven", "007. bond", "0. zero", "1.", "-",
    "  - nested", "   1. nested", "      - deep", "- - twice", "- # x", "- ```", "- ---", "- > q",
    "1. a\n1. b", "1. a\n\n1. b", "- a\n- b\n  more\nend", "3. c\n5. e", "1) a\n1. b",
    "\u202eevil\u202c", "\u200f", "مرحبا", "e\u0301", "👩\u200d💻", "\u00a0x", "\u3000# x",
    "\x00", "\x07", "\x1b[31mred\x1b[0m", "\x1b]0;t\x07", "\ud800", "\ufffe", "\x85", "\u2028",
    "\r\n", "\r", "\v", "\f", "\n", "\n\n", " ", "  ", "\t", "C:\\Users\\_x_\\*", "\\\\FS01\\HR$",
    "{{ host }}", "{{ nobody }}", "{{", "a" * 3000, "#" * 300, "`" * 40, "ab " * 900, "x # #", "!",
    "https://x.example/a_(b)_c?d=1&e=2", "'", '"', "$x$", "@all", "**Ticket:** 1", "  \n", "\\\n",
)  # fmt: skip
typed = st.lists(
    st.one_of(
        st.sampled_from(FRAGMENTS),
        st.sampled_from("\n \t-#>|`*_\\[]()<&:=~.1a"),
        st.text(max_size=8),
    ),
    max_size=8,
).map("".join)
lines = typed.map(lambda text: one_line(text) or "x")
few = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def sources(draw) -> SessionData:
    steps = tuple(
        StepData(
            node_id=draw(st.sampled_from(("a", "custom-1"))),
            question=draw(typed),
            answer=draw(typed),
            action=draw(typed),
            notes=draw(typed),
            command_output=draw(typed),
            attachments=({"name": draw(typed), "url": draw(typed)},),
            timestamp=VPN.started_at,
        )
        for _ in range(draw(st.integers(1, 2)))
    )
    return replace(
        VPN,
        steps=steps,
        step_count=len(steps),
        tree_name=draw(typed),
        description=draw(typed),
        client_name=draw(typed),
        ticket_number=draw(typed),
        scratchpad=draw(typed),
        outcome_notes=draw(typed),
        next_steps=draw(typed),
        variables={"host": draw(typed)},
    )


def built(source: SessionData, name: str) -> ExportDocument:
    options = ExportOptions(format=name, detail_level="full", include_summary=True)
    return build_document(source, options)


def expected_headings(document: ExportDocument) -> list[tuple[str, str]]:
    """Return the headings that the document promises, as Markdown levels and words."""
    headings = [("h1", document.header.title), ("h2", "Summary")]
    if document.evidence:
        headings.append(("h2", "Evidence / Reference"))
    headings.append(("h2", "Troubleshooting Steps"))
    for step in document.steps:
        mark = "[CUSTOM] " if step.custom else ""
        headings.append(("h3", f"Step {step.position}: {mark}{step.title}"))
    if document.resolution:
        headings.append(("h2", "Resolution"))
    if document.next_steps:
        headings.append(("h2", "Next Steps"))
    return [(level, words(text)) for level, text in headings]


def marked_headings(document: ExportDocument) -> list[tuple[str, str, bool]]:
    """As `expected_headings`, each with whether it is that of a custom step."""
    custom = iter([step.custom for step in document.steps])
    return [
        (level, text, level == "h3" and next(custom)) for level, text in expected_headings(document)
    ]


def without_markers(text: str) -> str:
    """Typed text without the markers of its lists, which a parser turns into structure."""
    return words(
        "\n".join(
            line[found.end() :] if (found := _list_item(line)) else line
            for line in text.split("\n")
        )
    )


def _list_item(line: str) -> re.Match[str] | None:
    found = LIST_ITEM.match(line)
    if re.fullmatch(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,})", line):
        return None
    if found and found[3] and found[3] != str(int(found[3])):
        return None
    return found


@few
@given(sources())
def test_markdown_has_exactly_its_headings_and_reads_back(source):
    document = built(source, "markdown")
    parsed = Markdown(RENDERERS["markdown"].render(document))
    assert [(level, words(text)) for level, text in parsed.headings] == expected_headings(document)
    assert parsed.foreign == set()
    assert parsed.rules == len(document.sections) + bool(document.duration)
    assert parsed.fences == [s.command_output + "\n" for s in document.steps if s.command_output]
    text = words(parsed.text)
    for value in (document.evidence, document.resolution, document.next_steps):
        assert without_markers(value) in text
    for step in document.steps:
        for value in (step.answer, step.action, step.notes):
            assert without_markers(value) in text
        for item in step.attachments:
            assert words(item.line) in text
    for label, value in document.header.rows:
        assert not value or words(value) in text, label


@settings(max_examples=400, deadline=None)
@given(typed.map(lambda text: text.replace("\x00", "")))
def test_a_note_reads_back_line_by_line_as_markdown(note):
    from exports_app.cleaning import clean, strip_line_ends

    note = strip_line_ends(clean(note))
    body, _ = escape_blocks(note)
    parsed = Markdown(body)
    assert parsed.headings == [] and parsed.fences == [] and parsed.foreign == set()
    assert parsed.rules == 0
    shown = [words(line) for text in parsed.texts for line in text.split("\n")]
    meant = [without_markers(line) for line in note.split("\n") if line.strip()]
    assert [line for line in shown if line] == [line for line in meant if line]


@pytest.mark.req("X13")
@settings(max_examples=300, deadline=None)
@given(st.lists(st.from_regex(r"[ \t]{0,9}[a-z<&*_#>`|.-]{1,8}(?: [a-z]{1,4})?", fullmatch=True),
                min_size=1, max_size=6))  # fmt: skip
def test_the_indent_of_a_line_reads_back_as_it_was_typed(lines):
    from exports_app.cleaning import LIST_ITEM

    lines = [line for line in lines if not LIST_ITEM.match(line)] or ["  x"]
    parsed = Markdown(escape_blocks("\n".join(lines))[0])
    assert parsed.foreign == set() and parsed.lists == [] and parsed.rules == 0
    assert "\n".join(parsed.texts).split("\n") == lines


@few
@given(sources())
def test_html_has_no_element_of_its_own_and_reads_back(source):
    document = built(source, "html")
    page = Page(RENDERERS["html"].render(document))
    assert page.errors == []
    badge = [
        (level, text.replace("[CUSTOM] ", "", 1) + " Custom" if step else text)
        for level, text, step in marked_headings(document)
    ]
    assert [(level, words(text)) for level, text in page.headings] == badge
    assert set(page.elements) <= WRITTEN_ELEMENTS
    for value in (document.evidence, document.resolution, document.next_steps):
        assert not value or value in page.lines
    for step in document.steps:
        for value in (step.answer, step.action, step.notes):
            assert not value or value in page.lines
        assert step.command_output in page.text


WRITTEN_ELEMENTS = {
    ("html", ("lang",)), ("head", ()), ("meta", ("charset",)), ("meta", ("content", "http-equiv")),
    ("meta", ("content", "name")), ("title", ()), ("style", ()), ("body", ()), ("main", ()),
    ("h1", ("dir",)), ("h2", ()), ("h3", ("dir",)), ("table", ("class",)), ("tbody", ()),
    ("tr", ()), ("th", ("scope",)), ("td", ()), ("div", ("class", "dir")), ("div", ()), ("br", ()),
    ("p", ("class",)), ("pre", ()), ("section", ()), ("span", ("class",)), ("ul", ()), ("li", ()),
    ("a", ("href", "rel")),
}  # fmt: skip


@few
@given(sources())
def test_text_sections_are_only_its_own(source):
    document = built(source, "text")
    content = RENDERERS["text"].render(document)
    written = content.split("\n")
    names = [written[at - 1] for at, line in enumerate(written) if line == "-" * 20]
    expected = [text.upper() for level, text in expected_headings(document) if level == "h2"]
    assert names == expected
    rulers = [line for line in written if is_ruler(line) and not line.startswith(" ")]
    assert rulers == ["=" * 20] + ["-" * 20] * len(expected)
    reads_back(document, content)


@pytest.mark.req("X14")
@few
@given(sources())
def test_psa_sections_are_only_its_own(source):
    document = built(source, "psa")
    content = RENDERERS["psa"].render(document)
    rulers = [line for line in content.split("\n") if is_ruler(line) and not line.startswith(" ")]
    expected = [text.upper() for level, text in expected_headings(document) if level == "h2"]
    assert rulers == [f"--- {name} ---" for name in expected]
    assert "--- RESOLUTION ---" in rulers
    reads_back(document, content)


def reads_back(document: ExportDocument, content: str) -> None:
    """Every text of the document stands in `content`, white space aside."""
    shown = words(content)
    for value in (document.evidence, document.resolution, document.next_steps):
        assert words(value) in shown
    for step in document.steps:
        for value in (step.answer, step.action, step.notes, step.command_output):
            assert words(value) in shown
        for item in step.attachments:
            assert words(item.line) in shown


@pytest.mark.parametrize("name", RENDERERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(source=sources())
def test_no_control_or_direction_character_comes_through(name, source):
    content = RENDERERS[name].render(built(source, name))
    content.encode("utf-8")
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", content
    )


@pytest.mark.req("X12")
@settings(max_examples=150, deadline=None)
@given(typed)
def test_a_value_is_never_markup(value):
    source = replace(
        VPN, steps=(), step_count=0, scratchpad="", next_steps="", variables={"v": value},
        outcome_notes="{{ v }}\nand {{ v }} end",
    )  # fmt: skip
    document = build_document(source, ExportOptions())
    parsed = Markdown(RENDERERS["markdown"].render(document))
    assert [level for level, _ in parsed.headings] == ["h1", "h2"]
    assert parsed.foreign == set() and parsed.lists == [] and parsed.fences == []
    assert parsed.rules == 2
    assert words(document.resolution) in words(parsed.text)


@pytest.mark.parametrize(
    "unit",
    ["a", " ", "\n", "-", "- a\n", "1. a\n", "`", "_", "*", "\\", "<", "&a", "[", "](", "#", "|",
     "{{", "{{ a", "\x1b[", "\x1b]", "\r", "- ", "  - a\n"],
)  # fmt: skip
def test_every_format_is_linear_in_a_note(unit):
    """Eight times the text takes eight times the calls, and no scan of it starts over and over."""

    def render(size: int) -> None:
        note = unit * (size // len(unit))
        source = replace(VPN, scratchpad=note, outcome_notes=note, steps=(), step_count=0)
        for name in RENDERERS:
            RENDERERS[name].render(build_document(source, ExportOptions(format=name)))

    assert count_calls(lambda: render(32_000)) < 20 * count_calls(lambda: render(4_000))
    with ends_soon():
        render(400_000)


simple_lines = st.sampled_from(
    ("- a", "- b*", "text", "x_y_", "-", "", "  - q", "1. a", "- - z", "a  ", "- é `k`", "Z | p",
     "- a   ", "ß", "---", "- 1", "ª", "- ｘ", "- a #", "=", "- [ ] b")
)  # fmt: skip


@given(note=st.lists(simple_lines, min_size=1, max_size=6).map("\n".join))
@settings(max_examples=500, deadline=None)
def test_simple_blocks_are_written_as_any_others(note):
    writer = commonmark._Blocks()
    for line in note.split("\n"):
        writer.add(line)
    assert commonmark._simple_blocks(note) in ("", "\n".join(writer.lines))
    assert escape_blocks(note)[1] == writer.starts_with_text
