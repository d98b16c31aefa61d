"""The Markdown format: headings, `**Label:** value`, command output in fences."""

from exports_app.cleaning import NO_BREAK_SPACE, one_line

from ..document import (
    CUSTOM_LINE,
    CUSTOM_MARK,
    DURATION,
    EVIDENCE,
    NEXT_STEPS,
    OUTPUT_OMITTED,
    RESOLUTION,
    STEPS,
    SUMMARY,
    TARGET_COLUMNS,
    TARGETS,
    BatchDocument,
    DocumentStep,
    ExportDocument,
    Summary,
)
from .commonmark import escape_blocks, escape_inline, escape_line_start, fence, heading
from .renderer import Renderer


def render(document: ExportDocument, *, level: int = 1) -> str:
    """Return the document as CommonMark with one table; see `commonmark` for what is escaped.

    Its title is a heading of `level`, which is deeper where it is a part of another document.
    """
    title, section = "#" * level, "#" * (level + 1)
    parts = [f"{title} {heading(one_line(document.header.title))}"]
    parts += _header(document)
    parts += document.notices
    if document.summary:
        parts += [f"{section} {SUMMARY}", _summary(document.summary)]
    if document.evidence:
        parts += [f"{section} {EVIDENCE}", escape_blocks(document.evidence)[0]]
    if document.steps:
        parts.append(f"{section} {STEPS}")
        for step in document.steps:
            parts += _step(step, section)
    if document.resolution:
        parts += [f"{section} {RESOLUTION}", escape_blocks(document.resolution)[0]]
    if document.next_steps:
        parts += [f"{section} {NEXT_STEPS}", escape_blocks(document.next_steps)[0]]
    if document.duration:
        parts.append(f"**{DURATION}:** {document.duration}")
    if document.footer:
        parts.append(document.footer)
    return "\n\n".join(parts) + "\n"


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


def _header(document: ExportDocument) -> list[str]:
    """Return the header as one paragraph; a field of several lines is a paragraph of its own."""
    short = []
    long = []
    for label, value in document.header.rows:
        if "\n" in value and label == "About this flow":
            long.append(_field(label, value))
        else:
            short.append(f"**{label}:** {escape_inline(one_line(value))}")
    return (["  \n".join(short)] if short else []) + long


def _summary(summary: Summary) -> str:
    # A cell is one line; the sections below have the whole text with its lines.
    rows = [f"| **{label}** | {escape_inline(one_line(value))} |" for label, value in summary.rows]
    return "\n".join(["| Field | Details |", "| --- | --- |", *rows])


def _field(label: str, value: str) -> str:
    body, starts_with_text = escape_blocks(value)
    body = body.lstrip(NO_BREAK_SPACE)
    return f"**{label}:** {body}" if starts_with_text else f"**{label}:**\n\n{body}"


def _step(step: DocumentStep, section: str) -> list[str]:
    mark = f"{CUSTOM_MARK} " if step.custom else ""
    parts = [f"{section}# Step {step.position}: {mark}{heading(one_line(step.title))}"]
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
