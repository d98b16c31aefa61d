"""The HTML format: one page that opens from disk, prints, and needs nothing from outside.

Every line of a text is a block of its own: the page keeps its lines and spaces by its style, and
a copy as rich text, which loses the style, still keeps the lines.
"""

import re
from html import escape

from exports_app.cleaning import one_line

from ..document import (
    CUSTOM_LINE,
    DURATION,
    IN_PROGRESS_MARK,
    OUTPUT_OMITTED,
    SECTION_HEADINGS,
    TARGET_COLUMNS,
    TARGETS,
    BatchDocument,
    DocumentStep,
    ExportAttachment,
    ExportDocument,
)
from .renderer import Renderer

# Plain addresses only: whatever else is in the text of a link stays text.
_LINK = re.compile(r"https?://[^\s<>\"'`\[\]\\]{1,2000}\Z", re.IGNORECASE)

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --quiet: #5a6373; --line: #d5dae3;
  --paper: #fff; --shade: #f4f6fa; --mark: #4338ca; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --quiet: #a3adbd; --line: #3a4254;
  --paper: #12161f; --shade: #1b212d; --mark: #a5b4fc; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1, h2, h3, h4 { hyphens: auto; hyphenate-limit-chars: 12 5 5; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; padding-bottom: .3rem;
  border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; }
th { width: 9.5rem; color: var(--quiet); font-weight: 600; }
.summary th, .summary td { border-bottom: 1px solid var(--line); }
.text div { white-space: pre-wrap; min-height: 1.55em; }
.label { margin: .5rem 0 0; color: var(--quiet); font-size: .875rem; font-weight: 600; }
pre { margin: .25rem 0; padding: .75rem 1rem; background: var(--shade); border-radius: 8px;
  font: 13px/1.5 ui-monospace, "SF Mono", Consolas, monospace; white-space: pre-wrap; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
a { color: var(--mark); }
img { max-width: 100%; margin: .5rem 0; border: 1px solid var(--line); border-radius: 8px; }
.badge { padding: .1rem .5rem; border: 1px solid var(--mark); border-radius: 99px;
  color: var(--mark); font-size: .75rem; font-weight: 600; }
.notice { margin: 1rem 0 0; padding: .6rem 1rem; background: var(--shade); border-radius: 8px; }
.quiet, footer { color: var(--quiet); font-size: .875rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); }
@media (max-width: 36rem) { main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.25rem; }
  .header :is(tr, th, td), .summary :is(tr, th, td) { display: block; width: auto; padding: 0; }
  .header tr, .summary tr { padding: .3rem 0; }
  .summary tr { border-bottom: 1px solid var(--line); }
  .summary :is(th, td) { border: 0; } }
@media print { body { font-size: 11pt; } main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; } pre { break-inside: avoid-page; } }
"""
_BATCH_STYLE = """h4 { font-size: .95rem; margin: 1.25rem 0 .3rem; }
.targets th, .targets td { border-bottom: 1px solid var(--line); }
.part { margin-top: 3rem; border-top: 2px solid var(--line); }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def render(document: ExportDocument) -> str:
    """Return the document as a complete HTML5 page without script or outside asset [X13]."""
    return _page(document.header.title, _body(document))


def render_batch(document: BatchDocument) -> str:
    """Return one page: a table of the targets, then a section for each."""
    head = "".join(f'<th scope="col">{column}</th>' for column in TARGET_COLUMNS)
    rows = "\n".join(
        f'<tr><th scope="row" dir="auto">{escape(one_line(line.target))}</th>'
        f"<td>{escape(line.outcome)}</td>"
        f'<td dir="auto">{escape(one_line(line.result))}</td></tr>'
        for line in document.targets
    )
    body = _body(document.head)
    body += [f"<h2>{TARGETS}</h2>", f'<table class="targets"><thead><tr>{head}</tr></thead>']
    body.append(f"<tbody>\n{rows}\n</tbody></table>")
    for part in document.parts:
        body += ['<section class="part">', *_body(part, level=2), "</section>"]
    if document.footer:
        body.append(f"<footer><p>{escape(document.footer)}</p></footer>")
    return _page(document.header.title, body, style=_BATCH_STYLE)


def _page(title: str, body: list[str], *, style: str = "") -> str:
    """Return a page of this look around finished markup; `style` is added to that of all pages."""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(one_line(title))}</title>",
        f"<style>{_STYLE}{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        *body,
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _body(document: ExportDocument, *, level: int = 1) -> list[str]:
    """Return what stands inside of the page, its title as a heading of `level` (1 to 4)."""
    title, section = f"h{level}", f"h{level + 1}"
    parts = [f'<{title} dir="auto">{escape(one_line(document.header.title))}</{title}>']
    if document.header.rows:
        parts.append(_table("header", document.header.rows))
    parts += [f'<p class="notice">{escape(line)}</p>' for line in document.notices]
    for name in document.sections:
        parts.append(f"<{section}>{SECTION_HEADINGS[name]}</{section}>")
        if name == "summary" and document.summary:
            parts.append(_table("summary", document.summary.rows))
        elif name == "steps":
            parts += [_step(step, level + 2) for step in document.steps]
        else:
            parts.append(_text(document.section_text(name)))
    if document.duration:
        parts.append(f'<p class="quiet">{DURATION}: {escape(document.duration)}</p>')
    if document.footer:
        parts.append(f"<footer><p>{escape(document.footer)}</p></footer>")
    return parts


def _text(value: str) -> str:
    lines = "\n".join(
        f"<div>{escape(line) if line else '<br>'}</div>" for line in value.split("\n")
    )
    return f'<div class="text" dir="auto">{lines}</div>'


def _table(name: str, rows: tuple[tuple[str, str], ...]) -> str:
    body = "\n".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{_text(value) if value else ""}</td></tr>'
        for label, value in rows
    )
    return f'<table class="{name}"><tbody>\n{body}\n</tbody></table>'


def _step(step: DocumentStep, level: int) -> str:
    badge = ' <span class="badge">Custom</span>' if step.custom else ""
    if step.in_progress:
        badge += f" {IN_PROGRESS_MARK}"
    title = escape(one_line(step.title))
    parts = ["<section>", f'<h{level} dir="auto">Step {step.position}: {title}{badge}</h{level}>']
    if step.custom:
        parts.append(f'<p class="quiet">{CUSTOM_LINE}</p>')
    if step.answer:
        parts += ['<p class="label">Answer</p>', _text(step.answer)]
    if step.carried_over:
        parts.append(f'<p class="quiet">{escape(step.carried_over)}</p>')
    for label, value in (("Action", step.action), ("Notes", step.notes)):
        if value:
            parts += [f'<p class="label">{label}</p>', _text(value)]
    if step.command_output:
        parts += [
            '<p class="label">Command output</p>',
            f"<pre>{escape(step.command_output)}</pre>",
        ]
        if step.output_cut:
            parts.append(f'<p class="quiet">{OUTPUT_OMITTED}</p>')
    if step.attachments:
        items = "".join(f"<li>{_attachment(item)}</li>" for item in step.attachments)
        parts += ['<p class="label">Attachments</p>', f"<ul>{items}</ul>"]
    if step.engineer:
        parts.append(f'<p class="quiet">Engineer: {escape(one_line(step.engineer))}</p>')
    if step.timestamp:
        parts.append(f'<p class="quiet">{escape(step.timestamp)}</p>')
    parts.append("</section>")
    return "\n".join(parts)


def _attachment(item: ExportAttachment) -> str:
    if item.image:
        name = escape(one_line(item.name))
        return f'{name}<br><img src="{escape(item.image)}" alt="{name}">'
    if not _LINK.match(item.url):
        return escape(one_line(item.line))
    name = escape(one_line(item.name or item.url))
    return f'<a href="{escape(item.url)}" target="_blank" rel="noreferrer">{name}</a>'


RENDERER = Renderer(
    name="html",
    label="HTML",
    media_type="text/html",
    extension="html",
    render=render,
    render_batch=render_batch,
    is_page=True,
)
