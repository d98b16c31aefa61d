"""The document of a whole batch: structure in every format, redaction, who gets what."""

from html.parser import HTMLParser

import pytest
from django.http import Http404
from markdown_it import MarkdownIt

from exports_app import redact_document
from exports_app.batch_export import build_batch, export_batch
from exports_app.options import ExportOptions
from exports_app.redact_document import RedactionFailed
from exports_app.renderers import RENDERERS
from exports_app.session_data import IntakeField, SessionData, StepData
from sessions_app.completion import services as completion_services
from sessions_app.models import Outcome, Session
from tests.factories import TreeFactory
from tests.sessions_app.batches.batch_factories import answer_together, make_batch
from trees_app.models import Tree

pytestmark = pytest.mark.req("S11")

HOSTILE = "# Not a heading\n--- RESOLUTION ---\n| a | b |\n<b>bold</b>\n```"


def source(label, **fields):
    values = {
        "tree_name": "Patch a server",
        "target_label": label,
        "steps": [StepData(node_id="q", question="Is there a backup?", answer="Yes")],
        "step_count": 1,
        "engineer": "Ana Petrova",
        **fields,
    }
    return SessionData(**values)


def render(sources, **options):
    chosen = ExportOptions(**options)
    document, report = build_batch(sources, chosen)
    return RENDERERS[chosen.format].render_batch(document), report


class Headings(HTMLParser):
    """The headings of a page as (level, text), and its table's cells."""

    def __init__(self, page):
        super().__init__()
        self.found, self.cells, self.open = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("h1", "h2", "h3", "h4", "h5"):
            self.open = tag
            self.found.append([int(tag[1]), ""])
        if tag in ("td", "th"):
            self.open = "cell"
            self.cells.append("")

    def handle_endtag(self, tag):
        if tag in (self.open, "td", "th"):
            self.open = ""

    def handle_data(self, data):
        if self.open == "cell":
            self.cells[-1] += data
        elif self.open:
            self.found[-1][1] += data


def test_markdown_has_a_table_and_a_heading_for_each_target():
    text, _ = render([source("SRV-1", outcome_notes=HOSTILE), source("SRV|2")])
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    headings = [
        (token.tag, tokens[at + 1].content)
        for at, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    assert headings == [
        ("h1", "Patch a server"),
        ("h2", "Targets"),
        ("h2", "SRV-1"),
        ("h3", "Troubleshooting Steps"),
        ("h4", "Step 1: Is there a backup?"),
        ("h3", "Resolution"),
        ("h2", "SRV\\|2"),
        ("h3", "Troubleshooting Steps"),
        ("h4", "Step 1: Is there a backup?"),
    ]
    rows = [token for token in tokens if token.type == "tr_open"]
    assert len(rows) == 3
    assert "Status:** 0 of 2 targets completed" in text


def test_html_has_the_same_headings_and_nothing_of_a_note_is_markup():
    page, _ = render([source("SRV-1", outcome_notes=HOSTILE), source("<i>2</i>")], format="html")
    found = Headings(page)
    assert [text for level, text in found.found if level == 2] == ["Targets", "SRV-1", "<i>2</i>"]
    assert [level for level, _ in found.found] == [1, 2, 2, 3, 4, 3, 2, 3, 4]
    assert "<b>bold" not in page
    assert "<script" not in page
    assert found.cells.count("Prepared (not started)") >= 2


@pytest.mark.parametrize(
    ("format", "ruler"), [("psa", "--- TARGETS ---"), ("text", f"TARGETS\n{'-' * 20}")]
)
def test_plain_formats_list_the_targets_and_shield_what_looks_like_a_ruler(format, ruler):
    text, _ = render([source("SRV-1", outcome_notes=HOSTILE), source("--- X ---")], format=format)
    assert f"{ruler}\nSRV-1: Prepared (not started) - # Not a heading" in text
    assert "\n    --- RESOLUTION ---\n" in text
    assert "\n--- X ---\n" not in text
    assert text.index("Is there a backup?") < text.rindex("Is there a backup?")


def test_a_long_resolution_is_one_short_line_in_the_table_and_whole_in_its_part():
    notes = "Patched. " * 60
    text, _ = render([source("SRV-1", outcome_notes=notes)])
    row = next(line for line in text.split("\n") if line.startswith("| SRV-1"))
    assert len(row) < 180
    assert notes.strip() in text


@pytest.mark.parametrize("format", list(RENDERERS))
def test_the_table_claims_no_resolution_that_nobody_wrote(format):
    text, _ = render([source("SRV-1")], format=format)
    head = text[: text.rindex("SRV-1")]
    assert "Yes" not in head
    assert "No resolution" not in head


def test_engineers_are_named_once_each():
    engineers = ("Ana", "Ben", "Ana")
    text, _ = render([source("SRV", engineer=name) for name in engineers], format="psa")
    assert "\nEngineer: Ana, Ben\n" in text


# -- redaction ---------------------------------------------------------------------------------


@pytest.mark.req("R3")
@pytest.mark.parametrize("format", list(RENDERERS))
def test_one_footer_counts_what_was_masked_in_all(format):
    sources = [source(f"SRV-{n}", outcome_notes=f"At 10.20.30.{n}") for n in (1, 2)]
    text, report = render(sources, format=format, redaction_mode="mask")
    assert "10.20.30" not in text
    # The note is in the part and, cut, in the table; what is counted is what was found.
    assert report.counts["ip"] == 2
    assert text.count("Redacted: 2 IP addresses.") == 1


@pytest.mark.req("R2")
def test_a_label_is_masked_everywhere():
    sources = [source("srv1.corp.example.com")]
    options = {"redaction_mode": "mask", "redact_hostnames": True}
    for format in RENDERERS:
        text, _ = render(sources, format=format, **options)
        assert "srv1.corp" not in text
        assert "[HOST REDACTED]" in text.replace("\\", "")


@pytest.mark.req("R1")
def test_what_one_target_knows_to_be_secret_is_masked_in_all():
    """A password that is a variable here may stand in a note there."""
    keeper = source(
        "SRV-1",
        variables={"local": "Sommer-2026"},
        intake=(IntakeField(name="local", sensitive=True),),
    )
    other = source("SRV-2", outcome_notes="Signed in with Sommer-2026 at last")
    for sources in ([keeper, other], [other, keeper]):
        text, _ = render(sources, redaction_mode="mask")
        assert "Sommer-2026" not in text


@pytest.mark.req("R4")
def test_it_fails_closed(monkeypatch):

    def broken(source):
        raise ValueError("Sommer-2026")

    monkeypatch.setattr(redact_document, "secrets_of", broken)
    with pytest.raises(RedactionFailed) as failure:
        render([source("SRV-1")], redaction_mode="mask")
    assert failure.value.__cause__ is None
    assert failure.value.__context__ is None


# -- from the database -------------------------------------------------------------------------


@pytest.fixture
def three(engineer, author):
    flow = TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)
    batch_id, sessions = make_batch(engineer, flow, 3)
    answer_together(engineer, batch_id, sessions, notes="Seen in the console")
    completion_services.complete(
        user=engineer, pk=sessions[0].pk, outcome=Outcome.RESOLVED, outcome_notes="Patched"
    )
    return batch_id, sessions


@pytest.mark.django_db
@pytest.mark.parametrize("format", list(RENDERERS))
def test_it_names_the_steps_that_were_answered_in_bulk(engineer, three, format):
    rendered = export_batch(engineer, three[0], ExportOptions(format=format))
    assert rendered.content.count("Answered for 3 targets together") == 3
    assert rendered.content.count("Seen in the console") == 3
    assert "1 of 3 targets completed" in rendered.content
    assert rendered.file_name.startswith("batch-vpn-connection-fails")


@pytest.mark.req("X8")
@pytest.mark.django_db
def test_exporting_notes_it_on_completed_ones_and_writes_nothing_else(engineer, three):
    before = {row["id"]: row for row in Session.objects.values()}
    export_batch(engineer, three[0], ExportOptions())
    for row in Session.objects.values():
        was = before[row["id"]]
        assert row == {**was, "exported": was["completed_at"] is not None}


@pytest.mark.req("A1", "A2")
@pytest.mark.django_db
def test_everyone_gets_what_they_may_read(engineer, colleague, admin, stranger, three):
    batch_id, sessions = three
    Session.objects.filter(pk=sessions[1].pk).update(assigned_to=colleague)
    assert "SRV-3" in export_batch(admin, batch_id, ExportOptions()).content
    theirs = export_batch(colleague, batch_id, ExportOptions()).content
    assert "SRV-2" in theirs
    assert "SRV-1" not in theirs
    with pytest.raises(Http404):
        export_batch(stranger, batch_id, ExportOptions())


@pytest.mark.django_db
def test_the_page_hands_out_a_file(page, engineer, three):
    client = page(engineer)
    response = client.post(f"/batches/{three[0]}/export", {"redaction_mode": "mask"})
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    assert response["X-Redaction-Mode"] == "mask"
    refused = client.post(f"/batches/{three[0]}/export", {"format": "docx"})
    assert refused.status_code == 422
    assert client.get(f"/batches/{three[0]}/export").status_code == 405


@pytest.mark.django_db
def test_the_page_takes_every_option_that_a_batch_has(page, engineer, three):
    client = page(engineer)

    def text(**options):
        response = client.post(f"/batches/{three[0]}/export", options)
        assert response.status_code == 200, response.content
        return response.content.decode()

    owner = engineer.get_full_name() or engineer.get_username()
    assert owner in text()
    assert owner not in text(audience="client")
    assert "## Summary" not in text()
    assert text(include_summary="true") != text()
    assert text(include_timestamps="false") != text()
    for options in ({"order": "sideways"}, {"audience": "press"}):
        assert client.post(f"/batches/{three[0]}/export", options).status_code == 422
