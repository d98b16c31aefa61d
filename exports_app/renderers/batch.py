"""How the document of a batch is written down: a head, a table of its targets, and their parts.

The parts are written by the format's own renderer, one level further down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from exports_app.cleaning import one_line
from exports_app.renderers import _plain_text, html, markdown, psa, text

from ..document import ExportDocument, FileName, Header
from .commonmark import escape_inline

TARGETS = "Targets"
COLUMNS = ("Target", "Outcome", "Resolution")
_RULE = "=" * 20
_STYLE = """h4 { font-size: .95rem; margin: 1.25rem 0 .3rem; }
.targets th, .targets td { border-bottom: 1px solid var(--line); }
.part { margin-top: 3rem; border-top: 2px solid var(--line); }
"""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target in the table: its name, its outcome or state, and its resolution cut to a line."""

    target: str
    outcome: str
    result: str


@dataclass(frozen=True, slots=True)
class BatchDocument:
    """The export of a batch. `parts` are the targets' documents, their titles the targets."""

    header: Header
    targets: tuple[TargetLine, ...]
    parts: tuple[ExportDocument, ...]
    footer: str
    file_name: FileName

    @property
    def head(self) -> ExportDocument:
        """The head alone, for the renderers of single documents."""
        return ExportDocument(header=self.header)


def render_markdown(document: BatchDocument) -> str:
    """Return CommonMark: `## Targets` with a table, then `## <target>` for each."""
    rows = [
        f"| {escape_inline(one_line(line.target))} | {line.outcome} "
        f"| {escape_inline(one_line(line.result))} |"
        for line in document.targets
    ]
    table = "\n".join([f"| {' | '.join(COLUMNS)} |", "| --- | --- | --- |", *rows])
    parts = [markdown.render(document.head).rstrip("\n"), f"## {TARGETS}", table]
    parts += [markdown.render(part, level=2).rstrip("\n") for part in document.parts]
    if document.footer:
        parts.append(document.footer)
    return "\n\n".join(parts) + "\n"


def render_text(document: BatchDocument) -> str:
    """Return plain text: the targets as lines, then each target under its own title."""
    parts = [text.render(document.head).rstrip("\n")]
    parts.append(f"{TARGETS.upper()}\n{'-' * 20}\n{_lines(document)}")
    parts += [text.render(part).rstrip("\n") for part in document.parts]
    return _end(parts, document)


def render_psa(document: BatchDocument) -> str:
    """Return compact text for a ticket: the targets as lines, then each after a rule."""
    head = [_plain_text.title(document.header.title)]
    head += [_plain_text.field(label, value) for label, value in document.header.rows]
    parts = ["\n".join(head), f"--- {TARGETS.upper()} ---\n{_lines(document)}"]
    parts += [f"{_RULE}\n{psa.render(part)}".rstrip("\n") for part in document.parts]
    return _end(parts, document)


def render_html(document: BatchDocument) -> str:
    """Return one page: a table of the targets, then a section for each."""
    head = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
    rows = "\n".join(
        f'<tr><th scope="row" dir="auto">{escape(one_line(line.target))}</th>'
        f"<td>{escape(line.outcome)}</td>"
        f'<td dir="auto">{escape(one_line(line.result))}</td></tr>'
        for line in document.targets
    )
    body = html.body(document.head)
    body += [f"<h2>{TARGETS}</h2>", f'<table class="targets"><thead><tr>{head}</tr></thead>']
    body.append(f"<tbody>\n{rows}\n</tbody></table>")
    for part in document.parts:
        body += ['<section class="part">', *html.body(part, level=2), "</section>"]
    if document.footer:
        body.append(f"<footer><p>{escape(document.footer)}</p></footer>")
    return html.page(document.header.title, body, style=_STYLE)


def _lines(document: BatchDocument) -> str:
    """One line a target; a name that looks like a ruler is indented like any other text."""
    rows = (
        (one_line(line.target), " - ".join(filter(None, (line.outcome, line.result))))
        for line in document.targets
    )
    return _plain_text.body("\n".join(f"{target}: {came}" for target, came in rows))


def _end(parts: list[str], document: BatchDocument) -> str:
    if document.footer:
        parts.append(document.footer)
    return "\n\n".join(parts) + "\n"


RENDER_BATCH: dict[str, Callable[[BatchDocument], str]] = {
    "markdown": render_markdown,
    "text": render_text,
    "html": render_html,
    "psa": render_psa,
}
