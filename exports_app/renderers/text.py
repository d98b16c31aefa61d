"""The plain-text format: section names in capitals over 20 dashes."""

from exports_app.cleaning import one_line
from exports_app.renderers import _plain_text

from ..document import (
    CUSTOM_LINE,
    CUSTOM_MARK,
    DURATION,
    TARGETS,
    BatchDocument,
    DocumentStep,
    ExportDocument,
)
from .renderer import Renderer

_MARGIN = "  "


def render(document: ExportDocument) -> str:
    """Return the document as plain text that reads well in a fixed-width font."""
    head = [_plain_text.title(document.header.title), "=" * 20]
    head += [_plain_text.field(label, value) for label, value in document.header.rows]
    parts = ["\n".join(head), *document.notices]
    steps = "\n\n".join(_step(step) for step in document.steps)
    parts += [_section(*pair) for pair in _plain_text.sections(document, steps)]
    if document.duration:
        parts.append(f"{DURATION}: {document.duration}")
    if document.footer:
        parts.append(document.footer)
    return "\n\n".join(parts) + "\n"


def render_batch(document: BatchDocument) -> str:
    """Return plain text: the targets as lines, then each target under its own title."""
    parts = [render(document.head).rstrip("\n")]
    parts.append(_section(TARGETS, _plain_text.target_lines(document)))
    parts += [render(part).rstrip("\n") for part in document.parts]
    if document.footer:
        parts.append(document.footer)
    return "\n\n".join(parts) + "\n"


def _section(name: str, body: str) -> str:
    return f"{name.upper()}\n{'-' * 20}\n{body}"


def _step(step: DocumentStep) -> str:
    mark = f"{CUSTOM_MARK} " if step.custom else ""
    lines = [f"Step {step.position}: {mark}{_plain_text.step_title(step)}"]
    if step.custom:
        lines.append(_MARGIN + CUSTOM_LINE)
    if step.answer:
        lines.append(_plain_text.field("Answer", step.answer, _MARGIN))
    if step.carried_over:
        lines.append(_MARGIN + step.carried_over)
    lines += _plain_text.step_details(step, _MARGIN)
    if step.engineer:
        lines.append(_plain_text.field("Engineer", one_line(step.engineer), _MARGIN))
    if step.timestamp:
        lines.append(f"{_MARGIN}Time: {step.timestamp}")
    return "\n".join(lines)


RENDERER = Renderer(
    name="text",
    label="Plain text",
    media_type="text/plain",
    extension="txt",
    render=render,
    render_batch=render_batch,
)
