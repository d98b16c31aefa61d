"""The Markdown format: headings, `**Label:** value`, command output in fences."""

from exports_app.cleaning import one_line

from ..document import (
    CUSTOM_LINE,
    CUSTOM_MARK,
    DURATION,
    IN_PROGRESS_MARK,
    OUTPUT_OMITTED,
    SECTION_HEADINGS,
    TARGET_COLUMNS,
    TARGETS,
    BatchDocument,
    DocumentStep,
    ExportDocument,
    Summary,
)
from .commonmark import escape_blocks, escape_inline, escape_line_start, fence, heading
from .renderer import Renderer

_RULE = "\n\n---\n\n"


def render(document: ExportDocument, *, level: int = 1) -> str:
    """Return the document as CommonMark with one table; see `commonmark` for what is escaped.

    Its title is a heading of `level`, which is deeper where it is a part of another document.
    """
    title, section = "#" * level, "#" * (level + 1)
    head = [f"{title} {heading(one_line(document.header.title))}"]
    if document.header.rows:
        head.append(_header(document))
    sections = ["\n\n".join([*head, *document.notices])]
    sections += [_section(name, document, section) for name in document.sections]
    if document.duration:
        sections.append(f"**{DURATION}:** {document.duration}")
    if document.footer:
        sections[-1] += f"\n\n{document.footer}"
    return _RULE.join(sections) + "\n"


def _section(name: str, document: ExportDocument, mark: str) -> str:
    """Return a section that has something to show, under a heading of the marks `mark`."""
    parts = [f"{mark} {SECTION_HEADINGS[name]}"]
    if name == "summary" and document.summary:
        parts.append(_summary(document.summary))
    elif name == "steps":
        parts += [part for step in document.steps for part in _step(step, mark)]
    else:
        parts.append(escape_blocks(document.section_text(name))[0])
    return "\n\n".join(parts)


def render_batch(document: BatchDocument) -> str:
    """Return CommonMark: `## Targets` with a table, then `## <target>` for each."""
    rows = [
        f"| {escape_inline(one_line(line.target))} | {line.outcome} "
        f"| {escape_inline(one_line(line.result))} |"
        for line in document.targets
    ]
    table = "\n".join([f"| {' | '.join(TARGET_COLUMNS)} |", "| --- | --- | --- |", *rows])
    parts = [render(document.head).rstrip("\n"), f"## {TARGETS}", table]
    parts += [render(part, level=2).rstrip("\n") for part in document.parts]
    if document.footer:
        parts.append(document.footer)
    return "\n\n".join(parts) + "\n"


def _header(document: ExportDocument) -> str:
    """Return the header's fields as one paragraph."""
    return "  \n".join(
        f"**{label}:** {escape_inline(one_line(value))}" for label, value in document.header.rows
    )


def _summary(summary: Summary) -> str:
    # A cell is one line; the sections below have the whole text with its lines.
    rows = [f"| **{label}** | {escape_inline(one_line(value))} |" for label, value in summary.rows]
    return "\n".join(["| Field | Detail |", "| --- | --- |", *rows])


def _field(label: str, value: str) -> str:
    body, starts_with_text = escape_blocks(value)
    # What is indented, as columns are, stands under its label.
    is_beside = starts_with_text and not value[0].isspace()
    return f"**{label}:** {body}" if is_beside else f"**{label}:**\n\n{body}"


def _step(step: DocumentStep, section: str) -> list[str]:
    mark = f"{CUSTOM_MARK} " if step.custom else ""
    end = f" {IN_PROGRESS_MARK}" if step.in_progress else ""
    parts = [f"{section}# Step {step.position}: {mark}{heading(one_line(step.title) + end)}"]
    if step.custom:
        parts.append(f"*{CUSTOM_LINE}*")
    if step.answer:
        parts.append(_field("Answer", step.answer))
    if step.carried_over:
        parts.append(f"*{step.carried_over}*")
    for label, value in (("Action", step.action), ("Notes", step.notes)):
        if value:
            parts.append(_field(label, value))
    if step.command_output:
        parts += ["**Command output:**", fence(step.command_output)]
        if step.output_cut:
            parts.append(OUTPUT_OMITTED)
    if step.attachments:
        rows = "\n".join(f"- {escape_line_start(one_line(item.line))}" for item in step.attachments)
        parts += ["**Attachments:**", rows]
    if step.engineer:
        parts.append(f"**Engineer:** {escape_inline(one_line(step.engineer))}")
    if step.timestamp:
        parts.append(f"**Time:** {step.timestamp}")
    return parts


RENDERER = Renderer(
    name="markdown",
    label="Markdown",
    media_type="text/markdown",
    extension="md",
    render=render,
    render_batch=render_batch,
)
