"""The PSA format: for the plain-text box of a ticket, where space is short [X14]."""

from exports_app.cleaning import one_line
from exports_app.renderers import _plain_text

from ..document import (
    CUSTOM_LINE,
    CUSTOM_MARK,
    DURATION,
    RESOLUTION,
    TARGETS,
    BatchDocument,
    DocumentStep,
    ExportDocument,
)
from .renderer import Renderer

_MARGIN = "   "
_RULE = "=" * 20


def render(document: ExportDocument) -> str:
    """Return the document as compact text; the builder has made sure of a resolution."""
    head = [_plain_text.title(document.header.title)]
    head += [_plain_text.field(label, value) for label, value in document.header.rows]
    head += document.notices
    parts = ["\n".join(head)]
    steps = "\n".join(_step(step) for step in document.steps)
    for name, body in _plain_text.sections(document, steps):
        is_resolution = name == RESOLUTION and document.outcome
        outcome = f"\nOutcome: {document.outcome}" if is_resolution else ""
        parts.append(_section(name, body + outcome))
    if document.duration:
        parts.append(f"{DURATION}: {document.duration}")
    if document.footer:
        parts.append(document.footer)
    return "\n\n".join(parts) + "\n"


def render_batch(document: BatchDocument) -> str:
    """Return compact text for a ticket: the targets as lines, then each after a rule."""
    head = [_plain_text.title(document.header.title)]
    head += [_plain_text.field(label, value) for label, value in document.header.rows]
    parts = ["\n".join(head), _section(TARGETS, _plain_text.target_lines(document))]
    parts += [f"{_RULE}\n{render(part)}".rstrip("\n") for part in document.parts]
    if document.footer:
        parts.append(document.footer)
    return "\n\n".join(parts) + "\n"


def _section(name: str, body: str) -> str:
    return f"--- {name.upper()} ---\n{body}"


def _step(step: DocumentStep) -> str:
    mark = f"{CUSTOM_MARK} " if step.custom else ""
    title = f"{step.position}. {mark}{_plain_text.step_title(step)}"
    short_answer = bool(step.answer) and "\n" not in step.answer
    if short_answer:
        title += f" -> {step.answer.lstrip()}"
    if step.timestamp or step.engineer:
        marks = (step.timestamp, one_line(step.engineer) if step.engineer else "")
        title += f" [{', '.join(filter(None, marks))}]"
    lines = [title]
    if step.custom:
        lines.append(_MARGIN + CUSTOM_LINE)
    if step.answer and not short_answer:
        lines.append(_plain_text.field("Answer", step.answer, _MARGIN))
    if step.carried_over:
        lines.append(_MARGIN + step.carried_over)
    lines += _plain_text.step_details(step, _MARGIN)
    return "\n".join(lines)


RENDERER = Renderer(
    name="psa",
    label="PSA ticket",
    media_type="text/plain",
    extension="txt",
    render=render,
    render_batch=render_batch,
    needs_resolution=True,
)
