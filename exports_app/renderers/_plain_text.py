"""What the plain-text formats share: fields and bodies that cannot look like a section [X13]."""

from collections.abc import Iterator

from exports_app.cleaning import indent, indent_rulers, one_line
from exports_app.document import (
    IN_PROGRESS_MARK,
    OUTPUT_OMITTED,
    SECTION_HEADINGS,
    BatchDocument,
    DocumentStep,
    ExportDocument,
    Summary,
)


def title(text: str) -> str:
    """Return the first line of the export."""
    return indent_rulers(one_line(text))


def field(label: str, value: str, margin: str = "") -> str:
    """Return `Label: value`; several lines go under the label, two columns further in."""
    if "\n" not in value:
        return f"{margin}{label}: {value.lstrip()}".rstrip()
    return f"{margin}{label}:\n{indent(value, margin + '  ')}"


def sections(document: ExportDocument, steps: str) -> Iterator[tuple[str, str]]:
    """Yield the sections that have something to show, as (name, text); `steps` are written."""
    for name in document.sections:
        if name == "summary" and document.summary:
            text = summary(document.summary)
        else:
            text = steps if name == "steps" else body(document.section_text(name))
        yield SECTION_HEADINGS[name], text


def step_title(step: DocumentStep) -> str:
    """Return a step's title on one line, marked if the step isn't recorded yet."""
    return one_line(step.title) + (f" {IN_PROGRESS_MARK}" if step.in_progress else "")


def body(value: str) -> str:
    """Return the text of a section, with every line that looks like a ruler indented."""
    return indent_rulers(value)


def summary(block: Summary) -> str:
    """Return the five rows of the summary block, one field each."""
    return "\n".join(field(label, value) for label, value in block.rows)


def step_details(step: DocumentStep, margin: str) -> list[str]:
    """Return what stands under a step's title and answer, without its time."""
    lines = [
        field(label, value, margin)
        for label, value in (("Action", step.action), ("Notes", step.notes))
        if value
    ]
    if step.command_output:
        lines.append(f"{margin}Command output:")
        lines.append(indent(step.command_output, margin + "  "))
        if step.output_cut:
            lines.append(f"{margin}  {OUTPUT_OMITTED}")
    if step.attachments:
        rows = "\n".join(one_line(item.line) for item in step.attachments)
        lines.append(f"{margin}Attachments:\n{indent(rows, margin + '  ')}")
    return lines


def target_lines(document: BatchDocument) -> str:
    """Return one line for each target; a name that looks like a ruler is indented."""
    rows = (
        (one_line(line.target), " - ".join(filter(None, (line.outcome, line.result))))
        for line in document.targets
    )
    return body("\n".join(f"{target}: {result}" for target, result in rows))
