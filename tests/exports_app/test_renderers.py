"""The formats: golden files that were read before they were accepted, and every pair of options."""

from dataclasses import replace
from itertools import combinations, product

import pytest

from exports_app.builder import build_document
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from exports_app.service import render
from exports_app.session_data import StepData
from tests.exports_app.golden_files import matches_golden
from tests.exports_app.parsers import Markdown, Page
from tests.exports_app.samples import VPN, active, prepared, rendered, with_steps
from tests.growth import count_calls

LEVELS = ("summary", "standard", "full")
VALUES = {
    "format": tuple(RENDERERS),
    "detail_level": LEVELS,
    "audience": ("internal", "client", "resolution"),
    "include_timestamps": (True, False),
    "include_tree_info": (True, False),
    "include_outcome_notes": (True, False),
    "include_next_steps": (True, False),
    "include_summary": (False, True),
    "max_step_index": (None, 2, 99),
    "summary": ("made", "typed", "emptied"),
    "redaction_mode": ("none", "mask"),
    "redact_hostnames": (False, True),
    "order": ("recorded", "fix_first"),
    "include_current_step": (False, True),
    "state": ("completed", "active", "prepared"),
}
TYPED = {
    "made": None,
    "typed": {
        "issue": "No gateway since Monday",
        "impact": "The front desk\ncannot print",
        "status": "Waiting for the client",
        "resolution": "Route added",
        "next_steps": "Call 10.44.7.99 back",
    },
    "emptied": dict.fromkeys(("issue", "impact", "status", "resolution", "next_steps"), ""),
}
CURRENT = StepData(node_id="next", question="Where does it stop?", notes="Asked the provider")
SOURCES = {
    "completed": VPN,
    "active": replace(active(), current_step=CURRENT),
    "prepared": prepared(),
}
LONG = replace(
    VPN,
    tree_name="Verbindungsprüfung der Fernwartungszugänge für das Rechenzentrum und alle "
    "angeschlossenen Zweigstellen einschließlich Datensicherungsüberwachung, Telefonanlage und "
    "Nachtbereitschaftsplan (Österreich)",
    client_name="Grundstücksverkehrsgenehmigungszuständigkeits-Übertragungsgesellschaft Jäger & "
    "Größe GmbH & Co. KG",
    outcome_notes="Fehlende Route ergänzt, Prüfung bestanden:\n- 10.44.0.0/16 über Hamburg\n"
    "- Größe der Pakete 1.400 Byte",
    next_steps="Rückruf morgen früh.",
)


def exported(source=VPN, **options) -> str:
    """Return the export's text as the service gives it, masked if asked for."""
    return render(source, ExportOptions.parse(options)).content


@pytest.mark.parametrize(("name", "level"), list(product(RENDERERS, LEVELS)))
def test_golden(name, level):
    content = rendered(format=name, detail_level=level)
    matches_golden(f"vpn-{name}-{level}.{RENDERERS[name].extension}", content)


@pytest.mark.parametrize("name", RENDERERS)
def test_golden_in_progress_with_summary_and_cutoff(name):
    content = rendered(
        active(),
        format=name,
        include_summary=True,
        summary={"impact": "One user cannot work"},
        max_step_index=2,
    )
    matches_golden(f"vpn-{name}-in-progress.{RENDERERS[name].extension}", content)


@pytest.mark.parametrize("name", RENDERERS)
def test_golden_for_the_client(name):
    content = rendered(format=name, audience="client", include_timestamps=False)
    matches_golden(f"vpn-{name}-client.{RENDERERS[name].extension}", content)


@pytest.mark.parametrize("name", RENDERERS)
def test_golden_of_the_resolution_alone(name):
    content = rendered(format=name, audience="resolution")
    matches_golden(f"vpn-{name}-resolution.{RENDERERS[name].extension}", content)


@pytest.mark.parametrize("name", RENDERERS)
def test_golden_summary_for_the_client_in_german(name):
    content = rendered(
        LONG, format=name, audience="client", detail_level="summary", summary=TYPED["typed"]
    )
    matches_golden(f"german-{name}-client-summary.{RENDERERS[name].extension}", content)


@pytest.mark.parametrize("name", RENDERERS)
def test_golden_masked_with_host_names(name):
    content = exported(
        format=name, detail_level="full", redaction_mode="mask", redact_hostnames=True
    )
    matches_golden(f"vpn-{name}-masked.{RENDERERS[name].extension}", content)


def pairwise(values: dict[str, tuple]) -> list[dict]:
    """Return rows in which every pair of values of every two options occurs, chosen greedily."""
    names = sorted(values, key=lambda name: -len(values[name]))
    missing = {
        ((one, a), (two, b))
        for one, two in combinations(names, 2)
        for a, b in product(values[one], values[two])
    }
    rows = []
    while missing:
        row: dict = {}
        for name in names:
            row[name] = max(
                values[name],
                key=lambda value, name=name: (
                    sum(((other, row[other]), (name, value)) in missing for other in row)
                    + sum((name, value) in pair for pair in missing) / 1000
                ),
            )
        covered = {((one, row[one]), (two, row[two])) for one, two in combinations(names, 2)}
        if not covered & missing:
            (one, a), (two, b) = next(iter(sorted(missing, key=repr)))
            row.update({one: a, two: b})
            covered = {((x, row[x]), (y, row[y])) for x, y in combinations(names, 2)}
        missing -= covered
        rows.append(row)
    return rows


ROWS = pairwise(VALUES)


def test_the_rows_hold_every_pair():
    for one, two in combinations(VALUES, 2):
        seen = {(row[one], row[two]) for row in ROWS}
        assert seen == set(product(VALUES[one], VALUES[two]))


def expected_sections(row: dict) -> list[str]:
    """Return the sections that [X1]–[X6] and [X10] promise for the VPN session."""
    completed, started = row["state"] == "completed", row["state"] != "prepared"
    alone, internal = row["audience"] == "resolution", row["audience"] == "internal"
    in_full = row["detail_level"] != "summary"
    sections = []
    if not alone and (row["include_summary"] or not in_full):
        sections.append("Summary")
    if internal and in_full and started:
        sections.append("Evidence / Reference")
    if in_full and not alone and started:
        sections.append("Troubleshooting Steps")
    if (completed and row["include_outcome_notes"]) or row["format"] == "psa" or alone:
        sections.append("Resolution")
    if completed and row["include_next_steps"] and not alone:
        sections.append("Next Steps")
    if row["order"] == "fix_first":
        sections.sort(key=FIX_FIRST.index)
    return sections


FIX_FIRST = ["Summary", "Resolution", "Next Steps", "Evidence / Reference", "Troubleshooting Steps"]


def sections_of(name: str, content: str) -> list[str]:
    if name == "markdown":
        return [text for level, text in Markdown(content).headings if level == "h2"]
    if name == "html":
        return [text for level, text in Page(content).headings if level == "h2"]
    lines = content.split("\n")
    if name == "psa":
        found = [line[4:-4] for line in lines if line.startswith("--- ") and line.endswith(" ---")]
    else:
        found = [lines[at - 1] for at, line in enumerate(lines) if line == "-" * 20]
    return [text.title() for text in found]


@pytest.mark.req("X1", "X2", "X3", "X4", "X5", "X6", "X7", "X10")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(map(str, row.values())))
def test_every_pair_of_options_gives_its_sections_in_order(row):
    options = {**row, "summary": TYPED[row["summary"]]}
    content = exported(SOURCES[options.pop("state")], **options)
    sections = expected_sections(row)
    assert sections_of(row["format"], content) == sections
    count = {"completed": 5, "active": 5, "prepared": 0}[row["state"]]
    shown = "Troubleshooting Steps" in sections
    assert ("Showing steps 1–2 of 5." in content) == (
        shown and row["max_step_index"] == 2 and count > 2
    )
    if shown:
        assert ("Can the user reach the file server?" in content) == (row["max_step_index"] != 2)
    assert ("Where does it stop?" in content and "(in progress)" in content) == (
        shown
        and row["state"] == "active"
        and row["include_current_step"]
        and row["max_step_index"] != 2
    )
    assert ("still in progress" in content) == (
        row["state"] == "active" and row["audience"] != "resolution"
    )
    has_times = row["include_timestamps"] and row["audience"] != "resolution"
    assert ("CET" in content) == (has_times and row["state"] != "prepared")
    assert ("Session duration" in content) == (has_times and row["state"] == "completed")
    if row["audience"] != "internal":
        assert "Anke Vogt" not in content and "10.44.7.23" not in content
    if row["format"] == "psa" and row["audience"] != "resolution":
        assert "\nOutcome: " in content
    assert content.endswith("\n") and "\r" not in content


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(map(str, row.values())))
def test_every_pair_of_options_shows_what_was_typed_and_masks_all_of_it(row):
    typed = TYPED[row["summary"]] or {}
    options = {**row, "summary": typed}
    content = exported(SOURCES[options.pop("state")], **options)
    masked = row["redaction_mode"] == "mask"
    has_summary = "Summary" in expected_sections(row)
    for value in typed.values():
        if masked:
            value = value.replace("10.44.7.99", "[IP REDACTED]")
        for line in filter(None, value.split("\n")):
            assert (line in reading(row["format"], content)) == has_summary
    if has_summary and row["summary"] == "made":
        head = "In Progress — paused at step 5" if row["state"] == "active" else ""
        assert head in content
    if row["summary"] == "emptied":
        assert "paused at step" not in content
    lines = [line for line in content.split("\n") if "Redacted: " in line]
    assert len(lines) == masked
    if masked:
        assert "10.44." not in content
        assert content.count("IP REDACTED") or "IP address" not in lines[0]
    hosts = masked and row["redact_hostnames"]
    assert ("HOST REDACTED" in content) <= hosts
    if "Evidence / Reference" in expected_sections(row) and row["max_step_index"] != 2:
        assert ("FS01" in content) != hosts


def reading(name: str, content: str) -> str:
    """Return what a reader of the format sees, so that escapes are none."""
    if name == "markdown":
        return "\n".join(Markdown(content).texts)
    return Page(content).text if name == "html" else content


@pytest.mark.req("X9")
def test_custom_steps_are_marked_in_every_format():
    for name in ("markdown", "text", "psa"):
        content = rendered(format=name)
        assert "[CUSTOM] Check the split-tunnel routes" in content
        assert content.count("Custom step added by engineer") == 1
    page = Page(rendered(format="html"))
    assert ("span", ("class",)) in page.elements
    assert ("h3", "Step 4: Check the split-tunnel routes Custom") in page.headings


@pytest.mark.req("X10")
def test_omitted_output_is_marked_in_every_format():
    for name in RENDERERS:
        assert rendered(format=name).count("(full output omitted)") == 1
        assert "(full output omitted)" not in rendered(format=name, detail_level="full")


@pytest.mark.req("X13")
def test_a_typed_list_stays_a_list():
    note = "Done:\n- one\n- two\n  more of two\n  - two a\n\n3. three\n4) four\n1. five"
    parsed = Markdown(rendered(with_steps(StepData(notes=note), next_steps="", scratchpad="")))
    assert [text for text in parsed.texts if text in ("one", "two\nmore of two", "two a")] == [
        "one",
        "two\nmore of two",
        "two a",
    ]
    assert len(parsed.lists) == 5


@pytest.mark.req("X13")
@pytest.mark.parametrize(
    "typed",
    ["- call back\n- close it", "1. one\n2. two", "a\n---\n- - -\nb", "- a | b\n- <i>*c*"],
)
def test_the_summary_reads_back_as_typed_on_one_line(typed):
    content = rendered(include_summary=True, summary={"impact": typed})
    assert " ".join(typed.split("\n")) in Markdown(content).texts


@pytest.mark.req("X13")
@pytest.mark.parametrize("numbers", [("1.", "2."), ("7.", "8."), ("1)", "2)")])
def test_a_numbered_list_keeps_its_numbers(numbers):
    content = rendered(replace(VPN, next_steps="\n".join(f"{number} x" for number in numbers)))
    assert "\n".join(f"{number} x" for number in numbers) in content


@pytest.mark.req("X13")
@pytest.mark.parametrize("title", ["#", "C #", "x ##", "# # #", "C#", "x \\#", "x \\", "_a_ `b`"])
def test_a_title_reads_back_with_its_hashes(title):
    source = with_steps(StepData(question=title), tree_name=title)
    headings = Markdown(rendered(source)).headings
    assert headings[0] == ("h1", title)
    assert ("h3", f"Step 1: {title}") in headings


@pytest.mark.req("X13")
@pytest.mark.parametrize("name", ["# heading", "---", "- x", "1. x", "> x", "```", "<b>", ":-"])
def test_the_name_of_an_attachment_is_text(name):
    step = StepData(question="Q?", attachments=({"name": name, "url": ""},))
    parsed = Markdown(rendered(with_steps(step, scratchpad="", next_steps="")))
    assert parsed.foreign == set() and len(parsed.headings) == 4 and len(parsed.lists) == 1
    assert name in parsed.texts


def test_a_link_is_a_link_only_with_a_plain_address():
    good, bad = "https://a.example/x?y=1&z", "javascript:alert(1)"
    step = StepData(attachments=({"name": "g", "url": good}, {"name": "b", "url": bad}))
    content = rendered(with_steps(step), format="html")
    assert content.count("<a ") == 1
    assert 'href="https://a.example/x?y=1&amp;z"' in content


@pytest.mark.req("X13")
def test_a_page_is_complete_and_asks_for_nothing():
    content = rendered(format="html")
    page = Page(content)
    assert page.errors == []
    assert content.startswith("<!DOCTYPE html>")
    names = {name for name, _ in page.elements}
    assert names.isdisjoint({"script", "link", "img", "iframe", "base", "form"})
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in content
    assert "url(" not in content and "@import" not in content


def test_media_types_and_endings():
    assert {name: (r.media_type, r.extension) for name, r in RENDERERS.items()} == {
        "markdown": ("text/markdown", "md"),
        "text": ("text/plain", "txt"),
        "html": ("text/html", "html"),
        "psa": ("text/plain", "txt"),
    }


def test_a_long_session_is_rendered_in_a_straight_line():
    """Ten times the steps take ten times the calls; a hundred times, were it quadratic."""

    def cost(count: int) -> int:
        source = with_steps(
            *([StepData(question="Q?", answer="A", notes="- a\n- b_c <d>")] * count)
        )

        def render() -> None:
            for name in RENDERERS:
                RENDERERS[name].render(build_document(source, ExportOptions(format=name)))

        return count_calls(render)

    cost(10)
    assert cost(1000) < 15 * cost(100)
